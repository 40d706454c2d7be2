"""Making rooms, so that a second try finds the room of the first, and inviting people there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from bot.matrix.client import Client, Refused, escape, text
from kit.errand import Within, initial
from kit.inbound import Joined
from kit.roomkey import Direct, RoomKey, SpaceRoom
from storage.engine import Storage
from storage.inbox import Inbox, Incoming
from storage.occupants import Occupants
from storage.outbox import Outgoing
from storage.rooms import Rooms

log = structlog.get_logger(__name__)

NO_ROOM = "HUB_NO_ROOM"
INSIDE = frozenset({"join", "invite"})
# An alias in use, or reserved for a bridge.
_TAKEN = frozenset({"M_ROOM_IN_USE", "M_EXCLUSIVE"})


class NotReady(Exception):
    """The errand needs a room that does not exist yet."""


class Making:
    """Making rooms as one account, whose aliases end in *server_name*."""

    def __init__(self, client: Client, storage: Storage, server_name: str) -> None:
        """Prepare to make rooms and to note down what became of them."""
        self._client = client
        self._storage = storage
        self._server_name = server_name

    async def create(self, row: Outgoing, room: Mapping[str, Any], within: Within | None) -> None:
        """Make the room of an errand, or find the one that an earlier try made.

        Raises:
            NotReady: another room that it names is not made yet, or its address is somebody's.
            Refused, Unreachable, SignedOut: as ``Client.call``.
        """
        if isinstance(row.key, Direct) and row.room_id is not None:
            return  # they opened a chat themselves before this one was made
        content = dict(room)
        if within is not None:
            belonging = await self._belonging(within)
            content["initial_state"] = [*content.get("initial_state", ()), *belonging]
        try:
            room_id, new = await self._made_under(row, content)
            for user_id in () if new else room.get("invite", ()):
                await self.invite(room_id, user_id)  # the first try may have ended before
        except Refused as refusal:
            if not refusal.passing:
                await self._leave_behind(row)
            raise
        encrypted = await self._client.state(room_id, "m.room.encryption") is not None
        async with self._storage.write() as session:
            await Rooms(session).made(row.room, room_id)
            if new:  # of one that was found it has to be asked who is there
                await Occupants(session).count(room_id, {self._client.user_id})
            if encrypted:  # asked for, or by a setting of the homeserver
                await Rooms(session).lock(row.room)
        if within is None and isinstance(row.key, SpaceRoom):
            await self._meet(row, room_id)

    async def _meet(self, row: Outgoing, room_id: str) -> None:
        # Who came by the address before the room was noted down was not known to come to the Space.
        answer = await self._client.call("GET", f"/rooms/{escape(room_id)}/joined_members")
        there = set(answer.get("joined") or ()) - {self._client.user_id}
        met = [
            Incoming(f"met {room_id} {who}", room_id, who, Joined(), row.created_at)
            for who in there
        ]
        if met:
            async with self._storage.write() as session:
                await Inbox(session).take(met)

    async def _made_under(self, row: Outgoing, content: dict[str, Any]) -> tuple[str, bool]:
        # The alias is fixed beforehand, so that a second try finds the room of the first. One that
        # nobody could guess is ours; any other may have been taken by somebody else meanwhile.
        for localpart in filter(None, (content.get("room_alias_name"), row.txn_id)):
            try:
                asked = {**content, "room_alias_name": localpart}
                if localpart == row.txn_id:  # an address of nobody's: it names no chat in a client
                    plain = initial("m.room.canonical_alias")
                    asked["initial_state"] = [*content.get("initial_state", ()), plain]
                answer = await self._client.call("POST", "/createRoom", asked, patience=90)
                return text(answer, "room_id"), True
            except Refused as refusal:
                if refusal.errcode not in _TAKEN:
                    raise
            alias = f"#{localpart}:{self._server_name}"
            found = await self._client.resolve(alias)
            ours = localpart == row.txn_id or (found and await self._client.is_ours(found, alias))
            if found is not None and ours:
                return found, False
            log.warning("space.address_taken", address=alias)
        message = "waiting for an address"
        raise NotReady(message)

    async def _leave_behind(self, row: Outgoing) -> None:
        # Who refuses to be invited is refused after the room was made: nobody is to sit in it.
        made = await self._client.resolve(f"#{row.txn_id}:{self._server_name}")
        if made is not None:
            await self._client.call("POST", f"/rooms/{escape(made)}/leave", {})

    async def _belonging(self, within: Within) -> list[dict[str, Any]]:
        # State that names other rooms: the parent Space, and the Space whose members may join.
        parent = await self.made(within.parent)
        content = {"via": [self._server_name], "canonical": True}
        state = [{"type": "m.space.parent", "state_key": parent, "content": content}]
        if within.gate is not None:
            allow = {"type": "m.room_membership", "room_id": await self.made(within.gate)}
            rule = {"join_rule": "restricted", "allow": [allow]}
            state.append({"type": "m.room.join_rules", "state_key": "", "content": rule})
        return state

    async def invite(self, room_id: str, user_id: str) -> None:
        """Invite somebody, unless they are there or invited; raises as ``Client.call``."""
        # Inviting who is there already would be refused with the same code as lacking the power.
        if await self.membership(room_id, user_id) not in INSIDE:
            path = f"/rooms/{escape(room_id)}/invite"
            await self._client.call("POST", path, {"user_id": user_id})

    async def membership(self, room_id: str, user_id: str) -> str | None:
        """Ask whether somebody is in a room, invited or banned; raises as ``Client.call``."""
        found = await self._client.state(room_id, "m.room.member", user_id)
        return None if found is None else str(found.get("membership"))

    async def made(self, key: RoomKey) -> str:
        """Return the room id of a room that was made.

        Raises:
            NotReady: it is not made yet.
            Refused: it could not be made, or the hub was taken out.
        """
        async with self._storage.read() as session:
            room = await Rooms(session).get(key)
        if room is not None and room.left:
            raise Refused(404, NO_ROOM)
        if room is None or room.room_id is None:
            message = "waiting for a room"
            raise NotReady(message)
        return room.room_id
