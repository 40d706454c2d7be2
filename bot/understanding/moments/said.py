"""Components of a moment, and the readings they make together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.understanding.moments import days
from bot.understanding.moments.days import Days, Span
from kit.moments import Ambiguous, Day, Fault, Gap, Moment, NoMoment, Past, Reading

Hours = tuple[int, int]
"""The hours of a part of the day: from, and before; those of the night go on after 24."""

_HOURS, _NOON = 24, 12
_MINUTE = 60  # seconds
_FIRST, _LAST = 1900, 9990  # years that can be told in every zone
_MOST_PARTS = 2
_MOST_READINGS = 6


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour as said; *sure* if it can only be one of the 24-hour clock."""

    value: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day as said, in *minutes* from the hour; *part* is what it was said to be of."""

    hour: Hour
    minutes: int = 0
    part: Hours | None = None

    def hours(self, parts: Sequence[Hours] = ()) -> Sequence[int]:
        """List the hours that it may be within *parts* of the day; 24 is the end of the day."""
        hour, windows = self.hour, [*parts, *([self.part] if self.part else ())]
        if hour.value == _HOURS and not hour.sure:
            return [0, _HOURS]
        if hour.value in {0, _HOURS} or (hour.sure and not windows):
            return [hour.value]
        if not windows:
            return [hour.value, hour.value + _NOON]
        turns = {hour.value}
        if hour.value <= _NOON:
            turns = {hour.value % _NOON + turn * _NOON for turn in range(4)}
        fitting = sorted(h for h in turns if all(begin <= h < end for begin, end in windows))
        return [h for each in fitting for h in ([0, _HOURS] if each == _HOURS else [each % _HOURS])]


@dataclass(frozen=True, slots=True)
class Piece:
    """A component that ends at *end*: *kind* names the field of ``Said`` it is for.

    *loose*: it may be a part of what follows as well, as may a part of the day in a *bare* word.
    """

    kind: str
    end: int
    value: Any
    part: Hours | None = None
    loose: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Components that stand one after the other, up to *end*; *before* the last one was added."""

    end: int = 0
    day: Days | None = None
    weekday: int | None = None
    time: Time | None = None
    span: Span | None = None
    zones: tuple[tzinfo, ...] = ()
    parts: tuple[Hours, ...] = ()
    loose: bool = False
    before: Said | None = None

    def joined(self, piece: Piece) -> Said | None:
        """Add a component, unless one of its kind is there or it stands alone."""
        loose = piece.loose or (piece.bare and self.time is not None)
        more = replace(self, end=piece.end, loose=loose, before=self)
        if piece.kind == "parts" or piece.part:
            if len(self.parts) == _MOST_PARTS:
                return None
            part = piece.part or piece.value
            more = replace(more, parts=(*self.parts, part))
        if piece.kind == "parts":
            return more
        there = (
            self.end > 0 if piece.kind == "span" else getattr(self, piece.kind) not in {None, ()}
        )
        return None if there or self.span else replace(more, **{piece.kind: piece.value})

    @property
    def names_a_day(self) -> bool:
        """Whether it says on which day."""
        return self.day is not None or self.weekday is not None or self.span is not None

    def readings(
        self, now: datetime, own: str, rest: str, near: date | None = None
    ) -> Iterator[Reading]:
        """List what it may mean to somebody whose zone is *own*, weekdays *near* a day if given."""
        for zone in self.zones or (ZoneInfo(own),):
            keyed = zone.key if isinstance(zone, ZoneInfo) else None
            like = Moment(now, keyed or own, bool(self.zones and keyed), rest)
            here = now.astimezone(ZoneInfo(own))
            if self.span is not None:
                yield from _from_now(self.span, here, like)
                continue
            for today in dict.fromkeys((here.date(), now.astimezone(zone).date())):
                for day in self._days(today, near):
                    yield from self._on(datetime.combine(day, time(), zone), today, now, like)

    def _days(self, today: date, near: date | None) -> Sequence[date]:
        """List the days that are meant and can be told, on the weekday that was named."""
        when = self.day
        if when is None and self.weekday is not None and near is not None:
            when = days.near(self.weekday, near)
        elif isinstance(when, days.WeekdayAfter) and near is not None:
            return [day for day in when.after(near) if day.year <= _LAST]
        when = when or days.coming(self.weekday or 0)
        listed = [day for day in when(today) if _FIRST <= day.year <= _LAST]
        return [day for day in listed if self.weekday in {None, day.weekday()}]

    def _on(self, day: datetime, today: date, now: datetime, like: Moment) -> Iterator[Reading]:
        if self.time is None:
            alone = Day(day.date(), like.zone, like.named, like.rest)
            yield Past(alone) if alone.day < today else alone
            return
        for hour in self.time.hours(self.parts):
            wall = day + timedelta(hours=hour, minutes=self.time.minutes)
            found = _moments(wall, like)
            if not found:
                yield Gap(wall.hour, wall.minute, replace(like, at=wall.astimezone(UTC)))
            for moment in found:
                yield Past(moment) if moment.at <= now else moment


def decided(found: Sequence[Reading]) -> Reading:
    """Keep what is still ahead; several of these have to be chosen from."""
    moments = sorted((r for r in found if isinstance(r, Moment)), key=lambda moment: moment.at)
    alone = sorted((r for r in found if isinstance(r, Day)), key=lambda day: day.day)
    skipped = next((reading for reading in found if isinstance(reading, Gap)), None)
    if skipped is not None:
        return skipped
    ahead: Sequence[Moment | Day] = moments or alone
    if not ahead:
        return found[-1] if found else NoMoment(Fault.IMPOSSIBLE)
    return ahead[0] if len(ahead) == 1 else Ambiguous(tuple(ahead[:_MOST_READINGS]))


def titled(reading: Reading, title: str) -> Reading:
    """Let *title* be what is left beside a reading."""
    match reading:
        case Moment() | Day():
            return replace(reading, rest=title)
        case Ambiguous(readings):
            return Ambiguous(tuple(replace(each, rest=title) for each in readings))
        case Past(gone):
            return Past(replace(gone, rest=title))
    return reading


def _from_now(span: Span, here: datetime, like: Moment) -> Iterator[Reading]:
    """Count days on the calendar, then on the clock, to the minute unless seconds are named."""
    begin = here.replace(second=0, microsecond=0) if span.seconds % _MINUTE == 0 else here
    for day in days.after(replace(span, seconds=0))(here.date()):
        there = datetime.combine(day, begin.timetz()).astimezone(UTC)
        moment = replace(like, at=there + timedelta(seconds=span.seconds))
        yield Past(moment) if moment.at <= here else moment


def _moments(wall: datetime, like: Moment) -> list[Moment]:
    """List the moments at which a clock shows *wall*: none in a gap, two in a fold."""
    first, second = wall.replace(fold=0), wall.replace(fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None
    assert after is not None
    if before < after:
        return []
    each = [first] if before == after else [first, second]
    return [replace(like, at=one.astimezone(UTC)) for one in each]
