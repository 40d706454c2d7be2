"""Choosing between sessions, and between events that a sentence may be about."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.events import Events
from tests.conference import AMAL, announced, begun
from tests.harness import STEWARD, Talk, kinds, scene


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
    ("language", "said", "agrees"),
    [
        ("en", "swap 5 for 6", "yes"),
        ("en", "I would rather attend 6 than 5", "yes"),
        ("en", "could I have number 6 instead of number 5 please", "yes"),
        ("es", "quiero la 6 en lugar de la 5", "sí"),
        ("fr", "je prends la 6 plutôt que la 5", "oui"),
        ("pt", "troque a 5 pela 6", "sim"),
        ("ar", "أريد 6 بدلا من 5", "نعم"),
        ("ru", "поменяй 5 на 6", "да"),
        ("zh", "把5换成6", "是"),
    ],
)
async def test_one_is_taken_instead_of_another(visit, language, said, agrees):
    await visit.says(AMAL, "going 5", f"language {language}")
    heard = await visit.says(AMAL, said)
    assert kinds(heard) == ["events.going", "wish.offer"]
    assert await chosen(visit) == {5, 6}  # the other one is given up after a yes
    await visit.says(AMAL, agrees)
    assert await chosen(visit) == {6}


async def test_numbers_of_which_none_is_chosen_swap_nothing(visit):
    await visit.says(AMAL, "going 5")
    await visit.says(AMAL, "swap 3 for 6")
    assert await chosen(visit) == {5}


@pytest.mark.parametrize(
    "said", ["does anything overlap in my agenda?", "do any of my talks overlap?"]
)
async def test_who_asks_what_clashes_sees_it(visit, said: str):
    await visit.says(AMAL, "going 3 and 5")
    [apart] = await visit.says(AMAL, said)
    assert (apart.kind, apart.ids) == ("events.mine", ["3", "5"])
    assert apart.body.endswith("None of them is at the same time as another.")
    await visit.says(AMAL, "going 4")
    [together] = await visit.says(AMAL, said)
    assert "At the same time as number 4." in together.body
    assert "None of them" not in together.body


async def test_tomorrow_shows_its_sessions_before_what_lasts_until_then(visit):
    [shown] = await visit.says(AMAL, "what is on tomorrow?")
    heading, session = shown.body.split("\n\n")[:2]
    assert heading == '1 session of a conference: "programme 1 2027-05-21" shows it.'
    assert session.endswith("Closing plenary: Friday, May 21, 2027, 15:00 Vienna (number 6)")


async def test_the_hint_of_a_long_agenda_names_the_day_that_goes_on(visit):
    for month in ("06", "07", "08", "09", "10", "11"):
        await visit.says(STEWARD, f"event add 2027-{month}-03 09:00 UTC: Call on appeals", "yes")
    await visit.says(AMAL, "going 7, 8 and 9", "going 10, 11 and 12")
    [shown] = await visit.says(AMAL, "my events")
    assert '"my events 2027-11-03"' in shown.body


async def test_an_offer_says_which_events_it_is_about_and_keeps_the_hour(visit):
    for day in ("03", "04"):
        await visit.says(STEWARD, f"event add 2027-06-{day} 09:00 UTC: Call on appeals", "yes")
    [asked] = await visit.says(STEWARD, "move the call on appeals to 16:00")
    assert asked.ids == ["event move", "event move"]
    assert '"event move 7 16:00"' in asked.body
    assert "Call on appeals: Friday, June 4, 2027" in asked.body
    [shown] = await visit.says(STEWARD, "2")
    assert shown.kind == "event_move.ask.sure"
    assert "Friday, June 4, 2027, 16:00" in shown.body


@pytest.mark.parametrize("said", ["2027-02-03 10:00-12:00", "3 February 2027 from 10:00 to 12:00"])
async def test_what_lay_in_the_past_from_one_hour_to_another_is_told_so(hub, said: str):
    [refused] = await hub.says(STEWARD, f"event add {said} Vienna: Workshop on bail")
    assert refused.body.startswith("That is in the past: Wednesday, February 3, 2027, 10:00")
