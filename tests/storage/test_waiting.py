"""What operators are told of what waits: since when, held up by what, and how large it all is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from kit.errand import Send
from kit.roomkey import Direct
from storage.engine import Storage
from storage.inbox import Inbox
from storage.outbox import LIMITED, NO_DEVICE, NOT_DONE, Outbox
from storage.rooms import Rooms
from storage.tables.rooms import RoomRow
from tests.storage.test_queues import LATER, MANY, NOW, errand, incoming, person, queued, take

pytestmark = pytest.mark.both_databases


async def test_what_is_refused_where_somebody_left_is_no_alarm(storage: Storage):
    chat = await queued(storage, "a", slug="a", person_id=await person(storage))
    async with storage.write() as session:
        (await session.get_one(RoomRow, chat)).key = Direct(7)
    await queued(storage, "b", slug="b")
    async with storage.write() as session:
        outbox = Outbox(session)
        for row in await outbox.heads(NOW, MANY):
            await outbox.park(row, "403 M_FORBIDDEN")
        assert await outbox.counts() == {"parked": 2}
        for room in await session.scalars(select(RoomRow)):
            Rooms(session).leave(room)
        await session.flush()
        assert await outbox.counts() == {"parked": 1}  # of the Space: it is to be looked at


async def test_the_oldest_that_waits_tells_since_when(storage: Storage):
    await take(storage, incoming("$1"), replace(incoming("$2", "!b:test"), sent_at=LATER))
    made_up = datetime.fromtimestamp(0, UTC)
    await take(storage, replace(incoming("$3", "!c:test"), sent_at=made_up))
    await queued(storage, "a")
    async with storage.write() as session:
        inbox, outbox = Inbox(session), Outbox(session)
        assert (await inbox.oldest(), await outbox.oldest()) == (NOW, NOW)
        await inbox.done([row for row in await inbox.claim(NOW, MANY) if row.event_id == "$1"])
        await outbox.hold_back(Send, LATER)
        assert (await outbox.held_up(), await outbox.oldest()) == ({LIMITED: 1}, NOW)
        await outbox.retry(await errand(outbox, LATER), LATER, NO_DEVICE)
        assert (await inbox.oldest(), await outbox.oldest()) == (LATER, None)
        assert await outbox.held_up() == {NO_DEVICE: 1}


async def test_what_waits_is_counted_by_what_holds_up_the_first_of_its_room(storage: Storage):
    for name in "abcd":
        await queued(storage, f"{name}1", f"{name}2", slug=name)
    async with storage.write() as session:
        outbox = Outbox(session)
        first, second, third, _new = await outbox.heads(NOW, MANY)
        await outbox.retry(first, LATER, NO_DEVICE)
        await outbox.retry(second, LATER, "502 HTTP")
        await outbox.retry(third, LATER, LIMITED)
        assert await outbox.held_up() == {NO_DEVICE: 2, NOT_DONE: 2, LIMITED: 2}
        await outbox.park(first, NO_DEVICE)
        assert await outbox.held_up() == {NOT_DONE: 2, LIMITED: 2}


async def test_a_database_tells_its_size(storage: Storage):
    before = await storage.size()
    await take(storage, *(incoming(f"${n}") for n in range(2000)))
    assert 0 < before < await storage.size()
