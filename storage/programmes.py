"""What conferences consist of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import func, select

from storage.repository import Repository
from storage.tables.events import AttendanceRow, EventRow, ProgrammeRow

Part: TypeAlias = tuple[EventRow, ProgrammeRow]


class Programmes(Repository):
    """Sessions are events of their own; a row says of which conference."""

    async def put(
        self, conference_id: int, event_id: int, uid: str, track: str, speakers: str
    ) -> None:
        """Make an event a session of a conference, or note what its programme says of it anew."""
        row = await self.of(event_id)
        if row is None:
            row = ProgrammeRow(event_id=event_id, conference_id=conference_id, uid=uid)
            self._session.add(row)
        row.track, row.speakers = track, speakers
        await self._session.flush()

    async def of(self, event_id: int) -> ProgrammeRow | None:
        """Say what an event is of which conference, None if of none."""
        return await self._session.get(ProgrammeRow, event_id)

    async def sessions(self, conference_id: int) -> Sequence[Part]:
        """List the sessions of a conference by when they begin, cancelled or not."""
        query = (
            select(EventRow, ProgrammeRow)
            .join(ProgrammeRow, ProgrammeRow.event_id == EventRow.id)
            .where(ProgrammeRow.conference_id == conference_id)
            .order_by(EventRow.starts_at, EventRow.id)
        )
        return [(row.EventRow, row.ProgrammeRow) for row in await self._session.execute(query)]

    async def standing(self, since: datetime) -> Sequence[EventRow]:
        """List the sessions of ``parts`` alone."""
        return [session for session, _conference in await self.parts(since)]

    async def parts(self, since: datetime) -> Sequence[tuple[EventRow, int]]:
        """List what begins *since* then and stands, the earliest first, with its conference."""
        query = (
            select(EventRow, ProgrammeRow.conference_id)
            .join(ProgrammeRow, ProgrammeRow.event_id == EventRow.id)
            .where(EventRow.starts_at >= since, ~EventRow.cancelled)
            .order_by(EventRow.starts_at, EventRow.id)
        )
        return [(row[0], row[1]) for row in await self._session.execute(query)]

    async def conferences(self) -> Sequence[tuple[EventRow, datetime]]:
        """List what has a programme and stands, the latest first, with when its last one begins."""
        last = (
            select(ProgrammeRow.conference_id, func.max(EventRow.starts_at).label("last"))
            .join(EventRow, EventRow.id == ProgrammeRow.event_id)
            .group_by(ProgrammeRow.conference_id)
            .subquery()
        )
        query = (
            select(EventRow, last.c.last)
            .join(last, last.c.conference_id == EventRow.id)
            .where(~EventRow.cancelled)
            .order_by(EventRow.starts_at.desc(), EventRow.id)
        )
        return [(row.EventRow, row.last) for row in await self._session.execute(query)]

    async def attendees(self, conference_id: int) -> set[int]:
        """List who is going to any session of a conference, may be, or waits for a place."""
        query = (
            select(AttendanceRow.person_id)
            .join(ProgrammeRow, ProgrammeRow.event_id == AttendanceRow.event_id)
            .where(ProgrammeRow.conference_id == conference_id)
        )
        return set(await self._session.scalars(query))

    async def told(self, event_ids: Sequence[int]) -> dict[int, int]:
        """Count for each of some events who would be told of a change."""
        query = (
            select(AttendanceRow.event_id, func.count())
            .where(AttendanceRow.event_id.in_(event_ids))
            .group_by(AttendanceRow.event_id)
        )
        return {row[0]: row[1] for row in await self._session.execute(query)}
