"""The outbox on its way: once, in order, at the pace the server allows, and never in clear."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from bot.kit.errors import BadConfiguration
from bot.matrix.client import Client, Refused, SignedOut, Unreachable
from bot.matrix.outbox import FORGOTTEN_AFTER, Sender
from storage.engine import Storage
from storage.models import OutboxRow
from storage.outbox import Outbox
from storage.rooms import Rooms
from tests.harness import NOON

SLOW_DOWN = Refused(429, "M_LIMIT_EXCEEDED", retry_after=7)
FORBIDDEN = Refused(403, "M_FORBIDDEN")


class Homeserver(Client):
    """Answers what the test prepared, else that all is well; keeps what it was asked."""

    def __init__(self) -> None:
        self.user_id = "@hub:test"
        self.answers: deque[Exception | dict[str, Any]] = deque()
        self.asked: list[tuple[str, str, Mapping[str, Any] | None]] = []

    async def call(self, method, path, body=None, *, query=None, patience=30) -> dict[str, Any]:
        self.asked.append((method, path, body))
        answer = self.answers.popleft() if self.answers else {"event_id": "$1", "room_id": "!1:t"}
        if isinstance(answer, Exception):
            raise answer
        return answer


class Out:
    """A sender, its homeserver, and a clock that the test moves."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.now = NOON
        self.server = Homeserver()
        self.sender = Sender(
            self.server, storage, clock=lambda: self.now, random=Random(1), server_name="test"
        )

    async def room(self, key: str, *, room_id: str | None = None, encrypted: bool = False) -> int:
        async with self.storage.write() as session:
            row, _new = await Rooms(session).ensure(key, "en", encrypted=encrypted)
            if room_id is not None:
                await Rooms(session).made(row.id, room_id)
            return row.id

    async def add(self, room: int, action: str, content: dict[str, Any], txn_id: str) -> None:
        async with self.storage.write() as session:
            Outbox(session).add(room, action, content, txn_id=txn_id, now=self.now)

    async def send(self, room: int, *txn_ids: str) -> None:
        for txn_id in txn_ids:
            await self.add(room, "send", {"body": txn_id}, txn_id)

    async def goes_on(self) -> None:
        """Do once what is ready now, room by room."""
        for room in await self.sender._ready():
            while await self.sender._step(room):
                pass

    async def rows(self) -> list[tuple[str, str, str | None]]:
        async with self.storage.read() as session:
            rows = (await session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
        assert [row.content for row in rows if row.state != "new"] == [None] * sum(
            row.state != "new" for row in rows
        )
        return [(row.txn_id, row.state, row.reason) for row in rows]

    def sent(self) -> list[str]:
        """List the transaction ids of the messages the server was given."""
        return [
            path.rpartition("/")[2] for method, path, _b in self.server.asked if method == "PUT"
        ]


@pytest.fixture
def out(storage: Storage) -> Out:
    return Out(storage)


async def test_a_room_is_written_to_in_order_and_once(out: Out):
    room = await out.room("space:a", room_id="!a:test")
    await out.send(room, "t1", "t2", "t3")
    await out.goes_on()
    await out.goes_on()
    assert out.sent() == ["t1", "t2", "t3"]
    assert out.server.asked[0] == (
        "PUT",
        "/rooms/%21a%3Atest/send/m.room.message/t1",
        {"body": "t1"},
    )
    assert await out.rows() == [(f"t{n}", "sent", None) for n in (1, 2, 3)]
    assert out.sender.sent == 3


@pytest.mark.parametrize(
    "trouble",
    [
        Unreachable("TimeoutError"),
        Refused(502, "HTTP"),
        Refused(500, "M_UNKNOWN"),
        Refused(404, "HTTP"),
        SLOW_DOWN,
    ],
)
async def test_every_try_has_the_same_transaction_id(out: Out, trouble):
    room = await out.room("space:a", room_id="!a:test")
    await out.send(room, "t1", "t2")
    out.server.answers.extend([trouble] * 3)
    for _try in range(4):
        await out.goes_on()
        out.now += timedelta(minutes=2)
    assert out.sent() == ["t1", "t1", "t1", "t1", "t2"]


async def test_a_limit_closes_its_own_kind_of_request_only(out: Out):
    first = await out.room("space:a", room_id="!a:test")
    second = await out.room("space:b", room_id="!b:test")
    third = await out.room("space:c", room_id="!c:test")
    await out.send(first, "t1")
    await out.send(second, "t2")
    await out.add(third, "join", {}, "t3")
    out.server.answers.append(SLOW_DOWN)
    await out.goes_on()
    assert [path for _m, path, _b in out.server.asked] == [
        "/rooms/%21a%3Atest/send/m.room.message/t1",
        "/join/%21c%3Atest",
    ]
    assert await out.rows() == [
        ("t1", "new", "429 M_LIMIT_EXCEEDED"),
        ("t2", "new", "waiting for the rate limit"),
        ("t3", "sent", None),
    ]


async def test_retry_after_is_obeyed_to_the_second(out: Out):
    room = await out.room("space:a", room_id="!a:test")
    other = await out.room("space:b", room_id="!b:test")
    await out.send(room, "t1")
    out.server.answers.append(SLOW_DOWN)
    await out.goes_on()
    out.now += timedelta(seconds=6.9)
    await out.send(other, "t2")
    await out.goes_on()
    assert out.sent() == ["t1"]
    out.now += timedelta(seconds=0.1)
    await out.goes_on()
    assert out.sent() == ["t1", "t1", "t2"]


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (FORBIDDEN, "403 M_FORBIDDEN"),
        (Refused(413, "HTTP"), "413 HTTP"),
        (Refused(400, "M_BAD_JSON"), "400 M_BAD_JSON"),
    ],
)
async def test_what_is_refused_for_good_is_parked_with_its_reason(out: Out, refusal, reason):
    room = await out.room("space:a", room_id="!a:test")
    await out.send(room, "t1", "t2")
    out.server.answers.append(refusal)
    await out.goes_on()
    await out.goes_on()
    assert out.sent() == ["t1", "t2"]
    assert await out.rows() == [("t1", "parked", reason), ("t2", "sent", None)]


async def test_what_is_older_than_the_servers_memory_is_not_repeated(out: Out):
    room = await out.room("space:a", room_id="!a:test")
    await out.send(room, "t1")
    out.server.answers.append(Unreachable("TimeoutError"))
    await out.goes_on()
    out.now = NOON + FORGOTTEN_AFTER
    await out.add(room, "invite", {"user_id": "@a:test"}, "t2")
    out.server.answers.append(Unreachable("TimeoutError"))
    await out.goes_on()
    assert out.sent() == ["t1", "t1"]  # not yet
    out.now += timedelta(minutes=2)
    await out.goes_on()
    assert out.sent() == ["t1", "t1"]
    assert await out.rows() == [
        ("t1", "unknown", "older than the homeserver remembers"),
        ("t2", "sent", None),
    ]


async def test_nothing_is_sent_in_clear_where_others_encrypt(out: Out):
    room = await out.room("space:a", room_id="!a:test", encrypted=True)
    await out.send(room, "t1")
    await out.goes_on()
    assert out.server.asked == []
    assert await out.rows() == [("t1", "parked", "403 HUB_ENCRYPTED_ROOM")]


async def test_a_room_that_the_hub_encrypts_gets_nothing_afterwards(out: Out):
    room = await out.room("private:a", room_id="!a:test")
    algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
    piece = {"type": "m.room.encryption", "state_key": "", "content": algorithm}
    await out.send(room, "t1")
    await out.add(room, "state", piece, "t2")
    await out.send(room, "t3")
    await out.goes_on()
    assert [path.split("/")[3] for _m, path, _b in out.server.asked] == ["send", "state"]
    assert [state for _txn, state, _reason in await out.rows()] == ["sent", "sent", "parked"]


async def room_id(out: Out, key: str) -> str | None:
    async with out.storage.read() as session:
        return (await Rooms(session).get(key)).room_id


