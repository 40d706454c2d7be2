"""Something that falls due in a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kit.due import Planned


@dataclass(frozen=True, slots=True)
class Thing(Planned):
    kind: ClassVar[str] = "thing"
    once: ClassVar[bool] = True
    name: str
