"""People and what is known of them, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kit.errand import Send
from kit.listing import Listing, ListKind
from kit.roomkey import Direct, SpaceRoom
from storage.engine import Storage
from storage.events import Events
from storage.experts import OVERLAP, Experts
from storage.listings import Listings
from storage.outbox import Outbox
from storage.people import People
from storage.rooms import Rooms
from storage.tables.cases import ExpertRow, RequestRow
from storage.tables.events import Details

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


def _expert(person_id: int) -> ExpertRow:
    return ExpertRow(
        person_id=person_id,
        topics=["a"],
        languages=["en"],
        since=NOW,
        changed_at=NOW,
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


# Rooms, lists and events


async def test_a_room_is_made_once(storage: Storage):
    async with storage.write() as session:
        rooms = Rooms(session)
        first, new = await rooms.ensure(SpaceRoom("a"), "fr", encrypted=True)
        again, new_again = await rooms.ensure(SpaceRoom("a"), "en")
        assert (new, new_again, first.id == again.id, again.language) == (True, False, True, "fr")
        await rooms.made(first.id, "!a:test")
        await rooms.ensure(SpaceRoom("b"), "en")
    async with storage.read() as session:
        rooms = Rooms(session)
        found = await rooms.at("!a:test")
        assert (found.key, found.encrypted, found.left) == (SpaceRoom("a"), True, False)
        assert await rooms.at("!other:test") is None


async def test_only_what_was_shown_can_be_named_by_number(storage: Storage):
    amal = await person(storage)
    async with storage.write() as session:
        listings = Listings(session)
        room, _new = await Rooms(session).ensure(Direct(amal), "en", person_id=amal)
        for said in ("t1", "t2"):
            Outbox(session).add(room.id, Send({}), txn_id=said, now=NOW)
        await session.flush()
        await listings.put(amal, Listing(ListKind.ROOMS, ["x"]), "t2")
        await listings.put(amal, Listing(ListKind.FOUND, ["a", "b", "c"], 2), "t1")
        named = [await listings.resolve(amal, "find", place) for place in range(-1, 5)]
        assert named == [None, None, "a", "b", None, None]
        last = [await listings.last(amal, *kinds) for kinds in ((), ("find", "rooms"), ("find",))]
        assert [row.kind for row in last] == ["rooms", "rooms", "find"]


async def test_going_twice_is_going_once(storage: Storage):
    amal = await person(storage)
    async with storage.write() as session:
        events = Events(session)
        past, coming, off = [
            (await events.add(Details(title), at, "UTC", None, NOW))
            for title, at in (("Past", NOW), ("Coming", LATER), ("Off", LATER))
        ]
        off.cancelled = True
        await session.flush()
        assert [event.id for event in await events.upcoming(NOW)] == [coming.id]
        assert ((await events.get(past.id)).title, await events.get(off.id)) == ("Past", None)
        for _twice in range(2):
            await events.join(coming.id, amal)
        assert await events.attendees(coming.id) == {amal}
    for was_going in (True, False):
        async with storage.write() as session:
            assert await Events(session).leave(coming.id, amal) is was_going


async def test_experts_who_are_away_are_no_candidates(storage: Storage):
    amal, boris = await person(storage), await person(storage, BORIS)
    async with storage.write() as session:
        experts = Experts(session)
        await experts.put(_expert(amal))
        away = _expert(boris)
        away.away = True
        await experts.put(away)

        async def here() -> list[int]:
            return sorted(await experts.available([amal, boris], NOW))

        assert await here() == [amal]
        away.away = False
        await experts.put(away)
        assert await here() == [amal, boris]


async def test_each_change_of_an_expert_is_later_than_those_before(storage: Storage):
    amal, boris = await person(storage), await person(storage, BORIS)
    async with storage.write() as session:
        experts = Experts(session)
        for each in (amal, boris):
            await experts.put(_expert(each))
        for each in (boris, amal, boris):  # all at one moment
            await experts.touch([each], NOW)
        changed = await experts.changed(None)
        assert changed[amal] < changed[boris]
        later = changed[boris] + 2 * OVERLAP
        await experts.touch([amal], later)
        assert await experts.changed(later) == {amal: later}
