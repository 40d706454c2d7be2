"""Bringing a database to the shape of this release."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from importlib.resources import files

from sqlalchemy import Connection, inspect, select, text

from kit.errors import BadConfiguration
from storage import tables  # noqa: F401 -- its sealed columns are tried too
from storage.base import Base
from storage.engine import Storage
from storage.types import Sealed


def revisions() -> Sequence[str]:
    """List the revisions of this release, oldest first: the beginnings of the files' names."""
    names = (each.name for each in files("storage").joinpath("migrations/versions").iterdir())
    return sorted(name.partition("_")[0] for name in names if name[0].isdigit())


def _revision(connection: Connection) -> str | None:
    """Read where Alembic notes the revision that the database has, if it has one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    noted: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return noted


def _upgrade(connection: Connection) -> bool:
    known = revisions()
    before = _revision(connection)
    if before is not None and before not in known:
        message = f"the database is at {before}, which is newer than this release: install it again"
        raise BadConfiguration(message)
    taken = set(inspect(connection).get_table_names()) & set(Base.metadata.tables)
    if before is None and taken:
        message = f"the database has a table {min(taken)} of another program: give the hub its own"
        raise BadConfiguration(message)
    if before != known[-1]:
        from storage.migrating import migrate  # noqa: PLC0415 -- most starts need no Alembic

        migrate(connection)
    _try_key(connection)
    return before != known[-1]


def _try_key(connection: Connection) -> None:
    """Open one value of each sealed column."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                connection.scalar(select(column).where(column.is_not(None)).limit(1))


async def upgrade(storage: Storage, keep_key: Callable[[], None] | None = None) -> bool:
    """Apply what is missing, in one transaction; returns whether anything was.

    *keep_key* is called, if there is one, once the key is known to fit and before anything is
    committed: what it sealed must not outlive it.

    Raises:
        BadConfiguration: the database belongs to a newer release, or to another program.
        WrongKey: the storage has another key than the one that sealed it.
        StorageFailed: it is damaged or cannot be written.
    """
    await asyncio.to_thread(storage.probe)
    async with storage.reshape() as connection:
        changed = await connection.run_sync(_upgrade)
        if keep_key is not None:
            keep_key()
    if changed:
        await storage.wipe()  # of what was sealed the file may still hold a copy in clear
    return changed


async def is_current(storage: Storage) -> bool:
    """Tell whether the database has the shape of this release.

    Raises:
        WrongKey: it has, but the storage has another key than the one that sealed it.
        StorageFailed: it is damaged.
    """

    def look(connection: Connection) -> bool:
        if _revision(connection) != revisions()[-1]:
            return False
        _try_key(connection)
        return True

    await asyncio.to_thread(storage.probe)
    async with storage.engine.connect() as connection:
        return await connection.run_sync(look)
