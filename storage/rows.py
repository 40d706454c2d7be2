"""The one difference between the databases that repositories meet: what an insert meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Base


@cache
def _insert(table: Table, dialect: str) -> Executable:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_nothing()


@cache
def _put(table: Table, dialect: str) -> Executable:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    changed = {column.name: insert.excluded[column.name] for column in table.c}
    key = [column.name for column in table.primary_key]
    return insert.on_conflict_do_update(
        index_elements=key, set_={name: new for name, new in changed.items() if name not in key}
    )


async def put(session: AsyncSession, table: type[Base], row: Mapping[str, Any]) -> None:
    """Insert a whole *row*, in place of the one that has its primary key.

    A row that the session read before does not change by that: read it anew. What else waits to
    be written goes on waiting.
    """
    with session.no_autoflush:
        await session.execute(_put(table.table(), session.get_bind().dialect.name), row)


async def insert_one(session: AsyncSession, table: type[Base], row: Mapping[str, Any]) -> bool:
    """Insert a *row* unless its unique key is taken; tells whether it was new."""
    made = await session.execute(_insert(table.table(), session.get_bind().dialect.name), row)
    return isinstance(made, CursorResult) and made.rowcount > 0


async def insert_new(
    session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert *rows*, leaving out those whose unique key is taken."""
    if rows:
        insert = _insert(table.table(), session.get_bind().dialect.name)
        await session.execute(insert, list(rows))
