"""In rooms: talk about what the hub said is talk, and who mentions it is answered."""

from __future__ import annotations

import pytest

from tests.harness import HUB, STEWARD, Talk, kinds, scene

AMAL = "@amal:test"
ROOM = "!events:test"


@scene
async def hub(talk: Talk) -> None:
    await talk.member(AMAL)
    await talk.room("space:events", ROOM)


async def in_room(talk: Talk, body: str, **marks: bool) -> list[tuple[str, str]]:
    heard = await talk.event("message", AMAL, ROOM, {"body": body, "mentioned": True, **marks})
    return [(said.kind, said.body) for said in heard]


@pytest.mark.parametrize(
    "body",
    [
        "Going!",
        "Why on a Sunday?",
        "Thanks, see you there",
        "More of these, please",
        "Find it great!",
        "Show me the way",
        "Help, I cannot come at that time",
        "Start on time please",
        "Join us!",
        "Confirm?",
        "Rooms were too small last time",
    ],
)
async def test_a_reply_to_what_the_hub_said_is_talk(hub: Talk, body):
    assert await in_room(hub, body, replies=True) == []


@pytest.mark.parametrize("body", ["find mandela", "!find mandela", f"{HUB} find mandela"])
async def test_a_reply_that_is_a_whole_command_is_one(hub: Talk, body):
    assert [kind for kind, _body in await in_room(hub, body, replies=True)] == ["find.results"]


@pytest.mark.parametrize("body", [HUB, f"{HUB} what a day", "hub: zzz", "I like the hub a lot"])
async def test_who_mentions_the_hub_is_answered_in_any_case(hub: Talk, body):
    assert await in_room(hub, body) == [
        ("error.not_understood", 'I did not understand that. Say "!help" to see what I can do.')
    ]


@pytest.mark.parametrize("body", [f"{HUB} which rooms are there?", "!which rooms are there?"])
async def test_a_sure_wish_is_done_in_a_room_too(hub: Talk, body):
    assert [kind for kind, _body in await in_room(hub, body)] == ["rooms.list", "room.direct"]


async def test_what_begins_with_the_prefix_by_chance_stays_unanswered(hub: Talk):
    assert await hub.says(AMAL, "!!! great news", room_id=ROOM) == []


async def test_a_person_is_vouched_for_by_pill(hub: Talk):
    await hub.member(STEWARD)
    heard = await hub.event("message", STEWARD, ROOM, {"body": f"!vouch {AMAL}"})
    assert kinds(heard)[0] == "trust.opened"
