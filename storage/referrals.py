"""Where people in need of a lawyer can turn, by country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from storage.repository import Repository
from storage.rows import insert_new
from storage.tables.library import ReferralRow


class Referrals(Repository):
    """One body a country."""

    async def of(self, country: str) -> ReferralRow | None:
        """Return what is known for a country, unless it was withdrawn."""
        row = await self._session.get(ReferralRow, country)
        return None if row is None or row.withdrawn else row

    async def everything(self) -> Sequence[ReferralRow]:
        """List what is known, by country."""
        query = select(ReferralRow).where(~ReferralRow.withdrawn).order_by(ReferralRow.country)
        return (await self._session.scalars(query)).all()

    async def put(self, row: ReferralRow) -> ReferralRow:
        """Keep *row* in place of what was known for its country."""
        return await self._session.merge(row)

    async def begin_with(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep *rows* of countries for which nobody has decided anything yet."""
        await insert_new(self._session, ReferralRow, [{**row, "withdrawn": False} for row in rows])
