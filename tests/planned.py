"""Something that falls due in a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kit.due import Planned


@dataclass(frozen=True, slots=True)
class Thing(Planned):
    kind: ClassVar[str] = "thing"
    name: str

    def key(self, at: datetime) -> str:
        return self.name
