"""From an event to its answer. Returning commits, raising rolls back; errors become sentences."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.talk.journal import Handling, Journal
from bot.talk.router import BROKEN, Router
from bot.talk.scope import Scope, Scopes
from bot.talk.wishing import StillLearning
from kit.due import Due, Planned
from kit.errors import HubError, UserError, refusal
from kit.inbound import Event
from kit.stage import Stage, unobserved
from kit.stored import Unreadable
from kit.text import Code, Reply, _
from kit.worker import Worker
from storage.ahead import ReadAhead
from storage.dues import Dues
from storage.engine import Storage
from storage.inbox import Inbox, Received
from storage.tables.queues import DueRow, OutboxRow

log = structlog.get_logger(__name__)

HANDLER_SECONDS = 30
RETRY_AFTER = timedelta(seconds=2)
UNTIL_LEARNT = timedelta(seconds=1)
# So many rooms share a transaction: handlers only read and write tables, and the disk takes
# longer than all of them.
TOGETHER = 16


class Dispatcher:
    """Works through the inbox and through what falls due, each row in one transaction."""

    def __init__(
        self,
        storage: Storage,
        router: Router,
        *,
        clock: Callable[[], datetime],
        scopes: Scopes,
        said: Callable[[], None],
        seconds: Callable[[], float] = time.monotonic,
        stage: Stage = unobserved,
    ) -> None:
        """Prepare to dispatch; *said* is called after each commit that may have queued errands.

        *seconds* is a monotonic clock.
        """
        self._storage = storage
        self._router = router
        self._clock = clock
        self._scopes = scopes
        self._said = said
        self._stage = stage
        self._together = self._dues_together = TOGETHER
        self.journal = Journal(seconds)
        self.inbox = Worker(self.handle_events)
        self.dues = Worker(self.handle_due)
        self.handled = 0
        self.dead = 0

    def _scope(self, session: AsyncSession) -> Scope:
        return self._scopes.begin(session, self._clock())

    async def handle_events(self) -> bool:
        """Handle the oldest event of several rooms; returns whether more may wait.

        They share a transaction. One that fails takes it back and is settled by itself; those
        before it, which are known to work, make up the next. When only the commit fails, any of
        them may be at fault: half as many make up the next, down to the one that is.
        """
        most, self._together = self._together, TOGETHER
        try:
            rows = await self._handle(most)
            more = len(rows) == most or any(row.backlog > 1 for row in rows)
        except _Failed as failed:
            self._together = failed.before or TOGETHER
            if failed.row is not None:
                await self._settle(failed.row, failed.error, failed.handling)
            rows, more = (), True
        if rows or more:
            self._said()
        return more

    async def _handle(self, most: int) -> Sequence[Received]:
        rows: Sequence[Received] = ()
        over: list[tuple[Handling, str]] = []
        try:
            async with self._storage.write() as session:
                inbox = Inbox(session)
                rows = await inbox.claim(self._clock(), most)
                await ReadAhead(session).read(
                    {row.room_id for row in rows}, {row.sender for row in rows}
                )
                for place, row in enumerate(rows):
                    if isinstance(row.event, Unreadable):
                        log.error("inbox.unreadable", id=row.id)
                        await inbox.park(row, "the hub cannot read what it stored")
                    else:
                        handling, unread = await self._try(session, place, row, row.event)
                        await inbox.done([row] if unread else [], unread)
                        over.append((handling, unread or "done"))
                    await asyncio.sleep(0)  # SQLite lets nobody else in meanwhile
                await inbox.done(rows)
        except (HubError, _Failed):
            raise
        except Exception as error:
            if not rows:
                raise
            raise _Failed(len(rows) // 2, rows[0] if len(rows) == 1 else None, error) from error
        if rows:
            self._stage("event.committed")
        for handling, outcome in over:
            self.journal.handled(handling, outcome)
        self.handled += len(rows)
        return rows

    async def _try(
        self, session: AsyncSession, place: int, row: Received, event: Event
    ) -> tuple[Handling, str | None]:
        self._stage("event.begun")
        handling = self._begin(session, row)
        try:
            async with asyncio.timeout(HANDLER_SECONDS):
                unread = await self._router.handle(handling.scope, row, event)
                if _may_be_refused(session):  # a mistake of this one is not the next one's
                    await session.flush()
        except HubError:
            raise
        except Exception as error:
            raise _Failed(place, row, error, handling) from error
        self._stage("event.handled")
        self.journal.end(handling)
        return handling, unread

    def _begin(self, session: AsyncSession, row: Received) -> Handling:
        kind = type(row.event).__name__
        return self.journal.begin(row.id, kind, row.sent_at, self._scope(session))

    async def _settle(self, row: Received, error: Exception, tried: Handling | None) -> None:
        """Say why an event was refused; one that broke is tried again or given up."""
        if isinstance(error, StillLearning):
            async with self._storage.write() as session:
                await Inbox(session).postpone(row, self._clock() + UNTIL_LEARNT)
            return
        if isinstance(error, UserError):
            try:
                async with self._storage.write() as session:
                    if not await Inbox(session).hold(row):
                        return
                    handling = self._begin(session, row)
                    handling.scope.commands.extend(tried.scope.commands if tried else ())
                    await self._router.tell(handling.scope, row, refusal(error))
                    await Inbox(session).done([row], error.code)
                    self.journal.end(handling)
                self.handled += 1
                self.journal.handled(handling, error.code)
            except HubError:
                raise
            except Exception as broken:  # noqa: BLE001 -- the one place where a bug is caught
                error = broken
            else:
                return
        reference = secrets.token_hex(4)
        # The traceback has no local variables, and errors of ours carry no text from people.
        log.error(
            "dispatch.failed",
            reference=reference,
            row=row.id,
            kind=type(row.event).__name__,
            commands=tried.scope.commands if tried else [],
            at=row.sent_at.isoformat(timespec="seconds"),
            exc_info=_bare(error),
        )
        self.journal.broke()
        async with self._storage.write() as session:
            retry_at = self._clock() + RETRY_AFTER * 2**row.tries
            dead = await Inbox(session).failed(row, retry_at, f"{type(error).__name__} {reference}")
        if dead:
            self.dead += 1
            await self._apologise(row, reference)

    async def _apologise(self, row: Received, reference: str) -> None:
        text = _(
            "Something broke on my side and I could not do that. "
            "Tell a moderator this code: {code}",
            code=Code(reference),
        )
        try:
            async with self._storage.write() as session:
                reply = Reply(BROKEN, text)
                await self._router.tell(self._scope(session), row, reply)
        except HubError:
            raise
        except Exception as error:  # noqa: BLE001 -- what broke may break this too
            log.warning("dispatch.silent", reference=reference, kind=type(error).__name__)

    async def handle_due(self) -> bool:
        """Handle what came due first, in a transaction; returns whether there was anything.

        What is light shares it with what came due after it and is light too. What becomes of one
        that fails and of the others, ``handle_events`` says.
        """
        most, self._dues_together = self._dues_together, TOGETHER
        try:
            over = await self._handle_dues(most)
        except _Failed as failed:
            self._dues_together = failed.before or TOGETHER
            if failed.row is not None:
                await self._due_failed(failed.row, failed.error)
            return True
        for handling in over:
            self.journal.due(handling)
        self.handled += len(over)
        if over:
            self._said()
        return bool(over)

    async def _handle_dues(self, most: int) -> Sequence[Handling]:
        rows: list[DueRow] = []
        over: list[Handling] = []
        try:
            async with self._storage.write() as session:
                async for row, what in self._sharing(session, most):
                    over.append(await self._due(session, len(rows), row, what))
                    rows.append(row)
                    await asyncio.sleep(0)  # SQLite lets nobody else in meanwhile
        except (HubError, _Failed):
            raise
        except Exception as error:
            if not rows:
                raise
            raise _Failed(len(rows) // 2, rows[0] if len(rows) == 1 else None, error) from error
        return over

    async def _sharing(
        self, session: AsyncSession, most: int
    ) -> AsyncIterator[tuple[DueRow, Planned]]:
        """Claim what came due first and then what may share its transaction, each when asked."""
        dues, claimed = Dues(session), 0
        while claimed < most and (row := await dues.claim(self._clock())) is not None:
            what = self._router.dues.read(row.kind, row.payload)
            if isinstance(what, Unreadable):
                log.error("due.unreadable", id=row.id)
                await dues.park(row, "the hub cannot read what it stored")
                continue
            if claimed and not what.light:
                return  # it comes next, by itself
            yield row, what
            claimed = claimed + 1 if what.light else most

    async def _due(self, session: AsyncSession, place: int, row: DueRow, what: Planned) -> Handling:
        scope = self._scope(session)
        handling = self.journal.begin(row.id, row.kind, row.due_at, scope)
        try:
            async with asyncio.timeout(HANDLER_SECONDS):
                # Over before it is handled: who cancels what is planned spares the row at hand.
                await Dues(session).done([row])
                await self._router.dues.handle(scope, Due(what, row.due_at, scope.now))
                await session.flush()  # a mistake of this one is not the next one's
        except HubError:
            raise
        except Exception as error:
            raise _Failed(place, row, error) from error
        self.journal.end(handling)
        return handling

    async def _due_failed(self, row: DueRow, error: Exception) -> None:
        log.error("due.failed", row=row.id, kind=row.kind, exc_info=_bare(error))
        async with self._storage.write() as session:
            retry_at = self._clock() + RETRY_AFTER * 4**row.tries
            await Dues(session).failed(row, retry_at, type(error).__name__)


def _bare(error: Exception) -> Exception:
    """Keep type and traceback of an error but not its text, which may quote a person."""
    return _Unquoted(type(error).__name__).with_traceback(error.__traceback__)


def _may_be_refused(session: AsyncSession) -> bool:
    """Tell whether the database may find fault with what waits to be written.

    Errands are sound: those of all events are written together, at the end.
    """
    waiting = chain(session.new, session.dirty, session.deleted)
    return not all(isinstance(row, OutboxRow) for row in waiting)


class _Failed(Exception):
    """A transaction was taken back, by *row* if that is known; *before* of its rows go next."""

    def __init__(
        self, before: int, row: Any, error: Exception, handling: Handling | None = None
    ) -> None:
        super().__init__(before)
        self.before, self.row, self.error, self.handling = before, row, error, handling


class _Unquoted(Exception):
    """An error whose text was left out of the log."""
