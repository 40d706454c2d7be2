"""Which date of what comes again is meant: "only 25 March", "the one in May to Friday 10:00"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta

from kit.errors import BadArgument
from kit.moments import NoMoment, Reading
from kit.question import About
from kit.steps import ahead, day_of
from kit.words import HAN

Days = tuple[date, date]
"""The first day and the last one: those of a month where no more is said."""

_UNIT = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_LONGEST = 24  # words or Chinese characters


def read_days(said: str, zone: str, about: About) -> Days:
    """Read the day, or the month, that *said* names with small words around; raises BadArgument.

    A figure tells more than a month, and that more than a word: "the one" is no first of a month.
    """
    read, parts = about.understanding, [*_parts(said)]

    def day_in(parts: Iterable[str]) -> Days | None:
        for part in parts:
            reading = read.moment(part, about.language, about.now, zone)
            if not isinstance(reading, NoMoment):
                day = day_of(ahead(reading), zone)
                return day, day
        return None

    if days := day_in(part for part in parts if any(map(str.isdecimal, part))):
        return days
    for part in parts:
        last = read.last_of_month(part, about.language, about.now, zone)
        if last is not None:
            return last.replace(day=1), last
    if days := day_in(parts):
        return days
    day = day_of(ahead(read.moment(said, about.language, about.now, zone)), zone)
    return day, day


def apart(said: str, zone: str, about: About) -> tuple[Days | None, str]:
    """Part "only 25 March to Friday 10:00"; returns which date is meant, and when it is instead.

    What names one moment as a whole names no other date.
    """
    if not isinstance(_moment(said, zone, about), NoMoment):
        return None, said
    for place in _bounds(said)[0][1:]:
        front, back = said[:place], said[place:]
        if isinstance(_moment(back, zone, about), NoMoment):
            continue
        try:
            return read_days(front, zone, about), back
        except BadArgument:
            continue
    return None, said


def day_named(said: str, zone: str, about: About) -> date | None:
    """Read on which one day *said* as a whole is; None for an hour alone."""
    reading = about.understanding.moment(said, about.language, about.now, zone)
    with suppress(BadArgument):
        return day_of(ahead(reading), zone)
    return None


def _parts(said: str) -> Iterator[str]:
    """Give all runs of words of a text, the longest first, and of these the last."""
    begins, ends = _bounds(said)
    for size in range(len(begins), 0, -1):
        for start in reversed(range(len(begins) - size + 1)):
            yield said[begins[start] : ends[start + size - 1]]


def _bounds(said: str) -> tuple[list[int], list[int]]:
    found = [*_UNIT.finditer(said)][:_LONGEST]
    return [each.start() for each in found], [each.end() for each in found]


def _moment(said: str, zone: str, about: About) -> Reading:
    """Read a moment, or an hour of any day."""
    read, tomorrow = about.understanding.moment, about.now.date() + timedelta(days=1)
    reading = read(said, about.language, about.now, zone)
    if not isinstance(reading, NoMoment):
        return reading
    return read(f"{tomorrow.isoformat()} {said}", about.language, about.now, zone)
