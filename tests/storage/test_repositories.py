"""People and what is known of them, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from kit.errand import Send
from storage.attention import Attention, usual
from storage.base import Base
from storage.curation import Curation
from storage.dialogues import Dialogues, Listings
from storage.directory import Directory
from storage.dues import Dues
from storage.engine import Storage
from storage.events import Events
from storage.experts import Experts, Requests
from storage.outbox import Outbox
from storage.people import People
from storage.purges import Purges
from storage.rooms import Rooms
from storage.tables.cases import ExpertRow, OfferRow, RequestRow
from storage.tables.events import AttendanceRow, EventRow
from storage.tables.library import ContributionRow, StaleRow, TranslationRow
from storage.tables.people import DirectoryRow, PersonRow, VouchRow
from storage.tables.queues import DueRow, OutboxRow
from storage.tables.rooms import RoomRow
from storage.tables.talk import AttentionRow, DialogueRow, ListingRow, NoticeRow
from storage.vouches import Vouches

pytestmark = pytest.mark.both_databases

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
AMAL, BORIS = "@amal:test", "@boris:test"


async def person(storage: Storage, user_id: str = AMAL) -> int:
    async with storage.write() as session:
        return (await People(session).meet(user_id, "en", NOW)).id


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
        Outbox(session).add(room.id, Send({}), txn_id="t", now=NOW, person_id=amal)
        await Outbox(session).about("t", [amal])
        Purges(session).ask("x", amal, NOW)
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
        await Attention(session).put(usual(amal))
        notice = {"notice": "tips", "state": "held", "subject": "", "text": {}, "until": None}
        await Attention(session).keep([notice | {"person_id": amal, "since": NOW}])
        await Directory(session).show(amal, ["country"])
        await Vouches(session).give(amal, boris, NOW, checked=False)
        await Vouches(session).give(boris, amal, NOW, checked=True)
        item = await Curation(session).get("unpg-2012")
        assert item is not None
        item.checker_id = amal
        await Curation(session).report(item.id, amal, "Old", NOW)
        words = {"language": "sw", "title": "Kanuni", "summary": "Kanuni", "proposed_at": NOW}
        proposed = TranslationRow(resource_id=item.id, person_id=amal, **words)
        await Curation(session).propose(proposed)
        session.add(ContributionRow(resource_id=item.id, person_id=amal, credit="Amal"))


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
        *(AttendanceRow, AttentionRow, NoticeRow, DialogueRow, DirectoryRow, DueRow, EventRow),
        *(ExpertRow, ListingRow, OfferRow, OutboxRow, PersonRow, RequestRow, RoomRow, VouchRow),
        *(ContributionRow, StaleRow, TranslationRow),
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
        "translation": 1,  # its text was never about them
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
    for was_going in (True, False):
        async with storage.write() as session:
            assert await Events(session).leave(coming.id, amal) is was_going


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
