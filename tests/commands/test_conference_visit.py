"""Somebody at a conference: finding a session in their words, choosing several, what is next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions.events.ical import calendar
from storage.events import Events
from storage.tables.events import EventRow
from tests.conference import AMAL, announced, begun
from tests.harness import Talk, kinds, scene

PLENARIES = ["events.sessions", "1", "2", "6"]


@scene
async def hub(talk: Talk) -> None:
    await announced(talk)


@pytest.fixture
async def visit(hub: Talk, tmp_path: Path) -> Talk:
    await begun(hub, tmp_path)
    return hub


async def chosen(visit: Talk) -> set[int]:
    async with visit.storage.read() as session:
        return await Events(session).attended(2)


@pytest.mark.parametrize(
    ("language", "said", "found"),
    [
        ("fr", "programme interprètes", [3]),
        ("es", "programa mujeres", [4]),
        ("ru", "программа женщины", [4]),
        ("zh", "会议日程 妇女", [4]),
        ("ar", "البرنامج النساء", [4]),
        ("pt", "programa plenária", [2, 6]),
        ("en", "programme fingerprints", [5]),
    ],
)
async def test_sessions_are_found_by_what_titles_name_in_another_language(
    visit, language, said, found
):
    await visit.says(AMAL, f"language {language}")
    [shown] = await visit.says(AMAL, said)
    assert (shown.kind, shown.ids) == ("events.sessions", ["1", *map(str, found)])


async def test_a_word_that_no_title_names_finds_none(visit):
    [shown] = await visit.says(AMAL, "programme torture")
    assert shown.kind == "error.not_found"


@pytest.mark.parametrize(
    ("language", "said", "number"),
    [
        ("fr", "je viens à la séance sur les interprètes", 3),
        ("es", "voy a la sesión sobre mujeres", 4),
        ("ru", "приду на сессию о женщинах", 4),
        ("en", "put me down for the session about interpreters", 3),
    ],
)
async def test_a_session_is_chosen_by_what_it_is_about(visit, language, said, number):
    await visit.says(AMAL, f"language {language}")
    assert kinds(await visit.says(AMAL, said)) == ["events.going"]
    assert await chosen(visit) == {number}


@pytest.mark.parametrize("said", ["going 3 and 5", "going 3, 5", "count me in for 3 and 5"])
async def test_several_are_chosen_at_once(visit, said):
    [heard] = await visit.says(AMAL, said)
    assert (heard.kind, heard.ids) == ("events.going", ["3", "5"])
    assert await chosen(visit) == {3, 5}


async def test_of_several_that_are_not_all_there_none_is_chosen(visit):
    assert kinds(await visit.says(AMAL, "going 3 and 99")) == ["error.not_found"]
    assert await chosen(visit) == set()


async def test_several_are_given_up_at_once(visit):
    await visit.says(AMAL, "going 3, 5 and 6", "not going 3 and 6")
    assert await chosen(visit) == {5}


async def test_a_no_with_a_number_opens_no_entry_of_a_list(visit):
    await visit.says(AMAL, "language es", "programa 1 2027-05-20")
    [asked] = await visit.says(AMAL, "no puedo ir a la 5")
    assert (asked.kind, asked.ids) == ("wish.offer", ["not going"])


async def test_which_room_is_that_of_the_session_one_chose(visit):
    await visit.says(AMAL, "going 5")
    [card] = await visit.says(AMAL, "which room is it in")
    assert (card.kind, card.ids) == ("events.card", ["5"])


async def test_where_a_plenary_is_shows_all_there_are(visit):
    [shown] = await visit.says(AMAL, "where is the plenary")
    assert [shown.kind, *shown.ids] == PLENARIES


async def test_one_reminder_for_all_sessions(visit):
    await visit.says(AMAL, "going 3 and 5")
    [told] = await visit.says(AMAL, "remind me 5 minutes before my sessions")
    assert told.ids == ["3", "5"]
    reminded = [s.ids for s in await visit.passes(timedelta(hours=1, minutes=56))]
    assert reminded == [["3"]]


async def test_a_day_shows_what_the_conference_has_on_it(visit):
    [shown] = await visit.says(AMAL, "events 21 May")
    assert shown.ids == ["1"]  # the conference lasts until then
    first, *_rest = shown.body.splitlines()
    assert first == '1 session of a conference: "programme 1 2027-05-21" shows it.'
    [none] = await visit.says(AMAL, "events 23 May")
    assert none.body == 'Nothing is planned for that day. "events" shows what is.'


async def test_in_a_calendar_the_conference_lasts_until_its_last_session_is_over(visit):
    async with visit.storage.read() as session:
        until = await Events(session).programmed_until([1, 2])
    assert until == {1: datetime(2027, 5, 21, 13, 50, tzinfo=UTC)}
    written = calendar("all", "test", [(await conference(visit), None)], until)
    assert b"DTEND:20270521T135000Z" in written.splitlines()
    alone = calendar("all", "test", [(await conference(visit), None)], {})
    assert b"DTEND:20270520T080000Z" in alone.splitlines()


async def conference(visit: Talk) -> EventRow:
    async with visit.storage.read() as session:
        row = await Events(session).get(1)
    assert row is not None
    return row
