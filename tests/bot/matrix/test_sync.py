"""Reading the stream: what is asked for, how often, and what is kept of it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.matrix import sync
from bot.matrix.client import Refused, SignedOut, TooLarge, Unreachable
from bot.matrix.stream import NOWHERE, PART, Stream
from bot.matrix.sync import KEPT_EVERY, SyncLoop
from kit.errors import BadConfiguration
from kit.roomkey import SpaceRoom
from storage.engine import Storage
from storage.inbox import Inbox
from storage.rooms import Rooms
from storage.tables.queues import DueRow, InboxRow
from tests.bot.matrix.outgoing import Homeserver, Out
from tests.bot.matrix.test_reader import AMAL, ROOM, answer, member, message
from tests.harness import HUB
from tests.keyring import Undisputed, keyring

SPACE = "!space:test"
OVER = SignedOut("M_UNKNOWN_TOKEN")
BROKEN = Refused(502, "HTTP")


class Time:
    """A clock that only waiting moves."""

    Event, Semaphore, gather = asyncio.Event, asyncio.Semaphore, staticmethod(asyncio.gather)

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


class Gone(Homeserver):
    """Answers nothing but errors for half an hour, and then that all is over."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self.user_id = HUB
        self.time = time
        self.minutes: Counter[int] = Counter()

    async def call(self, *request: Any, **options: Any) -> dict[str, Any]:
        self.minutes[int(self.time.now / 60)] += 1
        raise OVER if self.time.now > 1800 else BROKEN


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(sync, "asyncio", time)
    return time


async def follow(storage: Storage, server: Homeserver, time: Any) -> None:
    """Read until the login is over."""
    with pytest.raises(BadConfiguration):
        await reading(storage, server, time).run()


async def ignore(_token: str) -> None: ...


def reading(
    storage: Storage,
    server: Homeserver,
    time: Any,
    begun: Callable[[str], Awaitable[None]] = ignore,
) -> SyncLoop:
    intake, keys = keyring(server, storage)
    return SyncLoop(
        server,
        storage,
        seconds=lambda: time.now,
        random=Random(1),
        intake=intake,
        keys=keys,
        lease=Undisputed(),
        begun=begun,
        taken=lambda: None,
    )


def streaming(storage: Storage, server: Homeserver) -> Stream:
    return reading(storage, server, SimpleNamespace(now=0.0)).stream


async def read(storage: Storage, *answers: Any, since: str = "s1") -> Homeserver:
    """Give the hub some answers of /sync, and return who was asked."""
    server = Homeserver()
    server.user_id = HUB
    server.answers.extend([*answers, OVER])
    if since:
        async with storage.write() as session:
            await Inbox(session).advance(HUB, since)
    await follow(storage, server, SimpleNamespace(now=0.0))
    return server


IN_IT = {"joined": {HUB: {}, AMAL: {}}}
RULES, HISTORY = {"join_rule": "invite"}, {"history_visibility": "shared"}


def members(**of: str) -> dict[str, Any]:
    """Answer who was in a room or is invited, and in which way."""
    return {"chunk": [{"state_key": f"@{who}:t", "content": {"membership": of[who]}} for who in of]}


PRIVATE = (IN_IT, RULES, HISTORY, members())


async def visited(storage: Storage) -> None:
    async with storage.write() as session:
        await Rooms(session).visit(ROOM)


async def taken(storage: Storage) -> list[tuple[str, str]]:
    async with storage.read() as session:
        rows = await session.execute(select(InboxRow.kind, InboxRow.room_id).order_by(InboxRow.id))
        return [(kind, room_id) for kind, room_id in rows]


@pytest.mark.fault("A3", "F23")
async def test_a_storm_is_at_most_ten_requests_a_minute_and_an_alarm(storage: Storage, time: Time):
    server = Gone(time)
    with capture_logs() as logs:
        await follow(storage, server, time)
    assert max(server.minutes.values()) <= 10
    alarms = [entry["silent_for"] > 300 for entry in logs]
    assert [entry["log_level"] == "error" for entry in logs] == alarms
    assert set(alarms) == {False, True}


