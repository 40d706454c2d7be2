"""Everything that is stored about one person, found by the shape of the tables themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, select

from kit.audience import Audience
from kit.roomkey import RoomKey
from kit.subject import Subject
from kit.text import Message
from storage.privacy import owners, points_at_person
from storage.repository import Repository
from storage.tables import every
from storage.tables.people import PersonRow
from storage.types import Blind


@dataclass(frozen=True, slots=True)
class Holding:
    """What a table keeps of one person: what it says of that, and the rows as JSON knows values."""

    table: str
    said: Message
    rows: list[dict[str, Any]]


def exported(table: Table, owner: Column[Any]) -> list[Column[Any]]:
    """List the columns of a row that are theirs whom *owner* names: nobody else's, no hashes."""
    return [
        column
        for column in table.columns
        if not isinstance(column.type, Blind)
        and not points_at_person(column)
        and owner.name in column.info.get("of", (owner.name,))
    ]


class PersonalData(Repository):
    """What one person may see, take along and have erased."""

    async def of(self, person: PersonRow) -> list[Holding]:
        """Collect the rows of each table that has any."""
        found = []
        for row in every():
            if row.privacy.said and (rows := await self._rows(row.table(), person)):
                said = row.privacy.said(len(rows))
                found.append(Holding(row.table().name, said, rows))
        return found

    async def _rows(self, table: Table, person: PersonRow) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for owner in owners(table):
            me = person.user_id if isinstance(owner.type, Blind) else person.id
            query = select(*exported(table, owner)).where(owner == me)
            rows += [_plain(row) for row in (await self._session.execute(query)).mappings()]
        return rows


def _plain(row: Any) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, RoomKey | Subject | Audience) else value
