"""What the homeserver has to tell, asked for until it is whole: /sync, and what it leaves out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from random import Random
from typing import Any

import structlog

from bot.matrix.batch import Batch
from bot.matrix.client import Client, Refused, TooLarge, Unreachable, escape
from bot.matrix.intake import Taken
from bot.matrix.lease import KIND as LEASE
from bot.matrix.reader import CLOSED, VERIFICATION, SyncParser
from bot.matrix.shown import POLLS
from kit.roomkey import SpaceRoom
from storage.engine import Storage
from storage.rooms import Rooms

log = structlog.get_logger(__name__)

LONG_POLL = 30  # seconds
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
    *POLLS,
]
# What we do ourselves is among it: somebody may use our account to ban, or to upgrade a room.
_HEARD = {"types": _TYPES}


class Stream:
    """Asks for what happened. A room whose answer is too large by itself is *set_aside*."""

    def __init__(
        self, client: Client, storage: Storage, parser: SyncParser, *, random: Random
    ) -> None:
        """Prepare to ask as *client*'s account."""
        self._client = client
        self._storage = storage
        self._parser = parser
        self._random = random
        self.set_aside: set[str] = set()

    async def read(self, since: str | None, *, whole: bool) -> Batch:
        """Return what happened *since* a token, of which nothing is missing.

        The *whole* state of the rooms comes along with the first answer of a process.

        Raises:
            Refused: the homeserver refused to say.
            Unreachable: it was not reached, or its answer is none.
        """
        batch = await self.ask(since, whole=whole)
        if since is not None:
            await self._fill(batch, since)
        return batch

    async def ask(self, since: str | None, *, whole: bool) -> Batch:
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
        batch.join(part, rooms)

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
        batch = self._parser.sync(answer)
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
        ours = {"types": [LEASE]}
        return json.dumps({"presence": none, "account_data": ours, "room": room})

    async def _fill(self, batch: Batch, since: str) -> None:
        """Put what a limited timeline left out before the rest of that room, oldest first."""
        if not batch.gaps:
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
            self._parser.take(page, room_id, reversed(chunk if isinstance(chunk, list) else []))
            batch.precede(room_id, page)
            pages.insert(0, page.events.get(room_id, []))
            start = answer.get("end")  # a page may be empty: what it held is not for us
        else:
            log.error("sync.gap_too_long", room=room_id, pages=PAGES)
            batch.unsure.add(room_id)
        return [event for page in pages for event in page]
