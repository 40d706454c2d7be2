"""Which days are meant by what people say of a day."""

from __future__ import annotations

from datetime import date

from actions.events.recurrence import wall
from kit.moments import Ambiguous, Day, Gap, Moment, NoMoment, Past, Reading


def days_of(reading: Reading, zone: str) -> set[date]:
    """List the days of a zone that a reading may mean, those that are over too."""
    match reading:
        case Day(day=day):
            return {day}
        case Moment(at=at):
            return {wall(at, zone).date()}
        case Past(one):
            return days_of(one, zone)
        case Ambiguous(readings):
            return set[date]().union(*(days_of(each, zone) for each in readings))
        case Gap() | NoMoment():
            return set()
