"""What people looked for in vain and wait for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.repository import Repository
from storage.tables.library import AwaitedRow
from storage.tables.people import PersonRow


class Awaited(Repository):
    """Searches whose author wants to be told."""

    async def of(self, person_id: int) -> Sequence[AwaitedRow]:
        """List what somebody waits for, oldest first."""
        query = select(AwaitedRow).filter_by(person_id=person_id).order_by(AwaitedRow.id)
        return (await self._session.scalars(query)).all()

    async def after(self, last: int, most: int) -> Sequence[tuple[AwaitedRow, str]]:
        """List the next ones with the language of who waits, by their numbers."""
        query = (
            select(AwaitedRow, PersonRow.language)
            .join(PersonRow, PersonRow.id == AwaitedRow.person_id)
            .where(AwaitedRow.id > last)
            .order_by(AwaitedRow.id)
            .limit(most)
        )
        return [(row, language) for row, language in await self._session.execute(query)]

    async def add(
        self, person_id: int, words: str, known: Sequence[str], now: datetime
    ) -> AwaitedRow:
        """Keep a search."""
        row = AwaitedRow(person_id=person_id, words=words, known=list(known), asked_at=now)
        self._session.add(row)
        await self._session.flush()
        return row

    async def drop(self, row: AwaitedRow) -> None:
        """Forget a search."""
        await self._session.delete(row)
