"""SQLite for an event loop: statements run where they are, only what may wait takes a thread.

A statement of ours takes microseconds, less than handing it to another thread and back. What can
take long is asking for the lock and waiting for the disk: BEGIN IMMEDIATE and COMMIT.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util.concurrency import await_


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """Be asked by SQLAlchemy, which asks every asyncio driver; the rows are read anyway."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class InlineSQLite(SQLiteDialect_pysqlite):
    """The standard library's driver behind SQLAlchemy's asyncio interface.

    It overrides what SQLAlchemy documents for dialects: ``Dialect.do_begin`` and its like.
    """

    driver = "inline"
    is_async = True
    supports_statement_cache = True

    def __init__(self, begin: str = "BEGIN", **options: Any) -> None:
        """Open transactions by *begin*: plain ones read and wait for nobody."""
        super().__init__(**options)
        self._begin = begin
        self._run = _at_once if begin == "BEGIN" else _in_thread

    def create_connect_args(self, url: URL) -> Any:
        """Open without the driver's own transactions, for threads that take turns."""
        arguments, options = super().create_connect_args(url)
        ours = {"isolation_level": None, "check_same_thread": False, "factory": _Connection}
        return arguments, {**options, **ours}

    def do_begin(self, connection: Any) -> None:
        """Wait for the lock of the file where there is one to wait for."""
        self._run(lambda: connection.execute(self._begin))

    def do_commit(self, connection: Any) -> None:
        """Wait for the disk where something was written."""
        self._run(connection.commit)


def _at_once(work: Callable[[], object]) -> None:
    work()


def _in_thread(work: Callable[[], object]) -> None:
    await_(_finished(work))


async def _finished(work: Callable[[], object]) -> None:
    thread = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(thread)
    except asyncio.CancelledError:
        # The connection is not given back while a thread still works with it.
        await asyncio.wait({thread})
        raise


registry.register(f"sqlite.{InlineSQLite.driver}", __name__, InlineSQLite.__name__)
