"""Since when the oldest row waits is found as quickly, however much is over (SQLite counts)."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from kit.errand import Send
from kit.inbound import TextMessage
from kit.roomkey import SpaceRoom
from storage.engine import Storage
from storage.inbox import Inbox, Incoming
from storage.migrate import upgrade
from storage.outbox import Outbox
from storage.queue import Queue, State
from storage.rooms import Rooms
from storage.tables.queues import InboxRow, OutboxRow
from tests.harness import NOON, VAULT


async def put(storage: Storage, begin: int, end: int, state: State) -> None:
    """Let so many messages be heard and said, and be in a state."""
    async with storage.write() as session:
        heard = [
            Incoming(f"${n}", "!a:test", "@a:test", TextMessage("help"), NOON)
            for n in range(begin, end)
        ]
        await Inbox(session).take(heard)
        room, _new = await Rooms(session).ensure(SpaceRoom("welcome"), "en")
        for n in range(begin, end):
            Outbox(session).add(room.id, Send({"body": "x"}), txn_id=str(n), now=NOON)
        await session.flush()
        for table in (InboxRow, OutboxRow):
            put_now = table.state == State.NEW
            await session.execute(update(table).where(put_now).values(state=state))


async def steps(storage: Storage, queue: type[Queue]) -> int:
    """Count the instructions that it takes."""
    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1

    async with storage.read() as session:
        await queue(session).oldest()  # once before: it is prepared
        raw = (await (await session.connection()).get_raw_connection()).driver_connection
        raw.set_progress_handler(step, 1)
        await queue(session).oldest()
        raw.set_progress_handler(None, 1)
    return taken


@pytest.mark.parametrize("queue", [Inbox, Outbox])
async def test_what_is_over_is_not_looked_at(tmp_path, queue):
    storage = Storage(f"sqlite:///{tmp_path}/hub.db", VAULT)
    await upgrade(storage)
    await put(storage, 0, 10, State.DONE)
    few = await steps(storage, queue)
    await put(storage, 10, 200, State.DONE)
    assert await steps(storage, queue) == few > 0
    await put(storage, 200, 210, State.NEW)
    assert await steps(storage, queue) > few  # a control: what waits is
    await storage.close()