async def test_a_room_whose_answer_was_lost_is_found_by_its_alias(out: Out):
    room = await out.room("direct:1")
    await out.add(room, "create", {"preset": "private_chat"}, "t1")
    await out.send(room, "t2")
    out.server.answers.append(Unreachable("TimeoutError"))  # made, but we never heard of it
    await out.goes_on()
    assert await room_id(out, "direct:1") is None
    out.now += timedelta(minutes=2)
    out.server.answers += [Refused(400, "M_ROOM_IN_USE"), {"room_id": "!made:test"}]
    await out.goes_on()
    assert await room_id(out, "direct:1") == "!made:test"
    assert [(path, (body or {}).get("room_alias_name")) for _m, path, body in out.server.asked] == [
        ("/createRoom", "t1"),
        ("/createRoom", "t1"),
        ("/directory/room/%23t1%3Atest", None),
        ("/rooms/%21made%3Atest/send/m.room.message/t2", None),
    ]


async def test_a_room_that_cannot_be_made_takes_with_it_what_was_meant_for_it(out: Out):
    room = await out.room("direct:1")
    await out.add(room, "create", {}, "t1")
    await out.send(room, "t2")
    out.server.answers.append(FORBIDDEN)
    await out.goes_on()
    assert await out.rows() == [
        ("t1", "parked", "403 M_FORBIDDEN"),
        ("t2", "parked", "the room could not be made"),
    ]
    async with out.storage.read() as session:
        assert (await Rooms(session).get("direct:1")).left is True


async def test_a_room_waits_for_the_one_it_belongs_to(out: Out):
    parent = await out.room("space:root")
    child = await out.room("space:a")
    await out.add(child, "create", {"within": {"parent": "space:root", "gate": "space:root"}}, "t1")
    await out.goes_on()
    assert out.server.asked == []
    assert await out.rows() == [("t1", "new", "waiting for a room")]
    async with out.storage.write() as session:
        await Rooms(session).made(parent, "!root:test")
    out.now += timedelta(seconds=1)
    out.server.answers.append({"room_id": "!a:test"})
    await out.goes_on()
    (asked,) = out.server.asked
    assert asked[2] == {
        "room_alias_name": "t1",
        "initial_state": [
            {
                "type": "m.space.parent",
                "state_key": "!root:test",
                "content": {"via": ["test"], "canonical": True},
            },
            {
                "type": "m.room.join_rules",
                "state_key": "",
                "content": {
                    "join_rule": "restricted",
                    "allow": [{"type": "m.room_membership", "room_id": "!root:test"}],
                },
            },
        ],
    }


@pytest.mark.parametrize(
    ("action", "membership", "asked"),
    [
        ("invite", {"membership": "join"}, 1),
        ("invite", {"membership": "leave"}, 2),
        ("invite", Refused(404, "M_NOT_FOUND"), 2),
        ("kick", {"membership": "leave"}, 1),
        ("kick", {"membership": "invite"}, 2),
        ("kick", Refused(404, "M_NOT_FOUND"), 1),
    ],
)
async def test_inviting_or_removing_twice_is_harmless(out: Out, action, membership, asked):
    room = await out.room("space:a", room_id="!a:test")
    await out.add(room, action, {"user_id": "@a:test"}, "t1")
    out.server.answers.append(membership)
    await out.goes_on()
    assert len(out.server.asked) == asked
    assert await out.rows() == [("t1", "sent", None)]


async def test_a_token_that_is_no_longer_valid_stops_the_hub_and_loses_nothing(out: Out):
    room = await out.room("space:a", room_id="!a:test")
    await out.send(room, "t1")
    out.server.answers.append(SignedOut("M_UNKNOWN_TOKEN", soft=False))
    with pytest.raises(BadConfiguration, match="M_UNKNOWN_TOKEN"):
        await out.goes_on()
    assert await out.rows() == [("t1", "new", None)]


async def test_draining_stops_at_what_has_to_wait(out: Out):
    room = await out.room("space:a", room_id="!a:test")
    other = await out.room("space:b", room_id="!b:test")
    await out.send(room, "t1", "t2")
    await out.send(other, "t3")
    out.server.answers += [Refused(502, "HTTP"), {"event_id": "$3"}]
    await out.sender.drain(5)
    assert out.sent() == ["t1", "t3"]
    assert [state for _txn, state, _reason in await out.rows()] == ["new", "new", "sent"]
