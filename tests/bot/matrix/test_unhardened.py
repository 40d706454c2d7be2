"""Attacks on what is encrypted, each against the hub and against one that lacks a guard.

That one falls: so it is the guard that holds, and the attack would be noticed.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select
from vodozemac import GroupSession, InboundGroupSession

from bot.encryption import devices, inbound, machine
from bot.encryption.account import PICKLE_KEY
from bot.encryption.machine import Machine
from bot.matrix.batch import Batch
from bot.matrix.reader import SyncParser
from kit.inbound import TextMessage
from storage.encryption.sessions import OutboundSessions
from storage.engine import Storage
from storage.tables.queues import InboxRow
from tests.bot.encryption.device import Device
from tests.bot.encryption.peer import Peer
from tests.bot.matrix.test_keys import AMAL, CHAT, Hub, key
from tests.harness import NOON

BADIA, MALLORY = "@badia:test", "@mallory:evil"

pytestmark = pytest.mark.both_databases
guarded = pytest.mark.parametrize("guard", [True, False], ids=["guarded", "unguarded"])

Patch = pytest.MonkeyPatch


@pytest.fixture
def amal() -> Peer:
    return Peer(AMAL)


@pytest.fixture
async def hub(storage: Storage, amal: Peer) -> Hub:
    hub = Hub(storage, amal)
    await hub.begin()
    hub.meets(amal)
    await hub.hears(to_device=(key(hub, amal),))
    await hub.hears(amal.says(CHAT, "$0", "hello"))
    await hub.keys.keep()
    return hub


async def taken(hub: Hub) -> list[str]:
    """List what kinds of events the hub is to act on."""
    async with hub.storage.read() as session:
        return list(await session.scalars(select(InboxRow.kind).order_by(InboxRow.id)))


def _opened(row: Any, message: Any, _room_id: str) -> tuple[str, Any, int]:
    """Open a message and believe whatever is inside."""
    opened = InboundGroupSession.from_pickle(row.pickle, PICKLE_KEY).decrypt(message)
    inner = json.loads(opened.plaintext)
    return inner["type"], inner, opened.message_index


def _inside(
    parser: SyncParser, room_id: str, event: dict[str, Any], _kind: str, inner: dict[str, Any]
) -> list[Any]:
    """Read what is inside like an event that the homeserver vouches for."""
    batch = Batch("")
    parser.take(batch, room_id, iter([{**event, **inner}]))
    return batch.events.get(room_id, [])


STATE = {
    "moved": {
        "type": "m.room.tombstone",
        "state_key": "",
        "content": {"replacement_room": "!mallory:evil"},
    },
    "banned": {
        "type": "m.room.member",
        "state_key": BADIA,
        "content": {"membership": "ban"},
    },
    "levels": {
        "type": "m.room.power_levels",
        "state_key": "",
        "content": {"users": {AMAL: 100}},
    },
}


@pytest.mark.fault("F67", "A03")
@guarded
@pytest.mark.parametrize("state", ["moved", "banned", "levels"])
async def test_state_comes_from_the_homeserver_alone(
    hub: Hub, amal: Peer, state: str, guard: bool, monkeypatch: Patch
):
    """Of levels not even a hub that believes what is inside keeps any: they are asked for."""
    if not guard:
        monkeypatch.setattr(inbound, "_open", _opened)
        monkeypatch.setattr(SyncParser, "inside", _inside)
    before = await taken(hub)
    await hub.hears(amal.says(CHAT, "$1", "", inside=STATE[state]))
    fell = {"moved": ["upgraded"], "banned": ["ban"], "levels": []}
    assert await taken(hub) == before + ([] if guard else fell[state])


@pytest.mark.fault("A03")
@guarded
async def test_what_was_said_in_one_room_is_not_said_in_another(
    hub: Hub, amal: Peer, guard: bool, monkeypatch: Patch
):
    """A homeserver shows in the chat what somebody encrypted for another room."""
    if not guard:

        def opened(*what: Any) -> tuple[str, Any, int]:
            kind, inside, place = _opened(*what)
            return kind, inside["content"], place

        monkeypatch.setattr(inbound, "_open", opened)
    await hub.hears(amal.says(CHAT, "$1", "yes", inside={"room_id": "!other:test"}))
    said = [TextMessage("hello")] + ([] if guard else [TextMessage("yes")])
    assert await hub.inbox() == said


@pytest.mark.fault("A03")
@guarded
async def test_what_was_said_once_is_not_heard_twice(
    hub: Hub, amal: Peer, guard: bool, monkeypatch: Patch
):
    if not guard:

        async def is_free(*_place: Any) -> bool:
            return True

        monkeypatch.setattr("storage.encryption.sessions.InboundSessions.stand", is_free)
    said = amal.says(CHAT, "$1", "yes")
    await hub.hears(said, said | {"event_id": "$2"})
    assert await hub.inbox() == [TextMessage("hello")] + [TextMessage("yes")] * (1 if guard else 2)


@pytest.mark.fault("A02")
@guarded
async def test_who_asks_for_a_key_is_given_none(
    hub: Hub, amal: Peer, guard: bool, monkeypatch: Patch
):
    """Mallory's device speaks with the hub's, and wants what was said in a chat of others."""
    await hub.out.send(1, "t1")
    await hub.out.goes_on()
    (said,) = hub.server.said
    mallory = Peer(MALLORY)
    hub.server.peers += (mallory,)
    hub.meets(mallory)
    wanted = {"room_id": CHAT, "session_id": said["session_id"]}
    receive = Machine._receive

    async def obliging(self: Machine, event: dict[str, Any]) -> None:
        if event["type"] != "m.room_key_request":
            return await receive(self, event)
        row = await OutboundSessions(self._session).known(event["content"]["session_id"])
        assert row is not None
        session = GroupSession.from_pickle(row.pickle, PICKLE_KEY)
        whispered = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "room_id": row.room_id,
            "session_id": row.session_id,
            "session_key": session.session_key.to_base64(),
        }
        await self.devices.rows.track([MALLORY], NOON)
        theirs = {"device_keys": {MALLORY: hub.server._devices(MALLORY)}}
        await self.devices.read(theirs, {MALLORY: 1})
        ((_user, device),) = (await self.devices.readers([MALLORY])).trusted
        given = await self.ratchets.encrypt(MALLORY, device, "m.room_key", whispered)
        self.to_device.add("given", "m.room.encrypted", {MALLORY: {device.device_id: given}})
        return None

    if not guard:
        monkeypatch.setattr(Machine, "_receive", obliging)
    greeting = mallory.whispers(hub.server.published, "org.example.hello", {})
    request = {"type": "m.room_key_request", "sender": MALLORY, "content": wanted}
    await hub.hears(to_device=(greeting, request))
    await hub.keys.keep()
    await hub.keys.deliver(None)
    assert list(mallory.rooms) == ([] if guard else [said["session_id"]])


@pytest.mark.fault("F67", "A02")
@guarded
async def test_a_poisoned_message_to_the_device_stops_nothing(
    hub: Hub, amal: Peer, guard: bool, monkeypatch: Patch
):
    poison = amal.whispers(hub.server.published, "m.room_key", {"algorithm": []})
    attack = (poison, {"type": "m.room.encrypted", "sender": AMAL, "content": {}})
    said = amal.says(CHAT, "$1", "again")
    if guard:
        await hub.hears(said, to_device=attack)
        assert await hub.inbox() == [TextMessage("hello"), TextMessage("again")]
        return
    monkeypatch.setattr(machine, "MALFORMED", ())
    with pytest.raises((ValueError, KeyError)):
        await hub.hears(said, to_device=attack)
    assert await hub.inbox() == [TextMessage("hello")]  # and the next answer brings it again


@pytest.mark.slow
@pytest.mark.fault("F67", "A02")
@guarded
async def test_fifty_thousand_messages_to_the_device_hold_up_nobody(
    storage: Storage, guard: bool, monkeypatch: Patch
):
    """All in one answer: others get the loop every few of them."""
    if not guard:
        monkeypatch.setattr(machine, "TOGETHER", 50_001)
    device, turns = Device(storage), 0
    await device.keys()

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    noise = {"type": "m.room.encrypted", "sender": MALLORY, "content": {"algorithm": "none"}}
    async with device.open() as opened:
        waiting = asyncio.create_task(others())
        await opened.receive([noise] * 50_000)
        waiting.cancel()
    assert opened.dropped == 50_000
    assert turns == (5_000 if guard else 0)


@pytest.mark.fault("F67")
@guarded
async def test_a_broken_device_in_a_list_of_five_hundred_costs_that_one(
    storage: Storage, guard: bool, monkeypatch: Patch
):
    device = Device(storage)
    crowd = [Peer(BADIA, f"D{n:03}") for n in range(499)]
    broken = Peer(BADIA, "BROKEN").device_keys()
    del broken["keys"]["ed25519:BROKEN"]
    short = Peer(BADIA, "SHORT").device_keys()
    short["keys"]["ed25519:SHORT"] = "AAAA"
    lists: dict[str, Any] = {
        BADIA: {"BROKEN": broken, "SHORT": short, "NONE": None},
        AMAL: {"X": []},
    }
    if guard:
        await device.knows(*crowd, also=lists)
        assert len(await heard(device)) == 499
        return
    monkeypatch.setattr(devices, "MALFORMED", ())
    with pytest.raises((KeyError, TypeError)):  # whichever list is read first
        await device.knows(*crowd, also=lists)
    assert await heard(device) == []


async def heard(device: Device) -> list[str]:
    async with device.open() as opened:
        readers = await opened.devices.readers([BADIA, AMAL])
        return [row.device_id for _user, row in readers.trusted]
