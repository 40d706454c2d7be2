"""How long finished rows are kept. What people said left them when they were finished."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, true
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import DueRow, InboxRow, NoticeRow, OutboxRow, UnmetRow

# An event that came again after this would be handled again; homeservers do not go back so far.
KEPT = timedelta(days=30)
UNMET_KEPT = timedelta(days=90)


async def sweep(session: AsyncSession, now: datetime) -> None:
    """Delete finished rows older than thirty days, and searches for nothing after ninety.

    Failed rows stay until an operator looked.
    """
    finished = {
        InboxRow: (InboxRow.sent_at, InboxRow.state.in_(("done", "withdrawn"))),
        OutboxRow: (OutboxRow.created_at, OutboxRow.state == "sent"),
        DueRow: (DueRow.due_at, DueRow.state == "done"),
        NoticeRow: (NoticeRow.since, true()),
    }
    for table, (moment, over) in finished.items():
        await session.execute(delete(table).where(moment < now - KEPT, over))
    await session.execute(delete(UnmetRow).where(UnmetRow.last_at < now - UNMET_KEPT))
