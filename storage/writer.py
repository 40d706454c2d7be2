"""One writer for many: transactions that wait for it at the same time share a commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from bot.kit.errors import StorageFailed

# These are about one statement; any other may have ended the whole transaction, as a full disk does.
OWN_FAULTS = (IntegrityError, DataError, ProgrammingError)


@dataclass(slots=True)
class _Group:
    """Transactions that share a connection and a commit; ``written`` is that commit."""

    begun: asyncio.Future[AsyncConnection]
    written: asyncio.Task[None] | None = None
    broken: bool = False


class Writer:
    """Transactions one after the other on the only connection of an engine.

    The disk takes longer than everything before it. So the first of several that wait opens a
    group, each is a savepoint in it, and one commit ends it. Leaving a transaction returns after
    that commit and never before; one that fails takes back what is its own and nothing else.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        """Write with *engine*, in one event loop at a time."""
        self._engine = engine
        self._turn = asyncio.Lock()
        self._group: _Group | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction."""
        async with self._turn:
            group = self._group or self._open()
            connection = await asyncio.shield(group.begun)
            try:
                async with _savepoint(connection) as session, session.begin():
                    yield session
            except DBAPIError as error:
                group.broken |= not isinstance(error, OWN_FAULTS)
                raise
        assert group.written is not None
        await asyncio.shield(group.written)

    def _open(self) -> _Group:
        group = _Group(asyncio.get_running_loop().create_future())
        # A task of its own: whoever is cancelled meanwhile leaves the others' commit alone.
        group.written = asyncio.create_task(self._write(group))
        self._group = group
        return group

    async def _write(self, group: _Group) -> None:
        try:
            async with self._engine.begin() as connection:
                group.begun.set_result(connection)
                # The lock is fair: this comes after all who wait now, before all who come later.
                async with self._turn:
                    self._group = None
                    if group.broken:
                        raise StorageFailed("the database gave a transaction up")
        except BaseException as error:
            self._group = None if self._group is group else self._group
            if not group.begun.done():
                group.begun.set_exception(error)
            raise


def _savepoint(connection: AsyncConnection) -> AsyncSession:
    return AsyncSession(
        connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
    )
