"""Whom only their own word brings back, known by nothing but a keyed hash."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from storage.repository import Repository
from storage.tables.people import GoneRow


class Gone(Repository):
    """Those who were erased, and those who are banned from the Space."""

    async def of(self, user_id: str) -> GoneRow | None:
        """Tell whether somebody is gone, since when, and whether they are banned."""
        query = select(GoneRow).where(GoneRow.user_key == user_id)
        return (await self._session.scalars(query)).one_or_none()

    async def note(
        self,
        user_id: str,
        now: datetime,
        *,
        banned: bool,
        held: bool = False,
        shut_until: datetime | None = None,
    ) -> None:
        """Remember for a year that somebody is gone; a ban stays one.

        *held* tells that only a moderator may let them among the practitioners, *shut_until* until
        when a removal keeps them out.
        """
        row = await self.of(user_id)
        if row is None:
            row = GoneRow(user_key=user_id, banned=banned, held=held, since=now)
            self._session.add(row)
        else:
            row.banned, row.held = row.banned or banned, row.held or held
            row.since = now
        row.shut_until = shut_until or row.shut_until

    async def back(self, user_id: str) -> None:
        """Forget that somebody was gone."""
        await self._session.execute(delete(GoneRow).where(GoneRow.user_key == user_id))

    async def lift(self, user_id: str) -> None:
        """Let somebody in again; that they were erased stays."""
        banned = update(GoneRow).where(GoneRow.user_key == user_id)
        await self._session.execute(banned.values(banned=False, shut_until=None))

    async def banned(self, user_ids: Collection[str], now: datetime) -> list[str]:
        """Take *user_ids* as all who are banned; returns those of whom that is news."""
        await self._session.execute(
            update(GoneRow).where(GoneRow.user_key.not_in(user_ids)).values(banned=False)
        )
        news = []
        for user_id in sorted(user_ids):
            row = await self.of(user_id)
            if row is None or not row.banned:
                news.append(user_id)
            else:
                row.since = now
        return news

    async def without(self, user_ids: Collection[str]) -> set[str]:
        """Leave out those who are gone."""
        if await self._session.scalar(select(GoneRow.id).limit(1)) is None:
            return {*user_ids}
        return {user_id for user_id in user_ids if await self.of(user_id) is None}
