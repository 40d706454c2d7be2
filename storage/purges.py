"""Erasing a whole region in an emergency: asked by one steward, confirmed by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.repository import Repository
from storage.tables.people import PurgeRow


class Purges(Repository):
    """What was asked and what was done: regions and numbers, no names once it is done."""

    def ask(self, region: str, asked_by: int, now: datetime) -> None:
        """Note that a steward wants everybody of a region erased."""
        self._session.add(PurgeRow(region=region, asked_by=asked_by, asked_at=now))

    async def get(self, purge_id: int) -> PurgeRow | None:
        """Return what was asked or decided."""
        return await self._session.get(PurgeRow, purge_id)

    async def pending(self, region: str, since: datetime) -> Sequence[PurgeRow]:
        """List what was asked after *since*, by somebody still known, and not confirmed."""
        query = select(PurgeRow).where(
            PurgeRow.region == region,
            PurgeRow.asked_at > since,
            PurgeRow.asked_by.is_not(None),
            PurgeRow.confirmed_at.is_(None),
        )
        return (await self._session.scalars(query.order_by(PurgeRow.id))).all()

    def confirm(self, purge: PurgeRow, erased: int, now: datetime) -> None:
        """Keep what was decided, and no longer by whom."""
        purge.asked_by, purge.confirmed_at, purge.erased = None, now, erased
