"""What people call a day, as functions from today to the days it may be."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice

_WEEK = 7
_LONGEST_MONTH = 31
_YEARS = 9  # that 29 February may be away

Days = Callable[[date], Sequence[date]]
"""The days that are meant, counted from today; none if the calendar has no such day."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A length of time: months and days of the calendar, seconds of the clock."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def __add__(self, other: Span) -> Span:
        """Put one after the other."""
        return Span(
            self.months + other.months, self.days + other.days, self.seconds + other.seconds
        )

    def times(self, n: int) -> Span:
        """Take it *n* times."""
        return Span(self.months * n, self.days * n, self.seconds * n)


SPANS = {
    "s": Span(seconds=1),
    "m": Span(seconds=60),
    "h": Span(seconds=3600),
    "d": Span(days=1),
    "w": Span(days=_WEEK),
    "M": Span(months=1),
}


def never(_today: date) -> Sequence[date]:
    """No day at all."""
    return ()


def on(year: int, month: int, day: int) -> Days:
    """A date of the calendar."""
    found = _dates([(year, month, day)])
    return lambda _today: found


def without_year(month: int, day: int) -> Days:
    """The next such date."""

    def next_one(today: date) -> Sequence[date]:
        years = ((year, month, day) for year in range(today.year, today.year + _YEARS))
        return [found for found in _dates(years) if found >= today][:1]

    return next_one


def in_year(years: int, month: int, day: int) -> Days:
    """A date of the year in so many *years*."""
    return lambda today: _dates([(today.year + years, month, day)])


def on_weekday(when: Days, weekday: int) -> Days:
    """Keep the days on a weekday."""
    return lambda today: [day for day in when(today) if day.weekday() == weekday]


def of_month(day: int, months: int | None = None) -> Days:
    """A day of the month in so many *months*, or the coming one."""

    def found(today: date) -> Sequence[date]:
        ahead = islice(count(), _WEEK) if months is None else [months]
        listed = ((*_month(today, each), day) for each in ahead)
        return [each for each in _dates(listed) if months is not None or each >= today][:1]

    return found


def after(span: Span) -> Days:
    """Count months and days from today; the day of the month has to be there."""

    def found(today: date) -> Sequence[date]:
        there = _dates([(*_month(today, span.months), today.day)])
        try:
            return [each + timedelta(days=span.days) for each in there]
        except OverflowError:
            return []

    return found


def coming(weekday: int, later: int = 0) -> Days:
    """The coming such weekday, never today, or so many days *later*."""
    return lambda today: [_coming(today, weekday) + timedelta(days=later)]


def near(weekday: int, there: date) -> Days:
    """The weekday that follows in the week of a day; if none does, that one and the next.

    Weeks begin on Monday (ISO 8601).
    """
    same = there + timedelta(days=weekday - there.weekday())
    listed = [same] if same > there else [same, same + timedelta(days=_WEEK)]
    return lambda today: [day for day in listed if day >= today]


def nth_of_year(nth: int, weekday: int | None, year: int, month: int) -> Days:
    """The first, second ... or last (-1) such weekday, or day, of a month."""
    found = _nth(year, month, nth, weekday)
    return lambda _today: found


def nth_of_month(nth: int, weekday: int | None, month: int, years: int | None = None) -> Days:
    """The same of the coming such month, or of that of the year in so many *years*."""

    def found(today: date) -> Sequence[date]:
        if years is not None:
            return _nth(today.year + years, month, nth, weekday)
        coming = today.year + (month < today.month)
        day = _nth(coming, month, nth, weekday)
        return day if not day or day[0] >= today else _nth(coming + 1, month, nth, weekday)

    return found


def nth_in(months: int, nth: int, weekday: int | None) -> Days:
    """The same of the month in so many *months*."""
    return lambda today: _nth(*_month(today, months), nth, weekday)


def last(weekday: int) -> Days:
    """The latest such weekday before today."""
    return lambda today: [_coming(today, weekday) - timedelta(days=_WEEK + _same(today, weekday))]


def in_week(weekday: int, weeks: int, begins: Iterable[int]) -> Days:
    """The weekday of a calendar week, counted from this one, by each day a week may begin on."""

    def found(today: date) -> Sequence[date]:
        starts = (today - timedelta(days=(today.weekday() - begin) % _WEEK) for begin in begins)
        into = timedelta(weeks=weeks)
        return [
            start + timedelta(days=(weekday - start.weekday()) % _WEEK) + into for start in starts
        ]

    return found


@dataclass(frozen=True, slots=True)
class WeekdayAfter:
    """A weekday that follows something: today, or the day near which it is said."""

    weekday: int
    today: Days

    def __call__(self, today: date) -> Sequence[date]:
        """Count from today where nothing else is spoken of."""
        return self.today(today)

    def after(self, there: date) -> Sequence[date]:
        """Count from the day that is spoken of."""
        return [_coming(there, self.weekday)]


def either(*readings: Days) -> Days:
    """Whatever one of several readings gives."""
    return lambda today: [day for reading in readings for day in reading(today)]


def _nth(year: int, month: int, nth: int, weekday: int | None) -> Sequence[date]:
    listed = _dates((year, month, day) for day in range(1, _LONGEST_MONTH + 1))
    fitting = [day for day in listed if weekday in {None, day.weekday()}]
    place = nth - 1 if nth > 0 else len(fitting) + nth
    return fitting[place : place + 1] if place >= 0 else []


def _coming(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % _WEEK + 1)


def _same(today: date, weekday: int) -> int:
    return _WEEK if today.weekday() == weekday else 0


def _month(today: date, months: int) -> tuple[int, int]:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return year, month + 1


def _dates(listed: Iterable[tuple[int, int, int]]) -> list[date]:
    """Keep those that the calendar has."""
    return [
        date(year, month, day)
        for year, month, day in listed
        if date.min.year <= year <= date.max.year
        and 1 <= month <= 12  # noqa: PLR2004 -- months of a year
        and 1 <= day <= monthrange(year, month)[1]
    ]
