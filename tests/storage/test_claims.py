"""Several processes at one PostgreSQL: sessions that are open at the same time."""

from __future__ import annotations

from datetime import datetime

from storage.dues import Dues
from storage.engine import Storage
from storage.inbox import Inbox
from storage.outbox import Outbox
from tests.planned import Thing
from tests.storage.test_queues import LATER, MANY, NOW, heads, incoming, queued, take


async def test_who_claims_events_at_the_same_time_gets_others(shared: Storage):
    await take(shared, incoming("$1"), incoming("$2"), incoming("$3", "!b:test"))
    async with shared.write() as first, shared.write() as second, shared.write() as third:
        assert await heads(Inbox(first), most=1) == ["$3"]
        assert await heads(Inbox(second)) == ["$1"]
        assert await heads(Inbox(third)) == []  # what stands behind a claimed event waits for it
    async with shared.write() as session:  # nobody handled them
        assert await heads(Inbox(session)) == ["$3", "$1"]


async def test_an_event_that_somebody_else_handled_meanwhile_is_not_settled_again(shared: Storage):
    await take(shared, incoming("$1"))
    async with shared.write() as session:
        (row,) = await Inbox(session).claim(NOW, MANY)
        assert await Inbox(session).hold(row)
        await Inbox(session).done([row])
    async with shared.write() as session:
        inbox = Inbox(session)
        assert not await inbox.hold(row)
        assert await inbox.failed(row, LATER, "KeyError") is False
        assert await inbox.counts() == {}  # well over


async def test_who_claims_what_is_due_at_the_same_time_gets_others(shared: Storage):
    async with shared.write() as session:
        for key in ("a", "b"):
            await Dues(session).plan(Thing(key), at=NOW)
    async with shared.write() as first, shared.write() as second, shared.write() as third:
        found = [await Dues(session).claim(NOW) for session in (first, second, third)]
    assert [row and row.key for row in found] == ["thing:a", "thing:b", None]


async def test_who_claims_errands_at_the_same_time_gets_others(shared: Storage):
    await queued(shared, "a", "b")
    await queued(shared, "c", slug="b")
    async with shared.write() as first, shared.write() as second:
        mine = await Outbox(first).claim(NOW, LATER, 1)
        yours = await Outbox(second).claim(NOW, LATER, MANY)
    assert [row.txn_id for row in (*mine, *yours)] == ["txn-a", "txn-c"]


async def test_control_who_only_looks_gets_the_same_as_the_other(shared: Storage):
    await queued(shared, "a")
    async with shared.write() as first, shared.write() as second:
        mine = await Outbox(first).heads(NOW, MANY)
        yours = await Outbox(second).heads(NOW, MANY)
    assert [row.txn_id for row in (*mine, *yours)] == ["txn-a", "txn-a"]


async def test_a_claimed_errand_is_left_alone_with_its_room_until_the_claim_is_over(
    shared: Storage,
):
    await queued(shared, "a", "b")
    async with shared.write() as session:
        (mine,) = await Outbox(session).claim(NOW, LATER, MANY)

    async def free(now: datetime) -> list[str]:
        async with shared.write() as session:
            return [row.txn_id for row in await Outbox(session).heads(now, MANY)]

    assert (await free(NOW), await free(LATER)) == ([], ["txn-a"])
    async with shared.write() as session:
        await Outbox(session).release([mine.id])
    assert await free(NOW) == ["txn-a"]
    async with shared.write() as session:
        await Outbox(session).claim(NOW, LATER, MANY)
        await Outbox(session).release_all()
    assert await free(NOW) == ["txn-a"]
    async with shared.write() as session:
        await Outbox(session).sent([(mine, "$1")])
    assert await free(NOW) == ["txn-b"]
