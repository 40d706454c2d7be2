"""Keys that are kept for those who could not be given them when something was said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.repository import Repository
from storage.rows import insert_new
from storage.tables.encryption import CorrespondentRow, KeptKeyRow, OutboundSessionRow

# Made once: building a statement takes longer than running it.
_LATE = (
    select(CorrespondentRow.user_id)
    .join(KeptKeyRow, KeptKeyRow.correspondent_id == CorrespondentRow.id)
    .where(KeptKeyRow.outbound_id == bindparam("outbound"))
)


class KeptKeys(Repository):
    """Keys of outbound sessions, by room and by who is to get them."""

    async def keep(
        self, outbound_id: int, user_ids: Collection[str], pickle: str, since: datetime
    ) -> None:
        """Keep the key of a session as it is for some users; of one session the first stays."""
        if not user_ids:
            return
        theirs = select(CorrespondentRow.id).where(CorrespondentRow.user_key.in_(user_ids))
        rows = [
            {"outbound_id": outbound_id, "correspondent_id": each, "pickle": pickle, "since": since}
            for each in await self._session.scalars(theirs)
        ]
        await insert_new(self._session, KeptKeyRow, rows)

    async def late(self, outbound_id: int) -> set[str]:
        """Return for whom the key of a session is kept."""
        return set(await self._session.scalars(_LATE, {"outbound": outbound_id}))

    async def waiting(self) -> set[tuple[str, str]]:
        """Return each room and user with any key that is kept."""
        query = (
            select(OutboundSessionRow.room_id, CorrespondentRow.user_id)
            .join(KeptKeyRow, KeptKeyRow.outbound_id == OutboundSessionRow.id)
            .join(CorrespondentRow, KeptKeyRow.correspondent_id == CorrespondentRow.id)
        )
        return {(room, user) for room, user in await self._session.execute(query)}

    async def of(
        self, room_id: str, user_id: str
    ) -> Sequence[tuple[KeptKeyRow, OutboundSessionRow]]:
        """List what of a room is kept for somebody, each with its session."""
        query = (
            select(KeptKeyRow, OutboundSessionRow)
            .join(OutboundSessionRow, KeptKeyRow.outbound_id == OutboundSessionRow.id)
            .join(CorrespondentRow, KeptKeyRow.correspondent_id == CorrespondentRow.id)
            .where(OutboundSessionRow.room_id == room_id, CorrespondentRow.user_key == user_id)
            .order_by(OutboundSessionRow.id)
        )
        return [(kept, session) for kept, session in await self._session.execute(query)]

    async def since(self, room_id: str, user_id: str) -> datetime | None:
        """Tell since when somebody cannot read in a room."""
        rows = [kept.since for kept, _session in await self.of(room_id, user_id)]
        return min(rows, default=None)

    async def drop(self, room_id: str, user_ids: Collection[str]) -> None:
        """Keep nothing of a room for these users any more."""
        there = select(OutboundSessionRow.id).where(OutboundSessionRow.room_id == room_id)
        theirs = select(CorrespondentRow.id).where(CorrespondentRow.user_key.in_(user_ids))
        these = KeptKeyRow.outbound_id.in_(there), KeptKeyRow.correspondent_id.in_(theirs)
        await self._session.execute(delete(KeptKeyRow).where(*these))
