"""What somebody else may try: forged events, relayed keys, poison."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from vodozemac import InboundGroupSession

from bot.encryption.inbound import Forged, Waits
from storage.encryption.waiting import MOST_OF_ONE
from tests.bot.encryption.device import ROOM, Device
from tests.bot.encryption.peer import Peer
from tests.harness import NOON

AMAL, BADIA, MALLORY = "@amal:test", "@badia:test", "@mallory:evil"
OTHER_ROOM = "!other:test"

pytestmark = pytest.mark.both_databases


FORGED = {
    "of another room": {"room_id": OTHER_ROOM},
    "without a room": {"room_id": None},
    "of state": {"state_key": ""},
    "without content": {"content": None},
    "of no type": {"type": 7},
    "that is no JSON": b"{",
    "that is no object": b"[1]",
    "that is no text": b"\xff\xfe",
    "that is nested without end": b"[" * 100_000,
}


@pytest.mark.fault("F67", "A03")
@pytest.mark.parametrize("inside", FORGED.values(), ids=FORGED)
async def test_an_event_is_nothing_else_than_it_says(hub: Device, amal: Peer, inside):
    with pytest.raises(Forged):
        await hub.reads(amal.says(ROOM, "$1", "hello", inside=inside))
    assert (await hub.reads(amal.says(ROOM, "$2", "control")))["body"] == "control"


async def test_a_message_is_not_said_twice(hub: Device, amal: Peer):
    said = amal.says(ROOM, "$1", "yes")
    assert (await hub.reads(said))["body"] == "yes"
    with pytest.raises(Forged, match="replay"):
        await hub.reads(said | {"event_id": "$2"})
    assert (await hub.reads(said))["body"] == "yes"  # the same event is read again


async def test_nobody_speaks_with_the_key_of_somebody_else(hub: Device, amal: Peer):
    said = amal.says(ROOM, "$1", "promote Mallory")
    with pytest.raises(Forged, match="sender"):
        await hub.reads(said | {"sender": MALLORY})
    with pytest.raises(Waits, match="key"):
        await hub.reads(said, OTHER_ROOM)


async def test_who_gets_a_key_from_somebody_cannot_pass_it_on_as_theirs(hub: Device, amal: Peer):
    """Mallory's homeserver relays what Amal's device whispered, as if Mallory had."""
    mallory = Peer(MALLORY)
    await hub.knows(mallory)
    known = await hub.keys()
    amal.group = type(amal.group)()
    relayed = amal.whispers(known, "m.room_key", amal.room_key(ROOM)) | {"sender": MALLORY}
    assert await hub.takes(relayed) == 1
    for wrong in (
        {"sender": MALLORY},
        {"recipient": MALLORY},
        {"recipient_keys": {"ed25519": amal.signing_key}},
        {"keys": {"ed25519": mallory.signing_key}},
        {"keys": {}},
    ):
        said = amal.whispers(known, "m.room_key", amal.room_key(ROOM), **wrong)
        assert await hub.takes(said) == 1
    assert await hub.takes(amal.whispers(known, "m.room_key", amal.room_key(ROOM))) == 0


async def test_a_device_that_nobody_knows_waits_until_its_owner_vouches(hub: Device):
    badia = Peer(BADIA)
    known = await hub.meets(badia)
    await hub.takes(badia.whispers(known, "m.room_key", badia.room_key(ROOM)))
    with pytest.raises(Waits, match="device"):
        await hub.reads(badia.says(ROOM, "$1", "hello"))
    await hub.knows(Peer(BADIA, "OTHER"))
    with pytest.raises(Waits, match="device"):
        await hub.reads(badia.says(ROOM, "$2", "hello"))
    await hub.knows(badia)
    assert (await hub.reads(badia.says(ROOM, "$3", "hello")))["body"] == "hello"


async def test_a_device_that_claims_another_fingerprint_than_its_owner_says_is_not_heard(
    hub: Device,
):
    badia = Peer(BADIA)
    known = await hub.meets(badia)
    claim = {"keys": {"ed25519": Peer(MALLORY).signing_key}}
    await hub.takes(badia.whispers(known, "m.room_key", badia.room_key(ROOM), **claim))
    await hub.knows(badia)
    with pytest.raises(Forged, match="signing key"):
        await hub.reads(badia.says(ROOM, "$1", "hello"))


async def test_keys_are_taken_from_others_only_if_they_were_asked_for(hub: Device, amal: Peer):
    known = await hub.keys()
    group = Peer(AMAL).group
    exported = InboundGroupSession(group.session_key).export_at(0)
    assert exported is not None
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": ROOM,
        "session_id": group.session_id,
        "session_key": exported.to_base64(),
        "sender_key": amal.identity_key,
        "sender_claimed_ed25519_key": amal.signing_key,
        "forwarding_curve25519_key_chain": [],
    }
    forwarded = amal.whispers(known, "m.forwarded_room_key", content)
    assert await hub.takes(forwarded) == 1
    amal.group = group
    said = amal.says(ROOM, "$1", "hello")
    async with hub.open() as machine:
        await machine.wait_for(ROOM, said)
    hub.now += timedelta(minutes=1)
    async with hub.open() as machine:
        await machine.ask()
    (request,) = await hub.post()
    assert request[AMAL]["PHONE"]["body"]["session_id"] == group.session_id
    other = content | {"sender_key": Peer(MALLORY).identity_key}
    assert await hub.takes(amal.whispers(known, "m.forwarded_room_key", other)) == 1
    assert await hub.takes(amal.whispers(known, "m.forwarded_room_key", content)) == 0
    assert (await hub.reads(said))["body"] == "hello"


POISON: list[Any] = [
    None,
    7,
    [],
    {},
    {"type": "m.room.encrypted"},
    {"type": "m.room.encrypted", "sender": AMAL, "content": None},
    {"type": "m.room.encrypted", "sender": AMAL, "content": {"algorithm": "m.megolm"}},
    {"type": "m.room.encrypted", "sender": 7, "content": {"sender_key": [], "ciphertext": {}}},
    {"type": "m.room_key", "sender": AMAL, "content": {}},
]


@pytest.mark.fault("F67", "A02")
async def test_no_message_to_the_device_stops_another(hub: Device, amal: Peer):
    known = await hub.keys()
    mine = known["keys"]["curve25519:HUB"]
    bodies = [None, 7, "", "AAAA", "🙂", "A" * 60_000]
    odd = [
        {
            "type": "m.room.encrypted",
            "sender": AMAL,
            "content": {
                "algorithm": "m.olm.v1.curve25519-aes-sha2",
                "sender_key": key,
                "ciphertext": {mine: {"type": kind, "body": body}},
            },
        }
        for key in (amal.identity_key, "AAAA", None)
        for kind in (0, 1, 2, "0")
        for body in bodies
    ]
    inner = [
        amal.whispers(known, kind, content)
        for kind in ("m.room_key", "m.forwarded_room_key")
        for content in ({}, {"algorithm": []}, amal.room_key(ROOM) | {"session_key": "AAAA"})
    ]
    amal.group = type(amal.group)()
    good = amal.whispers(known, "m.room_key", amal.room_key(ROOM))
    dropped = await hub.takes(*POISON, *odd, *inner, good)
    assert dropped == len(POISON) - 1 + len(odd) + len(inner)  # a key in clear is passed over
    assert (await hub.reads(amal.says(ROOM, "$1", "hello")))["body"] == "hello"


async def test_the_keys_of_a_device_never_change(hub: Device, amal: Peer):
    await hub.knows(Peer(AMAL))  # the same name with other keys
    async with hub.open() as machine:
        assert (await machine.devices.readers([AMAL])).trusted == []
    await hub.knows(amal)
    async with hub.open() as machine:
        ((_user, row),) = (await machine.devices.readers([AMAL])).trusted
    assert row.signing_key == amal.signing_key


async def test_a_change_that_is_told_while_a_list_is_asked_for_is_not_lost(hub: Device):
    async with hub.open() as machine:
        await machine.devices.rows.track([AMAL], NOON)
        asked = await machine.devices.rows.unread([AMAL])
    async with hub.open() as machine:
        await machine.devices.rows.changed([AMAL])
    async with hub.open() as machine:
        await machine.devices.read({"device_keys": {AMAL: {}}}, asked)
        assert await machine.devices.rows.unread([AMAL]) == {AMAL: 2}


@pytest.mark.slow
async def test_of_one_sender_only_so_much_waits(hub: Device, amal: Peer):
    async with hub.open() as machine:
        for number in range(MOST_OF_ONE + 5):
            await machine.wait_for(ROOM, amal.says(ROOM, f"${number}", "hello"))
        await machine.wait_for(ROOM, Peer(BADIA).says(ROOM, "$b", "hello"))
    async with hub.open() as machine:
        waiting = await machine.undecryptable.of_users([AMAL, BADIA])
    assert len(waiting) == MOST_OF_ONE + 1
