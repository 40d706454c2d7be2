"""What a row says, when it says nothing that this hub understands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A damaged row, or one of another release. It is set aside, and nobody guesses."""
