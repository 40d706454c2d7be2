"""Addresses at which people's calendars can be read."""

from __future__ import annotations

from sqlalchemy import select

from storage.repository import Repository
from storage.tables.events import CalendarRow


class Calendars(Repository):
    """One address for each person who wants one; who knows its token reads their calendar."""

    async def token(self, person_id: int) -> str | None:
        """Return the token of a person, if they have one."""
        row = await self._session.get(CalendarRow, person_id)
        return None if row is None else row.token

    async def put(self, person_id: int, token: str) -> None:
        """Give a person a token; one they had is worth nothing then."""
        await self.drop(person_id)
        self._session.add(CalendarRow(person_id=person_id, token=token))

    async def drop(self, person_id: int) -> bool:
        """Take a person's token away; returns whether they had one."""
        row = await self._session.get(CalendarRow, person_id)
        if row is not None:
            await self._session.delete(row)
            await self._session.flush()
        return row is not None

    async def owner(self, token: str) -> int | None:
        """Find whose calendar a token is for."""
        query = select(CalendarRow.person_id).where(CalendarRow.token_key == token)
        return (await self._session.scalars(query)).one_or_none()
