"""Where words end, and what of a sentence a moment or a length of time takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from kit.moments import Ambiguous, Day, Gap, Moment, Past, Reading
from kit.understanding import Understanding
from kit.words import HAN, is_han

UNIT = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
SIGNS = " ,.;:!?¿¡–—-،؛؟。，、"
LONGEST = 300  # characters of a sentence that are looked at: nobody needs more to name an event
_LONGEST_SPAN = 6  # words, or Chinese characters, of how much earlier


def ends(text: str) -> list[int]:
    """List where each word or Chinese character of a sentence ends."""
    return [found.end() for found in UNIT.finditer(text[:LONGEST].rstrip(SIGNS))]


def rest_of(reading: Reading) -> str | None:
    """Return what is left beside a moment; None if there is none."""
    match reading:
        case Ambiguous([first, *_]) | Past(first) | (Moment() | Day() as first):
            return first.rest
        case Gap():
            return reading.instead.rest
    return None


def without(said: str, rest: str) -> str:
    """Leave out whole words that *said* ends or begins with."""
    front = said.removesuffix(rest)
    ends = front != said and (is_han(rest) or not front[-1:].isalpha())
    return front if ends else said.removeprefix(rest)


def readings(reading: Reading | None) -> Sequence[Moment | Day]:
    match reading:
        case Ambiguous(readings):
            return readings
        case Moment() | Day():
            return [reading]
    return ()


def day_of(reading: Moment | Day) -> date:
    return reading.day if isinstance(reading, Day) else reading.at.date()


def written(span: timedelta) -> str:
    days, seconds = span.days, span.seconds
    parts = ((days, "d"), (seconds // 3600, "h"), (seconds % 3600 // 60, "m"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def is_earlier(text: str, read: Understanding, language: str) -> bool:
    """Tell whether a length of time in *text* stands beside a word for before: "an hour earlier".

    Without that word it is a length as well.
    """
    units = [found.span() for found in UNIT.finditer(text[:LONGEST])]
    for begin in range(len(units)):
        for end in range(begin + 2, min(begin + _LONGEST_SPAN, len(units)) + 1):
            parts = ((begin, end), (begin + 1, end), (begin, end - 1))
            whole, *less = (text[units[a][0] : units[b - 1][1]] for a, b in parts)
            if read.spans(whole, language) and any(read.spans(each, language) for each in less):
                return True
    return False


def length_in(understanding: Understanding, text: str, language: str) -> str:
    """Find the words of *text* that say how long something is to be: "2 days"; or ""."""
    units = [found.span() for found in UNIT.finditer(text[:LONGEST])]
    parts = (
        text[units[at][0] : units[at + size - 1][1]].strip(SIGNS)
        for size in range(min(len(units), _LONGEST_SPAN), 0, -1)
        for at in range(len(units) - size + 1)
    )
    return next((part for part in parts if understanding.spans(part, language)), "")
