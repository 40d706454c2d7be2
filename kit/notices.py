"""When somebody may be written to who did not just speak: kinds of notices, quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from kit.due import ForPerson

WEEK = timedelta(days=7)
MONDAY, MORNING = 0, 9


@dataclass(frozen=True, slots=True)
class Wake(ForPerson):
    """Quiet hours or silence are over."""

    kind: ClassVar[str] = "attention.wake"


@dataclass(frozen=True, slots=True)
class DigestDue(ForPerson):
    """It is time for a digest."""

    kind: ClassVar[str] = "attention.digest"


class Notice(StrEnum):
    """What the hub writes about of its own accord."""

    REMINDERS = "reminders"
    REQUESTS = "requests"
    TIPS = "tips"
    EVENTS = "events"
    LIBRARY = "library"
    NEWS = "news"
    CONTRIBUTIONS = "contributions"
    AWAITED = "awaited"
    DUTIES = "duties"
    STANDING = "standing"
    MEASURES = "measures"
    DIGEST = "digest"

    @property
    def asked_for(self) -> bool:
        """Whether the person wanted it beforehand: it is not counted, but lets them sleep."""
        return self not in {Notice.TIPS, Notice.DIGEST} and not self.can_wait

    @property
    def recalls(self) -> bool:
        """Whether who has left is invited back for it."""
        return self in {Notice.REMINDERS, Notice.REQUESTS}

    @property
    def vital(self) -> bool:
        """Whether access to rooms depends on it: it lets them sleep, and nothing else stops it."""
        return self is Notice.STANDING

    @property
    def at_once(self) -> bool:
        """Whether it cannot wait: what becomes of a measure, for who decides and who bears it."""
        return self is Notice.MEASURES

    @property
    def confidential(self) -> bool:
        """Whether it may tell of people or cases: nothing for a lock screen."""
        return self in {Notice.REQUESTS, Notice.DUTIES, Notice.MEASURES}

    @property
    def can_wait(self) -> bool:
        """Whether it always goes into the digest."""
        return self in {Notice.EVENTS, Notice.LIBRARY, Notice.NEWS}


def is_quiet(hour: int, begin: int, end: int) -> bool:
    """Tell whether an hour of the day is one of the quiet ones; equal bounds mean none is."""
    after_begin, before_end = hour >= begin, hour < end
    return after_begin and before_end if begin <= end else after_begin or before_end


def quiet_end(now: datetime, zone: str | None, begin: int, end: int) -> datetime | None:
    """Give the end of the quiet hours that *now* falls into, None if it falls into none.

    *begin* and *end* are hours of the day in *zone* (IANA, None is UTC); equal means no quiet.
    """
    local = now.astimezone(ZoneInfo(zone or "UTC"))
    if not is_quiet(local.hour, begin, end):
        return None
    day = local.date() if local.hour < end else local.date() + timedelta(days=1)
    return datetime.combine(day, time(end), local.tzinfo).astimezone(UTC)


def next_digest(now: datetime, zone: str | None) -> datetime:
    """Give the next Monday morning in *zone*."""
    local = now.astimezone(ZoneInfo(zone or "UTC"))
    day = local.date() + timedelta(days=(MONDAY - local.weekday()) % 7)
    moment = datetime.combine(day, time(MORNING), local.tzinfo)
    if moment <= local:
        moment = datetime.combine(day + WEEK, time(MORNING), local.tzinfo)
    return moment.astimezone(UTC)
