"""Reading when an event begins: ISO dates and "in 2h", in a zone that may be named.

What is said is read whole or not at all: a word passed over would be another time.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{2})(?::00)?(?: ?([ap])\.?m\.?(?!\w))?"
    r"(?=[Z\s,(]|$)",
    re.IGNORECASE,
)
_ZONE = re.compile(r"[\s,(]*(Z|[^\s,():]+)[\s,):]*")
_OFFSET = re.compile(r"(?:UTC|GMT)?[+-]\d.*", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(\d{1,4}(?:\.\d{1,2})?)\s*([a-z]+)(?!\w)\s*|(\d{1,4})([wdhms])(?=\d)", re.IGNORECASE
)
_UNITS = {
    **dict.fromkeys(("w", "week", "weeks"), timedelta(weeks=1)),
    **dict.fromkeys(("d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("h", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), timedelta(seconds=1)),
}
_AREAS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/")
_NOON = 12


class Impossible(ValueError):
    """The clock of that zone skips the time (it is put forward)."""


def duration(text: str) -> timedelta:
    """Read "1d", "2h30m", "1h 15s", "1.5 hours"; raises ValueError unless that is all there is."""
    total, rest = _begins(text)
    if rest or not total:
        raise ValueError(text)
    return total


def durations(text: str) -> list[timedelta]:
    """Read "3h 2d30m", the longest first; raises ValueError if one cannot be read."""
    joined = re.sub(r"(\d)\s+(?=[^\W\d])", r"\1", text)
    return sorted({duration(part) for part in re.split(r"[\s,،;]+", joined)}, reverse=True)


def _begins(text: str) -> tuple[timedelta, str]:
    """Read amounts at the beginning of *text*; returns their sum and what is left."""
    total = timedelta(0)
    while found := _AMOUNT.match(text):
        unit = _UNITS.get((found[2] or found[4]).lower())
        if unit is None:
            break
        total += float(found[1] or found[3]) * unit
        text = text[found.end() :]
    return total, text


def split(text: str, now: datetime, own: str) -> tuple[datetime, str | None, str]:
    """Split "<when> <title>" into the instant, the zone that is named there, and the title.

    Where none is named the time is one of the zone *own*.

    Raises:
        Impossible: that time does not exist in the zone.
        ValueError: there is no date at the beginning, or one that could mean something else.
    """
    if text[:3].lower() == "in ":
        soon, title = _begins(text[3:].lstrip())
        if not soon or title[:1].isdecimal():
            raise ValueError(text)
        return now + soon, None, title.lstrip(" :,")
    if not (dated := _DATE.match(text)):
        raise ValueError(text)
    named, title = _zoned(text[dated.end() :])
    zone = named or own
    year, month, day, hour, minute = map(int, dated.groups()[:5])
    if dated[6]:
        if not 1 <= hour <= _NOON:
            raise ValueError(text)
        hour = hour % _NOON + _NOON * (dated[6].lower() == "p")
    wall = datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))
    if wall.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)) != wall:
        raise Impossible(text)
    return wall, named, title


def _zoned(text: str) -> tuple[str | None, str]:
    """Take the zone that *text* begins with, if any; raises ValueError for one nobody can tell."""
    if not (word := _ZONE.match(text)):
        return None, ""
    if named := _zones().get(word[1].casefold()):
        return named, text[word.end() :].strip()
    if "/" in word[1] or _OFFSET.fullmatch(word[1]) or word[1] in _short_names():
        raise ValueError(text)
    return None, text.strip(" ,")


@cache
def _zones() -> dict[str, str]:
    listed = {name.casefold(): name for name in available_timezones() if "/" in name}
    return {**listed, **dict.fromkeys(("utc", "gmt", "z"), "UTC")}


@cache
def _short_names() -> frozenset[str]:
    """List what people take for the name of a zone, but is none: EST, MSK, Vienna."""
    zones = [name for name in available_timezones() if name.startswith(_AREAS)]
    cities = {name.rpartition("/")[2] for name in zones} - {"North", "South", "West"}
    seasons = [
        datetime(2027, month, 1, tzinfo=ZoneInfo(name)) for name in zones for month in (1, 7)
    ]
    letters = {name for moment in seasons if (name := str(moment.tzname())).isalpha()}
    return frozenset(cities | letters)
