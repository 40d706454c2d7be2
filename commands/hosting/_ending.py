"""Until when an event is, where two moments stand beside each other: "20 May 9:00 to 21 May"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from commands.hosting._details import QUOTES
from kit.moments import Ambiguous, Day, Moment, Past, Reading
from kit.question import About
from kit.words import HAN

_UNIT = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_COMMA = re.compile(r"[,;،，；|]")
_CLOCKS = re.compile(r"(\d[:h]\d{0,2})\s*[-–—~]\s*(?=\d{1,2}[:h])", re.IGNORECASE)
_DASH = re.compile(r"[-–—~]+")
_MOST_BETWEEN = 2  # words between the moments: "hasta el"
_MOST_UNITS = 60
_LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True)
class Ending:
    """A line without the end that it told; readings of that, and its *zone* if it was named."""

    said: str
    ends: tuple[Moment | Day, ...] = ()
    zone: str = ""


def part_end(said: str, zone: str, about: About) -> Ending:
    """Take out of a line until when an event is; a line that does not tell is left as it is."""
    spaced = _CLOCKS.sub(r"\1 - ", said)
    found = [each for parts in _parted(spaced, about) if (each := _between(*parts, zone, about))]
    by_hour = (each for begins, each in found if isinstance(begins, Moment))
    return next(by_hour, found[0][1] if found else Ending(said))


def _between(front: str, back: str, zone: str, about: About) -> tuple[Reading, Ending] | None:
    """Read what ends with one moment and goes on with another; None if something is between."""
    begins = _read(front, zone, about)
    if not (readings := _several(begins)) or not (
        front.lstrip(QUOTES).startswith(readings[0].rest)
    ):
        return None
    at_home = readings[0].zone if readings[0].named else zone
    for end in [len(back), *(found.start() for found in reversed([*_COMMA.finditer(back)]))]:
        part, more = back[:end], back[end:]
        ends = _read(part, at_home, about)
        first = begins.reading if isinstance(begins, Past) else begins
        if isinstance(first, Moment) and not _leads(ends, part):
            ends = _on_day(first, part, about)
        if _leads(ends, part):
            after = f"{_several(ends)[0].rest}{more}".lstrip(" ,;،，；、")
            joint = ", " if readings[0].rest else ": "
            line = f"{front}{joint}{after}" if after else front
            several = _several(ends)
            named = several[0].zone if several[0].named and not readings[0].named else ""
            return begins, Ending(line, several, named)
    return None


def _leads(reading: Reading, said: str) -> bool:
    """Tell whether what was read is what *said* begins with."""
    if not (readings := _several(reading)):
        return False
    rest = readings[0].rest
    return said.rstrip(QUOTES).endswith(rest) and (not rest or not said.startswith(rest))


def _on_day(begin: Moment, said: str, about: About) -> Reading:
    """Read an hour of the day on which something begins."""
    day = begin.at.astimezone(ZoneInfo(begin.zone)).date()
    return _read(f"{day.isoformat()} {said}", begin.zone, about)


def instant(end: Moment | Day, zone: str) -> datetime:
    """Say when an event is over; of a day alone that is its last minute in a *zone*."""
    if isinstance(end, Moment):
        return end.at
    last = datetime.combine(end.day, _LAST_MINUTE, ZoneInfo(end.zone if end.named else zone))
    return last.astimezone(ZoneInfo("UTC"))


def _parted(said: str, about: About) -> Iterator[tuple[str, str]]:
    """Part a line at each dash, or word for until, that may stand between two moments."""
    units = [*_UNIT.finditer(said)][:_MOST_UNITS]
    for at in range(1, len(units) - 1):
        for size in range(min(_MOST_BETWEEN, len(units) - at - 1), 0, -1):
            begin, end = units[at].start(), units[at + size - 1].end()
            if _joins(said[begin:end], about):
                yield said[:begin].rstrip(" ,;،，；、("), said[end:].lstrip(" ,")


def _joins(between: str, about: About) -> bool:
    if _DASH.fullmatch(between):
        return True
    read = about.understanding.recurring(f"{between} 1")
    return read is not None and read.until == "1"


def _read(said: str, zone: str, about: About) -> Reading:
    return about.understanding.begins(said, about.language, about.now, zone)


def _several(reading: Reading) -> tuple[Moment | Day, ...]:
    match reading:
        case Ambiguous(readings):
            return tuple(readings)
        case Moment() | Day():
            return (reading,)
        case Past(one):
            return (one,)
    return ()
