"""A database on a PostgreSQL server that begins anew for each test."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy import make_url

from storage.base import Base

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# Parents first, and what alembic keeps for itself.
_TABLES = ("alembic_version", *(table.name for table in Base.metadata.sorted_tables))
_EMPTY = ";".join(f'DELETE FROM "{name}"' for name in reversed(_TABLES))
_NUMBERED = """
    SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences
    WHERE schemaname = 'public'
"""
# Whatever changes a table, a column, an index or a rule writes there, and leaves its transaction.
_SHAPE = " UNION ALL ".join(
    f"SELECT '{catalog}', count(*), max(xmin::text::bigint) FROM {catalog}"
    for catalog in ("pg_class", "pg_attribute", "pg_constraint", "pg_index")
)
_ALONE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(address)
    try:
        yield connection
    finally:
        await connection.close()


class Served:
    """One database of the server at *address*, and the template that *prepare* fills.

    To copy a database takes the server half a second, to empty it some milliseconds: it is copied
    only after a test that changed more than rows.
    """

    def __init__(self, address: str, prepare: Callable[[str], None]) -> None:
        self._address = make_url(address).set(drivername="postgresql")
        self._template, self._name = (f"{kind}_{os.getpid()}" for kind in ("template", "hub"))
        self._shape: object = None
        self._rows: Mapping[str, bytes] = {}
        asyncio.run(self._make_template())
        prepare(self._url(self._template))

    @property
    def url(self) -> str:
        return self._url(self._name)

    def begin(self) -> None:
        """Bring the database to its beginning, whoever has it open."""
        asyncio.run(self._begin())

    def close(self) -> None:
        asyncio.run(self._drop(self._template, self._name))

    def _url(self, name: str | None) -> str:
        url = self._address.set(database=name)
        return url.render_as_string(hide_password=False)

    async def _begin(self) -> None:
        if self._shape is None or not await self._empty():
            await self._copy()

    async def _empty(self) -> bool:
        """Put the rows of the beginning in the place of all others, unless tables were changed."""
        async with _connected(self.url) as connection:
            await connection.execute(_ALONE)
            if await connection.fetch(_SHAPE) != self._shape:
                return False
            await connection.execute(f"{_EMPTY};{_NUMBERED}")
            for name, rows in self._rows.items():
                await connection.copy_to_table(name, source=BytesIO(rows), format="binary")
        return True

    async def _copy(self) -> None:
        await self._drop(self._name)
        async with _connected(self._url(self._address.database)) as connection:
            await connection.execute(
                f"CREATE DATABASE {self._name} TEMPLATE {self._template} STRATEGY FILE_COPY"
            )
        async with _connected(self.url) as connection:
            self._rows = {name: await _rows(connection, name) for name in _TABLES}
            await connection.execute(_NUMBERED)
            self._shape = await connection.fetch(_SHAPE)

    async def _make_template(self) -> None:
        await self._drop(self._template)
        async with _connected(self._url(self._address.database)) as connection:
            await connection.execute(f"CREATE DATABASE {self._template}")

    async def _drop(self, *names: str) -> None:
        async with _connected(self._url(self._address.database)) as connection:
            for name in names:
                await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def _rows(connection: Any, name: str) -> bytes:
    kept = BytesIO()
    await connection.copy_from_table(name, output=kept, format="binary")
    return kept.getvalue()
