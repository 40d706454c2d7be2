"""Events that come again, and which of them are there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from storage.repository import Repository
from storage.tables.events import EventRow, OccurrenceRow, SeriesRow


class SeriesOfEvents(Repository):
    """Series, and the events that were made of them."""

    async def add(self, **columns: Any) -> SeriesRow:
        """Begin a series."""
        series = SeriesRow(**columns)
        self._session.add(series)
        await self._session.flush()
        return series

    async def get(self, series_id: int) -> SeriesRow | None:
        """Return a series that has not ended."""
        row = await self._session.get(SeriesRow, series_id)
        return None if row is None or row.ended else row

    async def put(self, series_id: int, slot: str, event_id: int) -> None:
        """Note that an event is the one of a series at a *slot*."""
        self._session.add(OccurrenceRow(event_id=event_id, series_id=series_id, slot=slot))
        await self._session.flush()

    async def place(self, event_id: int) -> OccurrenceRow | None:
        """Say which event of which series an event is, None if of none."""
        return await self._session.get(OccurrenceRow, event_id)

    async def among(self, event_ids: Collection[int]) -> set[int]:
        """Choose the events that are of a series."""
        query = select(OccurrenceRow.event_id).where(OccurrenceRow.event_id.in_(event_ids))
        return set(await self._session.scalars(query))

    async def slots(self, series_id: int) -> Sequence[str]:
        """List for which wall times there are events, the earliest first."""
        query = select(OccurrenceRow.slot).where(OccurrenceRow.series_id == series_id)
        return (await self._session.scalars(query.order_by(OccurrenceRow.slot))).all()

    async def since(self, occurrence: OccurrenceRow) -> Sequence[OccurrenceRow]:
        """List it and all that come later in its series, cancelled or not."""
        query = (
            select(OccurrenceRow)
            .where(OccurrenceRow.series_id == occurrence.series_id)
            .where(OccurrenceRow.slot >= occurrence.slot)
            .order_by(OccurrenceRow.slot)
        )
        return (await self._session.scalars(query)).all()

    async def last(self, series_id: int) -> EventRow:
        """Return the event that is farthest ahead."""
        query = (
            select(EventRow)
            .join(OccurrenceRow, OccurrenceRow.event_id == EventRow.id)
            .where(OccurrenceRow.series_id == series_id)
            .order_by(OccurrenceRow.slot.desc())
            .limit(1)
        )
        return (await self._session.scalars(query)).one()

    async def after(self, occurrence: OccurrenceRow) -> Sequence[EventRow]:
        """List the events of its series that come later and stand."""
        query = (
            select(EventRow)
            .join(OccurrenceRow, OccurrenceRow.event_id == EventRow.id)
            .where(OccurrenceRow.series_id == occurrence.series_id)
            .where(OccurrenceRow.slot > occurrence.slot, ~EventRow.cancelled)
            .order_by(OccurrenceRow.slot)
        )
        return (await self._session.scalars(query)).all()
