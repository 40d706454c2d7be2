"""Until when something lasts: "for two weeks", "until January", "to the end of the month"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.understanding.moments import days
from bot.understanding.moments.chart import Chart
from bot.understanding.moments.days import SPANS, Days


def lasting(chart: Chart, today: date) -> tuple[str, date] | None:
    """Find it in a text: its words, and the first day after it."""
    for at in range(len(chart.tokens)):
        found = [(end, day) for end, when in _lasting(chart, at) for day in when(today)]
        if found:
            end, day = max(found, key=lambda each: each[0])
            return chart.text[chart.tokens[at].begin : chart.tokens[end - 1].end], day
    return None


def _lasting(chart: Chart, at: int) -> Iterator[tuple[int, Days]]:
    for end, span in chart.fill("span", at):
        if (span.days or span.months) and not span.seconds:
            yield end, days.after(span)
    begins = chart.until(at)
    for begin in begins:
        for end, month in chart.fill("month", begin):
            yield end, days.without_year(month, 1)
            for last, _ in chart.fill("end_of", end):  # it stands behind in Chinese
                yield last, _after_month(month)
    for begin in (at, *begins):
        for name, _ in chart.fill("end_of", begin):
            yield from _month(chart, name)


def _month(chart: Chart, at: int) -> Iterator[tuple[int, Days]]:
    """Read the month of which the end is meant, "the month" being this one."""
    for end, month in chart.fill("month", at):
        yield end, _after_month(month)
    for end, unit in chart.fill("unit", at):
        if unit == SPANS["M"]:
            yield end, days.of_month(1, 1)


def _after_month(month: int) -> Days:
    """The day after the end of the next such month; this one is ahead."""

    def found(today: date) -> list[date]:
        firsts = days.without_year(month, 1)(today.replace(day=1))
        return [day for first in firsts for day in days.of_month(1, 1)(first)]

    return found
