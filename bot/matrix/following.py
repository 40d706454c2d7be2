"""A room that is said to go on in another one: whether that is true, and going along."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import structlog

from bot.matrix.census import inside
from bot.matrix.client import Client, Refused, escape
from kit.roomkey import SpaceRoom, Visit
from storage.engine import Storage
from storage.messages import Messages
from storage.occupants import Occupants
from storage.outbox import Outgoing
from storage.rooms import Rooms

log = structlog.get_logger(__name__)

# Why a room is not followed into another: one of them does not say so, or others are there.
NOT_FOLLOWED = "HUB_NO_TRUE_UPGRADE"


class Following:
    """Goes along into rooms that took the place of others."""

    def __init__(self, client: Client, storage: Storage) -> None:
        """Act as the account of *client*."""
        self._client = client
        self._storage = storage

    async def follow(self, row: Outgoing, old: str, to: str) -> None:
        """Let the room of a row, *old*, go on in *to*, if our homeserver and *to* both say so.

        Only who has the power to can close a room, or our homeserver would not take it. Spec,
        room upgrades: who did makes the new room, which names the old one.

        Raises:
            Refused: it is not so.
            Unreachable, SignedOut: as ``Client.call``.
        """
        closed = await self._client.state_event(old, "m.room.tombstone")
        named = to.startswith("!") and _content(closed).get("replacement_room") == to
        async with self._storage.read() as session:
            there = await Rooms(session).at(to)
        # A chat of anybody's may name a room in which the hub is at work: that one stays as it is.
        if not named or not (there is None or isinstance(there.key, Visit)):
            raise Refused(403, NOT_FOLLOWED)
        try:
            await self._go_on(row, old, to, str(closed.get("sender")))
        except Refused as refusal:
            if there is None and not refusal.passing:
                with contextlib.suppress(Refused):  # it may not even have come in
                    await self._client.call("POST", f"/rooms/{escape(to)}/leave", {})
            raise

    async def _go_on(self, row: Outgoing, old: str, to: str, closer: str) -> None:
        """Come into the room *to*, and let it take the place of *old* if *closer* made it so."""
        via = {"server_name": closer.partition(":")[2]}
        await self._client.call("POST", f"/join/{escape(to)}", {}, query=via)
        created = await self._client.state_event(to, "m.room.create")
        joined = await inside(self._client, to)
        before = _content(created).get("predecessor")
        named = isinstance(before, dict) and before.get("room_id") == old
        async with self._storage.read() as session:
            known = await Occupants(session).of(old)
        private = not isinstance(row.key, SpaceRoom)
        us = {self._client.user_id}
        strangers = private and not us <= joined <= known | us
        encrypted = await self._client.state(to, "m.room.encryption") is not None
        bared = row.encrypted and not encrypted
        if not named or created.get("sender") != closer or strangers or bared:
            raise Refused(403, NOT_FOLLOWED)
        async with self._storage.write() as session:
            former = await Rooms(session).follow(row.room, to, encrypted=encrypted)
            await Messages(session).stay(row.room, former.id)
            await Occupants(session).lose_sight([old])
            if private:
                await Occupants(session).count(to, joined)
        if isinstance(row.key, SpaceRoom):
            log.warning("space.room_upgraded", key=str(row.key))


def _content(event: Mapping[str, Any]) -> Mapping[str, Any]:
    content = event.get("content")
    return content if isinstance(content, dict) else {}
