"""When something is, as the calendar and the clock of each reader say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kit.rendering import Reader, Rendered, both


@dataclass(frozen=True, slots=True)
class When:
    """A moment in the reader's zone, or in *zone* where the reader has none of their own.

    What is *there* stays in *zone*, whoever reads.
    """

    moment: datetime
    zone: str | None = None
    there: bool = False

    def render(self, reader: Reader) -> Rendered:
        """Write weekday, date, time and zone."""
        own = None if self.there else reader.zone
        return both(reader.moment(self.moment, own or self.zone or "UTC"))


@dataclass(frozen=True, slots=True)
class OnDay:
    """A day of the calendar."""

    day: date

    def render(self, reader: Reader) -> Rendered:
        """Write weekday and date."""
        return both(reader.day(self.day))


@dataclass(frozen=True, slots=True)
class Ahead:
    """How far ahead something is."""

    span: timedelta

    def render(self, reader: Reader) -> Rendered:
        """Write "in 3 days"."""
        return both(reader.span(self.span))


@dataclass(frozen=True, slots=True)
class Clocks:
    """A moment as the clocks of several zones show it."""

    moment: datetime
    zones: Sequence[str]

    def render(self, reader: Reader) -> Rendered:
        """Write "14:10 Vienna, Fri 01:10 Auckland": the weekday where it is not the first one's."""
        days = [self.moment.astimezone(ZoneInfo(zone)).date() for zone in self.zones]
        clocks = (
            reader.clock(self.moment, zone, weekday=day != days[0])
            for zone, day in zip(self.zones, days, strict=True)
        )
        return both(", ".join(clocks))


@dataclass(frozen=True, slots=True)
class TwoClocks:
    """A moment by the clock of *zone*, then by the reader's own where that shows another time.

    Where the day is known it is not *dated*.
    """

    moment: datetime
    zone: str
    dated: bool = True

    def render(self, reader: Reader) -> Rendered:
        """Write "14:10 Vienna, Fri 01:10 Auckland": the weekday where it is not the first one's."""
        write = reader.moment if self.dated else reader.clock
        there = write(self.moment, self.zone)
        if reader.zone is None:
            return both(there)
        at_place, own = (self.moment.astimezone(ZoneInfo(z)) for z in (self.zone, reader.zone))
        if at_place.utcoffset() == own.utcoffset():
            return both(there)
        other_day = at_place.date() != own.date()
        return both(f"{there}, {reader.clock(self.moment, reader.zone, weekday=other_day)}")
