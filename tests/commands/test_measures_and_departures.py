"""What becomes of measures when somebody is forgotten, and of who is gone by a measure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.measures import Measures
from storage.people import People
from storage.queue import State
from storage.tables.moderation import MeasureRow, MeasureState
from storage.tables.queues import DueRow
from tests.harness import SECOND_STEWARD, STEWARD, Talk, kinds, scene
from tests.measuring import (
    MINUTE,
    MOD,
    MONTH,
    OTHER,
    SPAMMER,
    STRANGER,
    does,
    done,
    moderated,
    person,
    shown,
    surveyed,
    where,
)

WELCOME = "!welcome:test"


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)


async def state(hub: Talk, number: int = 1) -> MeasureState | None:
    async with hub.storage.read() as session:
        row = await Measures(session).get(number)
        return row and row.state


@pytest.mark.parametrize("kind", ["remove", "ban"])
async def test_who_is_shut_out_does_not_come_back_by_being_forgotten(hub: Talk, kind):
    await done(hub, f"{kind} {SPAMMER} adverts")
    await hub.says(SPAMMER, "forget me", "yes")
    assert await person(hub) is None
    hub.now += timedelta(minutes=5)
    again = "!again:test"
    heard = await hub.enters(again, SPAMMER)
    for words in ("hello", "start"):
        heard += await hub.says(SPAMMER, words, room_id=again)
    assert kinds(heard) == ["join", "leave"]
    assert await person(hub) is None


@pytest.mark.parametrize(("length", "ends"), [("1h ", True), ("", False)])
async def test_a_ban_ends_when_it_was_to_end_also_for_who_was_forgotten(hub: Talk, length, ends):
    await done(hub, f"ban {SPAMMER} {length}adverts")
    await hub.says(SPAMMER, "forget me", "yes")
    assert "unban" not in kinds(await hub.passes(timedelta(minutes=50)))
    heard = await hub.passes(timedelta(minutes=20))
    assert ("unban" in kinds(heard)) is ends
    assert {each.content["user_id"] for each in heard if each.kind == "unban"} <= {SPAMMER}
    again = "!again:test"
    met = kinds(await hub.enters(again, SPAMMER) + await hub.says(SPAMMER, "hello", room_id=again))
    assert ("leave" not in met) is ends


async def test_who_was_removed_and_forgotten_may_come_back_when_they_could_have_anyway(hub: Talk):
    await done(hub, f"remove {SPAMMER} adverts")
    await hub.says(SPAMMER, "forget me", "yes")
    hub.now += MONTH
    await hub.enters("!again:test", SPAMMER)
    assert await person(hub) is not None


@pytest.mark.parametrize("kind", ["warn", "redact", "ban"])
async def test_to_look_into_who_is_banned_by_hand_does_not_let_them_in(hub: Talk, kind):
    await hub.event("ban", SPAMMER, "!ilan:test", {})
    await shown(hub, f"{kind} {SPAMMER} adverts")
    await hub.says(MOD, "no")
    hub.now += MINUTE
    again = "!again:test"
    heard = await hub.enters(again, SPAMMER)
    heard += await hub.says(SPAMMER, "hello", room_id=again)
    heard += await hub.says(SPAMMER, "!hello", room_id=WELCOME)
    heard += await hub.event("join", SPAMMER, "!ilan:test", {})
    assert kinds(heard) == ["join", "leave"]


async def test_who_is_banned_by_hand_reads_nothing_when_their_messages_are_deleted(hub: Talk):
    await hub.event("ban", SPAMMER, "!ilan:test", {})
    heard = await done(hub, f"redact {SPAMMER}")
    assert where(heard) == [
        ("redact_since", "space:ilan"),
        ("redact_since", "space:members"),
        ("measure.done", "direct:2"),
    ]


async def test_a_ban_by_hand_that_a_measure_lifts_is_over_for_the_hub_too(hub: Talk):
    await hub.event("ban", SPAMMER, "!ilan:test", {})
    await shown(hub, f"redact {SPAMMER}")
    await hub.says(MOD, "no")
    await hub.event("unban", SPAMMER, "!ilan:test", {})
    hub.now += MINUTE
    heard = await hub.enters("!again:test", SPAMMER)
    assert "leave" not in kinds(heard)


async def test_that_a_moderator_must_look_at_somebody_holds_for_an_author_too(hub: Talk):
    async with hub.storage.write() as session:
        found = await People(session).find(SPAMMER)
        assert found is not None
        found.held = True
    await hub.says(SPAMMER, "forget me", "yes")
    await hub.event("message", MOD, WELCOME, {"body": "!warn be kind", "replies": "$spam"})
    assert kinds(await surveyed(hub, 1)) == ["measure.preview"]
    author = await person(hub)
    assert author is not None
    assert author.held


@pytest.mark.parametrize("farewell", ["forget me", "withdraw consent"])
async def test_a_mute_holds_until_its_end_also_for_who_was_forgotten(hub: Talk, farewell: str):
    await done(hub, f"mute {SPAMMER} 2 days adverts")
    heard = await hub.says(SPAMMER, farewell, "yes")
    heard += await hub.passes(timedelta(days=1))
    assert [s.room for s in heard if s.kind == "level"] == []
    ended = await hub.passes(timedelta(days=2))
    assert [(s.room, s.content["level"]) for s in ended if s.kind == "level"] == [
        ("space:welcome", None),
        ("space:early-access", None),
    ]


async def test_who_was_muted_anew_meanwhile_stays_muted(hub: Talk):
    await done(hub, f"mute {SPAMMER} 2 days adverts")
    await hub.says(SPAMMER, "forget me", "yes")
    hub.now += MINUTE
    await hub.enters("!again:test", SPAMMER)
    await hub.says(SPAMMER, "hello", room_id="!again:test")
    await done(hub, f"mute {SPAMMER} 9 days adverts")
    ended = await hub.passes(timedelta(days=3))
    assert [s.room for s in ended if s.kind == "level"] == []


async def test_a_ban_from_one_room_ends_on_time_for_who_was_forgotten(hub: Talk):
    await done(hub, f"ban {SPAMMER} welcome 1h adverts")
    await hub.says(SPAMMER, "forget me", "yes")
    ended = await hub.passes(timedelta(hours=2))
    assert [s.room for s in ended if s.kind == "unban"] == ["space:welcome"]


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (
            "mute {} 2 days adverts",
            (
                "What moderators decided goes on until Wednesday, March 3, 2027, 15:00 Nairobi: so "
                "long I keep your Matrix ID, for nothing but to end it then."
            ),
        ),
        (
            "ban {} adverts",
            (
                "What moderators decided goes on without an end: I keep a keyed hash of your "
                "Matrix ID for that, for a year at most."
            ),
        ),
        ("warn {} adverts", ""),  # nothing holds
    ],
)
async def test_the_goodbye_says_what_is_kept_for_what_holds(hub: Talk, measure: str, said: str):
    await done(hub, measure.format(SPAMMER))
    heard = await hub.says(SPAMMER, "forget me", "yes")
    (goodbye,) = [each for each in heard if each.kind == "forget.done"]
    assert goodbye.body.partition("\n\n")[2] == said


async def test_what_a_moderator_agreed_to_who_is_forgotten_is_dropped(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    await hub.says(MOD, "forget me", "yes")
    assert where(await hub.passes(MINUTE)) == []
    assert await state(hub) is MeasureState.DROPPED
    async with hub.storage.read() as session:
        begins = select(DueRow.state).where(DueRow.kind == "measure.begin")
        assert (await session.scalars(begins)).all() == [State.DONE]


@pytest.mark.parametrize("farewell", [("forget me", "yes"), ("withdraw consent", "yes")])
async def test_who_is_forgotten_leaves_nothing_that_cannot_be_undone(hub: Talk, farewell):
    await done(hub, f"ban {SPAMMER} adverts")
    await done(hub, f"mute {STRANGER} adverts", whom=STRANGER)
    await hub.says(MOD, *farewell)
    (card,) = await hub.says(OTHER, "measures 1")
    assert "Decided by" not in card.body
    assert kinds(await hub.says(OTHER, f"undo {MOD}")) == ["error.not_allowed"]
    heard = await hub.says(STEWARD, f"undo {MOD}", "yes")
    assert (heard[-1].kind, heard[-1].ids) == ("measure.undoing", ["1", "2"])
    assert ("unban", "space:ilan") in where(heard)
    # By whom is known to nobody who does not name them, and to no other ID.
    assert kinds(await hub.says(STEWARD, f"undo {OTHER}")) == ["error.not_found"]
    async with hub.storage.read() as session:
        for row in await session.scalars(select(MeasureRow)):
            assert row.by_id is None
            assert isinstance(row.by_key, bytes)


@pytest.mark.parametrize("kind", ["warn", "mute", "remove", "ban", "redact"])
async def test_a_steward_stops_what_a_moderator_has_just_agreed_to(hub: Talk, kind):
    await shown(hub, f"{kind} {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    (said,) = await hub.says(STEWARD, f"undo {MOD}", "yes")
    assert (said.kind, said.body) == (
        "measure.dropped",
        "Measure 1 is dropped. Nothing has changed.",
    )
    assert await hub.passes(MINUTE) == []
    assert await state(hub) is MeasureState.DROPPED


async def test_an_appeal_that_no_steward_would_read_may_be_said_again(hub: Talk):
    await done(hub, f"mute {SPAMMER} adverts")
    await hub.member(SECOND_STEWARD)
    for who in (STEWARD, SECOND_STEWARD):
        await hub.says(who, "forget me", "yes")
    assert kinds(await hub.says(SPAMMER, "appeal it was not me")) == ["error.conflict"]
    hub.now += MINUTE
    await hub.enters("!again:test", STEWARD)
    heard = await hub.says(SPAMMER, "appeal it was not me")
    assert kinds(heard) == ["measure.appeal", "measure.heard"]


async def test_a_steward_stops_and_takes_back_at_once(hub: Talk):
    await done(hub, f"mute {SPAMMER} adverts")
    await shown(hub, f"redact {SPAMMER}")
    await hub.says(MOD, "yes")
    heard = await hub.says(STEWARD, f"undo {MOD}", "yes")
    assert heard[-1].body.splitlines() == [
        "I take measure 1 back, and tell you when that is done.",
        "",
        "Measure 2 is dropped. Nothing has changed.",
    ]
    assert "redact_since" not in kinds(await does(hub))
