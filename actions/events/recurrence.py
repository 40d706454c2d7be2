"""When events come again: rules of RFC 5545 over the wall time of a zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

_WEEK = 7
_END = re.compile(r";(?=COUNT=|UNTIL=)")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKLY, FORTNIGHTLY, YEARLY = "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=YEARLY"
FROM_START, FROM_END = "FREQ=MONTHLY;BYDAY={nth}{day}", "FREQ=MONTHLY;BYDAY=-1{day}"
FIFTH = 5  # of a weekday, which not every month has
MOST_TIMES = 500


def rules(begins: datetime) -> dict[str, str]:
    """List the rules by which an event at a wall time may come again, by what they are made of."""
    day, nth = _DAYS[begins.weekday()], (begins.day - 1) // _WEEK + 1
    found = {WEEKLY: WEEKLY, FORTNIGHTLY: FORTNIGHTLY}
    if nth < FIFTH:
        found[FROM_START] = FROM_START.format(nth=nth, day=day)
    if (begins + timedelta(days=_WEEK)).month != begins.month:
        found[FROM_END] = FROM_END.format(day=day)
    return {**found, YEARLY: YEARLY}


def ending(rule: str, times: int | None, until: date | None) -> str:
    """Let a rule end after so many *times* in all, or on the day *until* (RFC 5545, 3.3.10)."""
    if times is not None:
        return f"{rule};COUNT={times}"
    return rule if until is None else f"{rule};UNTIL={until:%Y%m%d}T235959"


def ends(rule: str) -> bool:
    """Tell whether what comes by a rule ends some day."""
    return _END.search(rule) is not None


def moved(rule: str, was: datetime, begins: datetime, passed: int) -> str | None:
    """Give the rule by which what came at a wall time comes from another one on.

    So many of its times have *passed*. None if there is no such rule: not each month has a fifth
    Friday.
    """
    base, *end = _END.split(rule)
    kind = next((kind for kind, each in rules(was).items() if each == base), "")
    moved_base = rules(begins).get(kind)
    if moved_base is None or not end:
        return moved_base
    name, _equals, value = end[0].partition("=")
    if name == "COUNT":
        return ending(moved_base, int(value) - passed, None)
    until = datetime.strptime(value[:8], "%Y%m%d").date()  # noqa: DTZ007 -- a day of the calendar
    return ending(moved_base, None, until + (begins.date() - was.date()))


def slots(rule: str, begins: datetime, after: datetime) -> Iterator[datetime]:
    """Give the wall times of a rule *after* one of them, as long as there are any."""
    found: Iterator[datetime] = rrulestr(rule, dtstart=begins).xafter(after)
    return found


def wall(at: datetime, zone: str) -> datetime:
    """Give what the clock of a zone shows at an instant."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def instant(wall_time: datetime, zone: str) -> datetime:
    """Give the instant at which the clock of a zone shows a wall time.

    An hour that comes twice is the first; one that is skipped comes as much later as the clock is
    put forward (RFC 5545, 3.3.5).
    """
    return wall_time.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
