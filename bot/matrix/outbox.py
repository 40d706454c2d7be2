"""The sender: takes errands from the outbox and does them on the homeserver, once each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.kit.errors import BadConfiguration
from bot.kit.stage import Stage, unobserved
from bot.lanes import Lanes
from bot.matrix.client import Client, Refused, SignedOut, Unreachable
from bot.matrix.errands import Errands, NotReady
from bot.matrix.sync import backoff
from storage.engine import Storage
from storage.outbox import Errand, Outbox
from storage.rooms import Rooms

log = structlog.get_logger(__name__)

# Synapse forgets transaction ids after 24 hours; a later resend could double.
FORGOTTEN_AFTER = timedelta(hours=23)


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
        self._closed_until: dict[str, datetime] = {}
        self.lanes: Lanes[int] = Lanes(self._ready, self._step, width=48, every=1)
        self._done: list[tuple[int, str | None]] = []
        self._marking: asyncio.Task[None] | None = None
        self.sent = 0

    async def _ready(self) -> Sequence[int]:
        async with self._storage.read() as session:
            return await Outbox(session).heads(self._clock())

    async def _step(self, room: int) -> bool:
        now = self._clock()
        async with self._storage.read() as session:
            errand = await Outbox(session).head(room, now)
        if errand is None:
            return False
        if errand.action == "send" and now - errand.created_at > FORGOTTEN_AFTER:
            return await self._stop(errand, "unknown", "older than the homeserver remembers")
        if (closed := self._closed_until.get(errand.action, now)) > now:
            async with self._storage.write() as session:
                reason = "waiting for the rate limit"
                await Outbox(session).postpone(errand.id, closed, reason, tried=False)
            return False
        try:
            self._stage("errand.begun")
            event_id = await self._errands.run(errand)
            self._stage("errand.done")
        except (NotReady, Unreachable, Refused) as error:
            return await self._failed(errand, error)
        except SignedOut as error:
            message = f"the homeserver no longer accepts our token ({error}): log in again"
            raise BadConfiguration(message) from error
        await self._mark(errand, event_id)
        self._stage("errand.marked")
        self.sent += 1
        return errand.more

    async def _mark(self, errand: Errand, event_id: str | None) -> None:
        """Close an errand, in one transaction with all that were done since the last began."""
        self._done.append((errand.id, event_id))
        if self._marking is None:
            self._marking = asyncio.create_task(self._write_done())
        await asyncio.shield(self._marking)

    async def _write_done(self) -> None:
        async with self._storage.write() as session:
            done, self._done, self._marking = self._done, [], None
            for errand_id, event_id in done:
                await Outbox(session).sent(errand_id, event_id)

    async def _failed(self, errand: Errand, error: NotReady | Unreachable | Refused) -> bool:
        refused = error if isinstance(error, Refused) else None
        if refused is not None and not refused.passing:
            log.warning("outbox.parked", action=errand.action, room=errand.room, error=str(error))
            return await self._stop(errand, "parked", str(error))
        asked = refused.retry_after if refused else None
        seconds = 1 if isinstance(error, NotReady) else backoff(errand.tries, asked, self._random)
        until = self._clock() + timedelta(seconds=seconds)
        if refused is not None and refused.status == 429:  # noqa: PLR2004 -- HTTP's own number
            self._closed_until[errand.action] = until
        await self._postpone(errand, until, str(error))
        return False

    async def _postpone(self, errand: Errand, until: datetime, reason: str) -> None:
        async with self._storage.write() as session:
            await Outbox(session).postpone(errand.id, until, reason)

    async def _stop(self, errand: Errand, state: str, reason: str) -> bool:
        async with self._storage.write() as session:
            await Outbox(session).stop(errand.id, state, reason)
            if errand.action == "create":  # what was meant for that room can never be done
                await Outbox(session).park_room(errand.room, "the room could not be made")
                await Rooms(session).lost(errand.room)
        return True

    async def drain(self, seconds: float) -> None:
        """Go on until nothing is ready, for at most *seconds*: what is left waits in the table."""
        try:
            async with asyncio.timeout(seconds):
                while rooms := await self._ready():
                    for room in rooms:
                        await self._step(room)
        except TimeoutError:
            log.info("outbox.left_over")
