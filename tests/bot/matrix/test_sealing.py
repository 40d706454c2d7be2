"""What is said in an encrypted room: who can read it, and that every try is the same."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64decode
from collections import Counter
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR
from sqlalchemy import select

from bot.matrix.client import Refused, Unreachable
from kit.audience import only
from kit.errand import Send, SendFile, SendInClear, SendSealed, Unsay
from storage.engine import Storage
from storage.messages import Messages
from storage.outbox import Outbox
from storage.tables.encryption import SharedKeyRow, ToDeviceRow
from storage.tables.queues import OutboxRow
from tests.bot.encryption.peer import Peer
from tests.bot.matrix.chat import AMAL, Chat
from tests.harness import NOON

MALLORY = "@mallory:evil"

pytestmark = pytest.mark.both_databases


@pytest.fixture
def amal() -> Peer:
    return Peer(AMAL)


@pytest.fixture
async def chat(storage: Storage, amal: Peer) -> Chat:
    chat = Chat(storage, amal)
    await chat.begin()
    return chat


async def test_the_keys_go_before_what_is_said_and_are_sent_once(chat: Chat, amal: Peer):
    await chat.say("t1", "t2")
    assert chat.server.done == ["query", "claim", "m.room.encrypted", "t1", "t2"]
    paths = [
        path.rpartition("/rooms/%21chat%3Atest/")[2] for _method, path, _b in chat.server.asked
    ]
    assert Counter(paths)["state/m.room.encryption/"] == 1  # by session, not by message
    said = [amal.reads(each)["content"]["body"] for each in chat.server.said]
    assert said == ["t1", "t2"]
    assert [state for _txn, state, _reason in await chat.out.rows()] == ["sent", "sent"]


@pytest.mark.fault("F08", "F24", "F26")
@pytest.mark.parametrize(
    "failing",
    [
        "/joined_members",
        "/keys/query",
        "m.room.encryption",
        "/keys/claim",
        "/sendToDevice/",
        "/send/",
    ],
)
async def test_whatever_fails_it_is_said_once_and_can_be_read(chat: Chat, amal: Peer, failing: str):
    chat.server.failing = [failing]
    await chat.say("t1")
    assert chat.server.said == []
    await chat.later()
    (said,) = chat.server.said
    assert amal.reads(said)["content"]["body"] == "t1"
    done = chat.server.done
    assert done.index("m.room.encrypted") < done.index("t1") == len(done) - 1


async def test_an_answer_that_is_lost_brings_the_very_same_again(chat: Chat, amal: Peer):
    chat.server.answers.append(Unreachable("TimeoutError"))
    await chat.say("t1")
    await chat.later()
    first, second = chat.server.said
    assert first == second
    assert chat.server.done.count("t1") == 2


@pytest.mark.parametrize("by_then", ["invite", "join"])
async def test_who_is_invited_reads_what_was_said_before_they_came(
    chat: Chat, amal: Peer, by_then: str
):
    """Also who comes in between the question who is there and the one who is invited."""
    chat.server.members = {}
    chat.server.answers.append({"membership": by_then})
    await chat.say("t1")
    assert amal.reads(chat.server.said[0])["content"]["body"] == "t1"


async def test_who_left_is_no_reader(chat: Chat, amal: Peer):
    chat.server.members = {}
    chat.server.answers.append({"membership": "leave"})
    await chat.say("t1")
    assert ("query" in chat.server.done, amal.rooms) == (False, {})


@pytest.mark.parametrize("broken", [False, True])
async def test_nobody_gets_a_key_who_is_not_meant(
    storage: Storage, amal: Peer, broken: bool, monkeypatch: pytest.MonkeyPatch
):
    """Somebody came in of whom the hub has not heard. What is for everybody is the control."""
    mallory = Peer(MALLORY)
    chat = Chat(storage, amal, mallory)
    await chat.begin()
    if broken:
        monkeypatch.setattr("bot.matrix.sealing.Only", str)
    await chat.say("t1")
    async with storage.read() as session:
        given = (await session.scalars(select(SharedKeyRow.device))).all()
    if broken:
        assert mallory.reads(chat.server.said[0])["content"]["body"] == "t1"
    else:
        assert (chat.server.said, given, chat.server.done) == ([], [], [])
        assert await chat.out.rows() == [("t1", "new", "somebody else is in the chat")]


async def test_what_is_withdrawn_while_keys_are_asked_for_is_not_said(chat: Chat):
    async def withdraw() -> None:
        async with chat.out.storage.write() as session:
            await Messages(session).withdraw(1)

    claim = chat.out.keys.claim

    async def meanwhile(question):
        await withdraw()
        return await claim(question)

    chat.out.keys.claim = meanwhile
    async with chat.out.storage.write() as session:
        add = Outbox(session).add
        said, reader = Send({"body": "t1"}), only([1])
        add(chat.room, said, txn_id="t1", now=NOON, person_id=1, audience=reader)
    await chat.out.goes_on()
    await chat.later()
    async with chat.out.storage.read() as session:
        waiting = (await session.scalars(select(ToDeviceRow))).all()
        action = await session.scalar(select(OutboxRow.action))
    assert (waiting, action) == ([], Unsay.action)
    (nothing,) = chat.server.said  # taken back by its own transaction id, and nothing in clear
    assert (nothing["ciphertext"], chat.server.done[-1]) == ("", "t1")


async def test_what_was_sealed_goes_along_into_another_chat(chat: Chat):
    """What was said about the old one does not."""
    chat.server.failing = ["/sendToDevice/"]
    await chat.say("t1")
    async with chat.out.storage.write() as session:
        about = SendInClear({"body": "why"})
        await Outbox(session).overtake(chat.room, about, txn_id="why", now=NOON, person_id=1)
    async with chat.out.storage.write() as session:
        (unsaid,) = await Messages(session).take_out(chat.room)
    assert (unsaid.action, unsaid.content, unsaid.txn_id) == ("send", {"body": "t1"}, "t1")


async def test_another_device_seals_anew_what_the_last_one_had(chat: Chat, amal: Peer):
    chat.server.failing = ["/sendToDevice/"]
    await chat.say("t1")
    chat.server.device_id = "NEW"
    await chat.out.keys.begin()
    await chat.later()
    (said,) = chat.server.said
    assert (said["device_id"], amal.reads(said)["content"]["body"]) == ("NEW", "t1")


async def test_a_file_for_an_encrypted_room_is_encrypted_for_its_readers(chat: Chat):
    out, room = chat.out, chat.room
    await out.add(room, SendFile({"filename": "a.json"}, {"x": "näher"}), "t1")
    out.server.answers.append({"content_uri": "mxc://test/1"})
    out.server.answers.append(Refused(429, "M_LIMIT_EXCEEDED"))
    await out.goes_on()
    method, path, data = out.server.asked[0]
    assert (method, path) == ("POST", "/upload")
    async with out.storage.read() as session:
        (waiting,) = await Outbox(session).heads(out.now + timedelta(days=1), 1)
    assert isinstance(waiting.errand, SendSealed)
    file = waiting.errand.message["file"]
    key = urlsafe_b64decode(file["key"]["k"] + "=")
    decryptor = Cipher(AES256(key), CTR(b64decode(file["iv"] + "=="))).decryptor()
    assert json.loads(decryptor.update(data)) == {"x": "näher"}
    assert b64decode(file["hashes"]["sha256"] + "=") == sha256(data).digest()
    assert (file["url"], waiting.errand.message["filename"]) == ("mxc://test/1", "a.json")
    assert out.server.asked[-1][1] == "/rooms/%21chat%3Atest/send/m.room.encrypted/t1"
    assert out.server.asked[-1][2] == waiting.errand.sealed
