"""Reading when an event begins: ISO dates and "in 2h", in a zone that may be named."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2})\s+(?:([A-Z]\w+(?:/[\w+-]+)+|UTC)\s+)?")
_SOON = re.compile(r"in\s+((?:\d+\s*[dhms]\s*)+)", re.IGNORECASE)
_PART = re.compile(r"(\d+)\s*([dhms])", re.IGNORECASE)
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class Impossible(ValueError):
    """The clock of that zone skips the time (it is put forward)."""


def duration(text: str) -> timedelta:
    """Read "1d", "2h30m", "1h 15s"; raises ValueError if there is nothing to read."""
    parts = {_UNITS[unit.lower()]: int(amount) for amount, unit in _PART.findall(text)}
    if not parts:
        raise ValueError(text)
    return timedelta(**parts)


def durations(text: str) -> list[timedelta]:
    """Read "3h 2d30m", the longest first; raises ValueError if one cannot be read."""
    return sorted({duration(part) for part in text.split()}, reverse=True)


def split(text: str, now: datetime, zone: str) -> tuple[datetime, str, str]:
    """Split "<when> <title>" into the instant, its zone and the title.

    Raises:
        Impossible: that time does not exist in the zone.
        ValueError: there is no date at the beginning.
    """
    if soon := _SOON.match(text):
        return now + duration(soon[1]), zone, text[soon.end() :].strip()
    if not (dated := _DATE.match(text)):
        raise ValueError(text)
    if dated[3] and dated[3] != "UTC" and dated[3] not in available_timezones():
        raise ValueError(dated[3])
    zone = dated[3] or zone
    wall = datetime.fromisoformat(f"{dated[1]} {dated[2]:0>5}").replace(tzinfo=ZoneInfo(zone))
    if wall.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)) != wall:
        raise Impossible(text)
    return wall, zone, text[dated.end() :].strip()
