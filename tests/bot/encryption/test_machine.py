"""The machine alone: what opens, what is sealed for whom, and what a transaction leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.encryption.inbound import Waits
from bot.encryption.machine import UNWEDGE_EVERY
from bot.encryption.outbound import Rotation
from storage.tables.encryption import DEVICE_BOUND, OlmSessionRow, OutboundSessionRow
from tests.bot.encryption.device import ROOM, SPOKEN, Device
from tests.bot.encryption.peer import Peer
from tests.harness import HUB

AMAL, BADIA, MALLORY = "@amal:test", "@badia:test", "@mallory:evil"
OTHER_ROOM = "!other:test"

pytestmark = pytest.mark.both_databases


class Broken(Exception):
    """Whatever fails in a transaction."""


async def test_what_is_said_is_read_and_what_the_hub_says_is_read_by_its_readers(
    hub: Device, amal: Peer
):
    assert (await hub.reads(amal.says(ROOM, "$1", "hello")))["body"] == "hello"
    relation = {"m.in_reply_to": {"event_id": "$1"}}
    sealed = await hub.seals([amal], {**SPOKEN, "m.relates_to": relation})
    assert amal.reads(sealed) == {"type": "m.room.message", "content": SPOKEN, "room_id": ROOM}
    assert (sealed["m.relates_to"], "hello" in str(sealed)) == (relation, False)


async def test_a_transaction_that_is_taken_back_has_changed_no_key(hub: Device, amal: Peer):
    badia = Peer(BADIA)
    await hub.knows(badia)
    known = await hub.meets(badia)
    whispered = badia.whispers(known, "m.room_key", badia.room_key(ROOM))

    async def all_at_once() -> None:
        async with hub.open() as machine:
            await machine.receive([whispered])
            assert await machine.inbound.decrypt(ROOM, badia.says(ROOM, "$1", "hello"))
            row = await machine.outbound.begin(ROOM, Rotation())
            await machine.outbound.seal(row, [], "m.room.message", SPOKEN)
            raise Broken

    with pytest.raises(Broken):
        await all_at_once()
    with pytest.raises(Waits):
        await hub.reads(badia.says(ROOM, "$2", "hello"))
    assert await hub.takes(whispered) == 0  # the one-time key is still there
    assert (await hub.reads(badia.says(ROOM, "$3", "again")))["body"] == "again"
    async with hub.storage.read() as session:
        assert await session.scalar(select(func.count()).select_from(OutboundSessionRow)) == 0


async def test_another_device_begins_with_nothing_of_the_one_before(hub: Device, amal: Peer):
    await hub.seals([amal])
    first, other = await hub.keys(), Device(hub.storage, "NEW")
    second = await other.keys()
    assert set(first["keys"].values()).isdisjoint(second["keys"].values())
    async with hub.storage.read() as session:
        left = [
            await session.scalar(select(func.count()).select_from(table))
            for table in DEVICE_BOUND[:-1]
        ]
    assert left == [0] * len(left)


async def test_a_session_serves_as_long_as_the_room_allows(hub: Device, amal: Peer):
    few = Rotation.of({"rotation_period_msgs": 2, "rotation_period_ms": 3_600_000})
    used = [(await hub.seals([amal], rotation=few))["session_id"] for _n in range(3)]
    assert [used.index(each) for each in used] == [0, 0, 2]
    hub.now += timedelta(hours=1)
    assert (await hub.seals([amal], rotation=few))["session_id"] not in used


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"rotation_period_msgs": 10**9, "rotation_period_ms": 10**18},
        {"rotation_period_msgs": 0, "rotation_period_ms": -1},
        {"rotation_period_msgs": "1", "rotation_period_ms": None},
        {"rotation_period_msgs": True},
    ],
)
async def test_no_room_makes_a_session_serve_longer(asked):
    assert Rotation.of(asked).lasts == timedelta(days=7)
    assert Rotation.of(asked).messages in {1, 100}


async def test_who_left_cannot_read_on_and_who_came_cannot_read_back(hub: Device, amal: Peer):
    badia = Peer(BADIA)
    await hub.knows(badia)
    before = await hub.seals([amal])
    both = await hub.seals([amal, badia])
    assert before["session_id"] == both["session_id"]
    with pytest.raises(ValueError, match="index"):
        badia.reads(before)
    assert badia.reads(both)["content"] == SPOKEN
    after = await hub.seals([amal])
    assert after["session_id"] != both["session_id"]
    with pytest.raises(KeyError):
        badia.reads(after)
    assert amal.reads(after)["content"] == SPOKEN


async def test_a_device_that_is_gone_gets_no_key_and_a_new_one_does(hub: Device, amal: Peer):
    tablet = Peer(AMAL, "TABLET")
    await hub.knows(amal, tablet)
    both = await hub.seals([amal, tablet])
    await hub.knows(tablet)
    after = await hub.seals([tablet])
    assert after["session_id"] != both["session_id"]
    assert tablet.reads(after)["content"] == SPOKEN


async def test_nobody_but_readers_is_given_a_key(hub: Device, amal: Peer):
    mallory = Peer(MALLORY)
    await hub.knows(mallory, Peer(HUB, "ELSEWHERE"))
    async with hub.open() as machine:
        devices = (await machine.devices.readers([AMAL, HUB])).trusted
    assert [user for user, _row in devices] == [AMAL]
    await hub.seals([amal])
    async with hub.storage.read() as session:
        met = set(await session.scalars(select(OlmSessionRow.identity_key)))
    assert met == {amal.identity_key}


async def test_a_device_without_a_key_for_us_is_told_so_and_asked_again_later(hub: Device):
    badia = Peer(BADIA)
    await hub.knows(badia)
    async with hub.open() as machine:
        devices = (await machine.devices.readers([BADIA])).trusted
        await machine.devices.claimed({}, devices, machine.ratchets)
        row = await machine.outbound.begin(ROOM, Rotation())
        await machine.outbound.seal(row, devices, "m.room.message", SPOKEN)
    (sent,) = await hub.post()
    assert sent[BADIA]["PHONE"]["code"] == "m.no_olm"
    hub.now += timedelta(seconds=2)
    async with hub.open() as machine:
        sharing = await machine.outbound.sharing(
            ROOM, [BADIA], (await machine.devices.readers([BADIA])).trusted
        )
        assert sharing.row is not None
        await machine.outbound.seal(sharing.row, sharing.lacking, "m.room.message", SPOKEN)
    assert await hub.post() == []
    hub.now += timedelta(minutes=2)
    assert badia.reads(await hub.seals([badia]))["content"] == SPOKEN


async def test_a_device_whose_messages_cannot_be_read_gets_a_new_session_once_an_hour(
    hub: Device, amal: Peer
):
    known = await hub.keys()

    async def broken() -> int:
        noise = amal.whispers(known, "m.room_key", {})
        noise["content"]["ciphertext"][known["keys"]["curve25519:HUB"]] = {
            "type": 1,
            "body": "A" * 200,
        }
        await hub.takes(noise)
        async with hub.open() as machine:
            return len(await machine.devices.rows.wedged())

    assert await broken() == 1
    async with hub.open() as machine:
        wedged = await machine.devices.rows.wedged()
        await machine.unwedge({"one_time_keys": {AMAL: {"PHONE": amal.one_time_key()}}}, wedged)
    (sent,) = await hub.post()
    assert amal.hears(sent[AMAL]["PHONE"])["type"] == "m.dummy"
    assert await broken() == 0
    hub.now += UNWEDGE_EVERY
    assert await broken() == 1


async def test_who_lost_their_sessions_is_given_the_keys_again(hub: Device, amal: Peer):
    await hub.seals([amal])
    known = await hub.meets(amal)
    amal.rooms.clear()
    await hub.takes(amal.whispers(known, "m.dummy", {}))
    assert amal.reads(await hub.seals([amal]))["content"] == SPOKEN


async def test_one_time_keys_are_never_sent_twice_and_the_fallback_key_until_it_arrived(
    hub: Device,
):
    async def upload(count: int, unused: list[str] | None = None) -> dict[str, set[str]]:
        async with hub.open() as machine:
            body = machine.account.keys_to_upload(count, unused or [], hub.now)
        return {part: set(keys) for part, keys in body.items() if part != "device_keys"}

    first = await upload(0)
    assert (len(first["one_time_keys"]), len(first["fallback_keys"])) == (50, 1)
    assert await upload(0) == {"fallback_keys": first["fallback_keys"]}  # not so soon
    hub.now += timedelta(minutes=5)
    second = await upload(0)
    assert first["one_time_keys"].isdisjoint(second["one_time_keys"])
    async with hub.open() as machine:
        machine.account.uploaded()
    hub.now += timedelta(minutes=5)
    assert await upload(26, ["signed_curve25519"]) == {}
    assert await upload(25, []) != {}
    hub.now += timedelta(hours=1)
    rotated = await upload(50, [])
    assert rotated["fallback_keys"].isdisjoint(first["fallback_keys"])


async def test_our_own_words_from_the_future_are_noticed(hub: Device, amal: Peer):
    sealed = await hub.seals([amal])
    event = {"content": sealed}

    async def strange(said: dict[str, Any], *, complete: bool = True) -> bool:
        async with hub.open() as machine:
            return await machine.sent_by_a_later_self(said, complete=complete)

    assert not await strange(event)
    async with hub.storage.write() as session:
        row = (await session.scalars(select(OutboundSessionRow))).one()
        before = row.pickle
    later = await hub.seals([amal])
    async with hub.storage.write() as session:
        (await session.scalars(select(OutboundSessionRow))).one().pickle = before
    assert await strange({"content": later})
    unknown = {"content": later | {"session_id": "elsewhere"}}
    assert await strange(unknown)
    assert not await strange(unknown, complete=False)
    assert not await strange({"content": later | {"sender_key": amal.identity_key}})
    assert not await strange({"content": {"sender_key": later["sender_key"]}})
