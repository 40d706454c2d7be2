"""Who is not to be put together with whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from storage.repository import Repository
from storage.rows import insert_new
from storage.tables.cases import AvoidanceRow


class Avoidances(Repository):
    """What people said of others whom they do not want to meet again."""

    async def add(self, person_id: int, other_id: int, now: datetime) -> None:
        """Keep that somebody does not want to meet another; harmless if it is known."""
        row = {"person_id": person_id, "other_id": other_id, "since": now}
        await insert_new(self._session, AvoidanceRow, [row])

    async def by(self, person_id: int) -> set[int]:
        """List whom a person does not want to meet."""
        query = select(AvoidanceRow.other_id).where(AvoidanceRow.person_id == person_id)
        return set(await self._session.scalars(query))

    async def of(self, person_id: int) -> set[int]:
        """List who does not want to meet a person."""
        query = select(AvoidanceRow.person_id).where(AvoidanceRow.other_id == person_id)
        return set(await self._session.scalars(query))