@pytest.mark.slow
async def test_control_a_storm_without_growing_pauses_is_counted(
    storage: Storage, time: Time, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sync, "backoff", lambda *_arguments: 1.0)
    server = Gone(time)
    await follow(storage, server, time)
    assert max(server.minutes.values()) == 60


@pytest.mark.fault("A3", "F39")
async def test_a_token_that_is_over_is_asked_about_once(storage: Storage):
    assert len((await read(storage)).asked) == 1


@pytest.mark.fault("A15")
async def test_an_account_that_is_held_is_an_alarm_and_waited_for(storage: Storage, time: Time):
    server, seen = Homeserver(), []
    server.user_id = HUB
    loop = reading(storage, server, time)
    server.answers.extend([Refused(401, "M_USER_LOCKED"), {"next_batch": "s2"}, OVER])
    server.heard = lambda: seen.append(loop.held)
    with capture_logs() as logs, pytest.raises(SignedOut):
        await loop.run()
    assert seen == [None, "M_USER_LOCKED", None]
    assert [(entry["log_level"], entry["event"], entry.get("error")) for entry in logs] == [
        ("error", "sync.failed", "401 M_USER_LOCKED"),
        ("info", "sync.back", None),
    ]


@pytest.mark.fault("F12", "F18")
@pytest.mark.parametrize("trouble", [BROKEN, Unreachable("TimeoutError"), {}, {"next_batch": None}])
async def test_a_first_request_that_fails_is_asked_again_with_all_it_had(
    storage: Storage, time: Time, trouble: Any
):
    server = await read(storage, trouble, {"next_batch": "s2"})
    asked = [(query["since"], query.get("full_state")) for query in server.queries]
    assert asked == [("s1", "true"), ("s1", "true"), ("s2", None)]


@pytest.mark.fault("F20")
async def test_the_homeserver_may_take_longer_than_it_is_asked_to(storage: Storage):
    server = await read(storage, {"next_batch": "s2"})
    waits = [int(query["timeout"]) / 1000 for query in server.queries if "full_state" not in query]
    assert (waits, server.patience) == ([30], [120, 50])  # the first is answered at once


@pytest.mark.fault("F65")
@pytest.mark.parametrize("since", ["", "s1"])
async def test_no_two_first_requests_are_the_same(storage: Storage, time: Time, since: str):
    server = await read(storage, BROKEN, BROKEN, since=since)
    assert len({query["timeout"] for query in server.queries}) == 3


@pytest.mark.fault("F65")
async def test_without_a_token_nothing_said_is_a_command(storage: Storage):
    out = Out(storage)
    await out.room("direct:1", room_id=ROOM)
    await out.room("space:root", room_id=SPACE)
    said = answer(message(), member())
    said["rooms"]["join"][SPACE] = said["rooms"]["join"][ROOM]
    forgotten = Refused(400, "M_UNKNOWN")
    await read(storage, forgotten, said, *PRIVATE)
    assert await taken(storage) == [("members", ROOM)]


@pytest.mark.fault("F55")
async def test_ten_thousand_members_leave_no_rows_but_in_the_space(storage: Storage):
    out = Out(storage)
    await out.room("space:lobby-en", room_id=ROOM)
    await out.room("space:root", room_id=SPACE)
    crowd = [
        member(event_id=f"${n}", state_key=f"@member{n}:test", sender=f"@member{n}:test")
        for n in range(10_000)
    ]
    said = answer(message(body="!help"), message("$talk", "Good morning."), *crowd)
    said["rooms"]["join"][SPACE] = {"timeline": {"events": [member(), *crowd[:2]]}}
    await read(storage, said)
    assert await taken(storage) == [("message", ROOM), *[("join", SPACE)] * 3]


