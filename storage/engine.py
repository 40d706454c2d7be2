"""Connections: one writer on SQLite, a pool on PostgreSQL, the same two verbs for both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from bot.kit.errors import StorageFailed
from storage.sqlite import BEGIN_READING, BEGIN_WRITING, sqlite
from storage.writer import OWN_FAULTS, Writer

_READ_ONLY = ("query_only=ON",)


class Storage:
    """The database behind a URL: ``sqlite+aiosqlite:///file`` or ``postgresql+asyncpg://…``."""

    def __init__(self, url: str) -> None:
        """Prepare the engines; nothing is opened before the first use."""
        self.url = url
        if make_url(url).get_backend_name() == "sqlite":
            # BEGIN IMMEDIATE with a single connection: a deferred BEGIN cannot be upgraded while
            # another writes, and busy_timeout does not help there ("database is locked").
            self._writer = sqlite(url, BEGIN_WRITING, pool_size=1, max_overflow=0)
            self._grouped: Writer | None = Writer(self._writer)
            self._reader = sqlite(url, BEGIN_READING, pool_size=2, max_overflow=0, extra=_READ_ONLY)
        else:
            self._writer = self._reader = create_async_engine(url, pool_size=10)
            self._grouped = None
        self._writing = async_sessionmaker(self._writer, expire_on_commit=False)
        self._reading = async_sessionmaker(self._reader, expire_on_commit=False)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction: leaving commits, raising rolls back.

        Raises:
            StorageFailed: the database refused; the process must stop before it drops anything.
        """
        with refusals():
            grouped = self._grouped and self._grouped.transaction()
            async with grouped or self._writing.begin() as session:
                yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that cannot write."""
        with refusals():
            async with self._reading.begin() as session:
                yield session

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for migrations."""
        return self._writer

    async def close(self) -> None:
        """Give every connection back."""
        await self._writer.dispose()
        await self._reader.dispose()
        if self._grouped is not None:
            self._grouped = Writer(self._writer)  # for the next event loop


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the database refuses into StorageFailed; mistakes of ours stay what they are."""
    try:
        yield
    except OWN_FAULTS:
        raise
    except DBAPIError as error:
        # The driver's text may quote values: only its type is passed on.
        message = f"the database refused: {type(error.orig).__name__}"
        raise StorageFailed(message) from error
