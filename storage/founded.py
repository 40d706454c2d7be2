"""Rooms that were founded in chat: asked for, open, archived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kit.network import RoomKind, RoomPlan
from storage.repository import Repository
from storage.tables.rooms import FoundedRow, RoomState


class FoundedRooms(Repository):
    """What moderators add and members ask for, beside the file of the Space."""

    async def add(self, row: FoundedRow) -> FoundedRow:
        """Keep a room that is wanted."""
        self._session.add(row)
        await self._session.flush()
        return row

    async def get(self, number: int) -> FoundedRow | None:
        """Look a room up by number."""
        return await self._session.get(FoundedRow, number)

    async def called(self, slug: str) -> FoundedRow | None:
        """Look a room up by slug."""
        query = select(FoundedRow).where(FoundedRow.slug == slug)
        return (await self._session.scalars(query)).one_or_none()

    async def in_state(self, state: RoomState) -> Sequence[FoundedRow]:
        """List rooms, the oldest first."""
        query = select(FoundedRow).where(FoundedRow.state == state).order_by(FoundedRow.id)
        return (await self._session.scalars(query)).all()

    async def asked_by(self, person_id: int) -> Sequence[FoundedRow]:
        """List the rooms that somebody asks for and nobody decided about."""
        return [row for row in await self.in_state(RoomState.ASKED) if row.asked_by_id == person_id]

    async def remove(self, row: FoundedRow) -> None:
        """Forget a room that is not to be."""
        await self._session.delete(row)

    async def plans(self) -> Mapping[str, RoomPlan]:
        """Return the open ones as the Space builds them, by slug."""
        return {row.slug: plan(row) for row in await self.in_state(RoomState.OPEN)}


def plan(row: FoundedRow) -> RoomPlan:
    """Say how a founded room is to be."""
    return RoomPlan(
        slug=row.slug,
        kind=RoomKind.GROUP,
        parent=row.parent,
        names=row.names,
        topics=row.topics,
        access=row.access,
        encrypted=row.encrypted,
    )
