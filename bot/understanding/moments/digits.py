"""Dates, times of day and offsets as they are written in figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from bot.understanding.moments import days
from bot.understanding.moments.days import Days
from bot.understanding.moments.said import Hour, Time
from bot.understanding.moments.tokens import TextPiece

EARLIEST = 7  # up to this hour people may mean the afternoon
HOURS, MINUTES = 24, 60
_MONTHS = 12
_YEAR, _PAIR = 4, 2  # figures
_HOUR_MARKS = frozenset({"h", "hs", "hrs", "hours", "min", "mn"})
_GREENWICH = frozenset({"utc", "gmt"})
_FARTHEST = 14 * MINUTES
_ISO = 6  # pieces between the T of 2027-03-29T14:10:00 and its offset

Order = Literal["day", "month", "either"]


def figures(tokens: Sequence[TextPiece], at: int, *, glued: bool = False) -> str:
    """Return the figures at a place, if there are any."""
    if at < len(tokens) and (tokens[at].glued or not glued):
        return tokens[at].text if tokens[at].text.isdecimal() else ""
    return ""


def sign(tokens: Sequence[TextPiece], at: int) -> str:
    """Return what is written onto the piece before."""
    return tokens[at].text if at < len(tokens) and tokens[at].glued else ""


def hour(written: str) -> Hour:
    """Take figures for an hour: from 8 on, with a leading zero and 0 it is one of 24."""
    value = int(written)
    return Hour(value, sure=written.startswith("0") or value > EARLIEST)


def times(tokens: Sequence[TextPiece], at: int) -> Iterator[tuple[int, Time]]:
    """Read 14:30, 14.30, 14h30, 14:30:00."""
    hours, minutes = figures(tokens, at), figures(tokens, at + 2)
    if not hours or len(hours) > _PAIR or len(minutes) != _PAIR:
        return
    if sign(tokens, at + 1) not in {":", ".", "h"}:
        return
    end = at + 3
    if sign(tokens, end) == ":" and figures(tokens, end + 1) == "00":
        end += 2
    if sign(tokens, end) in {":", ".", "/"} and figures(tokens, end + 1, glued=True):
        return
    if (int(hours) < HOURS and int(minutes) < MINUTES) or (hours, minutes) == ("24", "00"):
        marked = end < len(tokens) and tokens[end].text in _HOUR_MARKS
        yield end + marked, Time(hour(hours), int(minutes))


def dates(tokens: Sequence[TextPiece], at: int, order: Order) -> Iterator[tuple[int, Days]]:
    """Read 2027-09-14, 14.9.2027, 14/9, and 9/14 where that is how it is written."""
    one, mark, two = figures(tokens, at), sign(tokens, at + 1), figures(tokens, at + 2, glued=True)
    if not one or not two or mark not in {"-", "/", "."}:
        return
    three = figures(tokens, at + 4, glued=True) if sign(tokens, at + 3) == mark else ""
    end = at + (5 if three else 3)
    if sign(tokens, end) in {"-", "/", ":", "."} and figures(tokens, end + 1, glued=True):
        return
    if order == "either" and mark != "/":
        order = "day"
    elif order == "month" and len(three) == _YEAR:  # nobody's own way: the year comes first
        order = "either"
    if len(one) == _YEAR and 0 < len(three) <= _PAIR and len(two) <= _PAIR:
        yield end, days.on(int(one), int(two), int(three))
    elif max(len(one), len(two)) > _PAIR:
        return
    elif len(three) == _YEAR:
        yield end, _ordered(int(one), int(two), order, int(three))
    elif not three and (mark == "/" or (mark == "." and len(two) == _PAIR)):
        yield end, _ordered(int(one), int(two), order, None)


def _ordered(one: int, two: int, order: Order, year: int | None) -> Days:
    def meant(month: int, day: int) -> Days:
        return days.without_year(month, day) if year is None else days.on(year, month, day)

    if order == "either":
        return days.either(meant(two, one), meant(one, two))
    return meant(one, two) if order == "month" and one <= _MONTHS else meant(two, one)


def offsets(tokens: Sequence[TextPiece], at: int) -> Iterator[tuple[int, int]]:
    """Read UTC+3, GMT-05:30, +0530 in minutes; a minus alone may be the dash of "9-10"."""
    named = tokens[at].text in _GREENWICH
    begin = at + named
    mark = tokens[begin].text if begin < len(tokens) else ""
    written = figures(tokens, begin + 1, glued=True)
    if mark not in {"+", "-", "−"} or len(written) not in {1, _PAIR, 2 * _PAIR}:
        return
    iso = any(token.text == "t" and token.glued for token in tokens[max(0, begin - _ISO) : begin])
    if not named and not (iso if mark != "+" else len(written) > 1):
        return
    hours, minutes, end = int(written), 0, begin + 2
    if len(written) == 2 * _PAIR:
        hours, minutes = divmod(hours, 100)
    elif sign(tokens, end) == ":" and len(figures(tokens, end + 1)) == _PAIR:
        minutes, end = int(figures(tokens, end + 1)), end + 2
    offset = hours * MINUTES + minutes
    if minutes < MINUTES and offset <= _FARTHEST:
        yield end, offset if mark == "+" else -offset
