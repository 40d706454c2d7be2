"""On a real homeserver: three are written to, and one of them has no device that could read it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex

import aiohttp
import pytest

from bot.matrix.batch import Batch
from bot.sandbox.homeserver import Homeserver
from bot.sandbox.member import Member
from bot.sandbox.secrecy import ENCRYPTION
from kit.audience import only
from kit.errand import Send
from storage.occupants import Occupants
from storage.outbox import Outbox
from storage.people import People
from storage.rooms import Rooms
from storage.tables.rooms import RoomRow
from tests.harness import readable
from tests.homeserver.acting import Acting, acting
from tests.homeserver.silent import Silent


class Reader:
    """Somebody with a client for rooms, and a device that has keys as soon as it publishes them."""

    def __init__(self, member: Member, device: Silent) -> None:
        self.member, self.device = member, device
        self.sessions: list[str] = []

    async def read(self, hub: str, room_id: str) -> list[str]:
        """List what they can read of what the hub said, and note which keys they were given."""
        self.sessions += await self.device.given(hub)
        said = [
            each["content"]
            for each in await self.member.messages(room_id)
            if (each["type"], each["sender"]) == ("m.room.encrypted", hub)
        ]
        return [
            self.device.reads(content)["content"]["body"]
            for content in sorted(said, key=lambda each: each["ciphertext"] == "")
            if content["session_id"] in self.sessions
        ]


@asynccontextmanager
async def three(homeserver: Homeserver) -> AsyncIterator[list[Reader]]:
    async with aiohttp.ClientSession() as session:
        readers = []
        for who in ("asker", "expert", "interpreter"):
            name = f"{who}.{token_hex(4)}"
            account = await homeserver.register(name)
            device = Silent(session, homeserver.url, await homeserver.register(name))
            member = await Member(session, homeserver.url, account).__aenter__()
            readers.append(Reader(member, device))
        try:
            yield readers
        finally:
            for each in readers:
                await each.member.__aexit__(None, None, None)


class Hearing:
    """The hub's stream, of which only what it says of keys and of who comes and goes is heard."""

    def __init__(self, hub: Acting) -> None:
        self.hub = hub
        self._query: dict[str, str] = {}

    async def hears(self) -> None:
        answer = await self.hub.client.call("GET", "/sync", query=self._query)
        self._query = {"since": answer["next_batch"]}
        batch = self.hub.intake.parser.sync(answer)
        assert isinstance(batch, Batch)
        batch.own = []
        async with self.hub.talk.storage.write() as session:
            await self.hub.keys.open(session, batch, [], history=False)
        await self.hub.keys.keep()


@pytest.mark.parametrize("leaves", [False, True])
async def test_two_read_at_once_and_the_third_once_keys_appear_if_they_are_there_still(
    homeserver: Homeserver, tmp_path: Path, leaves: bool
) -> None:
    name = f"late-{tmp_path.name}-{token_hex(2)}"
    async with acting(homeserver, tmp_path, name) as hub, three(homeserver) as readers:
        me, late = hub.client.user_id, readers[-1]
        for each in readers[:2]:
            await each.device.publish()
        users = [each.member.user_id for each in readers]
        made = {"preset": "private_chat", "invite": users, "initial_state": [ENCRYPTION]}
        room_id = (await hub.client.call("POST", "/createRoom", made))["room_id"]
        for each in readers:
            await each.member.join(room_id)
        storage = hub.talk.storage
        async with storage.write() as session:
            people = [(await People(session).meet(each, "en", hub.talk.now)).id for each in users]
            row, _new = await Rooms(session).ensure(readable("private:x"), "en", encrypted=True)
            await Rooms(session).made(row.id, room_id)
            await Occupants(session).count(room_id, {me})
        await hub.keys.begin()
        hearing = Hearing(hub)
        await hearing.hears()

        async def say(body: str) -> None:
            async with storage.write() as session:
                room = await session.get_one(RoomRow, row.id)
                said = {"msgtype": "m.text", "body": body}
                to = only(people)
                add = Outbox(session).add
                add(room.id, Send(said), txn_id=f"{name}{body}", now=hub.talk.now, audience=to)
            await hub.acts()

        await say("one")
        assert [await each.read(me, room_id) for each in readers] == [["one"], ["one"], []]
        if leaves:
            await late.member.call("POST", f"/rooms/{room_id}/leave", {})
        await late.device.publish()
        await hearing.hears()
        if leaves:
            assert await late.device.given(me) == []
            return
        assert await late.read(me, room_id) == ["one"]
        await hearing.hears()
        await say("two")
        assert await late.device.given(me) == []
        assert [(await each.read(me, room_id))[-1] for each in readers[:1]] == ["two"]
        assert len(late.sessions) == 1
