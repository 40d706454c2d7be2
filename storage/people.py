"""The people the hub has met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from kit.authority import Role
from storage.audits import Audits
from storage.engine import ERASED
from storage.repository import Repository, padded
from storage.rows import insert_new
from storage.tables.people import PersonRow

# Made once: building a statement takes longer than running it.
_FIND = select(PersonRow).where(PersonRow.user_key == bindparam("user_id"))
_THESE = PersonRow.id.in_(bindparam("numbers", expanding=True))
_NAMED = select(PersonRow).where(_THESE).order_by(PersonRow.id)


class People(Repository):
    """Persons by our number or by full Matrix ID."""

    async def get(self, person_id: int) -> PersonRow:
        """Return a person who is known to exist."""
        return await self._session.get_one(PersonRow, person_id)

    async def find(self, user_id: str) -> PersonRow | None:
        """Look a person up by Matrix ID."""
        if person := self._read_before(PersonRow, lambda row: row.user_id == user_id):
            return person
        return (await self._session.scalars(_FIND, {"user_id": user_id})).one_or_none()

    async def meet(self, user_id: str, language: str, now: datetime) -> PersonRow:
        """Return the person, remembering them with nothing but a language if they are new."""
        if found := await self.find(user_id):
            return found
        await insert_new(self._session, PersonRow, [_stranger(user_id, language, now)])
        person = await self.find(user_id)
        assert person is not None
        return person

    async def called(self, localparts: Collection[str]) -> Sequence[str]:
        """List the Matrix IDs that begin with one of these localparts, whatever their server.

        What is sealed cannot be asked for, so all are read.
        """
        found = []
        async for rows in self._portions(select(PersonRow.user_id).order_by(PersonRow.id)):
            found += [row.user_id for row in rows if row.user_id[1:].split(":")[0] in localparts]
        return found

    async def anybody_in_space(self) -> bool:
        """Tell whether anybody is known to be in the Space."""
        return (
            await self._session.scalar(select(PersonRow.id).where(PersonRow.in_space)) is not None
        )

    async def take_in(self, user_ids: Collection[str], language: str, now: datetime) -> None:
        """Remember who is in the Space and was before us, most of them never met."""
        for known in await self._session.scalars(select(PersonRow)):
            if known.user_id in user_ids:
                known.in_space = known.settled = True
        there = {"in_space": True, "settled": True}
        rows = [_stranger(user_id, language, now) | there for user_id in user_ids]
        await insert_new(self._session, PersonRow, rows)

    async def named(self, person_ids: Sequence[int]) -> Sequence[PersonRow]:
        """Return several persons."""
        return (await self._session.scalars(_NAMED, {"numbers": padded(person_ids)})).all()

    async def with_role(self, role: Role) -> Sequence[PersonRow]:
        """List those who were given a role."""
        query = select(PersonRow).where(PersonRow.role == role).order_by(PersonRow.id)
        return (await self._session.scalars(query)).all()

    async def living_in(self, countries: Collection[str]) -> int:
        """Count who gave one of these countries: what is sealed cannot be asked for."""
        living = 0
        async for rows in self._portions(select(PersonRow.country)):
            living += sum(row.country in countries for row in rows)
        return living

    async def clocks(self) -> Counter[tuple[str, str | None]]:
        """Count who reads times in which zone, by the country they gave."""
        known = Counter[tuple[str, str | None]]()
        async for rows in self._portions(select(PersonRow.zone, PersonRow.country)):
            known.update((row.zone, row.country) for row in rows if row.zone)
        return known

    async def countries(self, after: int, most: int) -> dict[int, str | None]:
        """Say which country people gave, in the order of their numbers: so many *after* one."""
        query = select(PersonRow.id, PersonRow.country).where(PersonRow.id > after)
        found = await self._session.execute(query.order_by(PersonRow.id).limit(most))
        return {row.id: row.country for row in found}

    async def erase(self, person_id: int) -> None:
        """Delete a person; every table that points at them cascades or lets go."""
        await Audits(self._session).release(person_id)
        await self._session.execute(delete(PersonRow).where(PersonRow.id == person_id))
        self._session.info[ERASED] = True


def _stranger(user_id: str, language: str, now: datetime) -> dict[str, Any]:
    nothing_yet = {"topics": [], "role": Role.ANYONE, "misunderstood": 0}
    names = ("in_space", "has_spoken", "greeted", "practitioner", "departed", "held", "suspended")
    flags = dict.fromkeys((*names, "settled"), False)
    return {"user_id": user_id, "language": language, "met_at": now, **nothing_yet, **flags}
