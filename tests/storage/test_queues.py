"""Inbox, outbox and what falls due: in order, once, and without what was said afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from kit.errand import Create, Send, Unsay
from kit.inbound import TextMessage
from kit.roomkey import SpaceRoom
from storage.dues import Dues
from storage.engine import Storage
from storage.inbox import Inbox, Incoming, Withdrawal
from storage.messages import Messages
from storage.outbox import Outbox, Outgoing
from storage.people import People
from storage.queue import TRIES
from storage.rooms import Rooms
from storage.tables.queues import DueRow, InboxRow, OutboxRow
from tests.planned import Thing

pytestmark = pytest.mark.both_databases

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
AMAL, BORIS, ROOM = "@amal:test", "@boris:test", "!a:test"


def incoming(event_id: str, room_id: str = ROOM, sender: str = AMAL) -> Incoming:
    return Incoming(event_id, room_id, sender, TextMessage(event_id), NOW)


async def take(storage: Storage, *events: Incoming) -> None:
    async with storage.write() as session:
        await Inbox(session).take(list(events))


async def person(storage: Storage, user_id: str = AMAL) -> int:
    async with storage.write() as session:
        return (await People(session).meet(user_id, "en", NOW)).id


async def states(storage: Storage, table: type[InboxRow | OutboxRow | DueRow]) -> list[str]:
    async with storage.read() as session:
        return list((await session.scalars(select(table.state).order_by(table.id))).all())


MANY = 100


async def heads(inbox: Inbox, now: datetime = NOW, most: int = MANY) -> list[str]:
    return [row.event_id for row in await inbox.claim(now, most)]


async def errands(outbox: Outbox, now: datetime = NOW, most: int = MANY, besides=()) -> list[str]:
    return [errand.txn_id for errand in await outbox.heads(now, most, besides)]


async def errand(outbox: Outbox, now: datetime = NOW) -> Outgoing:
    (only,) = await outbox.heads(now, MANY, ())
    return only


# The inbox


async def test_events_of_a_room_are_handled_in_the_order_they_came(storage: Storage):
    await take(storage, incoming("$2"), incoming("$1"), incoming("$3", "!b:test"))
    await take(storage, incoming("$2"), incoming("$4"))
    seen = []
    for _turn in range(4):
        async with storage.write() as session:
            inbox = Inbox(session)
            seen.append(await heads(inbox))
            await inbox.done(await inbox.claim(NOW, MANY))
    assert seen == [["$3", "$2"], ["$1"], ["$4"], []]
    assert await states(storage, InboxRow) == ["done"] * 4


async def test_the_room_with_the_least_to_do_comes_first(storage: Storage):
    flood = [incoming(f"${n}") for n in range(1, 4)]
    await take(storage, *flood, incoming("$b", "!b:test"), incoming("$c", "!c:test"))
    async with storage.read() as session:
        found = [await heads(Inbox(session), most=most) for most in (1, 2, 3)]
    assert found == [["$b"], ["$b", "$c"], ["$b", "$c", "$1"]]


async def test_what_was_said_is_gone_once_it_is_handled(storage: Storage):
    await take(storage, incoming("$1"), incoming("$2", "!b:test"), incoming("$3", "!c:test"))
    async with storage.write() as session:
        inbox = Inbox(session)
        await inbox.done(await inbox.claim(NOW, 1), "argument")
        await inbox.withdraw([Withdrawal("$2", "!b:test", AMAL), Withdrawal("$9", ROOM, AMAL)])
        await inbox.withdraw([])
    async with storage.read() as session:
        rows = await session.execute(
            select(InboxRow.state, InboxRow.payload, InboxRow.reason).order_by(InboxRow.id)
        )
        assert [tuple(row) for row in rows] == [
            ("done", None, "argument"),
            ("withdrawn", None, None),
            ("new", {"body": "$3", "long": False}, None),
        ]


@pytest.mark.parametrize(("room", "by"), [(ROOM, "@mallory:evil"), ("!evil:evil", AMAL)])
async def test_nobody_else_takes_back_what_somebody_said_nor_from_elsewhere(
    storage: Storage, room: str, by: str
):
    await take(storage, incoming("$1"))
    async with storage.write() as session:
        await Inbox(session).withdraw([Withdrawal("$1", room, by)])
    assert await states(storage, InboxRow) == ["new"]


async def test_a_handled_event_is_not_withdrawn(storage: Storage):
    await take(storage, incoming("$1"))
    async with storage.write() as session:
        inbox = Inbox(session)
        await inbox.done(await inbox.claim(NOW, 1))
        await inbox.withdraw([Withdrawal("$1", ROOM, AMAL)])
    assert await states(storage, InboxRow) == ["done"]


async def test_a_failing_event_holds_its_room_up_and_dies_after_the_last_try(storage: Storage):
    await take(storage, incoming("$1"), incoming("$2"))
    dead = []
    for _try in range(TRIES):
        async with storage.write() as session:
            inbox = Inbox(session)
            (row,) = await inbox.claim(LATER, MANY)
            dead.append(await inbox.failed(row, LATER, "KeyError"))
            if not dead[-1]:
                assert (await heads(inbox), await heads(inbox, LATER)) == ([], ["$1"])
    assert dead == [False] * (TRIES - 1) + [True]
    async with storage.read() as session:
        row = (await session.scalars(select(InboxRow).order_by(InboxRow.id))).first()
        assert (row.state, row.tries, row.payload, row.reason) == ("dead", TRIES, None, "KeyError")
        assert await heads(Inbox(session)) == ["$2"]


async def test_the_place_in_the_stream_is_kept_per_account(storage: Storage):
    async with storage.write() as session:
        inbox = Inbox(session)
        assert await inbox.position("@hub:test") is None
        for token in ("s1", "s2"):
            await inbox.advance("@hub:test", token)
        await inbox.advance("@other:test", "s9")
    async with storage.read() as session:
        inbox = Inbox(session)
        assert [await inbox.position(f"@{who}:test") for who in ("hub", "other")] == ["s2", "s9"]


async def test_a_person_can_be_forgotten_in_the_inbox(storage: Storage):
    await take(storage, incoming("$1"), incoming("$2", sender=BORIS))
    async with storage.write() as session:
        await Inbox(session).forget(AMAL)
    async with storage.read() as session:
        assert (await session.scalars(select(InboxRow.event_id))).all() == ["$2"]


# The outbox


async def queued(storage: Storage, *bodies: str, slug: str = "a", person_id=None) -> int:
    async with storage.write() as session:
        room, _new = await Rooms(session).ensure(SpaceRoom(slug), "en")
        for body in bodies:
            Outbox(session).add(
                room.id, Send({"body": body}), txn_id=f"txn-{body}", now=NOW, person_id=person_id
            )
        return room.id


async def test_errands_of_a_room_are_done_in_order(storage: Storage):
    first = await queued(storage, "a", "b")
    await queued(storage, "c", slug="b")
    async with storage.write() as session:
        outbox = Outbox(session)
        assert await errands(outbox) == ["txn-a", "txn-c"]
        assert await errands(outbox, most=1) == ["txn-a"]
        assert await errands(outbox, besides=[first]) == ["txn-c"]
        oldest = (await outbox.heads(NOW, 1, ()))[0]
        assert (oldest.room, oldest.errand, oldest.room_id) == (first, Send({"body": "a"}), None)
        await outbox.sent([(oldest, "$1")])
        assert await errands(outbox) == ["txn-b", "txn-c"]
        assert await outbox.waiting() == {Send: 2}
    async with storage.read() as session:
        row = (await session.scalars(select(OutboxRow).order_by(OutboxRow.id))).first()
        assert (row.state, row.event_id, row.content) == ("sent", "$1", None)


async def test_a_postponed_errand_keeps_its_transaction_id_and_its_place(storage: Storage):
    await queued(storage, "a", "b")
    async with storage.write() as session:
        outbox = Outbox(session)
        await outbox.retry(await errand(outbox), LATER, "429")
        assert await errands(outbox) == []
        again = await errand(outbox, LATER)
        assert (again.txn_id, again.tries) == ("txn-a", 1)


async def test_what_a_limit_holds_back_counts_no_try_and_lets_others_pass(storage: Storage):
    for body in ("a", "b"):
        await queued(storage, body, slug=body)
    async with storage.write() as session:
        await Outbox(session).hold_back(Send, LATER)
    await queued(storage, "c", slug="c")
    async with storage.read() as session:
        outbox = Outbox(session)
        assert await errands(outbox) == ["txn-c"]
        held = await outbox.heads(LATER, 10, ())
        assert [(each.txn_id, each.tries) for each in held] == [
            ("txn-c", 0),
            ("txn-b", 0),
            ("txn-a", 0),
        ]
        assert await outbox.heads(LATER, 10, (), [Send]) == []


async def test_what_waits_by_a_clock_that_was_wrong_is_tried_again(storage: Storage):
    waits = {"$far": timedelta(days=2), "$near": timedelta(hours=1), "$over": timedelta(hours=1)}
    await take(storage, *(incoming(event, f"!{event[1:]}:t") for event in waits))
    async with storage.write() as session:
        inbox = Inbox(session)
        rows = {row.event_id: row for row in await inbox.claim(NOW, MANY)}
        for event, long in waits.items():
            await inbox.postpone(rows[event], NOW + long)
        await inbox.done([rows["$over"]])
    async with storage.write() as session:
        inbox = Inbox(session)
        assert await heads(inbox) == []
        await inbox.catch_up(NOW, NOW + timedelta(days=1))
        assert await heads(inbox) == ["$far"]
        await inbox.catch_up(NOW, NOW)
        assert sorted(await heads(inbox)) == ["$far", "$near"]


async def test_an_errand_that_is_over_is_never_reopened(storage: Storage):
    await queued(storage, "a")
    async with storage.write() as session:
        outbox = Outbox(session)
        over = await errand(outbox)
        await outbox.sent([(over, "$1")])
        await outbox.retry(over, LATER, "late")
        await outbox.park(over, "late")
        await outbox.forgotten(over, "late")
        assert await outbox.counts() == {}
    assert await states(storage, OutboxRow) == ["sent"]


async def test_what_is_given_up_says_why_and_nothing_else(storage: Storage):
    left, about = await queued(storage, "a"), await person(storage)
    await queued(storage, "b", "d", slug="b", person_id=about)
    await queued(storage, "c", slug="c")
    async with storage.write() as session:
        await Outbox(session).withdraw_room(left, "left")
        await Messages(session).withdraw(about)
    async with storage.read() as session:
        rows = await session.execute(
            select(OutboxRow.state, OutboxRow.reason, OutboxRow.content).order_by(OutboxRow.id)
        )
        assert [tuple(row) for row in rows] == [
            ("withdrawn", "left", None),
            ("new", None, {}),  # the oldest of its room may be under way
            ("withdrawn", "erased", None),
            ("new", None, {"body": "c"}),
        ]


async def test_what_is_sent_while_somebody_is_erased_is_not_over_but_taken_back(storage: Storage):
    about = await person(storage)
    await queued(storage, "a", person_id=about)
    async with storage.write() as session:
        outbox = Outbox(session)
        under_way = await errand(outbox)
        await Messages(session).withdraw(about)
        await outbox.sent([(under_way, "$1")])
        after = await errand(outbox)
        assert (after.id, after.txn_id, after.errand) == (under_way.id, "txn-a", Unsay())
        await outbox.sent([(after, None)])
    assert await states(storage, OutboxRow) == ["sent"]


async def test_the_same_errand_is_known_while_it_waits(storage: Storage):
    room = await queued(storage, "a")
    async with storage.write() as session:
        outbox = Outbox(session)
        assert await outbox.is_queued(room, Send({"body": "a"}))
        assert not await outbox.is_queued(room, Send({"body": "b"}))
        assert not await outbox.is_queued(room, Create({"body": "a"}))
        await outbox.sent([(await errand(outbox), "$1")])
        assert not await outbox.is_queued(room, Send({"body": "a"}))


# What falls due


async def test_planning_twice_keeps_the_first_plan(storage: Storage):
    async with storage.write() as session:
        dues = Dues(session)
        for due_at in (NOW, LATER):
            await dues.plan(Thing("event:1"), at=due_at)
        planned = await dues.claim(NOW)
        assert (planned.due_at, planned.payload) == (NOW, {"name": "event:1"})
    assert await states(storage, DueRow) == ["new"]


@pytest.mark.parametrize("name", ["a%", "a_", "ab", "a\\", "a:", "a"])
async def test_cancelling_drops_what_is_named_exactly_so(storage: Storage, name: str):
    things = [Thing(each) for each in ("a%", "a_", "ab", "a\\", "a:", "a:1", "a%:", "a")]
    async with storage.write() as session:
        dues = Dues(session)
        await dues.plan_all((what, NOW) for what in things)
        await dues.cancel(Thing, name=name)
        left = [row.payload["name"] for row in await session.scalars(select(DueRow))]
    assert left == [thing.name for thing in things if thing.name != name]


async def test_what_has_happened_is_not_cancelled(storage: Storage):
    async with storage.write() as session:
        dues = Dues(session)
        await dues.plan(Thing("a:1"), at=NOW)
        await dues.done([await dues.claim(NOW)])
        await dues.cancel(Thing, name="a:1")
        row = (await session.scalars(select(DueRow))).one()
        assert (row.state, row.payload, await dues.claim(LATER)) == ("done", {}, None)


async def test_what_is_due_comes_in_time_and_after_a_failure_later(storage: Storage):
    async with storage.write() as session:
        dues = Dues(session)
        await dues.plan(Thing("late"), at=LATER)
        await dues.plan(Thing("early"), at=NOW)
        early = await dues.claim(NOW)
        assert early.key == "thing:early"
        await dues.failed(early, LATER + timedelta(seconds=1), "KeyError")
        assert await dues.claim(NOW) is None
        assert (await dues.claim(LATER)).key == "thing:late"
        assert (await dues.claim(LATER + timedelta(seconds=1))).key == "thing:early"


async def test_what_fails_too_often_stays_for_an_operator_to_see(storage: Storage):
    async with storage.write() as session:
        await Dues(session).plan(Thing("a"), at=NOW)
    for _try in range(TRIES):
        async with storage.write() as session:
            dues = Dues(session)
            await dues.failed(await dues.claim(NOW), NOW, "KeyError")
    assert await states(storage, DueRow) == ["dead"]


async def test_what_is_late_is_counted_until_it_is_done(storage: Storage):
    async with storage.write() as session:
        dues = Dues(session)
        await dues.plan_all([(Thing("a"), NOW), (Thing("b"), LATER)])
        assert [await dues.overdue(at) for at in (NOW, LATER, LATER + timedelta(1))] == [0, 1, 2]
        await dues.done([await dues.claim(LATER)])
        assert await dues.overdue(LATER + timedelta(1)) == 1
