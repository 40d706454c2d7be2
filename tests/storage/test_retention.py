"""How long each table keeps what is over, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from kit.errand import Leave, Send
from kit.inbound import TextMessage
from kit.listing import Listing, ListKind
from kit.roomkey import Direct, SpaceRoom
from storage.attention import Attention
from storage.base import Base
from storage.dues import Dues
from storage.engine import Storage
from storage.events import Events
from storage.inbox import Inbox, Incoming
from storage.listings import Listings
from storage.outbox import Outbox
from storage.people import People
from storage.repository import PORTION
from storage.requests import Requests
from storage.retention import sweep
from storage.rooms import Rooms
from storage.tables.cases import RequestRow
from storage.tables.events import AttendanceRow, Details
from storage.tables.queues import DueRow, InboxRow, OutboxRow
from storage.tables.rooms import RoomRow
from storage.tables.talk import ListingRow, NoticeRow
from tests.harness import NOON
from tests.planned import Thing

pytestmark = pytest.mark.both_databases

AMAL = "@amal:test"
DAY = timedelta(days=1)


@pytest.fixture
async def amal(storage: Storage) -> int:
    async with storage.write() as session:
        return (await People(session).meet(AMAL, "en", NOON)).id


async def kept(storage: Storage, table: type[Base], *days: int) -> list[int]:
    """Count the rows of a table after sweeps, so many days after noon."""
    counts = []
    for each in days:
        async with storage.write() as session:
            await sweep(session, NOON + each * DAY)
            counts.append(await session.scalar(select(func.count()).select_from(table)))
    return counts


@pytest.mark.parametrize(
    ("state", "counts"),
    [("done", [1, 0, 0]), ("withdrawn", [1, 0, 0]), ("dead", [1, 1, 0]), ("new", [1, 1, 1])],
)
async def test_handled_events_leave_after_30_days_and_failed_ones_after_90(
    storage: Storage, state, counts
):
    async with storage.write() as session:
        await Inbox(session).take([Incoming("$1", "!a:test", AMAL, TextMessage(""), NOON)])
        await session.execute(update(InboxRow).values(state=state))
    assert await kept(storage, InboxRow, 29, 31, 91) == counts


@pytest.mark.parametrize(
    ("state", "counts"), [("sent", [1, 0, 0]), ("parked", [1, 1, 0]), ("unknown", [1, 1, 0])]
)
async def test_errands_leave_after_30_days_and_failed_ones_after_90(
    storage: Storage, state, counts
):
    async with storage.write() as session:
        room, _new = await Rooms(session).ensure(SpaceRoom("a"), "en")
        Outbox(session).add(room.id, Send({}), txn_id="t", now=NOON)
        await session.flush()
        await session.execute(update(OutboxRow).values(state=state))
    assert await kept(storage, OutboxRow, 29, 31, 91) == counts


@pytest.mark.parametrize(
    ("state", "counts"), [("done", [1, 0, 0]), ("dead", [1, 1, 0]), ("new", [1, 1, 1])]
)
async def test_what_fell_due_leaves_after_30_days_and_what_failed_after_90(
    storage: Storage, state, counts
):
    async with storage.write() as session:
        await Dues(session).plan(Thing("a"), at=NOON)
        await session.execute(update(DueRow).values(state=state))
    assert await kept(storage, DueRow, 29, 31, 91) == counts


async def test_what_waits_to_be_said_leaves_after_30_days(storage: Storage, amal: int):
    notice = {"person_id": amal, "notice": "library", "subject": "a", "text": {}, "until": None}
    async with storage.write() as session:
        await Attention(session).keep([{**notice, "state": "held", "since": NOON}])
    assert await kept(storage, NoticeRow, 29, 31) == [1, 0]


async def test_who_went_is_forgotten_30_days_after_the_event(storage: Storage, amal: int):
    async with storage.write() as session:
        event = await Events(session).add(Details("Call"), NOON, "UTC", amal, NOON)
        await Events(session).join(event.id, amal)
    assert await kept(storage, AttendanceRow, 29, 31) == [1, 0]


@pytest.mark.parametrize(("state", "counts"), [("done", [1, 0]), ("open", [1, 1])])
async def test_requests_that_are_over_leave_after_a_year(
    storage: Storage, amal: int, state, counts
):
    row = RequestRow(asker_id=amal, topic="a", languages=[], question="", state=state)
    row.created_at = NOON
    async with storage.write() as session:
        await Requests(session).add(row)
    assert await kept(storage, RequestRow, 364, 366) == counts


async def test_a_list_leaves_30_days_after_the_sweep_that_met_it(storage: Storage, amal: int):
    async with storage.write() as session:
        await Listings(session).put(amal, Listing(ListKind.FOUND, ["a"]), "t")
    assert await kept(storage, ListingRow, 0, 29) == [1, 1]
    async with storage.write() as session:
        await Listings(session).put(amal, Listing(ListKind.FOUND, ["b"]), "t")
    assert await kept(storage, ListingRow, 31, 60, 62) == [1, 1, 0]


async def test_nobodys_chats_leave_once_nothing_is_to_be_done_there(storage: Storage, amal: int):
    async with storage.write() as session:
        for key, person_id in [("direct:1", amal), ("direct:7", None), ("refused:!x", None)]:
            await Rooms(session).ensure(key, "en", person_id=person_id)
        busy, _new = await Rooms(session).ensure(Direct(8), "en")
        Outbox(session).add(busy.id, Leave(), txn_id="t", now=NOON)
        await Rooms(session).ensure(SpaceRoom("a"), "en")
    assert await kept(storage, RoomRow, 1) == [3]
    async with storage.write() as session:
        await session.execute(update(OutboxRow).values(state="sent"))
    assert await kept(storage, RoomRow, 2) == [2]


async def test_a_backlog_is_swept_in_portions(storage: Storage):
    said = [Incoming(f"${n}", "!a:test", AMAL, TextMessage(""), NOON) for n in range(PORTION + 1)]
    async with storage.write() as session:
        await Inbox(session).take(said)
        await session.execute(update(InboxRow).values(state="done"))
    left = []
    for _portion in range(2):
        async with storage.write() as session:
            more = await sweep(session, NOON + 31 * DAY)
            left.append((more, await session.scalar(select(func.count(InboxRow.id)))))
    assert left == [(True, 1), (False, 0)]
