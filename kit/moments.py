"""When something is to be, as read from what somebody typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Moment:
    """A minute, in UTC, as the clock of an IANA *zone* shows it; the text may have *named* that.

    *rest* is what stands before or after it.
    """

    at: datetime
    zone: str
    named: bool = False
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day whose hour was not said."""

    day: date
    zone: str
    named: bool = False
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """What was said has several readings: somebody has to choose."""

    readings: Sequence[Moment | Day]


@dataclass(frozen=True, slots=True)
class Gap:
    """The clock of the zone is put forward and skips that minute; *instead* is what it shows."""

    hour: int
    minute: int
    instead: Moment


@dataclass(frozen=True, slots=True)
class Past:
    """It lies before now."""

    reading: Moment | Day


class Fault(Enum):
    """Why nothing was read."""

    UNREAD = "unread"
    """No day is named."""
    GOES_ON = "goes on"
    """What follows was not understood, and could be a part of it."""
    IMPOSSIBLE = "impossible"
    """The calendar has no such day, or the parts contradict each other."""


@dataclass(frozen=True, slots=True)
class NoMoment:
    """Nothing was read, or not all of it."""

    why: Fault = Fault.UNREAD


Reading: TypeAlias = Moment | Day | Ambiguous | Gap | Past | NoMoment
