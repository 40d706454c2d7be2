"""Everything that is stored about one person, found by the shape of the tables themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, MetaData, Table, select

from storage import tables  # noqa: F401 -- its tables hold what members said too
from storage.base import Base
from storage.repository import Repository
from storage.tables.people import PersonRow
from storage.types import Blind


def personal(metadata: MetaData) -> Iterator[tuple[Table, Column[Any]]]:
    """List the columns that say whose a row is: they point at a person, or hash a Matrix ID."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Blind) or _points(column):
                yield table, column


def exported(table: Table, whose: Column[Any]) -> list[Column[Any]]:
    """List the columns of a row that are theirs whom *whose* names: nobody else's, no hashes."""
    return [
        column
        for column in table.columns
        if not isinstance(column.type, Blind)
        and not _points(column)
        and whose.name in column.info.get("of", (whose.name,))
    ]


def _points(column: Column[Any]) -> bool:
    return any(key.target_fullname == "person.id" for key in column.foreign_keys)


class PersonalData(Repository):
    """What one person may see, take along and have erased."""

    async def of(self, person: PersonRow) -> dict[str, list[dict[str, Any]]]:
        """Collect the rows of each table that has any, as JSON knows values."""
        found: dict[str, list[dict[str, Any]]] = {}
        for table, whose in personal(Base.metadata):
            me = person.user_id if isinstance(whose.type, Blind) else person.id
            rows = await self._session.execute(select(*exported(table, whose)).where(whose == me))
            if plain := [_plain(row) for row in rows.mappings()]:
                found.setdefault(table.name, []).extend(plain)
        return found


def _plain(row: Any) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }
