"""Events that come again: as many are planned ahead as people look ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, takewhile
from typing import ClassVar

from actions.events.recurrence import ends, instant, moved, slots, wall
from kit.due import Planned
from kit.errors import Conflict
from kit.text import _
from storage.dues import Dues
from storage.events import Events
from storage.series import SeriesOfEvents
from storage.tables.events import Details, EventRow, OccurrenceRow, SeriesRow

# So many events of a series are there at a time within the horizon of the next one, and the one
# after it whenever it is: who lets an event come again hears when.
AHEAD, LEAST = 4, 2
HORIZON = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class SeriesGoesOn(Planned):
    """An event of a series begins, so another one is to be planned."""

    kind: ClassVar[str] = "events.series"
    series: int


@dataclass(frozen=True, slots=True)
class Repetition:
    """Makes the events of series."""

    events: Events
    series: SeriesOfEvents
    dues: Dues

    async def begin(self, event: EventRow, rule: str, now: datetime) -> list[EventRow]:
        """Let an event come again by a rule of its own wall time; returns the next ones."""
        begins = wall(event.starts_at, event.zone).isoformat()
        series = await self.series.add(
            rule=rule, begins=begins, zone=event.zone, details=event.details
        )
        await self.series.put(series.id, begins, event.id)
        return await self.extend(series.id, now)

    async def extend(self, series_id: int, now: datetime) -> list[EventRow]:
        """Make the next events of a series, and plan when to look again; returns them."""
        series = await self.series.get(series_id)
        if series is None:
            return []
        known = set(await self.series.slots(series_id))
        ahead: list[datetime] = []
        made: list[EventRow] = []
        for slot in _slots(series):
            at = instant(slot, series.zone)
            if len(ahead) >= AHEAD or (len(ahead) >= LEAST and at > ahead[0] + HORIZON):
                break
            if at <= now:  # what was missed while the hub was down does not come late
                continue
            ahead.append(at)
            if slot.isoformat() not in known:
                made.append(await self._make(series, slot, now))
        if ahead:
            await self.dues.plan(SeriesGoesOn(series_id), at=ahead[0])
        return made

    async def between(
        self, event: EventRow, first: date, last: date
    ) -> Sequence[EventRow | datetime]:
        """List what of an event and its series is from the *first* day to the *last*.

        Of what is not there yet the wall time is given, for ``make``.
        """
        _place, following = await self.following(event)
        there: list[EventRow] = [
            each
            for each in (event, *following)
            if first <= wall(each.starts_at, each.zone).date() <= last
        ]
        later = takewhile(lambda slot: slot.date() <= last, await self._unmade(event))
        return [*there, *(slot for slot in later if slot.date() >= first)]

    async def make(self, event: EventRow, slot: datetime, now: datetime) -> EventRow:
        """Make what comes after an event of a series at a wall time, before its turn."""
        place = await self.series.place(event.id)
        series = None if place is None else await self.series.get(place.series_id)
        assert series is not None
        return await self._make(series, slot, now)

    async def left(self, event: EventRow) -> int | None:
        """Count an event of a series and all that come after it; None if that has no end."""
        place, following = await self.following(event)
        series = None if place is None else await self.series.get(place.series_id)
        if series is not None and not ends(series.rule):
            return None
        return 1 + len(following) + len([*await self._unmade(event)])

    async def _unmade(self, event: EventRow) -> Iterator[datetime]:
        """Give the wall times after an event of a series for which there is no event yet."""
        place = await self.series.place(event.id)
        series = None if place is None else await self.series.get(place.series_id)
        if place is None or series is None:
            return iter(())
        known, since = set(await self.series.slots(series.id)), place.slot
        named = ((slot, slot.isoformat()) for slot in _slots(series))
        return (slot for slot, name in named if name > since and name not in known)

    async def following(self, event: EventRow) -> tuple[OccurrenceRow | None, Sequence[EventRow]]:
        """Say which event of a series an event is, and list those after it."""
        place = await self.series.place(event.id)
        return place, [] if place is None else await self.series.after(place)

    async def move(
        self, event: EventRow, starts_at: datetime, zone: str, now: datetime
    ) -> tuple[Sequence[EventRow], Sequence[EventRow]]:
        """Let what comes from an event of a series on come at other times; ends the series there.

        Returns what moved after it, and what was made because there are fewer now.

        Raises:
            Conflict: it cannot come by the same rule from then on.
        """
        place, following = await self.following(event)
        series = None if place is None else await self.series.get(place.series_id)
        assert place is not None
        assert series is not None
        was, begins = datetime.fromisoformat(place.slot), wall(starts_at, zone)
        passed = len([*takewhile(lambda slot: slot < was, _slots(series))])
        rule = moved(series.rule, was, begins, passed)
        if rule is None:
            raise Conflict(
                _("It cannot come again by the same rule from then on. Please choose another day.")
            )
        later = await self.series.since(place)
        await self.end(series.id)
        next_one = await self.series.add(
            rule=rule, begins=begins.isoformat(), zone=zone, details=series.details
        )
        before = chain([was], slots(series.rule, datetime.fromisoformat(series.begins), was))
        instead = {
            old.isoformat(): new
            for old, new in zip(
                takewhile(lambda slot: slot.isoformat() <= later[-1].slot, before),
                _slots(next_one),
                strict=False,
            )
        }
        for occurrence in later:
            if (slot := instead.get(occurrence.slot)) is None:
                continue
            occurrence.series_id, occurrence.slot = next_one.id, slot.isoformat()
            each = event if occurrence.event_id == event.id else None
            each = each or next((row for row in following if row.id == occurrence.event_id), None)
            if each is not None:
                each.starts_at, each.zone = instant(slot, zone), zone
        return following, await self.extend(next_one.id, now)

    async def describe(self, series_id: int, details: Details) -> None:
        """Let what is to come be otherwise."""
        if (series := await self.series.get(series_id)) is not None:
            series.details = details

    async def end(self, series_id: int) -> None:
        """Let nothing more come of a series."""
        if (series := await self.series.get(series_id)) is not None:
            series.ended = True
            await self.dues.cancel(SeriesGoesOn, series=series_id)

    async def _make(self, series: SeriesRow, slot: datetime, now: datetime) -> EventRow:
        host, at = (await self.series.last(series.id)).host_id, instant(slot, series.zone)
        event = await self.events.add(series.details, at, series.zone, host, now)
        await self.series.put(series.id, slot.isoformat(), event.id)
        return event


def _slots(series: SeriesRow) -> Iterator[datetime]:
    """Give all wall times of a series."""
    begins = datetime.fromisoformat(series.begins)
    return chain([begins], slots(series.rule, begins, begins))
