"""A conference that has begun is there until its last session is over, by two clocks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.programme.importing import import_programme
from kit.text import _
from tests.harness import STEWARD, Talk, catalogs, kinds, scene

AMAL = "@amal:test"
SESSIONS = """id,title,start,end,room
a,Opening plenary,2027-05-20 09:00,2027-05-20 09:50,Great Hall
b,Interpreters in police custody,2027-05-20 10:00,2027-05-20 10:50,Board Room
c,Closing plenary,2027-05-21 15:00,2027-05-21 15:50,Great Hall
"""
NOTHING = _("Nothing is planned yet.")
ASKED = {
    "en": ["events", "what is coming up?", "is anything planned?", "where is it", "the next event"],
    "es": ["eventos", "¿qué hay previsto?", "¿dónde es?", "el próximo evento"],
    "fr": ["événements", "qu'est-ce qui est prévu ?", "c'est où ?", "le prochain événement"],
    "pt": ["eventos", "o que vem a seguir?", "onde é?", "o próximo evento"],
    "ar": ["الفعاليات", "ما القادم؟", "أين هي؟", "الفعالية القادمة"],
    "ru": ["мероприятия", "что намечено?", "где это?", "ближайшее мероприятие"],
    "zh": ["活动", "接下来有什么？", "在哪里？", "下一个活动"],
}
BEFORE, FIRST_HOUR, BETWEEN, AFTER = (
    timedelta(days=79, hours=18),
    timedelta(days=79, hours=19, minutes=30),
    timedelta(days=80, hours=6),
    timedelta(days=81, hours=2),
)


@scene
async def hub(talk: Talk) -> None:
    """A conference (1) in Vienna on 20 and 21 May (2 to 4), and a member in Kenya."""
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD, country="Austria")
    await talk.member(AMAL, country="Kenya")
    await talk.says(STEWARD, "event add 2027-05-20 09:00 Vienna: Congress of defenders", "yes")


@pytest.fixture
async def visit(hub: Talk, tmp_path: Path) -> Talk:
    file = tmp_path / "programme.csv"
    file.write_text(SESSIONS)
    await import_programme(hub.storage, file, 1, now=hub.now, dry_run=False)
    return hub


async def denied(talk: Talk, language: str) -> list[str]:
    """Say what makes the hub deny that anything is planned."""
    nothing = NOTHING.render(catalogs().reader(language)).plain
    await talk.says(AMAL, f"language {language}")
    return [
        said
        for said in ASKED[language]
        if any(nothing in each.body for each in await talk.says(AMAL, said))
    ]


@pytest.mark.parametrize("language", ASKED)
@pytest.mark.parametrize("since", [BEFORE, FIRST_HOUR, BETWEEN])
async def test_nothing_says_that_nothing_is_planned_while_a_session_is_to_come(
    visit, since, language
):
    await visit.passes(since)
    assert await denied(visit, language) == []


async def test_after_the_last_session_it_is_denied(visit):
    await visit.passes(AFTER)
    assert "events" in await denied(visit, "en")


async def test_what_is_on_is_shown_with_its_end_and_its_next_session(visit):
    await visit.passes(FIRST_HOUR)
    [shown] = await visit.says(AMAL, "events")
    assert (shown.kind, shown.ids) == ("events.list", ["1"])
    assert shown.body.splitlines()[2:5] == [
        "• Congress of defenders: Thursday, May 20, 2027, 09:00 Vienna, 10:00 Nairobi (number 1)",
        "It is on, until Friday, May 21, 2027, 15:50 Vienna, 16:50 Nairobi.",
        (
            "Next: Interpreters in police custody: "
            "Thursday, May 20, 2027, 10:00 Vienna, 11:00 Nairobi (number 3)"
        ),
    ]


async def test_one_may_still_come_and_is_reminded_of_nothing_that_has_begun(visit):
    await visit.passes(BETWEEN)
    [noted] = await visit.says(AMAL, "going 1")
    assert noted.kind == "events.going"
    assert "It has begun, so I do not remind you of it." in noted.body
    assert [s.ids for s in await visit.says(AMAL, "my events")] == [["1"]]
    await visit.passes(AFTER - BETWEEN)
    assert kinds(await visit.says(AMAL, "my events")) == ["events.none_of_mine"]
    assert kinds(await visit.says(AMAL, "going 1")) == ["error.argument"]


async def test_words_beside_a_day_deny_no_session_of_it(visit):
    await visit.passes(FIRST_HOUR)
    said = ["events 21 May", "events session tomorrow", "events plenary"]
    assert [s.kind for each in said for s in await visit.says(AMAL, each)] == ["events.list"] * 3
    [other] = await visit.says(AMAL, "events webinar tomorrow")
    assert other.body == '2 events are planned, but none fits that. "events" shows the next.'


async def test_every_place_shows_both_clocks_the_same_way(visit):
    both = "15:00 Vienna, 16:00 Nairobi"
    await visit.passes(BETWEEN)
    said = ["programme 1 2027-05-21", "now", "event 4", "going 4", "my events"]
    shown = [s.body for each in said for s in await visit.says(AMAL, each)]
    shown += [s.body for s in await visit.passes(timedelta(hours=18, minutes=51))]
    assert [both in body for body in shown] == [True] * 6


async def test_who_is_there_reads_one_clock(visit):
    await visit.says(AMAL, "timezone Berlin")
    [card] = await visit.says(AMAL, "event 4")
    assert "15:00 Vienna (number 4)" in card.body
