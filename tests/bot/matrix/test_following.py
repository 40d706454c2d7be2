"""A room is followed into the one that it became only if both rooms say so."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.matrix import following
from bot.matrix.client import Refused
from kit.errand import Follow
from kit.roomkey import Direct, Former, RoomKey
from storage.engine import Storage
from storage.occupants import Occupants
from storage.rooms import Rooms
from storage.tables.queues import OutboxRow
from tests.bot.matrix.outgoing import Out

AMAL, OTHER, HUB = "@amal:test", "@other:test", "@hub:test"


@pytest.fixture
def out(storage: Storage) -> Out:
    return Out(storage)


async def room_id(out: Out, key: RoomKey) -> str | None:
    async with out.storage.read() as session:
        return (await Rooms(session).get(key)).room_id


OLD, NEW = "!old:test", "!new:test"
TRUE = {
    "tombstone": {"sender": AMAL, "content": {"replacement_room": NEW}},
    "create": {"sender": AMAL, "content": {"predecessor": {"room_id": OLD}}},
    "joined": {"joined": {HUB: {}, AMAL: {}}},
    "closed": [{"join_rule": "invite"}, {"history_visibility": "shared"}, {"chunk": []}],
}


async def upgraded(out: Out, **answers: object) -> list[tuple[str, str, str | None]]:
    """Let a chat be closed for another; what waited to be said there comes after it."""
    room = await out.room("direct:1", room_id=OLD)
    async with out.storage.write() as session:
        await Occupants(session).count(OLD, {HUB, AMAL})
    await out.add(room, Follow(NEW), "t1")
    await out.send(room, "t2")
    told = TRUE | answers
    looked = told["tombstone"], {}, told["create"], told["joined"], *told["closed"]
    out.server.answers += looked
    await out.goes_on()
    return await out.rows()


@pytest.mark.both_databases
async def test_a_chat_goes_on_in_the_room_that_it_became(out: Out):
    room = await out.room("direct:1", room_id=OLD)
    await out.send(room, "t0")
    await out.goes_on()
    assert await upgraded(out) == [(f"t{number}", "sent", None) for number in range(3)]
    assert await room_id(out, Direct(1)) == NEW
    said = [path for method, path, _b in out.server.asked if method == "PUT"]
    assert [path.split("/")[2] for path in said] == ["%21old%3Atest", "%21new%3Atest"]
    async with out.storage.read() as session:
        rows = (await session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
        former = await Rooms(session).get(Former(OLD))
        assert former is not None
        assert (rows[0].room, former.room_id, rows[2].room) == (former.id, OLD, room)
        assert await Occupants(session).of(NEW) == {HUB, AMAL}


@pytest.mark.parametrize(
    "lie",
    [
        {"tombstone": {"sender": AMAL, "content": {"replacement_room": "!other:test"}}},
        {"create": {"sender": AMAL, "content": {}}},
        {"create": {"sender": AMAL, "content": {"predecessor": {"room_id": "!other:test"}}}},
        {"create": {"sender": OTHER, "content": {"predecessor": {"room_id": OLD}}}},
        {"joined": {"joined": {HUB: {}, AMAL: {}, OTHER: {}}}, "closed": []},
        {"closed": [{"join_rule": "public"}]},
        {"closed": [{"join_rule": "invite"}, {"history_visibility": "world_readable"}]},
    ],
    ids=[
        "another room",
        "no predecessor",
        "another's",
        "by somebody else",
        "with a stranger",
        "open to all",
        "read by all",
    ],
)
async def test_nobody_leads_the_hub_into_another_room_by_a_lie(out: Out, lie: dict[str, object]):
    rows = await upgraded(out, **lie)
    assert rows[0] == ("t1", "parked", f"403 {following.NOT_FOLLOWED}")
    assert await room_id(out, Direct(1)) == OLD


@pytest.mark.parametrize("key", ["space:ilan", "private:request:7", "direct:2"])
async def test_a_room_in_which_the_hub_is_at_work_is_neither_entered_nor_left(out: Out, key: str):
    await out.room(key, room_id=NEW)
    rows = await upgraded(out)
    assert rows[0] == ("t1", "parked", f"403 {following.NOT_FOLLOWED}")
    assert [path for method, path, _b in out.server.asked if method == "POST"] == []


@pytest.mark.parametrize("to", ["#public:test", "", "../leave", "!"])
async def test_only_a_room_id_leads_to_a_room(out: Out, to: str):
    room = await out.room("direct:1", room_id=OLD)
    await out.add(room, Follow(to), "t1")
    out.server.answers.append({"sender": AMAL, "content": {"replacement_room": to}})
    out.server.answers += [Refused(404, "M_NOT_FOUND")] * 2
    await out.goes_on()
    assert [(kind, reason) for _txn, kind, reason in await out.rows()] == [
        ("parked", "404 M_NOT_FOUND" if to == "!" else f"403 {following.NOT_FOLLOWED}")
    ]


@pytest.mark.parametrize(("key", "left"), [(None, [NEW]), (f"visit:{NEW}", [])])
async def test_a_room_that_was_entered_for_a_lie_is_left(
    out: Out, key: str | None, left: list[str]
):
    if key is not None:  # whether it stays there is seen by who is there
        await out.room(key, room_id=NEW)
    await upgraded(out, create={"sender": OTHER, "content": {"predecessor": {"room_id": OLD}}})
    posted = [path for method, path, _b in out.server.asked if method == "POST"]
    assert [path for path in posted if path.endswith("/leave")] == [
        "/rooms/%21new%3Atest/leave" for _each in left
    ]


async def test_a_room_that_cannot_be_looked_into_is_left(out: Out):
    await upgraded(out, create=Refused(403, "M_FORBIDDEN"))
    assert [path for _m, path, _b in out.server.asked if path.endswith("/leave")] == [
        "/rooms/%21new%3Atest/leave"
    ]
