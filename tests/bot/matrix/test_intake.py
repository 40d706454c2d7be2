"""Of what people say to each other only a need of a lawyer is taken in, and not the words."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from actions.authority import Stewards
from actions.moderation.floods import FloodGauge
from actions.moderation.namesakes import Names
from bot.matrix.intake import Intake
from bot.service.parts import gauge
from bot.service.wiring import noticing
from bot.talk.manners import Manners
from kit.inbound import Event, GoesBy, InNeed, TextMessage, load
from kit.network import FloodLimits
from kit.roomkey import SpaceRoom
from storage.engine import Storage
from storage.inbox import Incoming
from storage.rooms import Rooms
from storage.tables.queues import DueRow, InboxRow
from tests.harness import HUB, NOON, understanding

WELCOME, LOBBY = "!welcome:test", "!lobby:test"
NEED = "my brother was arrested"


async def taken(storage: Storage, room_id: str, said: TextMessage) -> list[Event]:
    """Let somebody say something in a room of the Space; returns what is in the inbox then."""
    concern = Manners(HUB, "!", Stewards(frozenset())).concern
    intake = Intake(HUB, concern, SpaceRoom("ilan"), lambda _room, _said, *, late: [])
    intake.notice(SpaceRoom("welcome"), noticing(understanding(), "en"))
    async with storage.write() as session:
        for slug, room in (("welcome", WELCOME), ("lobby-en", LOBBY)):
            row, _new = await Rooms(session).ensure(SpaceRoom(slug), "en")
            await Rooms(session).made(row.id, room)
        await session.flush()
        await intake.take(session, [Incoming("$1", room_id, "@a:test", said, NOON)])
    async with storage.read() as session:
        rows = (await session.scalars(select(InboxRow))).all()
    return [load(row.kind, row.payload) for row in rows]


@pytest.mark.parametrize(
    ("room_id", "said", "expected"),
    [
        (WELCOME, TextMessage(NEED), [InNeed("en")]),
        (WELCOME, TextMessage("моего брата арестовали"), [InNeed("ru")]),
        (WELCOME, TextMessage("good morning, I defend people in Accra"), []),
        (WELCOME, TextMessage(f"!{NEED}"), [TextMessage(f"!{NEED}")]),
        (WELCOME, TextMessage(NEED, replaces="$0"), []),
        (LOBBY, TextMessage(NEED), []),
    ],
)
async def test_only_need_is_noticed_and_only_where_newcomers_write(
    storage: Storage, room_id: str, said: TextMessage, expected: list[Event]
):
    assert await taken(storage, room_id, said) == expected


async def test_only_in_rooms_of_the_space_is_it_compared_what_people_are_called(storage: Storage):
    counted = gauge(FloodGauge(FloodLimits(), "ilan", b""), Names(2, b"", HUB, ()), lambda: NOON)
    concern = Manners(HUB, "!", Stewards(frozenset())).concern
    intake = Intake(HUB, concern, SpaceRoom("ilan"), counted)
    seen = [
        ("!elsewhere:test", "@other:test", "Claire"),
        (WELCOME, "@amal:test", "Claire"),
        (WELCOME, "@rude:test", "CIaire"),
        (WELCOME, "@rude:test", "CIaire"),
    ]
    async with storage.write() as session:
        row, _new = await Rooms(session).ensure(SpaceRoom("welcome"), "en")
        await Rooms(session).made(row.id, WELCOME)
        await session.flush()
        named = [
            Incoming(f"${place}", room, who, GoesBy(name), NOON)
            for place, (room, who, name) in enumerate(seen)
        ]
        assert not await intake.take(session, named)
    async with storage.read() as session:
        found = [(row.kind, row.payload) for row in await session.scalars(select(DueRow))]
    (who,) = {payload["who"] for _kind, payload in found}
    assert found == [
        ("namesake", {"who": who, "user_id": "@rude:test", "others": "@amal:test"}),
    ]
