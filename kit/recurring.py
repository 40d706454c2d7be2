"""How often something comes, as read from what somebody typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Often(StrEnum):
    """How often something comes, counted from its own date."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Recurring:
    """What was said: how *often*, how many *times* in all, or *until* when, in the words for it.

    Each month it may be the *nth* such weekday, the last one being -1.
    """

    often: Often | None = None
    times: int | None = None
    until: str = ""
    nth: int | None = None
