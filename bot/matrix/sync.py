"""Taking in the homeserver's stream: what happened and the token go into one transaction."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.matrix.backoff import backoff
from bot.matrix.census import inside
from bot.matrix.client import Client, Refused, TooLarge, Unreachable, escape
from bot.matrix.intake import Intake, Taken
from bot.matrix.keys import Keys
from bot.matrix.reader import CLOSED, NO_TIME, VERIFICATION, Batch
from kit.inbound import Invited, Left, MembersChanged
from kit.roomkey import Direct, SpaceRoom
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

LONG_POLL = 30  # seconds
ALARM_AFTER = 300  # seconds without an answer
KEPT_EVERY = 600  # seconds in which nothing happens: how old the token may be after a crash
PAGES = 200  # of a hundred events each, in one gap
PART = 50  # rooms asked for at once where an answer is too large
# Invitations come with an answer about any rooms, but not with one about none (Synapse).
NOWHERE = "!nowhere:invalid"
_TYPES = [
    "m.room.message",
    "m.room.encrypted",
    "m.reaction",
    "m.sticker",
    "m.room.member",
    "m.room.redaction",
    "m.room.encryption",
    "m.room.tombstone",
    *CLOSED,
    f"{VERIFICATION}*",
]
# What we do ourselves is among it: somebody may use our account to ban, or to upgrade a room.
_HEARD = {"types": _TYPES}


class SyncLoop:
    """The only reader of /sync. ``taken`` is called after each commit that brought work."""

    def __init__(
        self,
        client: Client,
        storage: Storage,
        *,
        seconds: Callable[[], float],
        random: Random,
        intake: Intake,
        keys: Keys,
        begun: Callable[[str], Awaitable[None]],
        taken: Callable[[], None],
        stage: Stage = unobserved,
    ) -> None:
        """Prepare to read as *client*'s account; *seconds* is a monotonic clock.

        What is meant for the hub goes through *intake*, what is encrypted is opened with *keys*.
        *begun* is called with the token from which on everything is read, before anything is.
        """
        self._client = client
        self._storage = storage
        self._seconds = seconds
        self._random = random
        self._taken = taken
        self._stage = stage
        self._intake = intake
        self._keys = keys
        self._begun = begun
        self._kept = seconds()
        self.last_answer = seconds()
        self.dropped = 0
        self.failures = 0
        self.set_aside: set[str] = set()
        self.began: str | None = None
        self.held: str | None = None
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Read until cancelled.

        Raises:
            SignedOut: the token was revoked or the account is gone.
        """
        async with self._storage.read() as session:
            since = await Inbox(session).position(self._client.user_id)
        whole = True
        while True:
            try:
                await self._keys.begin()
                batch = await self._read(since, whole=whole)
                await self._fill(batch, since)
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
                await self._commit(batch, history=since is None)
                self._kept = self._seconds()
                self._stage("sync.committed")
            self._keys.counted(batch.one_time_keys, batch.unused_fallback)
            self.failures, self.last_answer, self.held = 0, self._seconds(), None
            self.began = self.began or since or batch.next_batch
            since, whole = batch.next_batch, False
            self.ready.set()

    async def _read(self, since: str | None, *, whole: bool) -> Batch:
        """Ask what happened; an answer that is too large is asked for room by room, if need be."""
        try:
            return await self._next(since, whole=whole)
        except TooLarge:
            log.warning("sync.too_large", hint="it is read in parts")
        answer = await self._client.call("GET", "/joined_rooms", patience=60)
        joined = [room for room in answer.get("joined_rooms", ()) if isinstance(room, str)]
        # Its token comes first: what is told twice because of that is taken once.
        batch = await self._without_rooms(since, whole=whole)
        for first in range(0, len(joined), PART):
            await self._add(batch, joined[first : first + PART], since, whole=whole)
        return batch

    async def _without_rooms(self, since: str | None, *, whole: bool) -> Batch:
        """Read what is of no room the hub is in: the token, and invitations.

        Who invites words the state that comes along. Where that alone is too large, no invitation
        of this answer is taken: who meant well may write in a room of the Space, or invite again.
        """
        try:
            return await self._next(since, whole=whole, rooms=[NOWHERE])
        except TooLarge:
            hint = "none of this answer is taken"
            log.error("sync.invitations_too_large", hint=hint)  # noqa: TRY400 -- a trace says no more
        return await self._next(since, whole=whole, rooms=())

    async def _add(
        self, batch: Batch, rooms: Sequence[str], since: str | None, *, whole: bool
    ) -> None:
        """Add what happened in some rooms, leaving the one that is too large by itself."""
        try:
            part = await self._next(since, whole=whole, rooms=rooms)
        except TooLarge:
            if len(rooms) == 1:
                await self._put_aside(batch, rooms[0])
                return
            half = len(rooms) // 2
            await self._add(batch, rooms[:half], since, whole=whole)
            await self._add(batch, rooms[half:], since, whole=whole)
            return
        batch.events |= {room: part.events[room] for room in rooms if room in part.events}
        batch.moves |= {room: part.moves[room] for room in rooms if room in part.moves}
        batch.gaps |= {room: part.gaps[room] for room in rooms if room in part.gaps}
        batch.withdrawn += part.withdrawn
        batch.moves |= part.moves
        batch.joined |= part.joined
        batch.own += part.own
        batch.encrypted |= part.encrypted
        batch.dropped += part.dropped

    async def _put_aside(self, batch: Batch, room_id: str) -> None:
        self.set_aside.add(room_id)
        async with self._storage.read() as session:
            key = (await Rooms(session).keys_of([room_id])).get(room_id)
        log.error("sync.room_too_large", room=room_id, key=str(key))
        if not isinstance(key, SpaceRoom):
            batch.left.add(room_id)
            try:
                await self._client.call("POST", f"/rooms/{escape(room_id)}/leave", {})
            except (Refused, Unreachable) as error:
                log.warning("sync.not_left", room=room_id, error=str(error))

    async def _next(
        self,
        since: str | None,
        *,
        whole: bool,
        rooms: Sequence[str] | None = None,
    ) -> Batch:
        at_once = whole or rooms is not None
        poll = 0 if at_once else LONG_POLL
        query = {
            "timeout": str(poll * 1000),
            "filter": self._filter(since, rooms),
            "set_presence": "offline",
        }
        if since:
            query["since"] = since
        if whole:
            query["full_state"] = "true"
            # Synapse repeats its answer to the very same request for two minutes, and one that a
            # process before this one got does not show what was sent since. It answers at once.
            query["timeout"] = str(self._random.randrange(2**16))
        answer = await self._client.call(
            "GET", "/sync", query=query, patience=poll + (120 if at_once else 20)
        )
        batch = self._intake.parser.sync(answer)
        if batch is None:
            message = "a sync without a token"
            raise Unreachable(message)
        return batch

    def _filter(self, since: str | None, rooms: Sequence[str] | None) -> str:
        none = {"not_types": ["*"]}
        most = 100 if rooms is None else 10  # what is left out is read page by page
        if since is None:
            most = 1  # what was said before the hub came is not looked at
        timeline = {"limit": most, **_HEARD}
        # Of the state only whether a room is encrypted: all else is told as it happens, and how
        # much there is of it is up to whoever has power in the room. A room of another homeserver
        # that we just entered has nothing else to tell, and would be left out without its first
        # event, of which there is one.
        state = {"types": ["m.room.encryption", "m.room.create"]}
        room: dict[str, Any] = {"timeline": timeline, "state": state}
        room |= {"ephemeral": none, "account_data": none}
        if rooms is not None:
            room["rooms"] = rooms
        if self.set_aside:
            room["not_rooms"] = sorted(self.set_aside)
        return json.dumps({"presence": none, "account_data": none, "room": room})

    async def _fill(self, batch: Batch, since: str | None) -> None:
        """Put what a limited timeline left out before the rest of that room, oldest first."""
        if since is None or not batch.gaps:
            return
        async with self._storage.read() as session:
            known = await Rooms(session).still_in(batch.gaps)
        few = asyncio.Semaphore(8)

        async def fill(room_id: str) -> None:
            async with few:
                missed = await self._missed(batch, room_id, since)
            batch.events[room_id] = missed + batch.events.get(room_id, [])

        # A room that is new to the hub has no gap: what was said before belongs to others.
        await asyncio.gather(*(fill(room_id) for room_id in batch.gaps.keys() & known))

    async def _missed(self, batch: Batch, room_id: str, since: str) -> list[Taken]:
        pages: list[list[Taken]] = []
        start: object = batch.gaps[room_id]
        for _page in range(PAGES):
            if not isinstance(start, str):
                break
            query = {"dir": "b", "from": start, "to": since, "limit": "100"}
            query["filter"] = json.dumps(_HEARD)
            try:
                answer = await self._client.call(
                    "GET", f"/rooms/{escape(room_id)}/messages", query=query
                )
            except Refused as refusal:
                if refusal.passing:
                    raise
                log.warning("sync.gap_refused", room=room_id, errcode=refusal.errcode)
                batch.unsure.add(room_id)
                break
            except TooLarge:
                log.warning("sync.gap_too_large", room=room_id)
                batch.unsure.add(room_id)
                break
            page = Batch("")
            chunk = answer.get("chunk")
            self._intake.parser.take(
                page, room_id, reversed(chunk if isinstance(chunk, list) else [])
            )
            batch.dropped += page.dropped
            batch.own += page.own
            batch.withdrawn += page.withdrawn
            batch.moves[room_id] = page.moves.get(room_id, {}) | batch.moves.get(room_id, {})
            pages.insert(0, page.events.get(room_id, []))
            start = answer.get("end")  # a page may be empty: what it held is not for us
        else:
            log.error("sync.gap_too_long", room=room_id, pages=PAGES)
            batch.unsure.add(room_id)
        return [event for page in pages for event in page]

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
            ours = await self._intake.take(session, await self._watch(session, batch) + opened)
            await inbox.withdraw(batch.withdrawn)
            await rooms.lock_all(batch.encrypted)
            for room_id in batch.left:
                if (room := await rooms.at(room_id)) is not None and not room.left:
                    rooms.leave(room)
                    await Outbox(session).park_room(room.id, "the hub is no longer in the room")
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
