"""What was not done waits for an operator: to be read, tried again, or forgotten."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kit.audience import Everybody
from kit.errand import Create, Errand, Invite, Send, SetState
from kit.roomkey import Private, RoomKey, SpaceRoom
from storage.engine import Storage
from storage.given_up import GivenUps
from storage.outbox import Outbox
from storage.rooms import Rooms
from storage.tables.queues import OutboxRow
from tests.harness import NOON

A_ROOM = SpaceRoom("a")
NAME = SetState("m.room.name", "", {"name": "a"})


async def parked(storage: Storage, *errands: Errand, key: RoomKey = A_ROOM) -> None:
    """Queue errands for a room and let the homeserver refuse each."""
    async with storage.write() as session:
        room, _new = await Rooms(session).ensure(key, "en")
        for number, errand in enumerate(errands):
            txn_id, readers = f"t{number}", Everybody() if isinstance(errand, Send) else None
            Outbox(session).add(room.id, errand, txn_id=txn_id, now=NOON, audience=readers)
    for _each in errands:
        async with storage.write() as session:
            (row,) = await Outbox(session).heads(NOON, 1)
            await GivenUps(session).park(row, "403 M_FORBIDDEN")


@pytest.mark.both_databases
async def test_what_it_asks_of_a_room_is_kept_and_what_is_said_to_people_is_not(storage: Storage):
    await parked(storage, NAME, Send({"body": "a"}), Invite("@a:test"))
    async with storage.read() as session:
        rows = await GivenUps(session).all()
    assert [(row.slug, row.action, row.reason, row.again) for row in rows] == [
        ("a", "state", "403 M_FORBIDDEN", True),
        ("a", "send", "403 M_FORBIDDEN", False),
        ("a", "invite", "403 M_FORBIDDEN", False),
    ]


@pytest.mark.both_databases
async def test_what_can_be_is_tried_again_and_the_rest_is_forgotten(storage: Storage):
    await parked(storage, NAME, Send({"body": "a"}))
    async with storage.write() as session:
        given_up = GivenUps(session)
        numbers = [row.id for row in await given_up.all()]
        assert await given_up.try_again([*numbers, 99], NOON) == 1
        (again,) = await Outbox(session).heads(NOON, 1)
        assert (again.errand, again.tries) == (NAME, 0)
        assert await given_up.drop([*numbers, 99]) == 1
        assert await given_up.all() == []
        assert list(await session.scalars(select(OutboxRow.action))) == ["state"]


async def test_what_it_asks_of_any_other_room_is_not_kept(storage: Storage):
    await parked(storage, Create({"invite": ["@a:test"]}), key=Private("request:7"))
    async with storage.read() as session:
        assert [row.again for row in await GivenUps(session).all()] == [False]
        assert list(await session.scalars(select(OutboxRow.content))) == [None]
