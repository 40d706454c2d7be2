"""Events that come again: as many are planned ahead as people look ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import ClassVar

from actions.events.recurrence import instant, moved, slots, wall
from kit.due import Planned
from kit.errors import Conflict
from kit.text import _
from storage.dues import Dues
from storage.events import Events
from storage.series import SeriesOfEvents
from storage.tables.events import Details, EventRow, OccurrenceRow, SeriesRow

# So many events of a series are there at a time, and the next one whenever it is.
AHEAD = 4
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
        known = [datetime.fromisoformat(slot) for slot in await self.series.slots(series_id)]
        ahead = [at for slot in known if (at := instant(slot, series.zone)) > now]
        made: list[EventRow] = []
        for slot in slots(series.rule, datetime.fromisoformat(series.begins), known[-1]):
            at = instant(slot, series.zone)
            if len(ahead) >= AHEAD or (ahead and at > now + HORIZON):
                break
            if at > now:  # what was missed while the hub was down does not come late
                ahead.append(at)
                made.append(await self._make(series, slot, at, now))
        if ahead:
            await self.dues.plan(SeriesGoesOn(series_id), at=min(ahead))
        return made

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
        passed = sum(slot < place.slot for slot in await self.series.slots(series.id))
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
        times = chain([begins], slots(rule, begins, begins))
        for occurrence, slot in zip(later, times, strict=False):
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

    async def _make(
        self, series: SeriesRow, slot: datetime, at: datetime, now: datetime
    ) -> EventRow:
        host = (await self.series.last(series.id)).host_id
        event = await self.events.add(series.details, at, series.zone, host, now)
        await self.series.put(series.id, slot.isoformat(), event.id)
        return event
