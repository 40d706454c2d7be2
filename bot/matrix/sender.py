"""The sender: takes errands from the outbox and does them on the homeserver, once each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.matrix.client import Client, Refused, SignedOut, Unreachable
from bot.matrix.errands import Errands, NotReady
from bot.matrix.sync import backoff
from bot.talk.arrivals import unreachable
from kit.errand import Create, Errand, Send, SendFile
from kit.errors import BadConfiguration
from kit.stage import Stage, unobserved
from kit.stored import Unreadable
from kit.turns import Turns
from storage.engine import Storage
from storage.outbox import Outbox, Outgoing
from storage.rooms import Rooms

log = structlog.get_logger(__name__)

ONE_EACH = timedelta(seconds=1)
CAREFUL = timedelta(minutes=1)
# Synapse forgets transaction ids after 24 hours; a later resend could double.
FORGOTTEN_AFTER = timedelta(hours=23)
# So many rooms are written to at once.
WIDTH = 48


class Sender:
    """Does errands in order per room, in parallel across rooms, at the pace the server allows."""

    def __init__(
        self,
        client: Client,
        storage: Storage,
        *,
        clock: Callable[[], datetime],
        random: Random,
        server_name: str,
        stage: Stage = unobserved,
    ) -> None:
        """Prepare to send as *client*'s account."""
        self._client = client
        self._storage = storage
        self._clock = clock
        self._random = random
        self._stage = stage
        self._errands = Errands(client, storage, server_name)
        # The homeserver limits each kind of request by itself: one that is told to wait
        # holds up only its own kind.
        self._closed_until: dict[type[Errand], datetime] = {}
        self._careful_until: dict[type[Errand], datetime] = {}
        self._turns = Turns(self._begin, every=1)
        self._group: asyncio.TaskGroup
        self._busy: set[int] = set()
        self._done: list[tuple[int, str | None]] = []
        self._marking: asyncio.Task[None] | None = None
        self.wake = self._turns.wake
        self.sent = 0

    async def run(self) -> None:
        """Send until cancelled.

        Raises:
            BadConfiguration: the homeserver no longer accepts our token.
            StorageFailed: the database refused.
        """
        async with asyncio.TaskGroup() as self._group:
            await self._turns.run()

    async def _ready(self) -> Sequence[Outgoing]:
        now = self._clock()
        closed = [kind for kind, until in self._closed_until.items() if until > now]
        async with self._storage.read() as session:
            most = WIDTH - len(self._busy)
            return await Outbox(session).heads(now, most, self._busy, closed)

    async def _begin(self) -> bool:
        for row in await self._ready():
            self._busy.add(row.room)
            self._group.create_task(self._work(row))
        return False

    async def _work(self, row: Outgoing) -> None:
        try:
            await self._step(row)
        finally:
            self._busy.discard(row.room)
            self.wake()

    async def _step(self, row: Outgoing) -> None:
        now, errand = self._clock(), row.errand
        if isinstance(errand, Unreadable):
            log.error("outbox.unreadable", id=row.id, room=row.room)
            await self._stop(row, "parked", "the hub cannot read what it stored")
            return
        if isinstance(errand, Send | SendFile) and now - row.created_at > FORGOTTEN_AFTER:
            await self._stop(row, "unknown", "older than the homeserver remembers")
            return
        kind = type(errand)
        if self._closed_until.get(kind, now) > now:
            return
        if self._careful_until.get(kind, now) > now:
            # Limited a moment ago: they go one by one, or all who wait would be refused together.
            self._closed_until[kind] = now + ONE_EACH
        try:
            self._stage("errand.begun")
            event_id = await self._errands.run(row, errand)
            self._stage("errand.done")
        except (NotReady, Unreachable, Refused) as error:
            await self._failed(row, kind, error)
            return
        except SignedOut as error:
            message = f"the homeserver no longer accepts our token ({error}): log in again"
            raise BadConfiguration(message) from error
        await self._mark(row, event_id)
        self._stage("errand.marked")
        self.sent += 1

    async def _mark(self, row: Outgoing, event_id: str | None) -> None:
        """Close a row, in one transaction with all that were done since the last began."""
        self._done.append((row.id, event_id))
        if self._marking is None:
            self._marking = asyncio.create_task(self._write_done())
        await asyncio.shield(self._marking)

    async def _write_done(self) -> None:
        async with self._storage.write() as session:
            done, self._done, self._marking = self._done, [], None
            await Outbox(session).sent(done)

    async def _failed(
        self, row: Outgoing, kind: type[Errand], error: NotReady | Unreachable | Refused
    ) -> None:
        refused = error if isinstance(error, Refused) else None
        if refused is not None and not refused.passing:
            log.warning("outbox.parked", action=kind.action, room=row.room, error=str(error))
            await self._stop(row, "parked", str(error))
            return
        asked = refused.retry_after if refused else None
        seconds = 1 if isinstance(error, NotReady) else backoff(row.tries, asked, self._random)
        until = self._clock() + timedelta(seconds=seconds)
        limited = refused is not None and refused.status == 429  # noqa: PLR2004 -- HTTP's own number
        if limited:
            careful = min(CAREFUL, timedelta(seconds=10 * seconds))
            self._closed_until[kind] = until
            self._careful_until[kind] = until + careful
        async with self._storage.write() as session:
            if limited:
                await Outbox(session).hold_back(kind, until)
            await Outbox(session).postpone(row.id, until, str(error))

    async def _stop(self, row: Outgoing, state: str, reason: str) -> None:
        async with self._storage.write() as session:
            await Outbox(session).stop(row.id, state, reason)
            if isinstance(row.errand, Create):  # what was meant for that room can never be done
                await Outbox(session).park_room(row.room, "the room could not be made")
                room = await Rooms(session).lost(row.room)
                if room.person_id is not None:
                    await unreachable(session, room.person_id, self._clock())

    async def drain(self, seconds: float) -> None:
        """Go on until nothing is ready, for at most *seconds*: what is left waits in the table."""
        try:
            async with asyncio.timeout(seconds):
                while rows := await self._ready():
                    for row in rows:
                        await self._step(row)
        except TimeoutError:
            log.info("outbox.left_over")
