"""What becomes of each row of a person when they are erased, whatever tables there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Integer, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Base
from storage.encryption.correspondents import Correspondents
from storage.engine import Storage
from storage.gone import Gone
from storage.inbox import Inbox
from storage.occupants import Occupants
from storage.people import People
from storage.privacy import owners, points_at_person
from storage.tables.people import PersonRow
from storage.types import Blind, Closed, UTCDateTime

pytestmark = pytest.mark.both_databases

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
AMAL, BORIS = "@amal:test", "@boris:test"
PERSON = PersonRow.table()


@dataclass
class Rows:
    """Makes rows of any table, each with the rows that it points at; *other* is in all of them."""

    session: AsyncSession
    other: int
    number: count[int] = field(default_factory=lambda: count(1000))

    async def make(self, table: Table, **known: Any) -> Mapping[str, Any]:
        """Insert one row, with what is *known* of it."""
        row = {c.name: known[c.name] if c.name in known else await self._value(c) for c in table.c}
        await self.session.execute(insert(table).values(row))
        return row

    async def _value(self, column: Column[Any]) -> Any:
        if points_at_person(column):
            return self.other
        if column.nullable:
            return None
        for key in column.foreign_keys:
            return (await self.make(key.column.table))[key.column.name]
        return value(column, next(self.number))


def value(column: Column[Any], number: int) -> Any:
    """Give a column something of its type."""
    match column.type:
        case UTCDateTime():
            return NOW
        case Boolean():
            return False
        case Integer():
            return number
        case JSON():
            return []
        case Closed():
            return next(iter(column.type.kind))
        case _:
            return f"x{number}"


def expected(owner: Column[Any]) -> list[str]:
    """Say what is left of a row that *owner* gives to somebody who was erased."""
    lets_go = {key.ondelete for key in owner.foreign_keys} == {"SET NULL"}
    return ["nobody's"] if lets_go else []


@pytest.mark.parametrize("whole", [True, False])
async def test_every_row_goes_with_its_person_or_lets_go_of_them(storage: Storage, whole):
    async with storage.write() as session:
        people = People(session)
        amal, boris = [(await people.meet(each, "en", NOW)).id for each in (AMAL, BORIS)]
        rows = Rows(session, boris)
        made = {
            owner: await rows.make(table, **{owner.name: me})
            for table in Base.metadata.sorted_tables
            for owner in owners(table)
            if (me := AMAL if isinstance(owner.type, Blind) else amal) and table is not PERSON
        }

    async def left() -> dict[str, list[str]]:
        found = {}
        async with storage.read() as session:
            for owner, row in made.items():
                key = [column == row[column.name] for column in owner.table.primary_key]
                empty = await session.scalars(select(owner.is_(None)).where(*key))
                found[str(owner)] = ["nobody's" if each else "theirs" for each in empty]
        return found

    assert await left() == {str(owner): ["theirs"] for owner in made}
    async with storage.write() as session:
        await People(session).erase(amal)
        if whole:  # what is known by the hash of a Matrix ID alone
            await Inbox(session).forget(AMAL)
            await Gone(session).back(AMAL)
            await Occupants(session).forget(AMAL)
            await Correspondents(session).forget(AMAL)
    assert (await left() == {str(owner): expected(owner) for owner in made}) is whole
    async with storage.read() as session:
        assert list(await session.scalars(select(PersonRow.user_id))) == [BORIS]
