"""Who may not enter a room asks to: moderators are told, decide, and who asked is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.matrix.reader import SyncParser
from kit.inbound import Event, Knocked, KnockOver, Removed
from storage.audits import Audits
from storage.engine import Storage
from storage.knocks import Knocks
from storage.people import People
from tests.beginnings import Beginnings
from tests.harness import STEWARD, Said, Talk, kinds, once

MEMBER, MODERATOR, STRANGER = "@member:test", "@moderator:test", "@nouvelle:test"
ROOM = "Heads of legal aid institutions"
STAFF = 3  # one of them is a steward by the settings
DOOR, LOBBY = "!leadership:test", "!lobby:test"
SPACE = "!ilan:test"
WHY = "Je travaille au bureau de la défense publique et je voudrais participer au groupe."


@pytest.fixture
async def hub(storage: Storage, beginnings: Beginnings | None) -> Talk:
    talk = Talk(storage, beginnings=beginnings)
    await peopled(talk)
    return talk


@once
async def peopled(talk: Talk) -> None:
    for who in (MEMBER, MODERATOR, STEWARD):
        await talk.member(who)
    await talk.says(STEWARD, f"role {MODERATOR} moderator")
    await talk.room("space:leadership", DOOR)
    await talk.room("space:lobby-en", LOBBY)


def told(heard: list[Said]) -> list[str]:
    """List what moderators were told; one of the settings whom nobody met gets a chat for it."""
    return [said.room for said in heard if said.kind == "rooms.knocked"]


async def knock(hub: Talk, who: str = MEMBER, why: str = "", at: str = DOOR) -> list[Said]:
    return await hub.event("knock", who, at, {"reason": why})


def errands(heard: list[Said]) -> list[tuple[str, dict]]:
    return [(said.room, said.content) for said in heard if said.kind == "knock"]


def said_with(reason: object) -> list[Event]:
    return became({"membership": "knock", "reason": reason})


def became(content: dict[str, object], before: str = "leave", by: str = STRANGER) -> list[Event]:
    event = {
        "type": "m.room.member",
        "event_id": "$knock",
        "sender": by,
        "state_key": STRANGER,
        "origin_server_ts": 0,
        "content": content,
        "unsigned": {"prev_content": {"membership": before}},
    }
    joined = {DOOR: {"timeline": {"events": [event]}}}
    batch = SyncParser("@hub:test").sync({"next_batch": "s", "rooms": {"join": joined}})
    assert batch is not None
    return [each.event for each in batch.events[DOOR]]


def test_what_is_said_at_a_door_is_read_on_one_line_and_in_few_words():
    assert said_with("I am\nnew\u202e " + "x" * 900) == [Knocked(("I am new " + "x" * 900)[:300])]
    assert said_with({"not": "text"}) == [Knocked("")]


def test_a_knock_is_over_once_a_client_answers_it_or_takes_it_back():
    for by, now in ((STRANGER, "leave"), (MODERATOR, "leave"), (MODERATOR, "invite")):
        assert became({"membership": now}, before="knock", by=by) == [KnockOver()]
    banned = became({"membership": "ban"}, before="knock", by=MODERATOR)
    assert banned == [Removed(banned=True)]


@pytest.mark.both_databases
async def test_moderators_let_in_who_knocks_and_they_are_told(hub: Talk):
    heard = await knock(hub, why="to help with <b>training</b>")
    assert len(told(heard)) == STAFF
    assert heard[0].body.splitlines()[0] == (
        f"{MEMBER} asks to be let into {ROOM}: to help with <b>training</b>"
    )
    assert kinds(await hub.says(MEMBER, f"room accept {MEMBER}")) == ["error.not_allowed"]
    heard = await hub.says(MODERATOR, f"room accept {MEMBER}")
    assert errands(heard) == [("space:leadership", {"user_id": MEMBER, "let_in": True})]
    assert [said.kind for said in heard if said.kind != "knock"] == [
        "rooms.let_in",
        "rooms.accept",
    ]
    assert kinds(await hub.says(MODERATOR, f"room accept {MEMBER}")) == ["error.not_found"]


async def test_who_is_not_let_in_reads_why_and_a_stranger_in_the_language_they_wrote(hub: Talk):
    await knock(hub, STRANGER, WHY)
    (listed,) = await hub.says(MODERATOR, "room asked")
    assert listed.body.splitlines() == [
        f"• {STRANGER} asks to be let into {ROOM}: {WHY[: WHY.index(' groupe')]}…",
        "",
        f'Say "room accept {STRANGER} leadership" or "room decline {STRANGER} leadership".',
    ]
    heard = await hub.says(MODERATOR, f"room decline {STRANGER} pour les directions seulement")
    assert errands(heard) == [("space:leadership", {"user_id": STRANGER, "let_in": False})]
    (told,) = [said for said in heard if said.kind == "rooms.turned_away"]
    assert told.body.splitlines()[0].startswith("La modération ne vous laisse pas entrer")
    assert told.body.splitlines()[-1] == "pour les directions seulement"


async def test_a_knock_that_is_taken_back_is_listed_no_more(hub: Talk):
    await knock(hub)
    await knock(hub, STRANGER)
    assert await hub.event("knock_over", MEMBER, DOOR, {}) == []
    (listed,) = await hub.says(MODERATOR, "room asked")
    assert [MEMBER in listed.body, STRANGER in listed.body] == [False, True]
    assert kinds(await hub.says(MODERATOR, f"room accept {MEMBER}")) == ["error.not_found"]
    assert await hub.event("knock_over", "@unknown:test", DOOR, {}) == []


async def test_a_knock_that_nobody_answers_ends_after_a_week(hub: Talk):
    await knock(hub)
    assert errands(await hub.passes(timedelta(days=6))) == []
    heard = await hub.passes(timedelta(days=1))
    assert errands(heard) == [("space:leadership", {"user_id": MEMBER, "let_in": False})]
    assert "rooms.unanswered" in kinds(heard)
    assert kinds(await hub.says(MODERATOR, "room asked")) == ["rooms.waiting"]
    async with hub.storage.read() as session:
        assert await Knocks(session).waiting() == []


async def test_who_knocks_twice_waits_once_and_is_told_of_once(hub: Talk):
    assert len(told(await knock(hub, why="first"))) == STAFF
    await hub.passes(timedelta(hours=2))
    assert await knock(hub, why="second") == []
    (listed,) = await hub.says(MODERATOR, "room asked")
    assert listed.body.splitlines()[0].endswith(": second")


async def test_of_those_who_knock_within_an_hour_moderators_read_in_one_letter(hub: Talk):
    assert len(told(await knock(hub, "@flood-0:test"))) == STAFF
    for number in range(1, 7):
        assert await knock(hub, f"@flood-{number}:test") == []
    await knock(hub)
    heard = [each for each in await hub.passes(timedelta(hours=1)) if each.kind != "tell"]
    more = [each.body for each in heard if each.kind == "rooms.knocked_more"]
    assert (
        more == ['7 more people ask to be let into a room. "room asked" shows who waits.'] * STAFF
    )
    (listed,) = await hub.says(MODERATOR, "room asked")
    assert listed.body.splitlines()[0] == f"• {MEMBER} asks to be let into {ROOM}."
    assert listed.body.splitlines()[-1] == "3 more people wait."
    assert await hub.passes(timedelta(hours=1)) == []


async def test_who_knocks_all_day_is_turned_away(hub: Talk):
    for _time in range(5):
        assert errands(await knock(hub)) == []
        await hub.says(MODERATOR, f"room decline {MEMBER}")
    assert errands(await knock(hub)) == [("space:leadership", {"user_id": MEMBER, "let_in": False})]
    await hub.passes(timedelta(days=1))
    assert len(told(await knock(hub))) == STAFF


async def test_who_is_shut_out_is_not_heard_at_a_door(hub: Talk):
    async with hub.storage.write() as session:
        person = await People(session).find(MEMBER)
        person.suspended = True
    assert errands(await knock(hub)) == [("space:leadership", {"user_id": MEMBER, "let_in": False})]


async def test_only_the_door_that_a_moderator_names_is_opened(hub: Talk):
    await knock(hub)
    await knock(hub, at=LOBBY)
    (asked,) = await hub.says(MODERATOR, f"room accept {MEMBER}")
    assert asked.body == (
        f"{MEMBER} asks to be let into several rooms. Say which: "
        f'"room accept {MEMBER} leadership" and "room accept {MEMBER} lobby-en"'
    )
    heard = await hub.says(MODERATOR, f"room accept {MEMBER} lobby-en")
    assert errands(heard) == [("space:lobby-en", {"user_id": MEMBER, "let_in": True})]
    assert kinds(await hub.says(MODERATOR, f"room accept {MEMBER} lobby-en")) == ["error.not_found"]
    heard = await hub.says(MODERATOR, f"room decline {MEMBER} leadership for heads alone")
    assert errands(heard) == [("space:leadership", {"user_id": MEMBER, "let_in": False})]
    (told,) = [said for said in heard if said.kind == "rooms.turned_away"]
    assert told.body.splitlines()[-1] == "for heads alone"


async def test_moderators_let_nobody_in_unseen_and_not_themselves(hub: Talk):
    await knock(hub)
    await hub.says(MODERATOR, f"room accept {MEMBER}")
    await knock(hub)
    await hub.says(MODERATOR, f"room decline {MEMBER}")
    async with hub.storage.read() as session:
        entries = [(each.what, each.by, each.about) for each in await Audits(session).all()]
    assert entries[1:] == [
        ("knock accept", MODERATOR, MEMBER),
        ("knock decline", MODERATOR, MEMBER),
    ]
    await knock(hub, MODERATOR)
    (said,) = await hub.says(MODERATOR, f"room accept {MODERATOR}")
    assert said.body == "Nobody acts on themselves: ask another moderator."


async def test_what_may_give_somebody_in_a_case_away_is_not_passed_on(hub: Talk):
    heard = await knock(hub, why="My client Amal Haddad, born 3.4.1988, is held in Roumieh prison")
    assert heard[0].body.splitlines()[:3] == [
        f"{MEMBER} asks to be let into {ROOM}.",
        "",
        "What they wrote may give away somebody in a case, so I left it out.",
    ]


async def test_at_rooms_that_are_none_of_the_space_nobody_knocks(hub: Talk):
    assert await hub.event("knock", STRANGER, "!elsewhere:test", {"reason": ""}) == []
    async with hub.storage.read() as session:
        assert await Knocks(session).waiting() == []


async def forgotten(hub: Talk) -> list[Said]:
    await hub.says(MEMBER, "forget me")
    return await hub.says(MEMBER, "yes")


async def consent_withdrawn(hub: Talk) -> list[Said]:
    await hub.says(MEMBER, "withdraw consent")
    return await hub.says(MEMBER, "yes")


@pytest.mark.parametrize("go", [forgotten, consent_withdrawn])
async def test_who_is_forgotten_is_turned_away_wherever_they_knock(hub: Talk, go):
    for door in (DOOR, LOBBY):
        await knock(hub, at=door)
    assert errands(await go(hub)) == [
        (room, {"user_id": MEMBER, "let_in": False})
        for room in ("space:leadership", "space:lobby-en")
    ]
    assert errands(await hub.passes(timedelta(weeks=1))) == []


async def test_a_room_that_others_knock_at_is_a_word_of_the_reason(hub: Talk):
    await knock(hub)
    await knock(hub, STRANGER, at=LOBBY)
    heard = await hub.says(MODERATOR, f"room decline {MEMBER} lobby-en is for newcomers like you")
    (told,) = [said for said in heard if said.kind == "rooms.turned_away"]
    assert told.body.splitlines()[-1] == "lobby-en is for newcomers like you"
    heard = await hub.says(MODERATOR, f"room decline {STRANGER} lobby-en full for a month")
    (told,) = [said for said in heard if said.kind == "rooms.turned_away"]
    assert told.body.splitlines()[-1] == "full for a month"


@pytest.mark.parametrize("who", ["@nouvelle", "nouvelle", STRANGER])
@pytest.mark.parametrize(("said", "let_in"), [("room accept", True), ("room decline", False)])
async def test_who_knocks_may_be_named_in_part(hub: Talk, who, said, let_in):
    await knock(hub, STRANGER)
    heard = await hub.says(MODERATOR, f"{said} {who}")
    assert errands(heard) == [("space:leadership", {"user_id": STRANGER, "let_in": let_in})]


async def test_a_part_of_a_name_that_is_nobodys_is_said_to_be(hub: Talk):
    (said,) = await hub.says(MODERATOR, "room accept nobody")
    assert said.body == "I know nobody called so. Please say the full Matrix ID."


async def test_who_says_nothing_at_a_door_is_told_in_the_language_of_the_room(hub: Talk):
    await hub.room("space:lobby-fr", "!salon:test", language="fr")
    await knock(hub, STRANGER, at="!salon:test")
    heard = await hub.says(MODERATOR, f"room decline {STRANGER}")
    (told,) = [said for said in heard if said.kind == "rooms.turned_away"]
    assert told.body.startswith("La modération ne vous laisse pas entrer")


async def test_who_knocks_at_the_space_is_let_in_by_the_words_that_are_told(hub: Talk):
    await hub.room("space:ilan", SPACE)
    heard = await knock(hub, STRANGER, at=SPACE)
    words = f"room accept {STRANGER} ilan"
    assert f'"{words}"' in heard[0].body
    assert kinds(await hub.says(MODERATOR, words))[-1] == "rooms.accept"
