"""SQLite on the loop's own thread: handing a statement to another takes longer than running it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from sqlite3 import connect
from typing import Any

from aiosqlite import Connection
from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BEGIN_READING, BEGIN_WRITING = "BEGIN", "BEGIN IMMEDIATE"
# synchronous=FULL: an acknowledged reminder must survive a power cut, not only kill -9.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")


class _Direct(Connection):
    """Hands to the connection's thread only what waits for another process or for the disk.

    Other statements of the hub take microseconds, but each hand-over took a hundred.
    """

    _handed: asyncio.Future[Any] | None = None

    async def _execute(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        waits = function == self._conn.commit or arguments[:1] == (BEGIN_WRITING,)
        # After a cancellation the thread may still be at it: what comes next has to queue up.
        if not waits and self._running and (self._handed is None or self._handed.done()):
            return function(*arguments, **named)
        given = super()._execute(function, *arguments, **named)  # type: ignore[no-untyped-call]  # aiosqlite is untyped there
        self._handed = asyncio.ensure_future(given)
        return await asyncio.shield(self._handed)


def sqlite(url: str, begin: str, *, extra: tuple[str, ...] = (), **pool: int) -> AsyncEngine:
    """Make an engine whose transactions start with *begin*."""
    file = make_url(url).database or ":memory:"
    path = file if file == ":memory:" else str(Path(file).absolute())

    async def create() -> Connection:
        connection = _Direct(partial(connect, path, check_same_thread=False), 64)
        connection._thread.daemon = True  # noqa: SLF001 -- as SQLAlchemy does it
        return await connection

    engine = create_async_engine(url, async_creator=create, pool_timeout=600, **pool)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *extra):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
