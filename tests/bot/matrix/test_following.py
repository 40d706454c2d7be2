"""A room is followed into the one that it became only if both rooms say so."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.matrix import errands
from kit.errand import (
    Follow,
)
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
}


async def upgraded(out: Out, **answers: object) -> list[tuple[str, str, str | None]]:
    """Let a chat be closed for another; what waited to be said there comes after it."""
    room = await out.room("direct:1", room_id=OLD)
    async with out.storage.write() as session:
        await Occupants(session).count(OLD, {HUB, AMAL})
    await out.add(room, Follow(NEW), "t1")
    await out.send(room, "t2")
    told = TRUE | answers
    out.server.answers += [told["tombstone"], {}, told["create"], told["joined"]]
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
        {"joined": {"joined": {HUB: {}, AMAL: {}, OTHER: {}}}},
    ],
    ids=["another room", "no predecessor", "another's", "by somebody else", "with a stranger"],
)
async def test_nobody_leads_the_hub_into_another_room_by_a_lie(out: Out, lie: dict[str, object]):
    rows = await upgraded(out, **lie)
    assert rows[0] == ("t1", "parked", f"403 {errands.NOT_FOLLOWED}")
    assert await room_id(out, Direct(1)) == OLD
