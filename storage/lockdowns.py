"""Whiles in which who wants to join the Space has to knock."""

from __future__ import annotations

from sqlalchemy import select

from storage.repository import Repository
from storage.tables.moderation import LockdownRow


class Lockdowns(Repository):
    """The lockdowns of the Space, one at a time."""

    async def begin(self, row: LockdownRow) -> LockdownRow:
        """Number a new one."""
        self._session.add(row)
        await self._session.flush()
        return row

    async def get(self, number: int) -> LockdownRow | None:
        """Return one."""
        return await self._session.get(LockdownRow, number)

    async def current(self) -> LockdownRow | None:
        """Return the one that holds, if one does."""
        query = select(LockdownRow).where(LockdownRow.over.is_(False)).order_by(LockdownRow.id)
        return (await self._session.scalars(query)).first()
