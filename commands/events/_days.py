"""Which days are meant by what people say of them."""

from __future__ import annotations

from datetime import date, datetime

from actions.events.recurrence import wall
from kit.moments import Ambiguous, Day, Gap, Moment, NoMoment, Past, Reading
from kit.understanding import Understanding
from kit.words import clean


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


def days_named(
    read: Understanding, said: str, language: str, now: datetime, zone: str
) -> tuple[set[date], str]:
    """List the days that *said* names, alone or beside something else, and what that is."""
    if alone := days_of(read.moment(said, language, now, zone), zone):
        return alone, ""
    words, days = read.period(said, language, now, zone)
    if words:
        return set(days), clean(said).replace(words, " ", 1)
    first, _space, after = said.partition(" ")
    before, _space, last = said.rpartition(" ")
    for kind, when in ((first, after), (last, before)):
        beside = days_of(read.moment(when, language, now, zone), zone)
        if beside and read.event_kind(kind) is not None:
            return beside, kind
    return set(), said
