"""What the tables promise, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError

from bot.kit.errors import StorageFailed
from storage.dialogues import Dialogues, Listings
from storage.dues import Dues
from storage.engine import Storage
from storage.events import Events
from storage.experts import Experts, Requests
from storage.inbox import TRIES, Inbox, Incoming
from storage.models import (
    AttendanceRow,
    Base,
    DialogueRow,
    DueRow,
    EventRow,
    ExpertRow,
    InboxRow,
    ListingRow,
    OfferRow,
    OutboxRow,
    PersonRow,
    RequestRow,
    RoomRow,
)
from storage.outbox import Outbox
from storage.people import People
from storage.rooms import Rooms

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
AMAL, BORIS = "@amal:test", "@boris:test"


def incoming(event_id: str, room_id: str = "!a:test", sender: str = AMAL) -> Incoming:
    return Incoming(event_id, room_id, sender, "message", {"body": event_id}, NOW)


async def take(storage: Storage, *events: Incoming) -> None:
    async with storage.write() as session:
        await Inbox(session).take(list(events))


async def person(storage: Storage, user_id: str = AMAL) -> int:
    async with storage.write() as session:
        return (await People(session).meet(user_id, "en", NOW)).id


async def states(storage: Storage, table: type[InboxRow | OutboxRow | DueRow]) -> list[str]:
    async with storage.read() as session:
        return list((await session.scalars(select(table.state).order_by(table.id))).all())


# The inbox


async def test_events_of_a_room_are_handled_in_the_order_they_came(storage: Storage):
    await take(storage, incoming("$2"), incoming("$1"), incoming("$3", "!b:test"))
    await take(storage, incoming("$2"), incoming("$4"))
    seen = []
    for _turn in range(3):
        async with storage.write() as session:
            inbox = Inbox(session)
            row = await inbox.head("!a:test")
            assert row is not None
            seen.append(row.event_id)
            await inbox.done(row.id)
    async with storage.read() as session:
        inbox = Inbox(session)
        assert (seen, await inbox.heads(NOW)) == (["$2", "$1", "$4"], ["!b:test"])
        assert await inbox.head("!a:test") is None
        assert await inbox.counts() == {"done": 3, "new": 1}


async def test_what_was_said_is_gone_once_it_is_handled(storage: Storage):
    await take(storage, incoming("$1"), incoming("$2", "!b:test"), incoming("$3", "!c:test"))
    async with storage.write() as session:
        inbox = Inbox(session)
        row = await inbox.head("!a:test")
        await inbox.done(row.id, "argument")
        await inbox.withdraw(["$2", "$unknown"])
        await inbox.withdraw([])
    async with storage.read() as session:
        rows = await session.execute(
            select(InboxRow.state, InboxRow.payload, InboxRow.reason).order_by(InboxRow.id)
        )
        assert [tuple(row) for row in rows] == [
            ("done", None, "argument"),
            ("withdrawn", None, None),
            ("new", {"body": "$3"}, None),
        ]


async def test_a_handled_event_is_not_withdrawn(storage: Storage):
    await take(storage, incoming("$1"))
    async with storage.write() as session:
        inbox = Inbox(session)
        await inbox.done((await inbox.head("!a:test")).id)
        await inbox.withdraw(["$1"])
    assert await states(storage, InboxRow) == ["done"]


async def test_a_failing_event_holds_its_room_up_and_dies_after_the_last_try(storage: Storage):
    await take(storage, incoming("$1"), incoming("$2"))
    dead = []
    for _try in range(TRIES):
        async with storage.write() as session:
            inbox = Inbox(session)
            dead.append(await inbox.failed(await inbox.head("!a:test"), LATER, "KeyError"))
            if not dead[-1]:
                assert (await inbox.heads(NOW), await inbox.heads(LATER)) == ([], ["!a:test"])
    assert dead == [False] * (TRIES - 1) + [True]
    async with storage.read() as session:
        row = (await session.scalars(select(InboxRow).order_by(InboxRow.id))).first()
        assert (row.state, row.tries, row.payload, row.reason) == ("dead", TRIES, None, "KeyError")
        assert (await Inbox(session).head("!a:test")).event_id == "$2"


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


async def queued(storage: Storage, *bodies: str, key: str = "space:a", person_id=None) -> int:
    async with storage.write() as session:
        room, _new = await Rooms(session).ensure(key, "en")
        for body in bodies:
            content = {"body": body}
            Outbox(session).add(
                room.id, "send", content, txn_id=f"txn-{body}", now=NOW, person_id=person_id
            )
        return room.id


async def test_errands_of_a_room_are_done_in_order(storage: Storage):
    first, second = await queued(storage, "a", "b"), await queued(storage, "c", key="space:b")
    async with storage.write() as session:
        outbox = Outbox(session)
        assert sorted(await outbox.heads(NOW)) == [first, second]
        head = await outbox.head(first)
        assert (head.txn_id, head.content, head.room_id) == ("txn-a", {"body": "a"}, None)
        await outbox.sent(head.id, "$1")
        assert (await outbox.head(first)).txn_id == "txn-b"
        assert await outbox.waiting() == 2
    async with storage.read() as session:
        row = (await session.scalars(select(OutboxRow).order_by(OutboxRow.id))).first()
        assert (row.state, row.event_id, row.content) == ("sent", "$1", None)


async def test_a_postponed_errand_keeps_its_transaction_id_and_its_place(storage: Storage):
    room = await queued(storage, "a", "b")
    async with storage.write() as session:
        outbox = Outbox(session)
        await outbox.postpone((await outbox.head(room)).id, LATER, "429")
        assert (await outbox.heads(NOW), await outbox.heads(LATER)) == ([], [room])
        head = await outbox.head(room)
        assert (head.txn_id, head.tries) == ("txn-a", 1)


async def test_an_errand_that_is_over_is_never_reopened(storage: Storage):
    room = await queued(storage, "a")
    async with storage.write() as session:
        outbox = Outbox(session)
        errand = (await outbox.head(room)).id
        await outbox.sent(errand, "$1")
        await outbox.postpone(errand, LATER, "late")
        await outbox.stop(errand, "parked", "late")
        assert await outbox.counts() == {"sent": 1}
    assert await states(storage, OutboxRow) == ["sent"]


async def test_what_is_given_up_says_why_and_nothing_else(storage: Storage):
    left, about = await queued(storage, "a"), await person(storage)
    await queued(storage, "b", key="space:b", person_id=about)
    await queued(storage, "c", key="space:c")
    async with storage.write() as session:
        await Outbox(session).park_room(left, "left")
        await Outbox(session).withdraw(about)
    async with storage.read() as session:
        rows = await session.execute(
            select(OutboxRow.state, OutboxRow.reason, OutboxRow.content).order_by(OutboxRow.id)
        )
        assert [tuple(row) for row in rows] == [
            ("parked", "left", None),
            ("parked", "erased", None),
            ("new", None, {"body": "c"}),
        ]


async def test_the_same_errand_is_known_while_it_waits(storage: Storage):
    room = await queued(storage, "a")
    async with storage.write() as session:
        outbox = Outbox(session)
        assert await outbox.is_queued(room, "send", {"body": "a"})
        assert not await outbox.is_queued(room, "send", {"body": "b"})
        assert not await outbox.is_queued(room, "state", {"body": "a"})
        await outbox.sent((await outbox.head(room)).id, "$1")
        assert not await outbox.is_queued(room, "send", {"body": "a"})


# What falls due


async def test_planning_twice_keeps_the_first_plan(storage: Storage):
    async with storage.write() as session:
        dues = Dues(session)
        for due_at in (NOW, LATER):
            await dues.plan("reminder", "event:1", due_at, {"at": due_at.isoformat()})
        assert (await dues.get((await dues.ready(NOW))[0])).payload == {"at": NOW.isoformat()}
    assert await states(storage, DueRow) == ["new"]


async def test_cancelling_drops_what_begins_with_exactly_that(storage: Storage):
    keys = ["a%:1", "ab:1", "a_:1", "ax:1", "event:1:x", "event:11:x", "Event:1:x", "a\\:1"]
    for prefix, dropped in [
        ("a%:", {"a%:1"}),
        ("a_:", {"a_:1"}),
        ("a\\", {"a\\:1"}),
        ("event:1:", {"event:1:x"}),
        ("nothing", set()),
    ]:
        async with storage.write() as session:
            dues = Dues(session)
            for key in keys:
                await dues.plan("x", key, NOW, {})
            await dues.cancel(prefix)
            left = set((await session.scalars(select(DueRow.key))).all())
        assert {*keys} - left == dropped


async def test_what_has_happened_is_not_cancelled(storage: Storage):
    async with storage.write() as session:
        dues = Dues(session)
        await dues.plan("x", "a:1", NOW, {"said": "text"})
        await dues.done((await dues.ready(NOW))[0])
        await dues.cancel("a")
        row = (await session.scalars(select(DueRow))).one()
        assert (row.state, row.payload, await dues.ready(LATER)) == ("done", {}, [])
        assert await dues.get(row.id) is None


async def test_what_is_due_comes_in_time_and_after_a_failure_later(storage: Storage):
    async with storage.write() as session:
        dues = Dues(session)
        await dues.plan("x", "late", LATER, {})
        await dues.plan("x", "early", NOW, {})
        early = await dues.get((await dues.ready(NOW))[0])
        assert early.key == "early"
        await dues.failed(early, LATER + timedelta(seconds=1), "KeyError")
        late = await dues.get((await dues.ready(LATER))[0])
        assert (late.key, len(await dues.ready(LATER))) == ("late", 1)
        assert await dues.ready(LATER + timedelta(seconds=1)) == [early.id, late.id]
        assert await dues.ready(LATER + timedelta(seconds=1), limit=1) == [early.id]


async def test_what_fails_too_often_stays_for_an_operator_to_see(storage: Storage):
    async with storage.write() as session:
        await Dues(session).plan("x", "a", NOW, {})
    for _try in range(TRIES):
        async with storage.write() as session:
            dues = Dues(session)
            (row_id,) = await dues.ready(NOW)
            await dues.failed(await dues.get(row_id), NOW, "KeyError")
    assert await states(storage, DueRow) == ["dead"]


# People


async def test_meeting_twice_gives_the_same_person_unchanged(storage: Storage):
    first = await person(storage)
    async with storage.write() as session:
        people = People(session)
        again = await people.meet(AMAL, "fr", LATER)
        assert (again.id, again.language, again.met_at) == (first, "en", NOW)
        assert (await people.meet(BORIS, "fr", NOW)).id != first
        assert await people.find("@nobody:test") is None
        assert [p.user_id for p in await people.named([first])] == [AMAL]


async def test_an_erased_number_never_means_somebody_else(storage: Storage):
    first = await person(storage)
    async with storage.write() as session:
        await People(session).erase(first)
    assert await person(storage, BORIS) > first


def pointers() -> list[tuple[str, str, str | None]]:
    return [
        (table.name, next(iter(key.columns)).name, key.ondelete)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_key_constraints
        if key.referred_table.name == "person"
    ]


def test_every_column_that_points_at_a_person_cascades_or_lets_go():
    assert {ondelete for _table, _column, ondelete in pointers()} == {"CASCADE", "SET NULL"}
    nullable = {
        (table, column): Base.metadata.tables[table].columns[column].nullable
        for table, column, ondelete in pointers()
        if ondelete == "SET NULL"
    }
    assert nullable == dict.fromkeys(nullable, True)


async def _everything_about(storage: Storage, amal: int, boris: int) -> None:
    """Fill every table that points at a person, with *amal* wherever one can be."""
    async with storage.write() as session:
        room, _new = await Rooms(session).ensure("direct:1", "en", person_id=amal)
        Outbox(session).add(room.id, "send", {}, txn_id="t", now=NOW, person_id=amal)
        await Dues(session).plan("x", "x", NOW, {}, amal)
        await Listings(session).put(amal, "find", ["a"], 1)
        await Experts(session).put(_expert(amal))
        await Dialogues(session).put(
            DialogueRow(
                person_id=amal,
                name="x",
                version=1,
                step="x",
                draft={},
                paused=False,
                updated_at=NOW,
            )
        )
        own = await Requests(session).add(_request(amal))
        others = await Requests(session).add(_request(boris, expert_id=amal))
        await Requests(session).offer(others.id, amal, {}, NOW)
        await Requests(session).offer(own.id, boris, {}, NOW)
        event = await Events(session).add("Call", NOW, "UTC", amal)
        await Events(session).join(event.id, amal)


def _expert(person_id: int) -> ExpertRow:
    return ExpertRow(
        person_id=person_id,
        topics=["a"],
        languages=["en"],
        open_limit=2,
        away_until=None,
        since=NOW,
    )


def _request(asker_id: int, expert_id: int | None = None) -> RequestRow:
    return RequestRow(
        asker_id=asker_id,
        expert_id=expert_id,
        topic="a",
        languages=["en"],
        question="?",
        state="open",
        created_at=NOW,
    )


async def test_erasing_a_person_empties_every_table_that_points_at_them(storage: Storage):
    amal, boris = await person(storage), await person(storage, BORIS)
    await _everything_about(storage, amal, boris)
    tables = Base.metadata.tables

    async def pointing() -> dict[tuple[str, str], int]:
        async with storage.read() as session:
            return {
                (table, column): await session.scalar(
                    select(func.count()).where(tables[table].columns[column] == amal)
                )
                for table, column, _ondelete in pointers()
            }

    assert await pointing() == {(table, column): 1 for table, column, _ondelete in pointers()}
    async with storage.write() as session:
        await People(session).erase(amal)
    assert set((await pointing()).values()) == {0}
    counted = (
        *(AttendanceRow, DialogueRow, DueRow, EventRow, ExpertRow, ListingRow),
        *(OfferRow, OutboxRow, PersonRow, RequestRow, RoomRow),
    )
    async with storage.read() as session:
        left = {
            t.__tablename__: await session.scalar(select(func.count(1)).select_from(t))
            for t in counted
        }
    assert {name: count for name, count in left.items() if count} == {
        "event": 1,  # it still takes place
        "outbox": 1,
        "person": 1,
        "request": 1,  # of the other
        "room": 1,
    }


# Rooms, lists and events


async def test_a_room_is_made_once(storage: Storage):
    async with storage.write() as session:
        rooms = Rooms(session)
        first, new = await rooms.ensure("space:a", "fr", encrypted=True)
        again, new_again = await rooms.ensure("space:a", "en")
        assert (new, new_again, first.id == again.id, again.language) == (True, False, True, "fr")
        await rooms.made(first.id, "!a:test")
        await rooms.ensure("space_b", "en")
    async with storage.read() as session:
        rooms = Rooms(session)
        found = await rooms.at("!a:test")
        assert (found.key, found.encrypted, found.left) == ("space:a", True, False)
        assert [room.key for room in await rooms.of_network()] == ["space:a"]
        assert await rooms.at("!other:test") is None


async def test_only_what_was_shown_can_be_named_by_number(storage: Storage):
    amal = await person(storage)
    async with storage.write() as session:
        listings = Listings(session)
        await listings.put(amal, "rooms", ["x"], 1)
        await listings.put(amal, "find", ["a", "b", "c"], 2)
        named = [await listings.resolve(amal, "find", place) for place in range(-1, 5)]
        assert named == [None, None, "a", "b", None, None]
        assert await listings.resolve(amal, "rooms", 1) is None


async def test_going_twice_is_going_once(storage: Storage):
    amal = await person(storage)
    async with storage.write() as session:
        events = Events(session)
        past, coming, off = [
            (await events.add(title, at, "UTC", None))
            for title, at in (("Past", NOW), ("Coming", LATER), ("Off", LATER))
        ]
        off.cancelled = True
        await session.flush()
        assert [event.id for event in await events.upcoming(NOW)] == [coming.id]
        assert ((await events.get(past.id)).title, await events.get(off.id)) == ("Past", None)
        for _twice in range(2):
            await events.join(coming.id, amal)
        assert [p.id for p in await events.attendees(coming.id)] == [amal]
        assert [await events.leave(coming.id, amal) for _twice in range(2)] == [True, False]


async def test_experts_who_are_away_are_no_candidates(storage: Storage):
    amal, boris = await person(storage), await person(storage, BORIS)
    async with storage.write() as session:
        experts = Experts(session)
        await experts.put(_expert(amal))
        away = _expert(boris)
        away.away_until = LATER
        await experts.put(away)

        async def here(topic: str, now: datetime) -> list[int]:
            return [e.person_id for e, _person in await experts.candidates(topic, now)]

        assert [await here("a", NOW), await here("a", LATER), await here("b", NOW)] == [
            [amal],
            [amal, boris],
            [],
        ]


# Moments


async def test_a_naive_moment_is_refused(storage: Storage):
    with pytest.raises(StatementError, match="naive"):
        async with storage.write() as session:
            await People(session).meet(AMAL, "en", NOW.replace(tzinfo=None))
    async with storage.read() as session:
        assert await People(session).find(AMAL) is None


async def test_moments_come_back_in_utc(storage: Storage):
    nepal = timezone(timedelta(hours=5, minutes=45))
    async with storage.write() as session:
        await People(session).meet(AMAL, "en", NOW.astimezone(nepal))
    async with storage.read() as session:
        met_at = (await People(session).find(AMAL)).met_at
    assert (met_at, met_at.tzinfo) == (NOW, UTC)


# The engines


async def test_leaving_with_an_error_keeps_nothing(storage: Storage):
    async def fail() -> None:
        async with storage.write() as session:
            await People(session).meet(AMAL, "en", NOW)
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with storage.read() as session:
        assert await People(session).find(AMAL) is None


async def test_writers_at_the_same_time_wait_for_each_other(storage: Storage):
    """Two processes on SQLite (say ``import`` beside a running hub) as well as two tasks."""
    other = Storage(storage.url)

    async def write(through: Storage, number: int) -> None:
        async with through.write() as session:
            await People(session).find(AMAL)  # reads first: a deferred BEGIN would fail here
            await asyncio.sleep(0)
            await People(session).meet(f"@{number}:test", "en", NOW)

    try:
        await asyncio.gather(*(write((storage, other)[n % 2], n) for n in range(20)))
    finally:
        await other.close()
    async with storage.read() as session:
        assert await session.scalar(select(func.count(PersonRow.id))) == 20


async def test_what_is_opened_for_reading_cannot_write_on_sqlite(storage: Storage):
    if not storage.url.startswith("sqlite"):
        return  # one pool serves both there
    with pytest.raises(StorageFailed):
        async with storage.read() as session:
            await People(session).meet(AMAL, "en", NOW)


async def test_sqlite_keeps_what_it_acknowledged_and_its_references(tmp_path):
    storage = Storage(f"sqlite+aiosqlite:///{tmp_path / 'hub.db'}")
    async with storage.write() as session:
        names = ("journal_mode", "synchronous", "foreign_keys")
        found = [await session.scalar(text(f"PRAGMA {name}")) for name in names]
    await storage.close()
    assert found == ["wal", 2, 1]
