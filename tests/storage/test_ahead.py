"""What is read ahead for several events is neither asked for again nor older than what changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.support.statements import counted
from kit.roomkey import Direct
from storage.ahead import ReadAhead
from storage.dialogues import Dialogues
from storage.engine import Storage
from storage.people import People
from storage.repository import padded
from storage.rooms import Rooms
from storage.tables.talk import DialogueRow

pytestmark = pytest.mark.both_databases

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
AMAL, BORIS, CHEN = "@amal:test", "@boris:test", "@chen:test"
CHATS = {"!amal:test": AMAL, "!boris:test": BORIS, "!chen:test": CHEN}


def question(person_id: int) -> DialogueRow:
    asked = {"name": "join", "version": 1, "step": "topics", "draft": {}, "updated_at": NOW}
    return DialogueRow(person_id=person_id, paused=False, **asked)


@pytest.fixture
async def people(storage: Storage) -> dict[str, int]:
    """Three who have chats with the hub, of whom the first is asked a question."""
    found = {}
    async with storage.write() as session:
        for room_id, user_id in CHATS.items():
            found[user_id] = (await People(session).meet(user_id, "en", NOW)).id
            room, _new = await Rooms(session).ensure(Direct(found[user_id]), "en")
            Rooms(session).move(room, room_id)
        await Dialogues(session).put(question(found[AMAL]))
    return found


async def found(session: AsyncSession, room_id: str, user_id: str) -> tuple[bool, int, bool]:
    """Tell whether there is a room, who somebody is, and whether a question waits for them."""
    room = await Rooms(session).at(room_id)
    person = await People(session).find(user_id)
    assert person is not None
    return room is not None, person.id, await Dialogues(session).get(person.id) is not None


async def test_however_many_events_there_are_two_statements_read_what_they_ask_for(
    storage: Storage, people: dict[str, int]
):
    async with storage.write() as session:
        with counted() as asked:
            await ReadAhead(session).read(CHATS, CHATS.values())
            read = [await found(session, room, user) for room, user in CHATS.items()]
        assert asked.statements == 2
    assert read == [(True, each, user == AMAL) for user, each in people.items()]


async def test_what_an_event_changes_is_changed_for_those_after_it(
    storage: Storage, people: dict[str, int]
):
    async with storage.write() as session:
        await ReadAhead(session).read(CHATS, CHATS.values())
        await Dialogues(session).end(people[AMAL])
        await Dialogues(session).put(question(people[BORIS]))
        await People(session).erase(people[CHEN])
        chat = await Rooms(session).at("!chen:test")
        assert chat is not None
        Rooms(session).move(chat, "!elsewhere:test")
        await session.flush()
        assert await found(session, "!amal:test", AMAL) == (True, people[AMAL], False)
        assert await found(session, "!boris:test", BORIS) == (True, people[BORIS], True)
        assert await People(session).find(CHEN) is None
        assert await Rooms(session).at("!chen:test") is None
        assert await Rooms(session).at("!elsewhere:test") is chat


@pytest.mark.parametrize(
    ("given", "asked"),
    [("", ""), ("a", "a"), ("abc", "abcc"), ("abcd", "abcd"), ("abcde", "abcdeeee")],
)
def test_lists_of_many_lengths_make_statements_of_few(given, asked):
    assert padded(given) == list(asked)


async def test_nothing_to_handle_asks_nothing(storage: Storage):
    async with storage.write() as session:
        with counted() as asked:
            await ReadAhead(session).read(set(), set())
        assert asked.statements == 0