async def test_talk_in_rooms_and_comings_and_goings_of_others_are_not_kept(storage: Storage):
    out = Out(storage)
    await out.room("direct:1", room_id=ROOM)
    await read(storage, answer(message("$a", "yes"), member("leave", sender=AMAL)))
    assert await taken(storage) == [("members", ROOM), ("message", ROOM), ("leave", ROOM)]


async def test_of_all_state_only_encryption_and_the_first_event_are_asked_for(storage: Storage):
    server = await read(storage, {"next_batch": "s2"})
    wanted = [json.loads(query["filter"])["room"]["state"] for query in server.queries]
    assert wanted == [{"types": ["m.room.encryption", "m.room.create"]}] * 2


async def test_a_stream_begins_after_its_members_were_counted(storage: Storage):
    server, begun = Homeserver(), []
    server.user_id = HUB
    first = answer(member()) | {"next_batch": "s1"}

    async def count(token: str) -> None:
        async with storage.read() as session:
            begun.append((token, await Inbox(session).position(HUB)))
        if len(begun) == 1:
            raise BROKEN

    server.answers.extend([first, first, {"next_batch": "s2"}, OVER])
    loop = reading(storage, server, SimpleNamespace(now=0.0), count)
    with pytest.raises(SignedOut):
        await loop.run()
    assert (begun, loop.began) == ([("s1", None)] * 2, "s1")


class Flooded(Homeserver):
    """A homeserver of which some rooms hold more than can be answered."""

    def __init__(self, rooms: list[str], floods: set[str], *more: dict[str, Any]) -> None:
        super().__init__()
        self.user_id = HUB
        self.rooms, self.floods = rooms, floods
        self.largest, self.more = 0, more

    async def call(self, method, path, body=None, *, query=None, **options: Any) -> Any:
        if path == "/keys/query":
            return {}
        self.asked.append((method, path, body))
        if path == "/joined_rooms":
            return {"joined_rooms": self.rooms}
        if path.endswith(("/leave", "/messages", "/joined_members")):
            return {}
        room = json.loads(query["filter"])["room"]
        asked = {*room.get("rooms", self.rooms)} & {*self.rooms} - {*room.get("not_rooms", ())}
        self.largest = max(self.largest, len(room.get("rooms", ())))
        if query.get("since") == "s2":
            raise SignedOut("M_UNKNOWN_TOKEN")
        if asked & self.floods or len(asked) > 60:
            raise TooLarge("the answer is too large")
        joined: dict[str, Any] = {each: {} for each in self.rooms}
        for each in asked:
            events = [message(f"${each}"), *self.more]
            joined[each] = {"timeline": {"events": events, "limited": True, "prev_batch": "p1"}}
        return {"next_batch": "s2", "rooms": {"join": joined}}


class Crammed(Flooded):
    """Invitations alone make each answer too large that has them."""

    async def call(self, method, path, body=None, *, query=None, **options: Any) -> Any:
        rooms = json.loads(query["filter"])["room"].get("rooms") if query else None
        if path == "/sync" and rooms == []:
            return {"next_batch": "s2"}
        if path == "/sync" and (rooms is None or NOWHERE in rooms):
            raise TooLarge("the answer is too large")
        return await super().call(method, path, body, query=query, **options)


async def test_invitations_that_are_too_large_keep_nothing_else_from_being_read(storage: Storage):
    names = [f"!r{n:03}:test" for n in range(3)]
    server = Crammed(names, set())
    with capture_logs() as logs:
        batch = await streaming(storage, server).ask("s1", whole=True)
    assert (batch.next_batch, set(batch.events)) == ("s2", set(names))
    errors = [entry["event"] for entry in logs if entry["log_level"] == "error"]
    assert errors == ["sync.invitations_too_large"]


async def test_what_is_read_in_parts_is_all_there_is(storage: Storage):
    names = [f"!r{n:03}:test" for n in range(130)]
    server = Flooded(names, set(), member(), member("leave", state_key="@b:test"))
    batch = await streaming(storage, server).ask("s1", whole=True)
    assert server.largest == PART
    assert batch.moves == {name: {AMAL: True, "@b:test": False} for name in names}
    assert set(batch.gaps) == set(batch.events) == batch.joined == set(names)


