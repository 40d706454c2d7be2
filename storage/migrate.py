"""Bringing a database to the shape of this release."""

from __future__ import annotations

import asyncio
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select

from kit.errors import BadConfiguration
from storage import tables  # noqa: F401 -- its sealed columns are tried too
from storage.base import Base
from storage.engine import Storage, refusals
from storage.types import Sealed


def configuration(connection: Connection) -> Config:
    """Point Alembic at our migrations and an open connection."""
    config = Config()
    config.set_main_option("script_location", str(files("storage").joinpath("migrations")))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> bool:
    config = configuration(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    before = MigrationContext.configure(connection).get_current_revision()
    if before is not None and before not in known:
        message = f"the database is at {before}, which is newer than this release: install it again"
        raise BadConfiguration(message)
    command.upgrade(config, "head")
    return MigrationContext.configure(connection).get_current_revision() != before


async def upgrade(storage: Storage) -> bool:
    """Apply what is missing, in one transaction; returns whether anything was.

    Raises:
        BadConfiguration: the database belongs to a newer release.
        StorageFailed: it is damaged or cannot be written.
    """
    await asyncio.to_thread(storage.probe)
    with refusals():
        async with storage.engine.begin() as connection:
            return await connection.run_sync(_upgrade)


async def try_key(storage: Storage) -> None:
    """Open one value of each sealed column.

    Raises:
        WrongKey: the storage has another key than the one that sealed it.
    """
    async with storage.read() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Sealed):
                    await session.scalar(select(column).where(column.is_not(None)).limit(1))
