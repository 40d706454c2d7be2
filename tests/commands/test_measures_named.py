"""Whom a measure is about, said in part; what holds, what one decided; a yes that comes late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.engine import Storage
from storage.people import People
from storage.tables.moderation import Presence
from tests.harness import NOON, STEWARD, Talk, kinds, scene
from tests.measuring import (
    MINUTE,
    MOD,
    OTHER,
    SPAMMER,
    THERE,
    done,
    lines,
    moderated,
    shown,
    surveyed,
)

HOUR = timedelta(hours=1)
AGAIN = "I showed you that a while ago. I look again, and then show you what I would do."


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)


@pytest.mark.parametrize(
    "whom",
    [
        "@spammer",
        "spammer",
        "the spammer,",
        "Spammer:",
        "https://matrix.to/#/%40spammer%3Atest",
        "matrix:u/spammer:test",
        "https://matrix.to/#/@spammer:test?via=test",
    ],
)
async def test_a_part_of_the_name_and_any_link_say_whom(hub: Talk, whom: str):
    (preview,) = await shown(hub, f"warn {whom} adverts for coins")
    assert lines(preview)[:2] == [
        "Measure 1: warning @spammer:test.",
        "• Reason: adverts for coins",
    ]


async def test_of_several_people_of_one_name_each_is_named(hub: Talk):
    async with hub.storage.write() as session:
        await People(session).meet("@spammer:elsewhere", "en", NOON)
    (said,) = await hub.says(MOD, "mute spammer 2 hours adverts")
    assert said.body == (
        "Several people are called so. Please say the full Matrix ID: @spammer:test and "
        "@spammer:elsewhere"
    )


@pytest.mark.parametrize("said", ["mute somebody who writes adverts", "ban him, the advertiser"])
async def test_what_names_nobody_is_asked_for(hub: Talk, said: str):
    assert kinds(await hub.says(MOD, said)) == ["error.argument"]


async def test_what_is_agreed_to_is_that_and_its_mute_is_lifted_by_name(hub: Talk):
    await shown(hub, f"mute {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    assert kinds(await hub.says(MOD, "undo that")) == ["measure.dropped"]
    await done(hub, f"mute {SPAMMER} adverts")
    (said, *_rest) = await hub.says(OTHER, "lift mute @nobody")
    assert said.body == "I know nobody called so. Please say the full Matrix ID."
    assert "measure.undoing" in kinds(await hub.says(OTHER, "lift mute @spammer"))


@pytest.mark.both_databases
async def test_a_yes_after_hours_shows_it_again_and_does_nothing(hub: Talk):
    await shown(hub, f"mute {SPAMMER} 2 hours adverts")
    hub.now += 20 * HOUR
    heard = await hub.says(MOD, "yes")
    assert [(said.kind, said.body) for said in heard] == [
        ("examine", ""),
        ("measure.looking", AGAIN),
    ]
    heard = await surveyed(hub, 1)
    assert "measure.told" not in kinds(heard)
    preview = next(said for said in heard if said.kind == "measure.preview")
    assert lines(preview)[:3] == [
        "Measure 1: muting @spammer:test in 2 rooms.",
        "• Reason: adverts",
        "• Until: Tuesday, March 2, 2027, 13:00 Nairobi",
    ]
    assert kinds(await hub.says(MOD, "yes")) == ["measure.agreed"]
    hub.now += 2 * HOUR  # what is agreed to is not shown again
    assert kinds(await hub.says(MOD, "carry out 1")) == ["measure.begun"]


async def test_within_the_hour_a_yes_is_to_what_was_shown(hub: Talk):
    await shown(hub, f"mute {SPAMMER} adverts")
    hub.now += HOUR
    assert kinds(await hub.says(MOD, "yes")) == ["measure.agreed"]


async def test_what_holds_and_what_one_decided_is_listed(hub: Talk):
    assert [s.body for s in await hub.says(MOD, "who is muted?")] == [
        "Nobody is muted, removed or banned by a measure."
    ]
    await done(hub, f"warn {SPAMMER} adverts")
    await done(hub, f"mute {SPAMMER} adverts", OTHER)
    (now,) = await hub.says(MOD, "who is muted at the moment?")
    assert now.body == "• 2: muting @spammer:test in 2 rooms: is carried out"
    (mine,) = await hub.says(MOD, "what did I decide today?")
    assert mine.body == "• 1: warning @spammer:test: is carried out"
    assert kinds(await hub.says(MOD, "any new reports?")) == ["report.none"]
    assert [s.body for s in await hub.says(SPAMMER, "who is muted?")] == [
        'Only moderators can do that. "report …" tells them, and nobody else learns of it.'
    ]


async def test_what_was_asked_for_a_moment_ago_is_shown_in_a_chat_in_clear(storage: Storage):
    hub = Talk(storage, encrypted_chats=True)
    await moderated(hub)
    for late, seen in ((MINUTE, "measure.preview"), (3 * MINUTE, "attention.veiled")):
        heard = await hub.says(MOD, f"warn {SPAMMER} adverts")
        hub.now += late
        number = int(heard[0].content["measure"])
        assert kinds(await surveyed(hub, number)) == [seen]


MUTED = "• Monday, March 1, 2027, 15:01 Nairobi: 2: muting @spammer:test in 2 rooms"
PEOPLE = [
    "lift mute spammer",
    "lift mute @Spammer",
    "undo the mute of spammer",
    "let spammer write again please",
    "anula el silencio de spammer",
    "сними заглушение со spammer",
]


@pytest.mark.parametrize("said", PEOPLE)
async def test_a_mute_is_lifted_by_the_same_names_as_it_is_given(hub: Talk, said: str):
    await done(hub, "mute spammer adverts")
    heard = await hub.says(MOD, said)
    if heard[-1].kind == "wish.offer":  # nothing is done that was only guessed
        assert f'"lift mute {SPAMMER}"' in heard[-1].body
        heard = await hub.says(MOD, "yes")
    assert "measure.undoing" in kinds(heard)


async def test_what_was_decided_about_one_person_is_listed_with_what_gave_way(hub: Talk):
    await done(hub, f"warn {SPAMMER} adverts")
    await done(hub, f"mute {SPAMMER} adverts", OTHER)
    await done(hub, f"warn {OTHER} late", STEWARD, OTHER)
    await hub.says(SPAMMER, "appeal zzcanary")
    for said in (
        "measures @spammer",
        "measures of spammer",
        f"show the measures about {SPAMMER}",
        "what did spammer get so far?",
    ):
        (listed,) = await hub.says(MOD, said)
        assert lines(listed) == [
            "Decided about @spammer:test, the latest first:",
            f"{MUTED}: is carried out, and they appealed",
            "• Monday, March 1, 2027, 15:00 Nairobi: 1: warning @spammer:test: is carried out",
        ]
    (card,) = await hub.says(MOD, "1")
    assert (card.kind, card.ids) == ("measure.card", ["1"])
    (none,) = await hub.says(MOD, "measures @mod")
    assert none.body == "I know of no measure about @mod:test."
    (all_of_them,) = await hub.says(MOD, "what was decided in 2027")
    assert len(lines(all_of_them)) == 3
    assert kinds(await hub.says(SPAMMER, "measures @spammer")) == ["error.not_allowed"]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("spammer is annoying, warn him", "warn"),
        ("please warn the spammer", "warn"),
        ("could you mute spammer, he writes adverts", "mute"),
    ],
)
async def test_who_is_named_in_a_sentence_is_whom_it_is_about(hub: Talk, said: str, asked: str):
    heard = await hub.says(MOD, said)
    if heard[-1].kind == "wish.offer":
        heard = await hub.says(MOD, "yes")
    if heard[-1].kind == "error.argument":  # they are told why, so it is asked for
        assert f'Say: "{asked} {SPAMMER} …"' in heard[-1].body
        heard = await hub.says(MOD, "he writes adverts")
    (preview,) = await surveyed(hub, int(heard[0].content["measure"]))
    assert "• Reason: he writes adverts" in lines(preview)


async def test_messages_in_one_room_are_deleted_there(hub: Talk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(THERE, "welcome", Presence.JOIN)
    heard = await hub.says(MOD, "can you delete the last message of spammer in welcome?")
    if heard[-1].kind == "wish.offer":
        heard = await hub.says(MOD, "yes")
    (preview,) = await surveyed(hub, int(heard[0].content["measure"]))
    assert lines(preview)[:4] == [
        "Measure 1: deleting 3 messages of @spammer:test in the room Welcome.",
        "• Since: Monday, March 1, 2027, 14:00 Nairobi",
        'To delete one message alone, answer it in its room with "redact".',
        "What is deleted does not come back.",
    ]
    await hub.says(MOD, "yes")
    begun = await hub.passes(MINUTE)
    assert [said.room for said in begun if said.kind == "redact_since"] == ["space:welcome"]
