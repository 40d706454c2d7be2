"""Named moments of a row's life, so that a test can end the process at each of them."""

from __future__ import annotations

from typing import Protocol


class Stage(Protocol):
    """Called when a moment is reached; in service it does nothing."""

    def __call__(self, name: str) -> None:
        """Note that *name* is reached."""


def unobserved(name: str) -> None:
    """Do nothing."""
