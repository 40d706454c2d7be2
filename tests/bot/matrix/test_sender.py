"""The outbox on its way: once, in order, at the pace the server allows, and never in clear."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.matrix.client import Refused, SignedOut, TimedOut, Unreachable
from bot.matrix.sender import FORGOTTEN_AFTER
from kit.errand import Create, Invite, Join, Redact, SendFile, SetState
from kit.errors import BadConfiguration
from storage.engine import Storage
from storage.rooms import Rooms
from storage.tables.queues import OutboxRow
from tests.bot.matrix.outgoing import Homeserver, Out
from tests.harness import NOON

SLOW_DOWN = Refused(429, "M_LIMIT_EXCEEDED", retry_after=7)
FORBIDDEN = Refused(403, "M_FORBIDDEN")


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


@pytest.mark.fault("F06", "F21")
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
    await out.add(third, Join(), "t3")
    out.server.answers.append(SLOW_DOWN)
    await out.goes_on()
    assert [path for _m, path, _b in out.server.asked] == [
        "/rooms/%21a%3Atest/send/m.room.message/t1",
        "/join/%21c%3Atest",
    ]
    assert await out.rows() == [
        ("t1", "new", "waiting for the rate limit"),
        ("t2", "new", "waiting for the rate limit"),
        ("t3", "sent", None),
    ]


@pytest.mark.fault("F17")
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
    assert out.sent() == ["t1", "t2"]
    out.now += timedelta(seconds=1)  # one by one, for who waits would be refused together
    await out.goes_on()
    assert out.sent() == ["t1", "t2", "t1"]


class Killed(BaseException):
    """The process ends."""


class Stock(Homeserver):
    """Takes ten messages and then one every five seconds, as Synapse does for everybody."""

    def __init__(self, kill_at: int = 0) -> None:
        super().__init__()
        self.now = NOON
        self.taken: dict[str, datetime] = {}
        self.refused = 0
        self._kill_at = kill_at
        self._since, self._left = NOON, 10.0

    async def call(self, method, path, body=None, *, query=None, patience=30) -> dict[str, Any]:
        self._left = min(10.0, self._left + (self.now - self._since).total_seconds() / 5)
        self._since = self.now
        if self._left < 1:
            self.refused += 1
            raise Refused(429, "M_LIMIT_EXCEEDED", retry_after=(1 - self._left) * 5)
        self._left -= 1
        txn_id = path.rpartition("/")[2]
        self.taken.setdefault(txn_id, self.now)
        if len(self.taken) == self._kill_at:
            self._kill_at = 0
            raise Killed
        return {"event_id": f"${txn_id}"}


async def say_all(out: Out, count: int) -> list[str]:
    """Queue a message for each of *count* rooms."""
    txn_ids = [f"t{n}" for n in range(count)]
    for txn_id in txn_ids:
        await out.send(await out.room(f"space:{txn_id}", room_id=f"!{txn_id}:test"), txn_id)
    return txn_ids


async def all_sent(out: Out, server: Stock) -> float:
    """Let time pass until nothing waits; returns the seconds."""
    out.now = began = server.now
    while {state for _txn, state, _reason in await out.rows()} != {"sent"}:
        await out.goes_on()
        server.now = out.now = out.now + timedelta(seconds=5)
    return (server.now - began).total_seconds()


@pytest.mark.slow
@pytest.mark.fault("A6")
async def test_a_hundred_and_fifty_under_stock_limits_survive_a_kill(storage: Storage):
    server = Stock(kill_at=75)
    out = Out(storage, server)
    queued = await say_all(out, 150)
    with pytest.raises(Killed):
        await all_sent(out, server)
    seconds = await all_sent(Out(storage, server), server)  # another process
    assert sorted(server.taken) == sorted(queued)
    assert (350 <= seconds < 420, server.refused < 20) == (True, True)


@pytest.mark.slow
async def test_who_asks_while_a_long_announcement_goes_out_is_answered_next(storage: Storage):
    server = Stock()
    out = Out(storage, server)
    await say_all(out, 40)
    for _second in range(30):
        await out.goes_on()
        server.now = out.now = out.now + timedelta(seconds=1)
    asked = out.now
    await out.send(await out.room("direct:1", room_id="!direct:test"), "answer")
    await all_sent(out, server)
    assert server.taken["answer"] - asked <= timedelta(seconds=5)
    assert len(server.taken) == 41


@pytest.mark.fault("F42", "F54")
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
    await out.add(room, Invite("@a:test"), "t2")
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
    out.server.members = {}
    room = await out.room("space:a", room_id="!a:test", encrypted=True)
    await out.send(room, "t1")
    await out.goes_on()
    assert out.sent() == []
    assert await out.rows() == [("t1", "parked", "403 HUB_UNKNOWN_CIPHER")]


async def test_where_the_hub_turns_encryption_on_nothing_is_said_in_clear_afterwards(out: Out):
    room = await out.room("private:a", room_id="!a:test")
    out.server.encrypts, out.server.members = True, {}
    algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
    encryption = SetState("m.room.encryption", "", algorithm)
    await out.send(room, "t1")
    await out.add(room, encryption, "t2")
    await out.send(room, "t3")
    await out.goes_on()
    done = [path.split("/")[3:5] for method, path, _b in out.server.asked if method == "PUT"]
    assert done == [
        ["send", "m.room.message"],
        ["state", "m.room.encryption"],
        ["send", "m.room.encrypted"],
    ]
    assert [state for _txn, state, _reason in await out.rows()] == ["sent"] * 3


@pytest.mark.parametrize(
    "damage", [{"action": "dance"}, {"content": {}}, {"content": None}, {"content": ["@a:test"]}]
)
async def test_a_row_that_cannot_be_read_is_parked_and_holds_up_nothing(out: Out, damage):
    room = await out.room("space:a", room_id="!a:test")
    await out.add(room, Redact("$1"), "t1")
    await out.send(room, "t2")
    async with out.storage.write() as session:
        await session.execute(update(OutboxRow).where(OutboxRow.txn_id == "t1").values(damage))
    await out.goes_on()
    assert out.sent() == ["t2"]
    assert await out.rows() == [
        ("t1", "parked", "the hub cannot read what it stored"),
        ("t2", "sent", None),
    ]


@pytest.mark.fault("F39", "F40")
async def test_a_token_that_is_no_longer_valid_stops_the_hub_and_loses_nothing(out: Out):
    room = await out.room("space:a", room_id="!a:test")
    await out.send(room, "t1")
    out.server.answers.append(SignedOut("M_UNKNOWN_TOKEN"))
    with pytest.raises(BadConfiguration, match="M_UNKNOWN_TOKEN"):
        await out.goes_on()
    assert await out.rows() == [("t1", "new", None)]


SUSPENDED = Refused(403, "M_USER_SUSPENDED")


@pytest.mark.fault("A15")
async def test_a_held_account_is_an_alarm_and_everything_waits_until_it_is_released(out: Out):
    first, second, third = [await out.room(f"space:{n}", room_id=f"!{n}:test") for n in "abc"]
    await out.send(first, "t1")
    await out.goes_on()
    out.server.answers.extend([SUSPENDED] * 60)
    await out.send(first, "t2")
    out.now += timedelta(minutes=1)  # in which it may have been on its way
    with capture_logs() as logs:
        for hour in range(30):
            await out.goes_on()
            if hour == 1:  # what comes while it is held is no older for having waited
                await out.send(second, "t3")
                await out.add(third, Invite("@a:test"), "t4")
            out.now += timedelta(hours=1)
    assert {
        (entry["event"], entry["log_level"], entry.get("errcode"), entry.get("errand"))
        for entry in logs
    } == {
        ("account.held", "error", "M_USER_SUSPENDED", None),
        ("outbox.unknown", "warning", None, "t2"),
    }
    assert out.sender.held == "M_USER_SUSPENDED"
    states = [state for _txn, state, _reason in await out.rows()]
    assert states == ["sent", "unknown", "new", "new"]
    out.server.answers.clear()
    for _minute in range(3):
        await out.goes_on()
        out.now += timedelta(minutes=1)
    assert out.sender.held is None
    states = [state for _txn, state, _reason in await out.rows()]
    assert states == ["sent", "unknown", "sent", "sent"]


@pytest.mark.fault("A15")
async def test_a_limit_of_the_account_holds_its_own_kind_only(out: Out):
    room, other = [await out.room(f"space:{n}", room_id=f"!{n}:test") for n in "ab"]
    await out.add(room, SendFile({"filename": "a.json"}, {}), "t1")
    await out.send(other, "t2")
    out.server.answers.append(Refused(403, "M_USER_LIMIT_EXCEEDED"))
    await out.goes_on()
    assert [state for _txn, state, _reason in await out.rows()] == ["new", "sent"]
    assert out.sender.held == "M_USER_LIMIT_EXCEEDED"


@pytest.mark.fault("A16")
@pytest.mark.parametrize("errand", [Join(), Invite("@a:test"), Create({})])
async def test_another_server_cannot_hold_up_the_hub(out: Out, errand):
    there = None if isinstance(errand, Create) else "!far:test"
    far = await out.room("direct:1", room_id=there)
    near = await out.room("space:a", room_id="!a:test")
    await out.add(far, errand, "t1")
    await out.send(near, "t2")
    membership = [{"membership": "leave"}] * isinstance(errand, Invite)
    out.server.answers.extend([*membership, SUSPENDED])
    await out.goes_on()
    assert await out.rows() == [("t1", "new", "403 M_USER_SUSPENDED"), ("t2", "sent", None)]
    assert out.sender.held is None


@pytest.mark.fault("A16")
async def test_another_server_makes_others_wait_for_a_minute_at_most(out: Out):
    far, near = [await out.room(f"direct:{n}", room_id=f"!{n}:test") for n in (1, 2)]
    await out.add(far, Join(), "t1")
    out.server.answers.append(Refused(429, "M_LIMIT_EXCEEDED", retry_after=3600))
    await out.goes_on()
    await out.add(near, Join(), "t2")
    out.now += timedelta(minutes=1)
    await out.goes_on()
    assert [state for _txn, state, _reason in await out.rows()] == ["new", "sent"]


@pytest.mark.fault("A16")
async def test_another_server_that_is_not_reached_within_a_day_is_given_up(out: Out):
    far = await out.room("direct:1", room_id="!far:test")
    await out.add(far, Join(), "t1")
    out.server.answers.extend([Refused(502, "M_UNKNOWN")] * 40)
    states = []
    for _hour in range(26):
        await out.goes_on()
        states += [state for _txn, state, _reason in await out.rows()]
        out.now += timedelta(hours=1)
    assert states == ["new"] * 25 + ["parked"]


async def test_draining_stops_at_what_has_to_wait(out: Out):
    room = await out.room("space:a", room_id="!a:test")
    other = await out.room("space:b", room_id="!b:test")
    await out.send(room, "t1", "t2")
    await out.send(other, "t3")
    out.server.answers += [Refused(502, "HTTP"), {"event_id": "$3"}]
    await out.sender.drain(5)
    assert out.sent() == ["t1", "t3"]
    assert [state for _txn, state, _reason in await out.rows()] == ["new", "new", "sent"]


@pytest.mark.slow
async def test_a_join_that_never_ends_is_given_up_after_a_day_and_nobody_is_met_there(out: Out):
    room = await out.room("visit:!far:evil", room_id="!far:evil")
    await out.add(room, Join(), "t1")
    for _minute in range(12 * 25):
        out.server.answers.append(TimedOut("no answer in time"))
        await out.goes_on()
        out.now += timedelta(minutes=5)
    assert await out.rows() == [("t1", "parked", "no answer in time")]
    async with out.storage.read() as session:
        visited = await Rooms(session).at("!far:evil")
        assert visited is not None
        assert visited.left


@pytest.mark.slow
async def test_what_is_for_our_own_homeserver_is_tried_until_it_answers(out: Out):
    room = await out.room("direct:1", room_id="!a:test")
    await out.add(room, Join(), "t1")
    for _minute in range(12 * 25):
        out.server.answers.append(Unreachable("ClientConnectorError"))
        await out.goes_on()
        out.now += timedelta(minutes=5)
    assert (await out.rows())[0][1] == "new"
