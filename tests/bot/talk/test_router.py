"""Chats that open and end, and people who come and go."""

from __future__ import annotations

from kit.roomkey import Direct
from storage.people import People
from storage.rooms import Rooms
from tests.harness import Talk, kinds

AMAL, BORIS = "@amal:test", "@boris:test"
ROOT = "!root:test"


async def test_who_left_their_chat_gets_a_new_one_when_there_is_something_to_say(talk: Talk):
    await talk.room("space:welcome", "!welcome:test")
    await talk.member(AMAL)
    assert await talk.event("leave", AMAL, talk.chat(AMAL), {}) == []
    heard = await talk.says(AMAL, "!profile", room_id="!welcome:test")
    assert [(said.kind, said.room) for said in heard] == [
        ("create", "direct:1"),
        ("profile.show", "direct:1"),
        ("room.direct", "space:welcome"),
    ]
    assert heard[0].content["invite"] == [AMAL]
    async with talk.storage.read() as session:
        room = await Rooms(session).get(Direct(1))
        assert (room.room_id, room.left) == (None, False)


async def test_who_joins_the_space_is_greeted_once(talk: Talk):
    await talk.room("space:ilan", ROOT)
    heard = await talk.event("join", AMAL, ROOT, {})
    assert kinds(heard) == ["create", "onboarding.welcome", "onboarding.ask.language"]
    assert await in_space(talk) is True
    assert await talk.event("leave", AMAL, ROOT, {}) == []
    assert await in_space(talk) is False
    assert await talk.event("join", AMAL, ROOT, {}) == []
    assert await in_space(talk) is True


async def in_space(talk: Talk) -> bool:
    async with talk.storage.read() as session:
        return (await People(session).find(AMAL)).in_space


async def test_joining_another_room_is_no_arrival(talk: Talk):
    await talk.room("space:welcome", "!welcome:test")
    assert await talk.event("join", AMAL, "!welcome:test", {}) == []
    assert await talk.event("join", AMAL, "!unknown:test", {}) == []


async def test_a_stranger_who_leaves_is_no_news(talk: Talk):
    await talk.room("space:ilan", ROOT)
    assert await talk.event("leave", BORIS, ROOT, {}) == []
    assert await talk.event("leave", BORIS, "!unknown:test", {}) == []


async def test_what_is_said_in_an_unknown_room_or_in_somebody_elses_chat_is_not_for_us(talk: Talk):
    await talk.member(AMAL)
    assert await talk.says(BORIS, "help", room_id="!unknown:test") == []
    assert await talk.says(BORIS, "help", room_id=talk.chat(AMAL)) == []
