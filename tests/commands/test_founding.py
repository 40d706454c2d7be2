"""Rooms that are added, asked for, changed and closed in chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kit.network import RoomBook
from storage.engine import Storage
from storage.founded import FoundedRooms
from storage.tables.rooms import RoomState
from tests.beginnings import Beginnings
from tests.harness import STEWARD, Said, Talk, kinds, network, once

MEMBER, MODERATOR = "@member:test", "@moderator:test"
WISH = ("Prison visits", "To plan visits of prisons together.", "2")


@pytest.fixture
async def hub(storage: Storage, beginnings: Beginnings | None) -> Talk:
    """A hub with a network of its own, which may grow."""
    plan = replace(network(), rooms=RoomBook(network().rooms))
    talk = Talk(storage, plan=plan, beginnings=beginnings)
    await peopled(talk)
    return talk


@once
async def peopled(talk: Talk) -> None:
    for who in (MEMBER, MODERATOR, STEWARD):
        await talk.member(who)
    await talk.says(STEWARD, f"role {MODERATOR} moderator")


async def rows(hub: Talk) -> list[tuple[str, RoomState]]:
    async with hub.storage.read() as session:
        states = [await FoundedRooms(session).in_state(state) for state in RoomState]
    return [(row.slug, row.state) for found in states for row in found]


async def renew(hub: Talk) -> None:
    """Do what the hub does with its next look at the Space."""
    async with hub.storage.read() as session:
        founded = FoundedRooms(session)
        archived = [row.slug for row in await founded.in_state(RoomState.ARCHIVED)]
        hub.network.rooms.renew(await founded.plans(), archived)


async def add(hub: Talk, *answers: str) -> list[Said]:
    return await hub.says(MODERATOR, "room add", *(answers or (*WISH, "skip", "yes")))


@pytest.mark.both_databases
async def test_a_moderator_adds_a_room_after_seeing_it_once_more(hub: Talk):
    (asked,) = await add(hub, *WISH, "4")
    assert asked.body.splitlines()[2:] == [
        "• Name: Prison visits",
        "• What for: To plan visits of prisons together.",
        "• Who may enter: members",
        "• For 4 weeks",
        "",
        "Is that right? Please answer yes or no.",
    ]
    assert await rows(hub) == []
    (added,) = await hub.says(MODERATOR, "yes")
    assert (added.kind, added.ids) == ("rooms.added", ["prison-visits"])
    assert (await rows(hub), hub.space.looked_again) == ([("prison-visits", RoomState.OPEN)], 1)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "without an end"),
        ("es", "indefinidamente"),
        ("fr", "pour toujours"),
        ("pt", "sem fim"),
        ("ar", "بدون نهاية"),
        ("ru", "бессрочно"),
        ("zh", "永久"),
        ("en", "no end"),
    ],
)
async def test_a_room_without_an_end_is_one(hub: Talk, language: str, said: str):
    await hub.says(MODERATOR, f"language {language}")
    (asked,) = await add(hub, *WISH, said)
    assert asked.kind == "room.ask.sure"
    await hub.says(MODERATOR, "yes")
    async with hub.storage.read() as session:
        [row] = await FoundedRooms(session).in_state(RoomState.OPEN)
        assert row.until is None


async def test_it_is_found_and_entered_like_any_other(hub: Talk):
    await add(hub)
    await renew(hub)
    await hub.room("space:prison-visits", "!visits:test")
    (found,) = await hub.says(MEMBER, "rooms prison visits")
    assert found.ids[0] == "prison-visits"
    assert kinds(await hub.says(MEMBER, "join prison visits"))[-1] == "rooms.join"
    assert hub.network.rooms["prison-visits"].parent == "action"


async def test_a_no_changes_nothing(hub: Talk):
    assert kinds(await add(hub, *WISH, "skip", "no")) == ["rooms.dropped"]
    assert await rows(hub) == []


async def test_each_room_has_an_address_of_its_own_whatever_its_name_is_written_in(hub: Talk):
    for name in ("Prison visits", "Welcome 欢迎", "مجموعة العمل", "工作小组", "Prison visits 探监"):
        await add(hub, name, *WISH[1:], "skip", "yes")
    assert [slug for slug, _state in await rows(hub)] == [
        "prison-visits",
        "welcome-2",
        "group",
        "group-2",
        "prison-visits-2",
    ]


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        (("x",), "Please tell a little more, in a whole sentence."),
        (
            ("see https://example.org",),
            "A title holds no links or addresses. Please write it without them.",
        ),
        (("yes",), "Here I need words of your own, not a yes or no."),
        ((WISH[0], "да"), "Here I need words of your own, not a yes or no."),
        ((*WISH[:2], "4"), "Choose a number from 1 to 3."),
        ((*WISH, "1000"), "Choose a number from 1 to 104."),
    ],
)
async def test_what_cannot_be_is_said(hub: Talk, answers, complaint):
    (heard,) = await add(hub, *answers)
    assert heard.body.splitlines()[0] == complaint


TAKEN = "That looks like a name that is taken: {}. Please choose another."
OFFICIAL = (
    "That looks as if the room belonged to those who look after the network. Please choose another "
    "name."
)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("Welcome", TAKEN.format("Welcome")),
        ("we1come!", TAKEN.format("Welcome")),
        ("WELC0ME", TAKEN.format("Welcome")),
        ("Bienvenida", TAKEN.format("Welcome")),
        ("lnternational Legal Aid Network", TAKEN.format("International Legal Aid Network")),
        ("The m0derat0rs", OFFICIAL),
        ("Rnoderators", OFFICIAL),
        ("МОДЕРАТОРЫ", OFFICIAL),
        ("网络管理员公告", OFFICIAL),
        (
            "Wеlcome",
            "A word of this mixes letters of two alphabets that look alike. Please write it anew.",
        ),
    ],
)
@pytest.mark.parametrize("command", ["room add", "room ask", "room edit prison-visits"])
async def test_no_room_looks_like_another_or_like_that_of_the_moderators(
    hub: Talk, command, name, complaint
):
    await add(hub)
    await renew(hub)
    (heard,) = await hub.says(MODERATOR, command, name)
    assert heard.body.splitlines()[0] == complaint


async def test_no_room_looks_like_one_that_waits_or_was_added(hub: Talk):
    await hub.says(MEMBER, "room ask", *WISH, "skip", "yes")
    heard = await add(hub, "PRIS0N VISITS", *WISH[1:], "skip", "yes")
    assert kinds(heard) == ["error.conflict", "room.ask.sure"]
    await hub.says(MODERATOR, "cancel")
    await hub.says(MODERATOR, "room accept 1")
    await renew(hub)
    (heard,) = await hub.says(MEMBER, "cancel", "room ask", "prison-visits")
    assert heard.body.splitlines()[0] == TAKEN.format("Prison visits")
    # A room keeps its own name, and may have one that looks alike.
    heard = (await hub.says(MODERATOR, "room edit prison-visits", "Prison Visits"))[0]
    assert heard.kind == "room_edit.ask.topic"


@pytest.mark.parametrize(
    "name", ["Bail and moderation of fees", "Modern courts", "Adminstrative law"]
)
async def test_other_words_are_free(hub: Talk, name):
    assert kinds(await add(hub, name)) == ["room.ask.topic"]


@pytest.mark.both_databases
async def test_a_room_a_member_asks_for_waits_for_a_moderator(hub: Talk):
    heard = await hub.says(MEMBER, "room ask", *WISH, "2", "yes")
    assert [(said.kind, said.room) for said in heard] == [
        ("rooms.asked", "direct:2"),
        ("create", "direct:4"),  # a steward who never wrote
        ("rooms.asked", "direct:4"),
        ("rooms.asked", "direct:3"),
        ("rooms.asked_for", "direct:1"),
    ]
    shown = [
        "• Name: Prison visits",
        "• What for: To plan visits of prisons together.",
        "• Who may enter: members",
        "• For 2 weeks",
        "",
    ]
    assert heard[0].body.splitlines()[2:-1] == shown
    assert (await rows(hub), hub.space.looked_again) == ([("prison-visits", RoomState.ASKED)], 0)
    (listed,) = await hub.says(MODERATOR, "room asked")
    assert listed.body.splitlines() == [
        "Room 1:",
        "",
        *shown,
        'Say "room accept 1" or "room decline 1".',
    ]
    heard = await hub.says(MODERATOR, "room accept 1")
    assert [(said.kind, said.room) for said in heard] == [
        ("rooms.accepted", "direct:1"),
        ("rooms.accept", "direct:2"),
    ]
    assert await rows(hub) == [("prison-visits", RoomState.OPEN)]
    assert kinds(await hub.says(MODERATOR, "room accept 1")) == ["error.not_found"]


async def test_a_room_that_is_declined_leaves_nothing(hub: Talk):
    await hub.says(MEMBER, "room ask", *WISH, "skip", "yes")
    heard = await hub.says(MODERATOR, "room decline 1")
    assert [(said.kind, said.room) for said in heard] == [
        ("rooms.declined", "direct:1"),
        ("rooms.decline", "direct:2"),
    ]
    assert await rows(hub) == []


async def test_why_a_room_is_declined_is_told(hub: Talk):
    await hub.says(MEMBER, "room ask", *WISH, "skip", "yes")
    heard = await hub.says(MODERATOR, "room decline 1 there is a room for prisons already")
    assert heard[0].body == (
        "The room you asked for will not be built: Prison visits. The moderators say:\n\n"
        "there is a room for prisons already"
    )


async def test_nobody_waits_for_more_than_a_few_rooms(hub: Talk):
    for name in ("Prison visits", "Bail", "Juvenile courts"):
        await hub.says(MEMBER, "room ask", name, *WISH[1:], "skip", "yes")
    assert kinds(await hub.says(MEMBER, "room ask")) == ["error.conflict"]


async def test_a_room_ends_when_its_time_is_over_and_not_before(hub: Talk):
    await hub.says(MEMBER, "room ask", *WISH, "4", "yes")
    await hub.passes(timedelta(weeks=2))  # until somebody decides does not count
    await hub.says(MODERATOR, "room accept 1")
    await hub.passes(timedelta(weeks=3))
    assert await rows(hub) == [("prison-visits", RoomState.OPEN)]
    heard = await hub.passes(timedelta(weeks=1, minutes=1))
    assert [(said.kind, said.room) for said in heard if said.kind == "rooms.over"] == [
        ("rooms.over", "direct:1")
    ]
    assert await rows(hub) == [("prison-visits", RoomState.ARCHIVED)]


async def test_a_room_of_chat_is_changed_and_closed(hub: Talk):
    await add(hub)
    await renew(hub)
    heard = await hub.says(MODERATOR, "room edit prison visits", "skip", "skip", "3", "yes")
    assert kinds(heard) == ["rooms.changed"]
    await renew(hub)
    room = hub.network.rooms["prison-visits"]
    assert (room.names["en"], str(room.access)) == ("Prison visits", "practitioners")
    assert kinds(await hub.says(MODERATOR, "room archive prison visits")) == ["rooms.archived"]
    await renew(hub)
    assert "prison-visits" not in hub.network.rooms
    assert hub.network.rooms.archived == {"prison-visits"}


async def names(hub: Talk) -> tuple[dict[str, str], dict[str, str]]:
    async with hub.storage.read() as session:
        row = await FoundedRooms(session).called("prison-visits")
        assert row is not None
        return row.names, row.topics


async def test_a_room_has_a_name_for_each_language_it_was_named_in(hub: Talk):
    await add(hub)
    await renew(hub)
    topic = {"en": WISH[1]}
    assert await names(hub) == ({"en": WISH[0]}, topic)
    await hub.says(MODERATOR, "language français")
    await hub.says(
        MODERATOR, "room edit prison visits", "Visites de prison", *["passer"] * 2, "oui"
    )
    assert await names(hub) == ({"en": WISH[0], "fr": "Visites de prison"}, topic)
    await hub.says(MODERATOR, "room edit prison visits", *["passer"] * 3, "oui")
    assert await names(hub) == ({"en": WISH[0], "fr": "Visites de prison"}, topic)


async def test_a_name_stands_in_for_the_english_one_until_there_is_one(hub: Talk):
    await hub.says(MODERATOR, "language français")
    await add(hub, "Prison visits", "Visites de prison", "2", "passer", "oui")
    await renew(hub)
    await hub.says(MODERATOR, "room edit prison-visits", "Au parloir", *["passer"] * 2, "oui")
    assert (await names(hub))[0] == {"en": "Au parloir", "fr": "Au parloir"}
    await hub.says(MODERATOR, "language English")
    await hub.says(MODERATOR, "room edit prison-visits", "Visits", *["skip"] * 2, "yes")
    assert await names(hub) == (
        {"en": "Visits", "fr": "Au parloir"},
        {"en": "Visites de prison", "fr": "Visites de prison"},
    )


async def test_what_a_skipped_answer_leaves_is_said_once(hub: Talk):
    await add(hub)
    await renew(hub)
    (asked,) = await hub.says(MODERATOR, "room edit prison visits")
    assert asked.body.splitlines()[4:8] == [
        f"Without an answer this stays: {WISH[0]}",
        "",
        'Or say "skip".',
        "",
    ]


async def test_a_closed_room_is_said_to_be_closed(hub: Talk):
    await add(hub)
    await renew(hub)
    await hub.says(MODERATOR, "room archive prison visits")
    (heard,) = await hub.says(MODERATOR, "room archive prison visits")
    assert heard.body == 'That room is closed already. Say "rooms".'


async def test_chat_never_changes_what_the_file_declares(hub: Talk):
    for said in ("room edit funding", "room archive funding"):
        (heard,) = await hub.says(MODERATOR, said)
        assert heard.body == (
            "That room is declared in the operator's file: only there it changes."
        )
    await add(hub)
    await renew(hub)
    filed = {**network().rooms, "prison-visits": network().rooms["funding"]}
    hub.network.rooms.__init__(filed)
    await renew(hub)
    assert hub.network.rooms["prison-visits"] is network().rooms["funding"]


async def test_only_moderators_add_and_decide(hub: Talk):
    for said in ("room add", "room edit x", "room archive x", "room asked", "room accept 1"):
        assert kinds(await hub.says(MEMBER, said)) == ["error.not_allowed"]


@pytest.mark.parametrize(
    "said",
    [
        "I need a new room for lawyers working on bail",
        "necesitamos una sala nueva para los que trabajan en fianzas",
    ],
)
async def test_a_room_is_asked_for_in_a_sentence(hub: Talk, said: str):
    (asked,) = await hub.says(MEMBER, said)
    assert asked.kind == "room.ask.name"
