"""What each errand of the outbox does on the homeserver.

All but ``send`` and ``file`` may be done twice at any time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from bot.matrix.client import Client, Refused, escape, text
from storage.engine import Storage
from storage.outbox import Errand
from storage.rooms import Rooms


class NotReady(Exception):
    """The errand needs a room that does not exist yet."""


class Errands:
    """Doing errands as one account."""

    def __init__(self, client: Client, storage: Storage, server_name: str) -> None:
        """Prepare to act on rooms whose aliases end in *server_name*."""
        self._client = client
        self._storage = storage
        self._server_name = server_name
        self._of: dict[str, Callable[[Errand], Awaitable[str | None]]] = {
            "send": self._send,
            "file": self._file,
            "create": self._create,
            "link": self._link,
            "state": self._state,
            "invite": self._invite,
            "kick": self._kick,
            "uninvite": self._uninvite,
            "redact": self._redact,
            "join": self._join,
            "leave": self._leave,
        }

    async def run(self, errand: Errand) -> str | None:
        """Do one errand; returns the event id of a message.

        Raises:
            NotReady: a room it needs is not made yet.
            Refused, Unreachable, SignedOut: as ``Client.call``.
        """
        return await self._of[errand.action](errand)

    async def _send(self, errand: Errand) -> str:
        return await self._say(errand, errand.content)

    async def _file(self, errand: Errand) -> str:
        _open(errand)  # nothing is uploaded that cannot be sent
        message = errand.content["message"]
        url = await self._client.upload(message["filename"], errand.content["file"])
        return await self._say(errand, {**message, "url": url})

    async def _say(self, errand: Errand, content: Mapping[str, Any]) -> str:
        room_id = _open(errand)
        return await self._client.send(room_id, "m.room.message", errand.txn_id, content)

    async def _create(self, errand: Errand) -> None:
        # The alias is fixed beforehand, so that a second try finds the room of the first.
        content = {"room_alias_name": errand.txn_id} | errand.content
        if within := content.pop("within", None):
            belonging = await self._belonging(within)
            content["initial_state"] = [*content.get("initial_state", ()), *belonging]
        alias = f"#{content['room_alias_name']}:{self._server_name}"
        try:
            answer = await self._client.call("POST", "/createRoom", content, patience=90)
            room_id = text(answer, "room_id")
        except Refused as refusal:
            found = await self._client.resolve(alias) if "IN_USE" in refusal.errcode else None
            if found is None:
                raise
            room_id = found
        async with self._storage.write() as session:
            await Rooms(session).made(errand.room, room_id)

    async def _belonging(self, within: dict[str, str]) -> list[dict[str, Any]]:
        # State that names other rooms: the parent Space, and the Space whose members may join.
        parent = await self._made(within["parent"])
        content = {"via": [self._server_name], "canonical": True}
        state = [{"type": "m.space.parent", "state_key": parent, "content": content}]
        if "gate" in within:
            allow = {"type": "m.room_membership", "room_id": await self._made(within["gate"])}
            rule = {"join_rule": "restricted", "allow": [allow]}
            state.append({"type": "m.room.join_rules", "state_key": "", "content": rule})
        return state

    async def _link(self, errand: Errand) -> None:
        parent = await self._made(errand.content["parent"])
        content = {**errand.content["content"], "via": [self._server_name]}
        await self._client.put_state(parent, "m.space.child", _there(errand), content)

    async def _state(self, errand: Errand) -> None:
        piece = errand.content
        await self._client.put_state(
            _there(errand), piece["type"], piece["state_key"], piece["content"]
        )
        if piece["type"] == "m.room.encryption":  # from now on nothing goes there in clear
            async with self._storage.write() as session:
                await Rooms(session).lock(errand.room)

    async def _invite(self, errand: Errand) -> None:
        # Inviting who is there already would be refused with the same code as lacking the power.
        user_id = errand.content["user_id"]
        if await self._membership(_there(errand), user_id) not in {"join", "invite"}:
            await self._client.call("POST", f"{_path(errand)}/invite", {"user_id": user_id})

    async def _kick(self, errand: Errand) -> None:
        await self._remove(errand, {"join", "invite", "knock"})

    async def _uninvite(self, errand: Errand) -> None:
        await self._remove(errand, {"invite", "knock"})

    async def _remove(self, errand: Errand, memberships: Collection[str]) -> None:
        user_id = errand.content["user_id"]
        if await self._membership(_there(errand), user_id) in memberships:
            await self._client.call("POST", f"{_path(errand)}/kick", {"user_id": user_id})

    async def _redact(self, errand: Errand) -> None:
        event_id = escape(errand.content["event_id"])
        await self._client.call("PUT", f"{_path(errand)}/redact/{event_id}/{errand.txn_id}", {})

    async def _membership(self, room_id: str, user_id: str) -> str | None:
        path = f"/rooms/{escape(room_id)}/state/m.room.member/{escape(user_id)}"
        try:
            return str((await self._client.call("GET", path)).get("membership"))
        except Refused as refusal:
            if refusal.status == 404:  # noqa: PLR2004 -- HTTP's own number
                return None
            raise

    async def _join(self, errand: Errand) -> None:
        await self._client.call("POST", f"/join/{escape(_there(errand))}", {})

    async def _leave(self, errand: Errand) -> None:
        await self._client.call("POST", f"{_path(errand)}/leave", {})

    async def _made(self, key: str) -> str:
        async with self._storage.read() as session:
            room = await Rooms(session).get(key)
        if room is None or room.room_id is None:
            message = "waiting for a room"
            raise NotReady(message)
        return room.room_id


def _open(errand: Errand) -> str:
    if errand.encrypted:  # never in clear where others encrypt
        raise Refused(403, "HUB_ENCRYPTED_ROOM")
    return _there(errand)


def _there(errand: Errand) -> str:
    if errand.room_id is None:
        message = "waiting for the room"
        raise NotReady(message)
    return errand.room_id


def _path(errand: Errand) -> str:
    return f"/rooms/{escape(_there(errand))}"
