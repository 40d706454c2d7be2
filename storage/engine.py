"""Connections: one writer on SQLite, a pool on PostgreSQL, the same two verbs for both."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, AsyncAdaptedQueuePool, event, func, literal, select, text
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from kit.errors import AlreadyRunning, HubError, StorageFailed
from storage.inline import InlineSQLite
from storage.refusals import failed, watch
from storage.types import give_vault
from storage.vault import Vault
from storage.whereabouts import place, read_url

# synchronous=FULL: an acknowledged reminder must survive a power cut, not only kill -9.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
# What is deleted is overwritten in the file, not only forgotten.
_ERASING = "secure_delete=ON"

# So often it makes way for who wants to write, a day at one call a minute. Then it is done.
MOST_YIELDS = 1_440

LOCK_SECONDS = 10  # for an answer of the connection that holds an account

# Noted in a session that erases somebody, so that the file is wiped when that is committed.
ERASED = "erased"


class Storage:
    """The database behind a URL: ``sqlite:///file`` or ``postgresql://user:password@host/name``."""

    def __init__(self, url: str, vault: Vault) -> None:
        """Prepare the engines; nothing is opened before the first use. *vault* seals the values."""
        self.url = url
        self._address = read_url(url)
        if self._is_file:
            # BEGIN IMMEDIATE with a single connection: a deferred BEGIN cannot be upgraded while
            # another writes, and busy_timeout does not help there ("database is locked").
            self._writer = _sqlite(self._address, "BEGIN IMMEDIATE", pool_size=1)
            self._reader = _sqlite(self._address, "BEGIN", pool_size=4, extra=("query_only=ON",))
        else:
            address = self._address.set(drivername="postgresql+asyncpg")
            self._writer = self._reader = create_async_engine(
                address, pool_size=10, hide_parameters=True
            )
        for engine in (self._writer, self._reader):
            give_vault(engine.dialect, vault)
            watch(engine.sync_engine, place(self._address))
        self._erased = True  # nobody knows what a process before this one left
        self._wiping: sqlite3.Connection | None = None  # what may be interrupted
        self._yielded = 0
        self._lock: AsyncConnection | None = None  # holds an account
        # Whether other processes may work on the same rows: an SQLite file has one.
        self.shared = self._writer is self._reader
        self._writing = async_sessionmaker(self._writer, expire_on_commit=False)
        self._reading = async_sessionmaker(self._reader, expire_on_commit=False)

    @property
    def _is_file(self) -> bool:
        return self._address.get_backend_name() == "sqlite"

    def _failed(self, error: Exception) -> HubError:
        return failed(error, place(self._address))

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction: leaving commits, raising rolls back.

        Raises:
            StorageFailed: the database refused; the process must stop before it drops anything.
        """
        if self._wiping is not None:
            self._wiping.interrupt()
        async with self._writing.begin() as session:
            yield session
        self._erased = self._erased or bool(session.info.get(ERASED))

    async def wipe(self) -> None:
        """Empty the write-ahead log of an SQLite file; if somebody was erased, write it anew.

        Overwriting what is deleted is not enough: where SQLite moved rows from one page to
        another, the old copy stays in the page. The log repeats what was overwritten. Who wants to
        write meanwhile does not wait: the file is written anew by a later call, until it is done.
        """
        if not self._is_file:
            return
        async with self._writer.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            try:
                if self._erased:
                    await self._write_anew(driver)
                await asyncio.to_thread(_run, driver, "PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                raise self._failed(error) from error

    async def _write_anew(self, driver: sqlite3.Connection) -> None:
        """Write the file anew, unless somebody wants to write before it is done."""
        self._erased, self._wiping = False, driver if self._yielded < MOST_YIELDS else None
        self._yielded += 1
        try:
            await asyncio.to_thread(_run, driver, "VACUUM")
            self._yielded = 0
        except sqlite3.Error as error:
            self._erased = True
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
        finally:
            self._wiping = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that cannot write."""
        async with self._reading.begin() as session:
            yield session

    @asynccontextmanager
    async def reshape(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction in which tables may be made anew: leaving commits, raising rolls back.

        SQLite makes a table anew by dropping the old one, with which all that refers to its rows
        would go: so it looks at what refers to what at the end instead
        (https://sqlite.org/lang_altertable.html, making other kinds of changes).

        Raises:
            StorageFailed: something refers to a row that is not there.
        """
        if not self._is_file:
            async with self._writer.begin() as connection:
                yield connection
            return
        async with self._writer.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await asyncio.to_thread(_run, driver, "PRAGMA foreign_keys=OFF")
            try:
                async with connection.begin():
                    yield connection
                    look = text("PRAGMA foreign_key_check")
                    if await connection.run_sync(lambda opened: opened.execute(look).first()):
                        message = f"rows of {place(self._address)} refer to none: restore a backup"
                        raise StorageFailed(message)
            finally:
                await asyncio.to_thread(_run, driver, "PRAGMA foreign_keys=ON")

    @asynccontextmanager
    async def only_user(self, account: str) -> AsyncIterator[None]:
        """Hold *account* for this process, where a database can be shared by several machines.

        Raises:
            AlreadyRunning: another process holds it.
        """
        if self._is_file:
            yield  # the lock of its directory does it
            return
        async with self._writer.connect() as connection:
            # Held by the connection: it goes with the process, however that ends.
            lock = select(func.pg_try_advisory_lock(func.hashtext(account)))
            if not await connection.scalar(lock):
                message = f"another hub runs as {account} on this database"
                raise AlreadyRunning(message)
            await connection.commit()
            self._lock = connection
            try:
                yield
            finally:
                self._lock = None
                await connection.invalidate()  # closed, not given back to the pool

    async def still_only_user(self) -> bool:
        """Make sure that the connection which holds an account is still there, if one does.

        Returns False: there is no more to be done.

        Raises:
            StorageFailed: it was lost, and another process may hold the account by now.
        """
        if self._lock is not None:
            try:
                async with asyncio.timeout(LOCK_SECONDS):
                    await self._lock.execute(select(literal(1)))
                    await self._lock.commit()
            except TimeoutError as error:
                raise self._failed(error) from error
        return False

    def probe(self) -> None:
        """Make sure that an SQLite file can be opened and is sound, before a pool tries it.

        Raises:
            StorageFailed: it cannot be used.
        """
        if not self._is_file:
            return
        try:
            with closing(sqlite3.connect(str(self._address.database))) as connection:
                found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.Error as error:
            raise self._failed(error) from error
        if found != "ok":
            message = f"the database {place(self._address)} is damaged: restore a backup"
            raise StorageFailed(message)

    async def size(self) -> int:
        """Return how many bytes the database takes."""
        if self._is_file:
            files = [Path(f"{self._address.database}{suffix}") for suffix in ("", "-wal")]
            return sum(file.stat().st_size for file in files if file.exists())
        async with self.read() as session:
            size = select(func.pg_database_size(func.current_database()))
            return await session.scalar(size) or 0

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for who needs a connection."""
        return self._writer

    async def close(self) -> None:
        """Give every connection back."""
        await self._writer.dispose()
        await self._reader.dispose()


def _run(driver: sqlite3.Connection, *statements: str) -> None:
    for statement in statements:
        # A cursor that is not closed would keep the next commit from ending.
        driver.execute(statement).close()


def _sqlite(url: URL, begin: str, *, pool_size: int, extra: tuple[str, ...] = ()) -> AsyncEngine:
    engine = create_async_engine(
        url.set(drivername=f"sqlite+{InlineSQLite.driver}"),
        begin=begin,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=600,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        for pragma in (*_PRAGMAS, _ERASING, *extra):
            connection.execute(f"PRAGMA {pragma}")

    return engine
