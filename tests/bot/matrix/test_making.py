"""Making the Space: who is in it before it is known here."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kit.errand import Create, Within
from kit.roomkey import SpaceRoom
from storage.engine import Storage
from storage.tables.queues import InboxRow
from tests.bot.matrix.outgoing import Out

AMAL, HUB = "@amal:test", "@hub:test"


@pytest.mark.parametrize(("within", "met"), [(None, [AMAL]), (Within(SpaceRoom("ilan")), [])])
async def test_who_came_to_the_space_before_it_was_noted_down_is_met(storage: Storage, within, met):
    out = Out(storage)
    await out.room("space:ilan", room_id="!root:test")
    room = await out.room("space:new")
    await out.add(room, Create({}, within), "t1")
    out.server.answers += [{"room_id": "!new:test"}, {"joined": {AMAL: {}, HUB: {}}}]
    await out.goes_on()
    async with out.storage.read() as session:
        heard = (await session.scalars(select(InboxRow))).all()
    assert [(row.kind, row.sender, row.room_id) for row in heard] == [
        ("join", who, "!new:test") for who in met
    ]
