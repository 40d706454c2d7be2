"""Days that a sentence names together: "next week", "at the weekend", "in December 2027"."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.understanding.moments import days
from bot.understanding.moments.chart import Chart
from kit.words import is_han

_WEEK, _SATURDAY = 7, 5
_SHORT = 4  # letters of a name such as "may", which is another word inside of a sentence


def period(chart: Chart, today: date) -> tuple[str, Sequence[date]] | None:
    """Find the longest in a text: its words, and its days, those that are over too."""
    found = [
        (end - at, at, end, days)
        for at in range(len(chart.tokens))
        for end, days in (*_called(chart, at, today), *_months(chart, at, today))
    ]
    if not found:
        return None
    _size, at, end, named = max(found, key=lambda each: each[:2])
    return chart.text[chart.tokens[at].begin : chart.tokens[end - 1].end], named


def _called(chart: Chart, at: int, today: date) -> Iterator[tuple[int, Sequence[date]]]:
    for end, (unit, ahead) in chart.fill("period", at):
        if unit == "month":
            [first] = days.of_month(1, ahead)(today)
            yield end, _month(first)
        else:
            monday = today + timedelta(_WEEK * ahead - today.weekday())
            begins = _SATURDAY if unit == "weekend" else 0
            yield end, [monday + timedelta(day) for day in range(begins, _WEEK)]


def _months(chart: Chart, at: int, today: date) -> Iterator[tuple[int, Sequence[date]]]:
    """Read the name of a month, this one or the next that is called so, or that of a year."""
    for end, month in chart.fill("month", at):
        for begin, _dashed in chart.skips(end):
            for last, year in chart.fill("year", begin):
                yield last, _month(date(year, month, 1))
        name = chart.text[chart.tokens[at].begin : chart.tokens[end - 1].end]
        if is_han(name) or len(name) >= _SHORT or not chart.rest(end)[0].strip("?!"):
            yield from ((end, _month(first)) for first in _next(month, today))


def _next(month: int, today: date) -> Sequence[date]:
    return days.without_year(month, 1)(today.replace(day=1))


def _month(first: date) -> Sequence[date]:
    size = monthrange(first.year, first.month)[1]
    return [first + timedelta(day) for day in range(size)]
