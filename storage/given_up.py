"""What was not done on the homeserver and waits for an operator to look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kit.errand import (
    Address,
    Create,
    Errand,
    Follow,
    SetLevels,
    SetPicture,
    SetState,
    SpaceChild,
    dump,
)
from kit.roomkey import RoomKey, SpaceRoom
from kit.stored import Unreadable
from storage.outbox import Outgoing
from storage.queue import State
from storage.repository import Repository
from storage.tables.queues import OutboxRow
from storage.tables.rooms import RoomRow

# They say how a room of the Space is to be, and nothing of anybody: they may be tried again.
OF_ROOMS = (Create, SpaceChild, Address, SetState, SetLevels, SetPicture, Follow)
OVER = (State.PARKED, State.UNKNOWN, State.DEAD)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An errand that was not done; *again*: what it asks is kept, so it can be tried once more."""

    id: int
    action: str
    key: RoomKey | Unreadable
    state: State
    reason: str
    created_at: datetime
    again: bool

    @property
    def slug(self) -> str:
        """The slug of its room in the Space; empty elsewhere."""
        return self.key.slug if isinstance(self.key, SpaceRoom) else ""


class GivenUps(Repository):
    """Errands that can never succeed, failed too often, or may have been done."""

    async def park(self, row: Outgoing, reason: str) -> None:
        """Give up an errand; what it asks of a room of the Space alone is kept."""
        found = await self._session.get_one(OutboxRow, row.id, with_for_update=True)
        if found.state is not State.NEW:
            return
        found.state, found.reason, found.audience = State.PARKED, reason, None
        if not (isinstance(row.key, SpaceRoom) and isinstance(row.errand, OF_ROOMS)):
            found.content = None

    async def holds(self, room: int, errand: Errand) -> bool:
        """Tell whether the same was asked of a room, and refused."""
        refused = (
            OutboxRow.room == room,
            OutboxRow.action == errand.action,
            OutboxRow.state == State.PARKED,
        )
        asked = await self._session.scalars(select(OutboxRow.content).where(*refused))
        return dump(errand) in asked.all()

    async def all(self) -> Sequence[GivenUp]:
        """List them, the oldest first."""
        query = (
            select(OutboxRow, RoomRow.key)
            .join(RoomRow, RoomRow.id == OutboxRow.room)
            .where(OutboxRow.state.in_(OVER))
            .order_by(OutboxRow.id)
        )
        return [
            GivenUp(
                row.id,
                row.action,
                key,
                row.state,
                row.reason or "",
                row.created_at,
                again=row.content is not None,
            )
            for row, key in (await self._session.execute(query)).all()
        ]

    async def try_again(self, row_ids: Collection[int], now: datetime) -> int:
        """Let those that can be be tried once more; returns how many these are."""
        again = [row for row in await self._chosen(row_ids) if row.content is not None]
        for row in again:
            row.state, row.tries, row.not_before, row.reason = State.NEW, 0, None, None
            row.created_at = now
        return len(again)

    async def drop(self, row_ids: Collection[int]) -> int:
        """Forget some; returns how many these are."""
        rows = await self._chosen(row_ids)
        for row in rows:
            await self._session.delete(row)
        return len(rows)

    async def _chosen(self, row_ids: Collection[int]) -> Sequence[OutboxRow]:
        these = OutboxRow.id.in_(row_ids), OutboxRow.state.in_(OVER)
        return (await self._session.scalars(select(OutboxRow).where(*these))).all()
