"""Events and who is going."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from storage.directory import AT_EVENTS, shows
from storage.repository import Repository
from storage.rows import insert_new
from storage.tables.events import (
    LONGEST,
    AttendanceRow,
    Details,
    EventRow,
    OccurrenceRow,
    ProgrammeRow,
    Response,
)
from storage.tables.people import DirectoryRow, PersonRow

_MOST_FINDABLE = 100


class Events(Repository):
    """What is coming, and who said they are going."""

    async def add(
        self, details: Details, starts_at: datetime, zone: str, host_id: int | None, now: datetime
    ) -> EventRow:
        """Announce an event, and give it its number."""
        event = EventRow(
            details=details, starts_at=starts_at, zone=zone, host_id=host_id, revised_at=now
        )
        self._session.add(event)
        await self._session.flush()
        return event

    async def get(self, event_id: int) -> EventRow | None:
        """Return an event that was not cancelled."""
        row = await self.any(event_id)
        return None if row is None or row.cancelled else row

    async def any(self, event_id: int) -> EventRow | None:
        """Return an event, cancelled or not."""
        return await self._session.get(EventRow, event_id)

    async def upcoming(self, now: datetime) -> Sequence[EventRow]:
        """List what is not over, the earliest first; of each series what is on, and the next.

        The sessions of a conference stand in its programme.
        """
        session = select(ProgrammeRow.event_id).where(ProgrammeRow.event_id == EventRow.id)
        part = aliased(EventRow)
        goes_on = (
            select(ProgrammeRow.event_id)
            .join(part, part.id == ProgrammeRow.event_id)
            .where(ProgrammeRow.conference_id == EventRow.id, part.starts_at > now - LONGEST)
        )
        query = (
            select(EventRow, OccurrenceRow.series_id)
            .outerjoin(OccurrenceRow, OccurrenceRow.event_id == EventRow.id)
            .where(~EventRow.cancelled, ~session.exists())
            .where(or_(EventRow.starts_at > now - LONGEST, goes_on.exists()))
            .order_by(EventRow.starts_at, EventRow.id)
        )
        rows = [(row[0], row[1]) for row in await self._session.execute(query)]
        over = await self.over([event for event, _series in rows if event.starts_at <= now])
        nearest: dict[tuple[str, int], EventRow] = {}
        for event, series_id in rows:
            if event.starts_at <= now:
                if over[event.id] > now:
                    nearest["event", event.id] = event
                continue
            own = ("event", event.id) if series_id is None else ("series", series_id)
            nearest.setdefault(own, event)
        return list(nearest.values())

    async def over(self, events: Sequence[EventRow]) -> Mapping[int, datetime]:
        """Say when each of some events is over: a conference with its last session.

        One of which that is not known is over when it begins.
        """
        until = await self.programmed_until([event.id for event in events])
        return {
            event.id: max(
                event.starts_at + (event.length or timedelta(0)),
                until.get(event.id, event.starts_at),
            )
            for event in events
        }

    async def respond(
        self, event_id: int, person_id: int, response: Response, since: datetime
    ) -> None:
        """Note what a person says *since* then, in place of what they said before."""
        row = await self.attendance(event_id, person_id)
        if row is None:
            await self.join(event_id, person_id, since, response)
        else:
            row.response, row.since = response, since

    async def join(
        self,
        event_id: int,
        person_id: int,
        since: datetime | None = None,
        response: Response = Response.GOING,
    ) -> None:
        """Note that a person is going; saying it twice changes nothing."""
        row = {"event_id": event_id, "person_id": person_id, "response": response, "since": since}
        await insert_new(self._session, AttendanceRow, [row])

    async def attendance(self, event_id: int, person_id: int) -> AttendanceRow | None:
        """Return what is known of a person who is going, None if they are not."""
        return await self._session.get(AttendanceRow, (event_id, person_id))

    async def leave(self, event_id: int, person_id: int) -> bool:
        """Note that a person is not going; returns whether they were."""
        row = await self.attendance(event_id, person_id)
        if row is not None:
            await self._session.delete(row)
        return row is not None

    async def going(self, event_id: int) -> int:
        """Count who is going and has a place."""
        going = AttendanceRow.event_id == event_id, AttendanceRow.response == Response.GOING
        return await self._session.scalar(select(func.count()).where(*going)) or 0

    async def waiting(self, event_id: int) -> Sequence[AttendanceRow]:
        """List who waits for a place, the first to get one first."""
        query = (
            select(AttendanceRow)
            .where(AttendanceRow.event_id == event_id, AttendanceRow.response == Response.WAITS)
            .order_by(AttendanceRow.since, AttendanceRow.person_id)
        )
        return (await self._session.scalars(query)).all()

    async def responses(self, event_id: int) -> Mapping[Response, int]:
        """Count what people said about an event."""
        query = (
            select(AttendanceRow.response, func.count())
            .where(AttendanceRow.event_id == event_id)
            .group_by(AttendanceRow.response)
        )
        rows = await self._session.execute(query)
        return {row[0]: row[1] for row in rows}

    async def findable(self, event_id: int) -> Sequence[tuple[str, str | None]]:
        """List Matrix ID and category of who is going and lets members see that, first come first.

        At most a hundred: nobody reads more.
        """
        query = (
            select(PersonRow.user_id, PersonRow.category)
            .join(AttendanceRow, AttendanceRow.person_id == PersonRow.id)
            .join(DirectoryRow, DirectoryRow.person_id == PersonRow.id)
            .where(AttendanceRow.event_id == event_id)
            .where(shows(AT_EVENTS))
            .where(
                AttendanceRow.response == Response.GOING, PersonRow.is_member, ~PersonRow.departed
            )
            .order_by(AttendanceRow.since, AttendanceRow.person_id)
            .limit(_MOST_FINDABLE)
        )
        return [(row.user_id, row.category) for row in await self._session.execute(query)]

    async def going_among(self, event_id: int, person_ids: Collection[int]) -> set[int]:
        """Choose who of these is going."""
        query = select(AttendanceRow.person_id).where(AttendanceRow.event_id == event_id)
        these = query.where(AttendanceRow.person_id.in_(person_ids))
        return set(await self._session.scalars(these))

    async def attendees(self, event_id: int) -> set[int]:
        """List who is going or waits for a place."""
        query = select(AttendanceRow.person_id).where(AttendanceRow.event_id == event_id)
        return set(await self._session.scalars(query))

    async def portion(self, event_id: int, after: int, most: int) -> Sequence[AttendanceRow]:
        """List who is going or waits by their numbers: at most so many *after* one of them."""
        query = (
            select(AttendanceRow)
            .where(AttendanceRow.event_id == event_id, AttendanceRow.person_id > after)
            .order_by(AttendanceRow.person_id)
            .limit(most)
        )
        return (await self._session.scalars(query)).all()

    async def calendar(self, person_id: int) -> Sequence[tuple[EventRow, AttendanceRow]]:
        """List what a person is going to or went to lately, cancelled or not."""
        query = (
            select(EventRow, AttendanceRow)
            .join(AttendanceRow, AttendanceRow.event_id == EventRow.id)
            .where(AttendanceRow.person_id == person_id, AttendanceRow.response != Response.WAITS)
            .order_by(EventRow.starts_at, EventRow.id)
        )
        return [(row.EventRow, row.AttendanceRow) for row in await self._session.execute(query)]

    async def programmed_until(self, event_ids: Collection[int]) -> Mapping[int, datetime]:
        """Say when the last session of each of some conferences is over, of those that have one."""
        query = (
            select(ProgrammeRow.conference_id, EventRow.starts_at, EventRow.length)
            .join(EventRow, EventRow.id == ProgrammeRow.event_id)
            .where(ProgrammeRow.conference_id.in_(event_ids), ~EventRow.cancelled)
        )
        until: dict[int, datetime] = {}
        for row in await self._session.execute(query):
            over = row.starts_at + (row.length or timedelta(0))
            until[row.conference_id] = max(over, until.get(row.conference_id, over))
        return until

    async def ahead(
        self, person_id: int, since: datetime
    ) -> Sequence[tuple[EventRow, AttendanceRow]]:
        """List what a person is going to, may be, or waits for, that begins *since* then."""
        query = (
            select(EventRow, AttendanceRow)
            .join(AttendanceRow, AttendanceRow.event_id == EventRow.id)
            .where(AttendanceRow.person_id == person_id)
            .where(EventRow.starts_at >= since, ~EventRow.cancelled)
            .order_by(EventRow.starts_at, EventRow.id)
        )
        return [(row.EventRow, row.AttendanceRow) for row in await self._session.execute(query)]

    async def bounded(self, person_id: int, now: datetime) -> Sequence[EventRow]:
        """List what is ahead with so many places and no more, where a person has one or waits."""
        query = (
            select(EventRow)
            .join(AttendanceRow, AttendanceRow.event_id == EventRow.id)
            .where(AttendanceRow.person_id == person_id, EventRow.capacity.is_not(None))
            .where(EventRow.starts_at > now, ~EventRow.cancelled)
            .order_by(EventRow.starts_at, EventRow.id)
        )
        return (await self._session.scalars(query)).all()

    async def told_before(self, event: EventRow) -> set[int]:
        """List who is going to what is told before it, and was revised together with it.

        That is an earlier event of its series; or of a session, when its conference was revised,
        the conference and the sessions before.
        """
        this, other = aliased(OccurrenceRow), aliased(OccurrenceRow)
        query = (
            select(AttendanceRow.person_id)
            .join(EventRow, EventRow.id == AttendanceRow.event_id)
            .join(other, other.event_id == EventRow.id)
            .join(this, and_(this.series_id == other.series_id, this.slot > other.slot))
            .where(this.event_id == event.id, EventRow.revised_at == event.revised_at)
        )
        told = set(await self._session.scalars(query))
        session = await self._session.get(ProgrammeRow, event.id)
        whole = await self.any(session.conference_id) if session else None
        if whole is None or whole.revised_at != event.revised_at:
            return told
        before = select(ProgrammeRow.event_id).where(
            ProgrammeRow.conference_id == whole.id, ProgrammeRow.event_id < event.id
        )
        query = (
            select(AttendanceRow.person_id)
            .join(EventRow, EventRow.id == AttendanceRow.event_id)
            .where(or_(EventRow.id == whole.id, EventRow.id.in_(before)))
            .where(EventRow.revised_at == event.revised_at)
        )
        return told | set(await self._session.scalars(query))

    async def attended(self, person_id: int) -> set[int]:
        """List the numbers of what a person is going to, or went to."""
        query = select(AttendanceRow.event_id).where(AttendanceRow.person_id == person_id)
        return set(await self._session.scalars(query))
