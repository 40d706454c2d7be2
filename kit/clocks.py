"""A moment of something that is held at a place, for those who are there and those who are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kit.rendering import Reader, Rendered, both


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