@pytest.mark.slow
@pytest.mark.fault("F55", "A16")
async def test_a_room_that_is_too_large_is_left_and_all_others_are_read(storage: Storage):
    out = Out(storage)
    names = [f"!r{n:03}:test" for n in range(130)]
    for n, name in enumerate(names):
        await out.room("space:welcome" if n == 9 else f"direct:{n}", room_id=name)
    server = Flooded(names, {names[9], names[77]})
    async with storage.write() as session:
        await Inbox(session).advance(HUB, "s1")
    loop = reading(storage, server, SimpleNamespace(now=0.0))
    with capture_logs() as logs, pytest.raises(SignedOut):
        await loop.run()
    said = [room for kind, room in await taken(storage) if kind == "message"]
    assert sorted(said) == sorted({*names} - server.floods)
    named = [(entry["room"], entry["key"]) for entry in logs if entry["log_level"] == "error"]
    assert named == [(names[9], "space:welcome"), (names[77], "direct:77")]
    assert loop.stream.set_aside == server.floods
    left = [path for method, path, _body in server.asked if method == "POST"]
    assert left == ["/rooms/%21r077%3Atest/leave"]  # a room of the Space is never left
    async with storage.read() as session:
        rooms = Rooms(session)
        assert [(await rooms.at(names[n])).left for n in (9, 77, 78)] == [False, True, False]


async def test_a_homeserver_that_does_not_answer_is_asked_again(storage: Storage, time: Time):
    await visited(storage)
    await read(storage, answer(), BROKEN, answer(), *PRIVATE)
    assert await taken(storage) == [("members", ROOM)]


@pytest.mark.parametrize(("between", "kept"), [(1, "s2"), (KEPT_EVERY + 1, "s3")])
async def test_what_comes_back_of_ours_is_not_written_down_but_now_and_then(
    storage: Storage, between: int, kept: str
):
    server, time = Homeserver(), SimpleNamespace(now=0.0)
    server.user_id = HUB
    server.heard = lambda: setattr(time, "now", time.now + between)
    echo = answer(message() | {"sender": HUB}) | {"next_batch": "s3"}
    server.answers.extend([{"next_batch": "s2"}, echo, OVER])
    async with storage.write() as session:
        await Inbox(session).advance(HUB, "s1")
    await follow(storage, server, time)
    async with storage.read() as session:
        assert await Inbox(session).position(HUB) == kept


async def test_what_is_too_much_in_a_room_of_the_space_falls_due_and_nothing_of_it_is_kept(
    storage: Storage,
):
    async with storage.write() as session:
        row, _new = await Rooms(session).ensure(SpaceRoom("welcome"), "en")
        await Rooms(session).made(row.id, ROOM)
    flood = [message(f"${n}", f"number {n}") for n in range(11)]
    await read(storage, answer(), answer(*flood))
    async with storage.read() as session:
        rows = (await session.scalars(select(DueRow))).all()
        assert (await session.scalars(select(InboxRow))).all() == []
    assert [(row.kind, row.key, row.payload["user_id"]) for row in rows] == [
        ("flood", "flood:messages:welcome:%2410", AMAL)
    ]


@pytest.mark.parametrize(("apart", "told"), [(0, 1), (10_000, 0)])
async def test_what_was_said_while_the_hub_was_away_counts_as_of_when_it_was_said(
    storage: Storage, apart: int, told: int
):
    async with storage.write() as session:
        row, _new = await Rooms(session).ensure(SpaceRoom("welcome"), "en")
        await Rooms(session).made(row.id, ROOM)
    said = [message(f"${n}", f"number {n}") for n in range(11)]
    for place, event in enumerate(said):
        event["origin_server_ts"] = 1_000_000 + place * apart
    await read(storage, answer(*said))
    async with storage.read() as session:
        rows = (await session.scalars(select(DueRow))).all()
    assert len(rows) == told
