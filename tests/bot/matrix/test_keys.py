"""What one answer of /sync brings of keys, and what the hub does about what it cannot read."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from bot.matrix.batch import Batch
from bot.matrix.keys import NewDeviceNeeded
from kit.inbound import KeyMissing, TextMessage, Withheld, load
from storage.encryption.own_device import OwnDevices
from storage.engine import Storage
from storage.tables.encryption import UndecryptableRow, WithheldKeyRow
from storage.tables.queues import InboxRow
from tests.bot.encryption.peer import Peer
from tests.bot.matrix.keyserver import KeyServer
from tests.bot.matrix.outgoing import Out
from tests.bot.matrix.test_sync import reading

AMAL, CHAT = "@amal:test", "!chat:test"

pytestmark = pytest.mark.both_databases


class Hub:
    """A hub whose /sync is the test."""

    def __init__(self, storage: Storage, *peers: Peer) -> None:
        self.storage = storage
        self.server = KeyServer(*peers)
        self.out = Out(storage, self.server)
        self.keys = self.out.keys
        self.loop = reading(storage, self.server, SimpleNamespace(now=0.0))
        self.loop._intake, self.loop._keys = self.out.intake, self.keys
        self._count = 0

    async def begin(self) -> dict[str, Any]:
        """Upload what a new device uploads; returns what others see of it."""
        await self.out.room("direct:1", room_id=CHAT, encrypted=True)
        await self.keys.begin()
        await self.hears()
        await self.keys.keep()
        return self.server.published

    async def hears(
        self, *timeline: Any, to_device: tuple[Any, ...] = (), whole: bool = False, **more: Any
    ) -> None:
        """Take in one answer of /sync."""
        self._count += 1
        rooms = {"join": {CHAT: {"timeline": {"events": list(timeline)}}}} if timeline else {}
        answer = {
            "next_batch": f"s{self._count}",
            "rooms": rooms,
            "to_device": {"events": list(to_device)},
            "device_unused_fallback_key_types": [],
            **more,
        }
        batch = self.loop._intake.parser.sync(answer)
        assert isinstance(batch, Batch)
        await self.loop._commit(batch, history=False)
        self.keys.counted(batch.one_time_keys, batch.unused_fallback)

    def meets(self, peer: Peer) -> None:
        """Give somebody one of the hub's keys."""
        keys = self.server.uploads[0]["one_time_keys"]
        peer.meets(self.server.published, keys.pop(next(iter(keys)))["key"])

    async def inbox(self) -> list[object]:
        """List what is in the inbox, but who came and went."""
        async with self.storage.read() as session:
            rows = await session.scalars(select(InboxRow).order_by(InboxRow.id))
            read = [load(row.kind, row.payload) for row in rows]
        return [each for each in read if isinstance(each, TextMessage | KeyMissing)]

    async def waiting(self) -> int:
        async with self.storage.read() as session:
            return len((await session.scalars(select(UndecryptableRow))).all())


@pytest.fixture
def amal() -> Peer:
    return Peer(AMAL)


@pytest.fixture
async def hub(storage: Storage, amal: Peer) -> Hub:
    hub = Hub(storage, amal)
    await hub.begin()
    hub.meets(amal)
    return hub


def key(hub: Hub, amal: Peer) -> dict[str, Any]:
    return amal.whispers(hub.server.published, "m.room_key", amal.room_key(CHAT))


WITHHELD_OTHERWISE: list[dict[str, Any]] = [
    {"code": "m.no_olm"},
    {"code": "m.unavailable"},
    {"code": []},
    {"code": None},
    {"session_id": None},
    {"session_id": 7},
]

HELLO, AGAIN = TextMessage("hello"), TextMessage("again")


async def test_whose_device_is_new_is_read_as_soon_as_it_is_known(hub: Hub, amal: Peer):
    opening = key(hub, amal)
    await hub.hears(amal.says(CHAT, "$1", "hello"), to_device=(opening,))
    assert (await hub.inbox(), await hub.waiting()) == ([], 1)
    await hub.keys.keep()
    assert (await hub.inbox(), await hub.waiting()) == ([HELLO], 0)
    await hub.hears(amal.says(CHAT, "$2", "again"))
    assert await hub.inbox() == [HELLO, AGAIN]


