"""Taking in the homeserver's stream: what happened and the token go into one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.matrix.backoff import backoff
from bot.matrix.batch import Batch
from bot.matrix.census import inside
from bot.matrix.client import Client, Refused, Unreachable
from bot.matrix.intake import Intake
from bot.matrix.keys import Keys
from bot.matrix.lease import Lease
from bot.matrix.reader import NO_TIME
from bot.matrix.stream import Stream
from kit.inbound import Invited, Left, MembersChanged
from kit.roomkey import Direct
from kit.stage import Stage, unobserved
from storage.encryption.correspondents import Correspondents
from storage.encryption.sessions import OutboundSessions
from storage.engine import Storage
from storage.inbox import Inbox, Incoming
from storage.occupants import Occupants
from storage.outbox import Outbox
from storage.people import People
from storage.rooms import Rooms, is_over

log = structlog.get_logger(__name__)

ALARM_AFTER = 300  # seconds without an answer
KEPT_EVERY = 600  # seconds in which nothing happens: how old the token may be after a crash


class SyncLoop:
    """Takes in what ``Stream`` reads. ``taken`` is called after each commit that brought work."""

    def __init__(
        self,
        client: Client,
        storage: Storage,
        *,
        seconds: Callable[[], float],
        random: Random,
        intake: Intake,
        keys: Keys,
        lease: Lease,
        begun: Callable[[str], Awaitable[None]],
        taken: Callable[[], None],
        stage: Stage = unobserved,
    ) -> None:
        """Prepare to read as *client*'s account; *seconds* is a monotonic clock.

        What is meant for the hub goes through *intake*, what is encrypted is opened with *keys*.
        Nothing is read without the *lease* of the account, nor taken in once another hub has it.
        *begun* is called with the token from which on everything is read, before anything is.
        """
        self.stream = Stream(client, storage, intake.parser, random=random)
        self._client = client
        self._storage = storage
        self._seconds = seconds
        self._random = random
        self._taken = taken
        self._stage = stage
        self._intake = intake
        self._keys = keys
        self._lease = lease
        self._begun = begun
        self._kept = seconds()
        self.last_answer = seconds()
        self.dropped = 0
        self.failures = 0
        self.began: str | None = None
        self.held: str | None = None
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Read until cancelled.

        Raises:
            SignedOut: the token was revoked or the account is gone.
            AlreadyRunning: another hub serves the account.
        """
        async with self._storage.read() as session:
            since = await Inbox(session).position(self._client.user_id)
        whole = True
        while True:
            try:
                await self._lease.take()
                await self._keys.begin()
                batch = await self.stream.read(since, whole=whole)
                await self._lease.heard(batch.lease)
                if not whole:  # a process knows what it has sent itself
                    batch.own.clear()
                await self._count(batch, since)
                if since is None:
                    await self._begun(batch.next_batch)
            except (Refused, Unreachable) as error:
                if since is not None and _token_refused(error):
                    log.warning("sync.token_refused", hint="the homeserver went back in time")
                    since, whole = None, True
                    continue
                await self._wait(error)
                continue
            self._stage("sync.answered")
            if whole or not batch.quiet or self._seconds() - self._kept > KEPT_EVERY:
                batch.late = whole
                await self._commit(batch, history=since is None)
                self._kept = self._seconds()
                self._stage("sync.committed")
            self._keys.counted(batch.one_time_keys, batch.unused_fallback)
            if self.failures:
                silent = round(self._seconds() - self.last_answer)
                log.info("sync.back", failures=self.failures, silent_for=silent)
            self.failures, self.last_answer, self.held = 0, self._seconds(), None
            self.began = self.began or since or batch.next_batch
            since, whole = batch.next_batch, False
            self.ready.set()

    async def _count(self, batch: Batch, since: str | None) -> None:
        """Ask who is in the chats that are new to the hub, or were lost sight of.

        Of one that does not say it, because it is too large or the hub was taken out, nobody is
        known to be there.
        """
        async with self._storage.read() as session:
            rooms = Rooms(session)
            asked = (
                await rooms.uncounted(batch.joined) | await rooms.chats(batch.unsure)
                if since
                else await rooms.chats(batch.joined)
            )
        few = asyncio.Semaphore(8)

        async def counted(room_id: str) -> set[str]:
            async with few:
                return await inside(self._client, room_id)

        batch.counted = dict(zip(asked, await asyncio.gather(*map(counted, asked)), strict=True))

    async def _watch(self, session: AsyncSession, batch: Batch) -> list[Incoming]:
        """Keep who is in the chats; returns the rooms in which that changed, as events."""
        rooms, occupants = Rooms(session), Occupants(session)
        chats = await rooms.chats(batch.moves.keys() | batch.counted.keys())
        for room_id in chats:
            if room_id in batch.counted:
                await occupants.count(room_id, batch.counted[room_id])
            elif await occupants.known([room_id]):
                await occupants.move(room_id, batch.moves[room_id])
        await occupants.lose_sight(batch.left)
        return await self._parted(session, batch) + [
            Incoming(
                f"members {room_id} {batch.next_batch}",
                room_id,
                self._client.user_id,
                MembersChanged(),
                NO_TIME,
            )
            for room_id in sorted(chats - batch.left)
        ]

    async def _parted(self, session: AsyncSession, batch: Batch) -> list[Incoming]:
        """Take whose chat the hub was thrown out of for somebody who left it."""
        parted = []
        for room_id in sorted(batch.left):
            room = await Rooms(session).at(room_id)
            if room is not None and not is_over(room) and isinstance(room.key, Direct):
                person = await People(session).get(room.key.person_id)
                event_id = f"left {room_id} {batch.next_batch}"
                parted.append(Incoming(event_id, room_id, person.user_id, Left(), NO_TIME))
        return parted

    async def _commit(self, batch: Batch, *, history: bool) -> None:
        taken = [event for events in batch.events.values() for event in events]
        if history:  # what was said before the hub came is not said to the hub
            taken = [
                event
                for event in taken
                if isinstance(event, Incoming) and isinstance(event.event, Invited)
            ]
        async with self._storage.write() as session:
            inbox, rooms = Inbox(session), Rooms(session)
            if history:
                await Occupants(session).lose_sight_of_all()
                await Correspondents(session).all_changed()
                await OutboundSessions(session).drop_all()
            opened = await self._keys.open(session, batch, taken, history=history)
            seen = await self._watch(session, batch) + opened
            shown = [] if history else batch.shown
            ours = await self._intake.take(session, seen + shown, late=batch.late)
            await inbox.withdraw(batch.withdrawn)
            await rooms.lock_all(batch.encrypted)
            for room_id in batch.left:
                if (room := await rooms.at(room_id)) is not None and not room.left:
                    rooms.leave(room)
                    await Outbox(session).withdraw_room(room.id, "the hub is no longer in the room")
            self._stage("sync.committing")
            await inbox.advance(self._client.user_id, batch.next_batch)
        self.dropped += batch.dropped
        if ours:
            self._taken()

    async def _wait(self, error: Refused | Unreachable) -> None:
        self.failures += 1
        refused = error if isinstance(error, Refused) else None
        asked = refused.retry_after if refused else None
        self.held = refused.errcode if refused and refused.holds else None
        quiet = self._seconds() - self.last_answer
        level = log.error if self.held or quiet > ALARM_AFTER else log.warning
        level("sync.failed", error=str(error), failures=self.failures, silent_for=round(quiet))
        await asyncio.sleep(backoff(self.failures, asked, self._random))


def _token_refused(error: Refused | Unreachable) -> bool:
    # Synapse has no code of its own for a token it cannot read: 400 M_UNKNOWN.
    codes = {"M_UNKNOWN_POS", "M_INVALID_PARAM", "M_UNKNOWN"}
    return isinstance(error, Refused) and error.status == 400 and error.errcode in codes  # noqa: PLR2004 -- HTTP's own number
