"""A member asks in their own words; what else an expert has to know is proposed or asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harness import Said, Talk, kinds, once, understanding

ASKER, EXPERT = "@asker:test", "@expert:test"
PRISON = "How do others prepare for disciplinary hearings in prison?"
VAGUE = "Which standards require counsel at disciplinary hearings?"
HOUR = timedelta(hours=1)


@once
async def volunteers(talk: Talk, who: str = EXPERT) -> None:
    await talk.room("space:expert-desk", "!desk:test")
    await talk.member(who)
    await talk.says(who, "volunteer", "prisons", "skip")


def facts(said: Said) -> list[str]:
    return [line for line in said.body.splitlines() if line.startswith("• ")]


async def test_the_question_comes_first_and_what_it_is_about_is_proposed(talk: Talk):
    await talk.member(ASKER)
    (asked,) = await talk.says(ASKER, "ask")
    assert (asked.kind, "Question 1/4" in asked.body) == ("ask.ask.question", True)
    (shown,) = await talk.says(ASKER, PRISON, "no", "the police")
    assert (shown.kind, shown.body.splitlines()[4]) == ("ask.ask.safe", PRISON)
    assert facts(shown) == [
        "• Topic: Prisons and post-sentence",
        "• Languages: English",
        "• Urgent: no",
        "• On the other side: the police, a prison or the security forces",
        "• Interpreter: only if nobody shares a language with you",
    ]


async def test_each_line_can_be_changed_before_the_yes(talk: Talk):
    await talk.member(ASKER)
    await talk.says(ASKER, "ask", PRISON, "no", "skip")
    for said in (
        "the topic is death penalty",
        "languages: English, Spanish",
        "urgent: yes",
        "the other side is the prosecution",
    ):
        (shown,) = await talk.says(ASKER, said)
    assert facts(shown) == [
        "• Topic: Death penalty",
        "• Languages: English and Spanish",
        "• Urgent: yes",
        "• On the other side: the prosecution",
        "• Interpreter: only if nobody shares a language with you",
    ]
    # Another wording leaves what they chose.
    (shown,) = await talk.says(ASKER, f"the question is: {PRISON} I mean in practice.")
    assert facts(shown)[0] == "• Topic: Death penalty"


@pytest.mark.parametrize(
    ("place", "country", "said"),
    [
        ("2", "Peru", "el tema es pena de muerte"),
        ("3", "Senegal", "le thème est la peine de mort"),
        ("4", "Brazil", "o tema é pena de morte"),
        ("5", "Egypt", "الموضوع هو عقوبة الإعدام"),
        ("6", "Kazakhstan", "тема — смертная казнь"),
        ("7", "China", "主题是死刑"),
    ],
)
def test_a_line_is_named_in_each_language(place: str, country: str, said: str):
    read = understanding()
    name, value = read.correction(said)
    assert (name, read.theme(value)) == ("topic", "death-penalty"), (place, country)


async def test_a_question_that_names_no_topic_is_asked_for_it(talk: Talk):
    await talk.member(ASKER)
    (asked,) = await talk.says(ASKER, "ask", VAGUE)
    assert asked.kind == "ask.ask.topic"
    assert kinds(await talk.says(ASKER, "prisons")) == ["ask.ask.urgent"]


async def test_who_writes_in_another_language_finds_experts_of_both(talk: Talk):
    await talk.member(ASKER, language="2", country="Peru")
    (shown,) = await talk.says(ASKER, "ask", PRISON, "no", "omitir")
    assert facts(shown)[1] == "• Idiomas: inglés y español"


@pytest.mark.parametrize(
    ("urgent", "hours", "told"), [("yes", 24, ["It is urgent."]), ("no", 48, [])]
)
async def test_what_is_urgent_is_said_so_and_waits_half_as_long(talk: Talk, urgent, hours, told):
    await volunteers(talk)
    await talk.member(ASKER)
    heard = await talk.says(ASKER, "ask", PRISON, urgent, "nobody", "yes")
    (offer,) = [each for each in heard if each.kind == "experts.offer"]
    lines = offer.body.splitlines()
    assert [line for line in lines if line == "It is urgent."] == told
    assert "On the other side: nobody: it is a general question" in lines
    assert kinds(await talk.passes((hours - 1) * HOUR)) == []
    assert kinds(await talk.passes(HOUR)) == [
        "experts.expired",
        "experts.unmatched",
        "experts.untaken",
    ]


async def test_who_says_nothing_of_the_other_side_is_asked_about_nobody(talk: Talk):
    await volunteers(talk)
    await talk.member(ASKER)
    heard = await talk.says(ASKER, "ask", PRISON, "no", "skip", "yes")
    (offer,) = [each for each in heard if each.kind == "experts.offer"]
    assert "On the other side" not in offer.body
    assert kinds(await talk.says(ASKER, "ask", PRISON, "no", "9"))[0] == "ask.ask.opponent"