@pytest.mark.fault("F27")
async def test_a_key_that_comes_late_opens_what_waited_for_it_once(hub: Hub, amal: Peer):
    late, said = key(hub, amal), amal.says(CHAT, "$1", "hello")
    await hub.hears(said)
    await hub.hears(said)  # the same answer again
    await hub.keys.keep()
    assert (await hub.inbox(), await hub.waiting()) == ([], 1)
    await hub.hears(to_device=(late,))
    await hub.hears(said, to_device=(late,))
    assert (await hub.inbox(), await hub.waiting()) == ([HELLO], 0)


@pytest.mark.fault("F28")
async def test_a_key_that_never_comes_is_asked_for_and_its_author_told_once(hub: Hub, amal: Peer):
    for number in range(3):
        await hub.hears(amal.says(CHAT, f"${number}", "hello"))
    await hub.keys.keep()
    assert hub.server.asked_for_keys == []
    hub.out.now += timedelta(seconds=10)
    for _turn in range(2):
        await hub.keys.keep()
    (request,) = hub.server.asked_for_keys
    assert request["body"]["session_id"] == amal.group.session_id
    assert await hub.inbox() == []
    hub.out.now += timedelta(seconds=50)
    for _turn in range(2):
        await hub.keys.keep()
    await hub.hears(amal.says(CHAT, "$4", "hello"))
    hub.out.now += timedelta(minutes=2)
    await hub.keys.keep()
    assert await hub.inbox() == [KeyMissing()]


@pytest.mark.parametrize("way", ["in clear", "by its device"])
async def test_nobody_is_given_a_key_for_asking(hub: Hub, amal: Peer, way: str):
    """Neither an outsider nor who is in the room: a key goes to devices before what it opens."""
    await hub.out.send(1, "t1")
    await hub.out.goes_on()
    (said,) = hub.server.said
    mallory = Peer("@mallory:evil")
    hub.server.peers += (mallory,)
    hub.meets(mallory)
    for asking in (mallory, amal):
        content = {
            "action": "request",
            "request_id": asking.user_id,
            "requesting_device_id": asking.device_id,
            "body": {name: said[name] for name in ("algorithm", "session_id", "sender_key")},
        }
        request = {"type": "m.room_key_request", "sender": asking.user_id, "content": content}
        if way == "by its device":
            request = asking.whispers(hub.server.published, "m.room_key_request", content)
        before = list(hub.server.done)
        await hub.hears(to_device=(request,))
        await hub.keys.keep()
        await hub.keys.deliver(CHAT)
        assert [each for each in hub.server.done[len(before) :] if each != "query"] == []
    assert said["session_id"] in amal.rooms
    assert mallory.rooms == {}


@pytest.mark.parametrize("first", ["reason", "message"])
async def test_why_a_key_does_not_come_is_told_by_who_withholds_it_alone(
    hub: Hub, amal: Peer, first: str
):
    opening = key(hub, amal)
    await hub.hears(amal.says(CHAT, "$0", "hello"), to_device=(opening,))
    await hub.keys.keep()
    amal.group = type(amal.group)()
    reason = {
        "type": "m.room_key.withheld",
        "sender": AMAL,
        "content": {
            "algorithm": "m.megolm.v1.aes-sha2",
            "code": "m.unverified",
            "room_id": CHAT,
            "session_id": amal.group.session_id,
            "sender_key": amal.identity_key,
        },
    }
    forged = reason | {
        "sender": "@mallory:evil",
        "content": reason["content"] | {"code": "m.blacklisted"},
    }
    said = amal.says(CHAT, "$1", "secret")
    await hub.hears(to_device=(forged,))
    if first == "message":
        await hub.hears(said)
    await hub.hears(to_device=(reason,))
    if first == "reason":
        await hub.hears(said)
    hub.out.now += timedelta(minutes=1)
    for _turn in range(2):
        await hub.keys.keep()
    assert await hub.inbox() == [HELLO, KeyMissing(Withheld.UNVERIFIED)]


