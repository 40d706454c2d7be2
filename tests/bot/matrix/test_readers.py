"""What waits for somebody who has no device that can read it, and what they are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.matrix.batch import Batch, Encrypted
from bot.matrix.sender import GIVEN_UP_ON_DEVICES, LONGEST_FOR_KEYS
from kit.due import CannotRead
from kit.errand import SendInClear
from kit.inbound import TextMessage
from storage.engine import Storage
from storage.inbox import Incoming
from storage.outbox import NO_DEVICE, Outbox
from storage.tables.encryption import DeviceRow
from storage.tables.queues import InboxRow
from tests.bot.encryption.peer import Owner, Peer
from tests.bot.matrix.chat import AMAL, CHAT, Chat, since
from tests.harness import NOON

BADR, MALLORY = "@badr:test", "@mallory:evil"

pytestmark = pytest.mark.both_databases


@pytest.fixture
def amal() -> Peer:
    return Peer(AMAL)


@pytest.fixture
async def chat(storage: Storage, amal: Peer) -> Chat:
    chat = Chat(storage, amal)
    await chat.begin()
    return chat


async def test_what_is_said_waits_for_a_device_that_can_read_it(
    storage: Storage, amal: Peer, monkeypatch: pytest.MonkeyPatch
):
    """Whom a homeserver puts into the Space when it makes the account has no device yet."""
    chat = Chat(storage)
    chat.server.members = {AMAL: {}}
    await chat.begin()
    await chat.say("t1", "t2")
    for _try in range(20):
        await chat.later()
    assert await chat.out.rows() == [("t1", "new", NO_DEVICE), ("t2", "new", None)]
    chat.out.now += timedelta(days=3)
    chat.server.peers = (amal,)
    chat.server.failing = ["/send/"]
    await chat.changed(AMAL)
    await chat.out.goes_on()
    await chat.later()
    assert [amal.reads(each)["content"]["body"] for each in chat.server.said] == ["t1", "t2"]


async def test_who_verified_no_device_is_told_once_and_reads_it_all_when_they_did(
    chat: Chat, amal: Peer
):
    owner = Owner(AMAL)
    chat.server.identities = owner.keys()
    await chat.say("t1", "t2")
    assert await chat.waits() == [CannotRead(1, chat.room, 1, since())]
    assert (chat.server.said, amal.rooms) == ([], {})
    chat.server.described = {amal.device_id: owner.vouches(amal.device_keys())}
    await chat.changed(AMAL)
    await chat.out.goes_on()
    assert [amal.reads(each)["content"]["body"] for each in chat.server.said] == ["t1", "t2"]


@pytest.mark.parametrize("broken", ["signature", "fingerprint", "none"])
async def test_who_has_no_device_that_speaks_for_itself_is_told_once(
    chat: Chat, amal: Peer, broken: str
):
    await chat.say("t0")
    other = Peer(AMAL, amal.device_id).device_keys()
    forged = {"signature": amal.device_keys() | {"algorithms": []}, "fingerprint": other}
    chat.server.described = {amal.device_id: forged.get(broken, {"keys": {}})}
    await chat.changed(AMAL)
    await chat.say("t1")
    contested = int(broken == "fingerprint")
    assert await chat.waits() == [CannotRead(1, chat.room, contested, since())]
    assert await chat.out.rows() == [("t0", "sent", None), ("t1", "new", NO_DEVICE)]


async def test_nobody_is_told_in_a_chat_that_they_are_yet_to_enter(storage: Storage):
    chat = Chat(storage)
    chat.server.answers.extend([{"membership": "invite"}] * 100)
    chat.server.members = {}
    await chat.begin()
    await chat.say("t1")
    assert (await chat.waits(), (await chat.out.rows())[0][1:]) == ([], ("new", NO_DEVICE))


async def test_why_somebody_reads_nothing_goes_before_what_they_cannot_read(storage: Storage):
    chat = Chat(storage)
    chat.server.members = {AMAL: {}}
    await chat.begin()
    await chat.say("t1")
    async with storage.write() as session:
        for name in ("clear1", "clear2"):
            outbox, said = Outbox(session), SendInClear({"body": name})
            await outbox.overtake(chat.room, said, txn_id=name, now=NOON, person_id=1)
    await chat.out.goes_on()
    told = [
        (path.split("/")[-2], body["body"])
        for _method, path, body in chat.server.asked
        if "/send/" in path
    ]
    assert told == [("m.room.message", "clear2"), ("m.room.message", "clear1")]
    assert (await chat.out.rows())[-1] == ("t1", "new", NO_DEVICE)


async def test_nothing_waits_for_a_device_for_ever(storage: Storage):
    chat = Chat(storage)
    chat.server.members = {AMAL: {}}
    await chat.begin()
    await chat.say("t1")
    await chat.later()
    chat.out.now += GIVEN_UP_ON_DEVICES
    await chat.later()
    assert await chat.out.rows() == [("t1", "parked", NO_DEVICE)]


@pytest.fixture
async def used_up(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Let the only device have no key left for the hub, which waits for a day."""
    with monkeypatch.context() as patch:
        patch.setattr(chat.server, "_claimed", lambda _wanted: {})
        await chat.say("t1")
        assert await chat.waits() == [CannotRead(1, chat.room, 1, since())]
    assert await chat.out.rows() == [("t1", "new", NO_DEVICE)]
    return chat


