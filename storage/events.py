"""Events and who is going."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.repository import Repository
from storage.rows import insert_new
from storage.tables.events import AttendanceRow, EventRow
from storage.tables.people import PersonRow


class Events(Repository):
    """What is coming, and who said they are going."""

    async def add(
        self, title: str, starts_at: datetime, zone: str, host_id: int | None
    ) -> EventRow:
        """Announce an event and give it its number."""
        event = EventRow(title=title, starts_at=starts_at, zone=zone, host_id=host_id)
        self._session.add(event)
        await self._session.flush()
        return event

    async def get(self, event_id: int) -> EventRow | None:
        """Return an event that was not cancelled."""
        row = await self._session.get(EventRow, event_id)
        return None if row is None or row.cancelled else row

    async def upcoming(self, now: datetime) -> Sequence[EventRow]:
        """List what has not begun, the nearest first."""
        query = (
            select(EventRow)
            .where(EventRow.starts_at > now, ~EventRow.cancelled)
            .order_by(EventRow.starts_at, EventRow.id)
        )
        return (await self._session.scalars(query)).all()

    async def join(self, event_id: int, person_id: int) -> None:
        """Note that a person is going; saying it twice changes nothing."""
        row = {"event_id": event_id, "person_id": person_id}
        await insert_new(self._session, AttendanceRow, [row])

    async def leave(self, event_id: int, person_id: int) -> bool:
        """Note that a person is not going; returns whether they were."""
        row = await self._session.get(AttendanceRow, (event_id, person_id))
        if row is not None:
            await self._session.delete(row)
        return row is not None

    async def attendees(self, event_id: int) -> Sequence[PersonRow]:
        """List who is going."""
        query = (
            select(PersonRow)
            .join(AttendanceRow, AttendanceRow.person_id == PersonRow.id)
            .where(AttendanceRow.event_id == event_id)
            .order_by(PersonRow.id)
        )
        return (await self._session.scalars(query)).all()

    async def attended(self, person_id: int) -> set[int]:
        """List the numbers of what a person is going to, or went to."""
        query = select(AttendanceRow.event_id).where(AttendanceRow.person_id == person_id)
        return set(await self._session.scalars(query))
