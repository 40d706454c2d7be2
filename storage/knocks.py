"""Who asks to be let into a room."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from storage.repository import Repository
from storage.tables.people import PersonRow
from storage.tables.rooms import KnockRow, RoomRow


class Knocks(Repository):
    """Knocks that nobody answered yet."""

    async def add(self, row: KnockRow) -> KnockRow:
        """Keep a knock at a door where they do not wait yet."""
        self._session.add(row)
        await self._session.flush()
        return row

    async def get(self, number: int) -> KnockRow | None:
        """Return one knock."""
        return await self._session.get(KnockRow, number)

    async def waiting(self) -> Sequence[tuple[KnockRow, PersonRow, RoomRow]]:
        """List them with who knocks and where, the oldest first."""
        query = select(KnockRow, PersonRow, RoomRow)
        query = query.join(PersonRow, PersonRow.id == KnockRow.person_id)
        query = query.join(RoomRow, RoomRow.id == KnockRow.room).order_by(KnockRow.id)
        return [(knock, person, room) for knock, person, room in await self._session.execute(query)]

    async def at(self, person_id: int, room: int) -> KnockRow | None:
        """Return the one of somebody at a room."""
        there = KnockRow.person_id == person_id, KnockRow.room == room
        return await self._session.scalar(select(KnockRow).where(*there))

    async def of(self, person_id: int) -> Sequence[tuple[KnockRow, RoomRow]]:
        """List those of somebody, and where they knock, the oldest first."""
        query = select(KnockRow, RoomRow).join(RoomRow, RoomRow.id == KnockRow.room)
        query = query.where(KnockRow.person_id == person_id).order_by(KnockRow.id)
        return [(knock, room) for knock, room in await self._session.execute(query)]

    async def remove(self, row: KnockRow) -> None:
        """Forget one that is answered."""
        await self._session.delete(row)
        await self._session.flush()
