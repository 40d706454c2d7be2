"""The one difference between the databases that repositories meet: inserting what is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Base


@cache
def _insert(table: Table, dialect: str) -> Executable:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_nothing()


async def insert_new(
    session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert *rows*, leaving out those whose unique key is taken."""
    if rows:
        insert = _insert(cast("Table", table.__table__), session.get_bind().dialect.name)
        await session.execute(insert, list(rows))