@pytest.mark.parametrize("content", WITHHELD_OTHERWISE)
async def test_what_explains_nothing_about_a_key_is_passed_over(
    hub: Hub, amal: Peer, content: dict[str, Any]
):
    await hub.hears(amal.says(CHAT, "$0", "hello"), to_device=(key(hub, amal),))
    known = {"code": "m.unverified", "session_id": amal.group.session_id}
    odd = {"type": "m.room_key.withheld", "sender": AMAL, "content": known | content}
    await hub.hears(to_device=(odd,))
    async with hub.storage.read() as session:
        assert (await session.scalars(select(WithheldKeyRow))).all() == []


async def test_who_takes_back_what_could_not_be_read_yet_is_not_answered(hub: Hub, amal: Peer):
    late, said = key(hub, amal), amal.says(CHAT, "$1", "hello")
    await hub.hears(said)
    await hub.hears(
        {
            "type": "m.room.redaction",
            "event_id": "$2",
            "sender": AMAL,
            "origin_server_ts": 1,
            "content": {"redacts": "$1"},
        }
    )
    await hub.hears(to_device=(late,))
    await hub.keys.keep()
    assert (await hub.inbox(), await hub.waiting()) == ([], 0)


@pytest.mark.fault("F29")
async def test_one_time_keys_are_refilled_and_a_fallback_key_is_there_meanwhile(hub: Hub):
    (first,) = hub.server.uploads
    assert (len(first["one_time_keys"]), len(first["fallback_keys"])) == (49, 1)  # one is used
    await hub.hears(device_one_time_keys_count={"signed_curve25519": 0})
    await hub.keys.keep()
    assert len(hub.server.uploads) == 1  # not so soon
    hub.out.now += timedelta(minutes=5)
    await hub.hears(device_one_time_keys_count={"signed_curve25519": 0})
    await hub.keys.keep()
    assert len(hub.server.uploads[1]["one_time_keys"]) == 50


@pytest.mark.fault("F67")
async def test_fifty_thousand_messages_to_the_device_are_passed_over_a_hundred_at_a_time(
    hub: Hub, amal: Peer
):
    """The homeserver gives a hundred in each answer; a few answers stand for all of them."""
    known = hub.server.published
    noise = [amal.whispers(known, "org.example.noise", {"n": n}) for n in range(100)]
    broken = [each | {"content": each["content"] | {"sender_key": "AAAA"}} for each in noise]
    for some in (noise, broken, noise):
        await hub.hears(to_device=tuple(some))
    opening = key(hub, amal)
    await hub.hears(amal.says(CHAT, "$1", "hello"), to_device=(opening,))
    await hub.keys.keep()
    assert (await hub.inbox(), hub.keys.dropped) == ([HELLO], 200)


async def test_a_database_without_the_keys_that_others_know_needs_another_device(
    hub: Hub, storage: Storage
):
    async with storage.write() as session:
        await OwnDevices(session).end()
    again = Hub(storage)
    again.server.published = hub.server.published
    with pytest.raises(NewDeviceNeeded, match="ilan-hub login"):
        await again.keys.begin()
    again.server.device_id = "NEW"
    await again.keys.begin()


async def test_a_database_that_is_older_than_what_was_sent_needs_another_device(
    hub: Hub, amal: Peer, storage: Storage
):
    sealed = {
        "type": "m.room.encrypted",
        "event_id": "$own",
        "sender": hub.server.user_id,
        "origin_server_ts": 1,
        "content": amal.says(CHAT, "$x", "x")["content"]
        | {"sender_key": hub.server.published["keys"][f"curve25519:{hub.server.device_id}"]},
    }
    with pytest.raises(NewDeviceNeeded):
        await hub.hears(sealed)
