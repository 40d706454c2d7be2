"""Lists whose entries are commands: a number says one of them, with what it takes."""

from __future__ import annotations

WISH = "wish"  # the kind of list whose entries are made by ``wish_entry``


def wish_entry(path: str, rest: str) -> str:
    """Make an entry of a list of wishes: a command, and what it takes."""
    return f"{path}\n{rest}"
