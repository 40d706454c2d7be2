"""Measures in chat: looked into, shown, carried out after a grace, and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select

from benchmarks.support.statements import counted
from kit.due import RoomMade
from kit.roomkey import SpaceRoom
from storage.dues import Dues
from storage.queue import State
from storage.rooms import Rooms
from storage.tables.moderation import MeasureRow, PlaceRow, Presence
from storage.tables.queues import OutboxRow
from tests.harness import Talk, kinds, scene
from tests.measuring import (
    MINUTE,
    MOD,
    MONTH,
    OTHER,
    SECONDS,
    SPAMMER,
    THERE,
    does,
    done,
    lines,
    moderated,
    person,
    shown,
    surveyed,
    where,
)


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)


UNDONE = (
    '"undo 1" brings back their roles, their entry as an expert and their way into these rooms; '
    "what they asked experts stays taken back."
)
EVERYWHERE = (
    "These are the Space and the rooms where they are. Banned from the Space, they get into no "
    "other of its rooms."
)
DONE, REFUSED = "Rooms in which it is done", "Rooms in which the homeserver refused it"
LOOKING = "I look into the rooms of the Space, and then show you what I would do."


@pytest.mark.both_databases
async def test_a_ban_is_shown_agreed_to_and_carried_out_after_a_minute(hub: Talk):
    heard = await hub.says(MOD, f"ban {SPAMMER} adverts for coins")
    assert [(s.kind, s.room, s.body) for s in heard] == [
        ("examine", "space:ilan", ""),
        ("measure.looking", "direct:2", LOOKING),
    ]
    (preview,) = await surveyed(hub, 1)
    assert lines(preview) == [
        "Measure 1: banning @spammer:test from 2 rooms.",
        "• Reason: adverts for coins",
        EVERYWHERE,
        UNDONE,
        "Shall I do it? Answer yes or no.",
    ]
    (agreed,) = await hub.says(MOD, "yes")
    assert agreed.body == (
        'I do it in a minute. "undo 1" stops it. If it cannot wait, say "carry out 1" once more.'
    )
    assert await hub.passes(MINUTE - SECONDS) == []
    heard = await hub.passes(SECONDS)
    assert where(heard) == [
        ("measure.told", "direct:4"),
        ("ban", "space:ilan"),
        ("ban", "space:members"),
    ]
    assert lines(heard[0]) == [
        "The moderators of International Legal Aid Network took you out of its rooms.",
        "• Reason: adverts for coins",
        'If that is wrong, say "appeal 1 …" and why: the stewards of the network read it.',
    ]
    (told,) = await does(hub)
    assert (told.room, told.body) == (
        "direct:2",
        "Measure 1 is done: banning @spammer:test from 2 rooms.",
    )


async def test_a_sign_says_yes_as_well(hub: Talk):
    (preview,) = await shown(hub, f"remove {SPAMMER} adverts")
    assert kinds(await hub.reacts(MOD, "👍", preview)) == ["measure.agreed"]
    assert where(await hub.passes(MINUTE)) == [
        ("measure.told", "direct:4"),
        ("kick", "space:ilan"),
        ("kick", "space:members"),
    ]


async def test_a_no_drops_it(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    (said,) = await hub.says(MOD, "no")
    assert said.body == "Measure 1 is dropped. Nothing has changed."
    assert await hub.passes(MINUTE) == []


async def test_said_twice_it_is_done_at_once_and_once(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    (said,) = await hub.says(MOD, "carry out 1")
    assert said.body == "I do it now, and tell you when it is done."
    assert kinds(await hub.passes(timedelta(0))) == ["measure.told", "ban", "ban"]
    await does(hub)
    assert await hub.passes(MINUTE) == []


async def test_in_its_grace_a_measure_is_stopped(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    told = await hub.says(OTHER, "undo 1")
    assert [(each.kind, each.room, each.body) for each in told] == [
        (
            "measure.taken_back",
            "direct:2",
            "@other:test took back measure 1, which you had decided.",
        ),
        ("measure.dropped", "direct:3", told[-1].body),
    ]
    assert await hub.passes(MINUTE) == []


async def test_what_belonged_to_who_is_shut_out_is_erased_after_a_month(hub: Talk):
    await done(hub, f"ban {SPAMMER} adverts")
    await hub.event("ban", SPAMMER, "!ilan:test", {})
    assert await person(hub) is not None
    await hub.passes(MONTH)
    assert await person(hub) is None
    assert kinds(await hub.says(MOD, "undo 1")) == ["error.not_found"]


async def test_who_takes_back_what_they_decided_is_told_once(hub: Talk):
    await hub.says(MOD, f"ban {SPAMMER} adverts")
    await surveyed(hub, 1)
    await hub.says(MOD, "yes")
    assert kinds(await hub.says(MOD, "undo 1")) == ["measure.dropped"]


async def test_a_ban_by_hand_still_withdraws_everything_at_once(hub: Talk):
    await hub.event("ban", SPAMMER, "!ilan:test", {})
    assert await person(hub) is None


async def test_a_ban_that_is_lifted_by_hand_in_the_space_is_lifted_everywhere(hub: Talk):
    await done(hub, f"ban {SPAMMER} adverts")
    heard = await hub.event("unban", SPAMMER, "!ilan:test", {})
    assert ("unban", "space:members") in where(heard)
    assert kinds(await does(hub)) == ["measure.undone"]
    # That our own lifting comes back to us changes nothing.
    assert await hub.event("unban", SPAMMER, "!ilan:test", {}) == []


async def test_who_is_removed_may_come_back_and_that_is_said(hub: Talk):
    (preview,) = await shown(hub, f"remove {SPAMMER} adverts")
    assert lines(preview)[2] == (
        "They can come back at once to rooms that are open to everybody. "
        '"ban @spammer:test …" keeps somebody out.'
    )


async def test_who_is_muted_is_muted_in_a_room_that_is_made_later(hub: Talk):
    await done(hub, f"mute {SPAMMER} flooding")
    await hub.room("space:late", "!late:test")
    async with hub.storage.write() as session:
        late = await Rooms(session).at("!late:test")
        assert late is not None
        await Dues(session).plan(RoomMade(late.id), at=hub.now)
    heard = await hub.passes(timedelta(0))
    assert [(s.kind, s.room, s.content) for s in heard] == [
        ("level", "space:late", {"user_id": SPAMMER, "level": -1})
    ]
    heard = await hub.says(MOD, "undo 1")
    levels = [(s.room, s.content["level"]) for s in heard if s.kind == "level"]
    assert ("space:late", None) in levels
    # Once it does not hold any more, a room that is made is made for them too.
    async with hub.storage.write() as session:
        await Dues(session).plan(RoomMade(late.id), at=hub.now + SECONDS)
    assert "level" not in kinds(await hub.passes(SECONDS))


async def test_who_is_muted_while_a_room_is_made_is_muted_there(hub: Talk):
    await shown(hub, f"mute {SPAMMER} flooding")
    async with hub.storage.write() as session:
        await Rooms(session).ensure(SpaceRoom("late"), "en")
    await hub.says(MOD, "yes")
    levels = [s.room for s in await hub.passes(MINUTE) if s.kind == "level"]
    assert levels == ["space:welcome", "space:early-access", "space:late"]


async def test_a_list_of_several_measures_asks_the_database_no_more_often_than_one(hub: Talk):
    await done(hub, f"mute {SPAMMER} in the welcome flooding")
    await hub.says(MOD, "measures")  # what is asked for the first time is more
    with counted() as one:
        alone = lines((await hub.says(MOD, "measures"))[0])
    async with hub.storage.write() as session:
        measure = (await session.scalars(select(MeasureRow))).one()
        places = (await session.scalars(select(PlaceRow))).all()
        for number in (2, 3, 4):
            session.add(_copy(measure, id=number))
            await session.flush()
            session.add_all(_copy(place, measure_id=number) for place in places)
    with counted() as several:
        four = lines((await hub.says(MOD, "measures"))[0])
    assert four == [alone[0].replace("1:", f"{number}:", 1) for number in (4, 3, 2, 1)]
    assert several.statements == one.statements


def _copy(row: Any, **other: int) -> Any:
    values = {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}
    return type(row)(**{**values, **other})


@pytest.mark.parametrize("said", ["unmute {}", "undo {}", "lift mute {}", "rendre la parole {}"])
async def test_a_mute_is_lifted_by_naming_who_is_muted(hub: Talk, said):
    await done(hub, f"mute {SPAMMER} flooding")
    heard = await hub.says(OTHER, said.format(SPAMMER))
    assert heard[-1].body == "I take measure 1 back, and tell you when that is done."
    assert kinds(await hub.says(OTHER, said.format(SPAMMER))) == ["error.not_found"]


async def test_unmute_alone_is_about_who_says_it(hub: Talk):
    await done(hub, f"mute {SPAMMER} flooding")
    assert kinds(await hub.says(MOD, "unmute")) == ["attention.unmuted"]
    assert kinds(await hub.says(SPAMMER, f"unmute {SPAMMER}")) == ["error.not_allowed"]


@pytest.mark.parametrize(
    ("said", "what", "errand"),
    [
        ("ban {} welcome adverts", "banning @spammer:test from the room Welcome", "ban"),
        ("mute {} in the welcome 2 hours x", "muting @spammer:test in the room Welcome", "level"),
        ("mute {} 2 hours in Welcome for x", "muting @spammer:test in the room Welcome", "level"),
    ],
)
async def test_one_room_is_enough(hub: Talk, said, what, errand):
    (preview,) = await shown(hub, said.format(SPAMMER))
    assert lines(preview)[0] == f"Measure 1: {what}."
    await hub.says(MOD, "yes")
    heard = await hub.passes(MINUTE)
    assert where(heard) == [("measure.told", "direct:4"), (errand, "space:welcome")]
    found = await person(hub)
    assert found is not None
    assert not found.suspended
    # In all rooms it may still be decided.
    assert kinds(await shown(hub, f"ban {SPAMMER} everywhere adverts")) == ["measure.preview"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("mute {} in the English lobby for 3 hours for abuse", "abuse"),
        ("mute {} for 3 hours in the English lobby, abuse", "abuse"),
    ],
)
async def test_where_and_how_long_are_read_in_either_order(
    hub: Talk, said: str, reason: str, monkeypatch: pytest.MonkeyPatch
):
    await hub.room("space:lobby-en", "!lobby-en:test")
    monkeypatch.setitem(THERE, "lobby-en", Presence.JOIN)
    (preview,) = await shown(hub, said.format(SPAMMER))
    assert lines(preview)[:3] == [
        "Measure 1: muting @spammer:test in the room Lobby in English.",
        f"• Reason: {reason}",
        "• Until: Monday, March 1, 2027, 18:00 Nairobi",
    ]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("mute {} in all rooms for 3 hours for abuse", "abuse"),
        ("silenciar {} en todas las salas por 3 horas por insultar", "insultar"),
        ("rendre muet {} dans tous les salons pendant 3 heures pour insultes", "insultes"),
        ("silenciar {} em todas as salas por 3 horas, insultos", "insultos"),
        ("заглушить {} во всех комнатах на 3 часа за ругань", "ругань"),
    ],
)
async def test_in_all_rooms_how_long_is_read_too(hub: Talk, said: str, reason: str):
    (preview,) = await shown(hub, said.format(SPAMMER))
    assert lines(preview)[:3] == [
        "Measure 1: muting @spammer:test in 2 rooms.",
        f"• Reason: {reason}",
        "• Until: Monday, March 1, 2027, 18:00 Nairobi",
    ]


async def test_of_several_rooms_it_is_asked_which(hub: Talk):
    (asked,) = await hub.says(MOD, f"mute {SPAMMER} in the lobby for 3 hours for abuse")
    assert (asked.kind, asked.body[:11]) == ("error.argument", "Which room?")


async def test_nobody_is_removed_from_a_room_they_are_not_in(hub: Talk):
    assert kinds(await shown(hub, f"remove {SPAMMER} out of Welcome adverts")) == ["measure.idle"]


async def test_a_mute_ends_by_itself(hub: Talk):
    (preview,) = await shown(hub, f"mute {SPAMMER} 2 hours flooding")
    assert lines(preview)[:3] == [
        "Measure 1: muting @spammer:test in 2 rooms.",
        "• Reason: flooding",
        "• Until: Monday, March 1, 2027, 17:00 Nairobi",
    ]
    await hub.says(MOD, "yes")
    heard = await hub.passes(MINUTE)
    levels = [(s.room, s.content["level"]) for s in heard if s.kind == "level"]
    assert levels == [("space:welcome", -1), ("space:early-access", -1)]
    await does(hub)
    heard = await hub.passes(timedelta(hours=2))
    levels = [(s.room, s.content["level"]) for s in heard if s.kind == "level"]
    assert levels == [("space:welcome", None), ("space:early-access", None)]
    assert [s.body for s in heard if s.kind == "measure.lifted"] == [
        "You may write in the rooms again."
    ]


async def test_figures_name_the_rooms_that_refused(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    await hub.says(MOD, "yes", "carry out 1")
    await hub.passes(timedelta(0))
    async with hub.storage.write() as session:
        query = select(OutboxRow).where(OutboxRow.action == "ban").order_by(OutboxRow.id)
        rows = (await session.scalars(query)).all()
        rows[0].state, rows[1].state = State.SENT, State.PARKED
    (said,) = await hub.passes(SECONDS)
    assert lines(said)[1:] == [
        f"{DONE}: 1. {REFUSED}: 1. There, somebody has to do it who has more power than I have."
    ]


async def test_the_message_that_is_answered_says_whom_and_what(hub: Talk):
    answer = {"body": "!redact", "replies": "$spam"}
    heard = await hub.event("message", MOD, "!welcome:test", answer)
    assert kinds(heard) == ["examine", "measure.looking", "room.direct"]
    (preview,) = await surveyed(hub, 1)
    assert lines(preview)[0] == "Measure 1: deleting 6 messages of @spammer:test."
    await hub.says(MOD, "yes")
    heard = await hub.passes(MINUTE)
    assert [(s.room, s.content["event_id"]) for s in heard if s.kind == "redact"] == [
        ("space:welcome", "$spam")
    ]


async def test_a_message_that_is_gone_is_said_so(hub: Talk):
    link = "https://matrix.to/#/!welcome:test/$gone?via=test"
    await hub.says(MOD, f"warn {link} be kind")
    (said,) = await surveyed(hub, 1, None)
    assert (said.kind, said.room) == ("measure.lost", "direct:2")


async def test_the_last_hour_of_somebody_is_deleted_in_each_room(hub: Talk):
    (preview,) = await shown(hub, f"redact {SPAMMER} last hour")
    assert lines(preview)[0] == "Measure 1: deleting 6 messages of @spammer:test."
    await hub.says(MOD, "yes")
    heard = await hub.passes(MINUTE)
    assert [(s.room, s.content) for s in heard if s.kind == "redact_since"] == [
        (f"space:{slug}", {"user_id": SPAMMER, "since": "2027-03-01T11:00:00+00:00"})
        for slug in ("ilan", "members")
    ]
    await does(hub)
    assert kinds(await hub.says(MOD, "undo 1")) == ["error.conflict"]
