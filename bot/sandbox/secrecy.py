"""Somebody whose client encrypts: what a plain member says, sealed by a device of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from typing import Any
from urllib.parse import quote

import aiohttp
from sqlalchemy.ext.asyncio import AsyncSession

from bot.encryption.devices import askable, asked
from bot.encryption.inbound import Forged, Waits
from bot.encryption.machine import Machine
from bot.encryption.outbound import Rotation
from bot.sandbox.client import Event
from bot.sandbox.homeserver import Account
from bot.sandbox.member import Member
from kit.errand import MEGOLM
from storage.base import Base
from storage.encryption.waiting import ToDevice
from storage.engine import Storage
from storage.vault import Vault

ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": MEGOLM}}


class SecretMember(Member):
    """One account and one device, whose keys lie in a file that is of no use afterwards."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        account: Account,
        directory: Path,
        clock: Callable[[], datetime],
        *,
        auto_join: bool = True,
    ) -> None:
        """Keep the keys of the account's device in *directory*."""
        super().__init__(session, base_url, account, auto_join=auto_join)
        self._device_id = account.device_id
        self._clock = clock
        self._storage = Storage(
            f"sqlite:///{directory / account.device_id}", Vault(token_bytes(32))
        )
        self._sealed_rooms: set[str] = set()
        self._unread: list[Event] = []

    async def start(self) -> None:
        """Publish the device, learn which rooms there are, then follow them until closed."""
        async with self._storage.write() as session:
            await (await session.connection()).run_sync(Base.metadata.create_all)
        await self._upload(0, None)
        await super().start()

    async def close(self) -> None:
        """Stop following, and close the file."""
        await super().close()
        await self._storage.close()

    async def create_direct(self, user_id: str) -> str:
        """Open an encrypted direct chat and invite *user_id* to it."""
        return await self._create_direct(user_id, initial_state=[ENCRYPTION])

    async def _send(self, room_id: str, kind: str, content: Mapping[str, Any]) -> str:
        if not await self._is_sealed(room_id):
            return await super()._send(room_id, kind, content)
        sealed = await self._seal(room_id, kind, content)
        await self._deliver(room_id)
        return await super()._send(room_id, "m.room.encrypted", sealed)

    async def _is_sealed(self, room_id: str) -> bool:
        if room_id not in self._sealed_rooms and await self.state(room_id, "m.room.encryption"):
            self._sealed_rooms.add(room_id)
        return room_id in self._sealed_rooms

    async def _seal(self, room_id: str, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        readers = await self._present(room_id)
        async with self._storage.write() as session:
            machine = await self._machine(session)
            await self._learn(machine, readers)
            devices = (await machine.devices.readers(readers)).trusted
            lacking = (await machine.outbound.sharing(room_id, readers, devices)).lacking
            if question := askable(missing := await machine.missing(lacking), self._clock()):
                answer = await self.call("POST", "/keys/claim", {"one_time_keys": question})
                await machine.devices.claimed(answer, asked(missing, question), machine.ratchets)
            sharing = await machine.outbound.sharing(room_id, readers, devices)
            outbound = sharing.row or await machine.outbound.begin(room_id, Rotation())
            return await machine.outbound.seal(outbound, sharing.lacking, kind, content)

    async def _present(self, room_id: str) -> set[str]:
        answer = await self.call("GET", f"/rooms/{quote(room_id)}/members")
        states = ((event["state_key"], event["content"]) for event in answer["chunk"])
        return {user for user, content in states if content["membership"] in {"join", "invite"}}

    async def _deliver(self, room_id: str) -> None:
        async with self._storage.read() as session:
            rows = await ToDevice(session).waiting(room_id)
        for row in rows:
            path = f"/sendToDevice/{quote(row.type)}/{quote(row.txn_id)}"
            await self.call("PUT", path, {"messages": row.messages})
            async with self._storage.write() as session:
                await ToDevice(session).done(row.id)

    async def _upload(self, published: int, unused_fallback: Collection[str] | None) -> None:
        async with self._storage.write() as session:
            account = (await self._machine(session)).account
            if body := account.keys_to_upload(published, unused_fallback, self._clock()):
                await self.call("POST", "/keys/upload", body)
                account.uploaded()

    async def _learn(self, machine: Machine, user_ids: Collection[str]) -> None:
        """Ask for the devices of those whose list is not known, or changed."""
        lists = await machine.devices.rows.due(user_ids, self._clock())
        if lists:
            everything: dict[str, list[str]] = {user_id: [] for user_id in lists}
            answer = await self.call("POST", "/keys/query", {"device_keys": everything})
            await machine.devices.read(answer, lists)

    async def _opened(self, answer: Mapping[str, Any], events: Sequence[Event]) -> list[Event]:
        """Read what came encrypted; what cannot be read yet is tried again with the next answer."""
        changed = answer.get("device_lists", {}).get("changed", [])
        told = answer.get("to_device", {}).get("events", [])
        waiting, self._unread = self._unread, []
        async with self._storage.write() as session:
            machine = await self._machine(session)
            await machine.devices.rows.changed(changed)
            await machine.receive(told)
            opened = [await self._decrypted(machine, event) for event in (*waiting, *events)]
        counts = answer.get("device_one_time_keys_count", {}).get("signed_curve25519", 0)
        await self._upload(counts, answer.get("device_unused_fallback_key_types"))
        return [event for event in opened if event is not None]

    async def _decrypted(self, machine: Machine, event: Event) -> Event | None:
        if event["type"] != "m.room.encrypted" or event["sender"] == self.user_id:
            return event
        await self._learn(machine, [event["sender"]])
        try:
            inside = await machine.inbound.decrypt(event["room_id"], event)
        except Waits:
            self._unread.append(event)
            return None
        except Forged:
            return event
        return event | {"type": inside.kind, "content": inside.content}

    async def _machine(self, session: AsyncSession) -> Machine:
        now, device_id = self._clock(), self._device_id
        return await Machine.open(session, self.user_id, device_id, now, token_urlsafe)
