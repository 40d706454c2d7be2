"""The hub's device in a test, a transaction at a time."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.encryption.devices import IdentityNews
from bot.encryption.machine import Machine
from bot.encryption.outbound import Rotation
from storage.encryption.waiting import ToDevice
from storage.engine import Storage
from tests.bot.encryption.peer import Peer
from tests.harness import HUB, NOON

ROOM, OTHER_ROOM = "!room:test", "!other:test"
SPOKEN = {"msgtype": "m.text", "body": "hello"}


class Device:
    """The hub's device, a transaction at a time, at a moment that the test moves."""

    def __init__(self, storage: Storage, device_id: str = "HUB") -> None:
        self.storage, self.device_id, self.now = storage, device_id, NOON
        self._tokens = itertools.count(1)
        self.set_up: str | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Machine]:
        async with self.storage.write() as session:
            yield await Machine.open(
                session, HUB, self.device_id, self.now, lambda: f"t{next(self._tokens)}"
            )

    async def keys(self) -> dict[str, Any]:
        async with self.open() as machine:
            return machine.account.device_keys()

    async def knows(
        self,
        *peers: Peer,
        also: dict[str, dict[str, Any]] | None = None,
        identity: dict[str, Any] | None = None,
    ) -> IdentityNews:
        """Let the homeserver tell whose devices there are, and by which *identity*."""
        lists: dict[str, dict[str, Any]] = {}
        for peer in peers:
            lists.setdefault(peer.user_id, {})[peer.device_id] = peer.device_keys()
        for user_id, devices in (also or {}).items():
            lists.setdefault(user_id, {}).update(devices)
        async with self.open() as machine:
            await machine.devices.rows.track(lists, self.now)
            await machine.devices.rows.changed(lists)
            asked = await machine.devices.rows.unread(lists)
            return await machine.devices.read({"device_keys": lists, **(identity or {})}, asked)

    async def meets(self, *peers: Peer) -> dict[str, Any]:
        """Let peers begin a session with the hub; returns the hub's device."""
        hub = await self.keys()
        async with self.open() as machine:
            row = machine.account._row
            row.topped_up_at = None
            upload = machine.account.keys_to_upload(0, None, self.now)
        keys = iter(upload["one_time_keys"].values())
        for peer in peers:
            peer.meets(hub, next(keys)["key"])
        return hub

    async def takes(self, *events: Any) -> int:
        """Take in messages to the device; returns how many came to nothing."""
        async with self.open() as machine:
            await machine.receive(events)
            return machine.dropped

    async def reads(self, event: dict[str, Any], room_id: str = ROOM) -> dict[str, Any]:
        async with self.open() as machine:
            return (await machine.inbound.decrypt(room_id, event)).content

    async def seals(
        self,
        readers: Sequence[Peer],
        content: dict[str, Any] = SPOKEN,
        rotation: Rotation = Rotation(),  # noqa: B008 -- frozen
    ) -> dict[str, Any]:
        """Say something; peers get a key of theirs claimed, and hear what is sent to them."""
        users = [peer.user_id for peer in readers]
        async with self.open() as machine:
            devices = (await machine.devices.readers(users)).trusted
            sharing = await machine.outbound.sharing(ROOM, users, devices)
            missing = await machine.missing(sharing.lacking)
            given: dict[str, dict[str, Any]] = {}
            for user_id, row in missing:
                for peer in readers:
                    if (peer.user_id, peer.device_id) == (user_id, row.device_id):
                        given.setdefault(user_id, {})[row.device_id] = peer.one_time_key()
            await machine.devices.claimed({"one_time_keys": given}, missing, machine.ratchets)
            row = sharing.row or await machine.outbound.begin(ROOM, rotation)
            sealed = await machine.outbound.seal(row, sharing.lacking, "m.room.message", content)
        for sent in await self.post():
            for peer in readers:
                said = sent.get(peer.user_id, {}).get(peer.device_id, {})
                if "ciphertext" in said:
                    peer.hears(said)
        return sealed

    async def post(self) -> list[dict[str, Any]]:
        """Empty what waits for devices."""
        async with self.storage.write() as session:
            rows = [
                *await ToDevice(session).waiting(ROOM),
                *await ToDevice(session).waiting(None),
            ]
            for row in rows:
                await ToDevice(session).done(row.id)
            return [row.messages for row in rows]
