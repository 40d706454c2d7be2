"""What a row says: a word for something, or nothing that this hub understands."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A damaged row, or one of another release. It is set aside, and nobody guesses."""


@dataclass(frozen=True, slots=True)
class Written:
    """Something that the tables name by one text: its kind's *prefix*, then its only field."""

    prefix: ClassVar[str]

    def __str__(self) -> str:
        """Write it as the tables do."""
        (only,) = fields(self)
        return f"{self.prefix}{getattr(self, only.name)}"
