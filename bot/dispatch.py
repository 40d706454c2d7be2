"""From an event to its answer. Returning commits, raising rolls back; errors become sentences."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import Conversation
from bot.kit.errors import HubError, UserError
from bot.kit.feature import Due
from bot.kit.stage import Stage, unobserved
from bot.kit.text import Code, Reply, _
from bot.lanes import Lanes
from bot.post import OutboxPost
from bot.scope import Scope
from storage.dues import Dues
from storage.engine import Storage
from storage.inbox import Inbox
from storage.models import DueRow, InboxRow

log = structlog.get_logger(__name__)

HANDLER_SECONDS = 30
RETRY_AFTER = timedelta(seconds=2)


class Dispatcher:
    """Works through the inbox and through what falls due, each row in one transaction."""

    def __init__(
        self,
        storage: Storage,
        conversation: Conversation,
        *,
        clock: Callable[[], datetime],
        post: Callable[[AsyncSession, datetime], OutboxPost],
        said: Callable[[], None],
        stage: Stage = unobserved,
    ) -> None:
        """Prepare to dispatch; *said* is called after each commit that may have queued errands."""
        self._storage = storage
        self._conversation = conversation
        self._clock = clock
        self._post = post
        self._said = said
        self._stage = stage
        self.inbox: Lanes[str] = Lanes(self._rooms, self._event, width=16, every=1)
        self.dues: Lanes[int] = Lanes(self._due_now, self._due, width=4, every=5)
        self.handled = 0
        self.dead = 0

    async def _rooms(self) -> Sequence[str]:
        async with self._storage.read() as session:
            return await Inbox(session).heads(self._clock())

    async def _due_now(self) -> Sequence[int]:
        async with self._storage.read() as session:
            return await Dues(session).ready(self._clock())

    def _scope(self, session: AsyncSession) -> Scope:
        now = self._clock()
        return Scope(session, self._post(session, now), now)

    async def _event(self, room_id: str) -> bool:
        """Handle the oldest event of a room."""
        row: InboxRow | None = None
        more = False
        try:
            async with self._storage.write() as session:
                row, more = await Inbox(session).head(room_id, self._clock())
                if row is None:
                    return False
                self._stage("event.begun")
                async with asyncio.timeout(HANDLER_SECONDS):
                    await self._conversation.handle(self._scope(session), row)
                self._stage("event.handled")
                await Inbox(session).done(row.id)
            self._stage("event.committed")
        except UserError as refusal:
            assert row is not None
            async with self._storage.write() as session:
                reply = Reply(f"error.{refusal.code}", refusal.message)
                await self._conversation.tell(self._scope(session), row, reply)
                await Inbox(session).done(row.id, refusal.code)
        except HubError:
            raise
        except Exception as error:  # the one place where a bug becomes a sentence
            if row is None:
                raise
            return await self._event_failed(row, error)
        self.handled += 1
        self._said()
        return more

    async def _event_failed(self, row: InboxRow, error: Exception) -> bool:
        reference = secrets.token_hex(4)
        # The traceback has no local variables, and errors of ours carry no text from people.
        log.error("dispatch.failed", reference=reference, kind=row.kind, exc_info=_bare(error))
        async with self._storage.write() as session:
            retry_at = self._clock() + RETRY_AFTER * 2**row.tries
            reason = f"{type(error).__name__} {reference}"
            if await Inbox(session).failed(row, retry_at, reason):
                self.dead += 1
                text = _(
                    "Something broke on my side and I could not do that. "
                    "Tell a moderator this code: {code}",
                    code=Code(reference),
                )
                await self._conversation.tell(
                    self._scope(session), row, Reply("error.broken", text)
                )
        self._said()
        return False

    async def _due(self, row_id: int) -> bool:
        """Handle one row that has come due."""
        row: DueRow | None = None
        try:
            async with self._storage.write() as session, asyncio.timeout(HANDLER_SECONDS):
                row = await Dues(session).get(row_id)
                if row is None:
                    return False
                session.expunge(row)  # it is only read, and has to outlive a failed transaction
                scope = self._scope(session)
                due = Due(row.key, row.payload, row.due_at, scope.now)
                await self._conversation.fall_due(scope, row.kind, due)
                await Dues(session).done(row_id)
        except HubError:
            raise
        except Exception as error:  # noqa: BLE001 -- likewise
            if row is not None:
                await self._due_failed(row, error)
            return False
        self.handled += 1
        self._said()
        return False

    async def _due_failed(self, row: DueRow, error: Exception) -> None:
        log.error("due.failed", kind=row.kind, exc_info=_bare(error))
        async with self._storage.write() as session:
            retry_at = self._clock() + RETRY_AFTER * 4**row.tries
            await Dues(session).failed(row, retry_at, type(error).__name__)


def _bare(error: Exception) -> Exception:
    """Keep type and traceback of an error but not its text, which may quote a person."""
    return _Unquoted(type(error).__name__).with_traceback(error.__traceback__)


class _Unquoted(Exception):
    """An error whose text was left out of the log."""
