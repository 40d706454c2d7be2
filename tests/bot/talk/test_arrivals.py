"""People who were there first, who take no chat, who leave and return: each is told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.matrix.census import take_in
from bot.matrix.client import Refused, TooLarge
from kit.roomkey import SpaceRoom
from storage.engine import Storage
from storage.rooms import Rooms
from storage.tables.people import PersonRow
from tests.bot.matrix.outgoing import Homeserver, Out
from tests.bot.matrix.test_reader import member
from tests.harness import NOON, Said, Talk, kinds, network, scene

AMAL, BORIS, HUB = "@amal:test", "@boris:test", "@hub:test"
ROOT, CHAT = "!root:test", "!chat:test"
SOON = timedelta(seconds=1)
MENTION = [("onboarding.mention", "space:welcome")]


@scene
async def space(talk: Talk) -> None:
    for slug, room_id in (("ilan", ROOT), ("welcome", "!welcome:test")):
        await talk.room(f"space:{slug}", room_id)
    await talk.room("space:lobby-es", "!lobby:test", "es")


def done(heard: list[Said]) -> list[tuple[str, str]]:
    return [(said.kind, said.room) for said in heard]


async def joins(talk: Talk) -> list[Said]:
    """Let somebody join the Space; the chat that the hub opens is made."""
    heard = await talk.event("join", AMAL, ROOT, {})
    if heard:
        await talk.room("direct:1", CHAT)
    return heard


async def test_who_declines_the_chat_is_greeted_once_where_they_can_see_it(space: Talk):
    assert kinds(await joins(space))[0] == "create"
    assert await space.event("leave", AMAL, CHAT, {}) == []
    (greeting,) = await space.passes(SOON)
    assert done([greeting]) == MENTION
    assert greeting.content["m.mentions"] == {"user_ids": [AMAL]}
    assert await space.event("leave", AMAL, CHAT, {}) == []
    assert await space.passes(SOON) == []


async def test_who_declined_and_writes_later_is_welcome(space: Talk):
    await joins(space)
    await space.event("leave", AMAL, CHAT, {})
    await space.passes(SOON)
    assert kinds(await space.opens(AMAL)) == ["join"]
    assert kinds(await space.says(AMAL, "start"))[-1] == "onboarding.ask.language"


async def test_who_spoke_and_left_the_chat_is_left_alone(space: Talk):
    await joins(space)
    await space.says(AMAL, "no thanks", room_id=CHAT)
    await space.event("leave", AMAL, CHAT, {})
    assert await space.passes(SOON) == []


async def test_who_left_the_space_as_well_is_not_mentioned_in_it(space: Talk):
    await joins(space)
    await space.event("leave", AMAL, ROOT, {})
    await space.event("leave", AMAL, CHAT, {})
    assert await space.passes(SOON) == []


async def test_who_says_no_to_the_rules_is_not_asked_again(space: Talk):
    await joins(space)
    await space.says(AMAL, "1", "no", "cancel", room_id=CHAT)
    assert await space.event("leave", AMAL, ROOT, {}) == []
    assert await joins(space) == []
    assert await space.passes(timedelta(days=60)) == []


async def test_a_member_who_returns_is_a_member_and_not_greeted(space: Talk):
    await space.member(AMAL)
    assert await joins(space) == []
    assert await space.event("leave", AMAL, ROOT, {}) == []
    assert await joins(space) == []
    assert kinds(await space.says(AMAL, "start")) == ["onboarding.member"]


async def test_a_chat_that_the_homeserver_refuses_counts_as_declined(storage: Storage):
    out = Out(storage)
    talk = Talk(storage)
    for slug, room_id in (("ilan", ROOT), ("welcome", "!welcome:test")):
        await talk.room(f"space:{slug}", room_id)
    await talk.event("join", AMAL, ROOT, {})
    out.server.answers.append(Refused(403, "M_FORBIDDEN"))
    await out.goes_on()
    assert done(await talk.passes(SOON)) == MENTION


async def people(talk: Talk) -> list[tuple[str, bool, bool]]:
    async with talk.storage.read() as session:
        rows = await session.scalars(select(PersonRow))
        return sorted((row.user_id, row.in_space, row.greeted) for row in rows)


async def census(talk: Talk, *members: str, late: tuple[dict[str, Any], ...] = ()) -> int:
    server = Homeserver()
    server.answers.append({"joined": {member: {} for member in members}})
    server.answers.append({"chunk": [*late[:1]], "end": "s2"})
    server.answers.append({"chunk": [*late[1:]]})
    counted = await take_in(server, talk.storage, network(), NOON, at="s1")
    assert [query.get("from") for query in server.queries] in ([], [None, "s1", "s2"])
    return counted


async def test_a_space_that_was_there_before_is_taken_in_with_one_post_a_room(space: Talk):
    crowd = [f"@member{n:03}:test" for n in range(300)]
    assert await census(space, HUB, *crowd) == 300
    assert await people(space) == [(member, True, False) for member in crowd]
    heard = await space.passes(SOON)
    assert done(heard) == [
        ("onboarding.here", "space:welcome"),
        ("onboarding.here", "space:lobby-es"),
    ]
    assert [said.content["m.mentions"] for said in heard] == [{}, {}]
    # The state of the room names them again at every start.
    assert await space.event("join", crowd[0], ROOT, {}) == []
    await space.opens(crowd[0])
    assert kinds(await space.says(crowd[0], "hello")) == [
        "onboarding.welcome",
        "onboarding.ask.language",
    ]


async def test_who_joined_after_the_first_answer_comes_as_an_event_and_is_greeted(space: Talk):
    late = (
        member(state_key=AMAL, sender=AMAL),
        member(state_key=BORIS, sender=BORIS, before="join"),  # only a new name
    )
    assert await census(space, HUB, AMAL, BORIS, late=late) == 1
    assert await people(space) == [(BORIS, True, False)]
    assert kinds(await joins(space))[:2] == ["create", "onboarding.welcome"]


async def test_the_members_are_counted_only_while_none_is_known(space: Talk):
    await space.member(BORIS)
    assert await census(space, HUB, AMAL, BORIS) == 2
    assert await people(space) == [(AMAL, True, False), (BORIS, True, True)]
    assert await census(space, HUB, "@other:test") == 0


@pytest.mark.parametrize(
    "answer",
    [
        {"joined": {HUB: {}}},
        {"joined": None},
        {},
        TooLarge("the answer is too large"),
        Refused(403, "M_FORBIDDEN"),
    ],
)
async def test_a_space_of_nobody_gets_no_post(space: Talk, answer: dict[str, object] | Refused):
    server = Homeserver()
    server.answers.append(answer)
    assert await take_in(server, space.storage, network(), NOON, at="s1") == 0
    assert await space.passes(SOON) == []


async def test_a_space_that_is_not_made_yet_has_nobody(talk: Talk):
    assert await take_in(Homeserver(), talk.storage, network(), NOON, at="s1") == 0
    async with talk.storage.read() as session:
        assert await Rooms(session).get(SpaceRoom("ilan")) is None