async def test_a_device_without_a_key_is_soon_asked_again(used_up: Chat, amal: Peer):
    used_up.out.now += timedelta(seconds=LONGEST_FOR_KEYS)
    await used_up.out.goes_on()
    assert amal.reads(used_up.server.said[0])["content"]["body"] == "t1"


@pytest.mark.parametrize("sign", ["list", "device", "message", "encrypted", "stranger"])
async def test_whatever_comes_of_a_device_of_somebody_has_their_devices_asked_at_once(
    used_up: Chat, amal: Peer, sign: str
):
    said = Incoming("$1", CHAT, AMAL, TextMessage(""), used_up.out.now)
    hidden = Encrypted(CHAT, {"sender": AMAL, "event_id": "$1", "content": {}})
    batch = Batch("s1", changed_devices={AMAL} if sign == "list" else set())
    if sign in {"device", "stranger"}:
        sender = AMAL if sign == "device" else MALLORY
        batch.to_device = [None, {"sender": []}, {"sender": sender, "type": "m.x", "content": {}}]
    taken = {"message": [said], "encrypted": [hidden]}
    await used_up.hear(batch, *taken.get(sign, []))
    await used_up.out.goes_on()
    assert len(used_up.server.said) == (sign not in {"message", "stranger"})


async def test_of_many_devices_that_are_refused_word_is_sent_once(chat: Chat, amal: Peer):
    owner, others = Owner(AMAL), [Peer(AMAL, f"OTHER{n}") for n in range(3)]
    chat.server.identities, chat.server.peers = owner.keys(), (amal, *others)
    chat.server.described = {amal.device_id: owner.vouches(amal.device_keys())}
    await chat.say("t1", "t2")
    async with chat.out.storage.read() as session:
        kinds = (await session.scalars(select(InboxRow.kind))).all()
        refused = (
            await session.scalars(select(DeviceRow.device_id).where(DeviceRow.refused))
        ).all()
    assert (kinds, len(refused), len(chat.server.said)) == (["unsigned"], 3, 2)


async def test_who_reads_nothing_again_is_told_again_and_of_one_loss_once(chat: Chat, amal: Peer):
    owner = Owner(AMAL)
    chat.server.identities = owner.keys()
    told = [CannotRead(1, chat.room, 1, since())]
    await chat.say("t1")
    assert await chat.waits() == told
    chat.server.described = {amal.device_id: owner.vouches(amal.device_keys())}
    await chat.changed(AMAL)
    await chat.out.goes_on()
    assert len(chat.server.said) == 1
    chat.server.described = {}
    await chat.changed(AMAL)
    again = chat.out.now
    await chat.say("t2")
    assert await chat.waits() == [*told, CannotRead(1, chat.room, 1, since(again))]
