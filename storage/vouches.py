"""Who gave their word for whom. What showed it is never stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select

from storage.repository import Repository
from storage.tables.people import VouchRow


class Vouches(Repository):
    """At most one for each pair of people."""

    async def give(
        self,
        person_id: int,
        voucher_id: int,
        now: datetime,
        *,
        checked: bool,
        interprets: bool = False,
    ) -> None:
        """Keep somebody's word; *checked* is a moderator's, who may say that they *interpret*.

        What they said before stays said.
        """
        before = await self._session.get(VouchRow, (person_id, voucher_id))
        row = VouchRow(
            person_id=person_id,
            voucher_id=voucher_id,
            checked=checked,
            interprets=interprets or (checked and before is not None and before.interprets),
            given_at=now,
        )
        await self._session.merge(row)

    async def about(self, person_id: int) -> Sequence[VouchRow]:
        """List what was said for a person, the oldest first."""
        query = select(VouchRow).where(VouchRow.person_id == person_id)
        return (await self._session.scalars(query.order_by(VouchRow.given_at))).all()

    async def by(self, voucher_id: int) -> Sequence[int]:
        """List the persons somebody vouches for."""
        query = select(VouchRow.person_id).where(VouchRow.voucher_id == voucher_id)
        return (await self._session.scalars(query.order_by(VouchRow.person_id))).all()

    async def checked_by(self, voucher_id: int) -> Sequence[int]:
        """List the persons somebody let in as a moderator."""
        query = select(VouchRow.person_id).where(VouchRow.voucher_id == voucher_id)
        query = query.where(VouchRow.checked).order_by(VouchRow.person_id)
        return (await self._session.scalars(query)).all()

    async def withdraw(self, person_id: int, voucher_id: int) -> None:
        """Drop one voucher's word for a person."""
        one = VouchRow.person_id == person_id, VouchRow.voucher_id == voucher_id
        await self._session.execute(delete(VouchRow).where(*one))

    async def forget(self, person_id: int) -> None:
        """Drop a person's word for others, and theirs for the person."""
        either = or_(VouchRow.person_id == person_id, VouchRow.voucher_id == person_id)
        await self._session.execute(delete(VouchRow).where(either))
