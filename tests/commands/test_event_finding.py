"""Events are found by what they are: their kind, their month, words of their title."""

from __future__ import annotations

import pytest

from tests.commands.test_events import VIENNA, an_event
from tests.harness import STEWARD, Talk


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("events training", ["1"]),
        ("eventos capacitación", ["1"]),
        ("événements formation", ["1"]),
        ("мероприятия тренинг", ["1"]),
        ("活动 培训", ["1"]),
        ("events webinar", ["2"]),
        ("events april", ["2", "3"]),
        ("мероприятия апрель", ["2", "3"]),
        ("events bail", ["1", "3"]),
        ("events bail april", ["3"]),
        ("any webinars next month?", ["2"]),
    ],
)
async def test_events_are_found_by_kind_month_and_words(talk: Talk, said: str, numbers: list[str]):
    await talk.member(VIENNA, country="Austria")
    for what in (
        "2027-03-03 14:00 UTC Workshop on bail",
        "2027-04-03 14:00 UTC Forensics | webinar",
        "2027-04-05 14:00 UTC Bail hearings | kind: meeting",
    ):
        await an_event(talk, what)
    [heard] = await talk.says(VIENNA, said)
    assert (heard.kind, heard.ids) == ("events.list", numbers)


async def test_what_fits_nothing_planned_is_said(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await an_event(talk, "2027-03-03 14:00 UTC Workshop on bail")
    [heard] = await talk.says(VIENNA, "events deadline")
    assert (heard.kind, heard.body) == (
        "events.none",
        '1 event is planned, but it does not fit that. "events" shows it.',
    )
    [card] = await talk.says(VIENNA, "event 1")
    assert card.body.splitlines()[1] == "Kind: training"
    heard = (await talk.says(STEWARD, "event edit 1 kind: conference", "yes"))[-1]
    assert heard.body.splitlines()[1] == "Kind: conference"
    [wrong] = await talk.says(STEWARD, "event edit 1 7 party")
    assert wrong.body.startswith("I know these kinds of events: conference, session, training,")


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("what have you got in the coming week?", ["2"]),
        ("events this week", ["1"]),
        ("events webinar next month", ["3"]),
        ("events next month", ["3", "4"]),
        ("what is planned for April 2027?", ["3", "4"]),
        ("¿y el miércoles?", ["1"]),
        ("próximos eventos en abril", ["3", "4"]),
        ("et mercredi ?", ["1"]),
        ("а на следующей неделе?", ["2"]),
        ("что запланировано в апреле?", ["3", "4"]),
        ("e no próximo mês?", ["3", "4"]),
        ("ماذا عن الأسبوع القادم؟", ["2"]),
        ("下个月有什么活动", ["3", "4"]),
    ],
)
async def test_a_question_about_days_shows_what_is_on_then(
    talk: Talk, said: str, numbers: list[str]
):
    await talk.member(VIENNA, country="Austria")
    for what in (
        "2027-03-03 14:00 UTC Workshop on bail",
        "2027-03-12 14:00 UTC Duty lawyers",
        "2027-04-03 14:00 UTC Forensics | webinar",
        "2027-04-29 14:00 UTC Bail hearings | kind: meeting",
        "2028-04-05 14:00 UTC Anniversary",
    ):
        await an_event(talk, what)
    [heard] = await talk.says(VIENNA, said)
    assert (heard.kind, heard.ids) == ("events.list", numbers)


async def test_days_on_which_nothing_is_planned_are_said_to_be_free(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await an_event(talk, "2027-03-03 14:00 UTC Workshop on bail")
    [heard] = await talk.says(VIENNA, "what's on in August?")
    assert (heard.kind, heard.body) == (
        "events.none",
        'Nothing is planned for those days. "events" shows what is.',
    )
