"""How long what is over is kept. What people said left it when it was finished."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.engine import ERASED
from storage.experts import OPEN_STATES
from storage.tables.cases import RequestRow
from storage.tables.events import AttendanceRow, EventRow
from storage.tables.library import UnmetRow
from storage.tables.queues import DueRow, InboxRow, OutboxRow
from storage.tables.rooms import RoomRow
from storage.tables.talk import ListingRow, NoticeRow

# An event that came again after this would be handled again; homeservers do not go back so far.
KEPT = timedelta(days=30)
# What failed waits for an operator to look.
FAILED_KEPT = timedelta(days=90)
UNMET_KEPT = timedelta(days=90)
# Figures of a year come from these; what was asked leaves with them.
REQUESTS_KEPT = timedelta(days=365)


async def sweep(session: AsyncSession, now: datetime) -> None:
    """Delete what is over and old, and the chats of those who are forgotten once they are left."""
    queues = {
        InboxRow: (InboxRow.sent_at, InboxRow.state, ("done", "withdrawn")),
        OutboxRow: (OutboxRow.created_at, OutboxRow.state, ("sent",)),
        DueRow: (DueRow.due_at, DueRow.state, ("done",)),
    }
    for table, (moment, state, finished) in queues.items():
        over = and_(moment < now - KEPT, state.in_(finished))
        failed = and_(moment < now - FAILED_KEPT, state != "new")
        await session.execute(delete(table).where(or_(over, failed)))
    await session.execute(delete(NoticeRow).where(NoticeRow.since < now - KEPT))
    await session.execute(delete(UnmetRow).where(UnmetRow.last_at < now - UNMET_KEPT))
    past = select(EventRow.id).where(EventRow.starts_at < now - KEPT)
    await session.execute(delete(AttendanceRow).where(AttendanceRow.event_id.in_(past)))
    settled = RequestRow.state.not_in(OPEN_STATES), RequestRow.created_at < now - REQUESTS_KEPT
    await session.execute(delete(RequestRow).where(*settled))
    # A list carries no time of its own: it is as old as the first sweep that met it.
    await session.execute(delete(ListingRow).where(ListingRow.met_at < now - KEPT))
    await session.execute(update(ListingRow).where(ListingRow.met_at.is_(None)).values(met_at=now))
    nobodys = or_(
        and_(RoomRow.key.startswith("direct:"), RoomRow.person_id.is_(None)),
        RoomRow.key.startswith("refused:"),
    )
    busy = select(OutboxRow.room).where(OutboxRow.state == "new")
    left = delete(RoomRow).where(nobodys, RoomRow.id.not_in(busy)).returning(RoomRow.id)
    if (await session.scalars(left)).all():
        session.info[ERASED] = True
