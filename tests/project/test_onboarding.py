"""The welcome in seven languages is what the page says, short, and first of all useful."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.sandbox.personas import PERSONAS, Persona
from tests.harness import Talk, kinds
from tests.project.onboarding import PAGE, Turn, amount, page, questions, seconds, transcript

LONGEST = 90  # seconds of reading before one is a member
ASKED_FOR_THEIR_ZONE = {"sao-paulo-clinic"}  # Brazil has four


@pytest.mark.slow
async def test_the_page_says_what_the_hub_says(talk: Talk):
    assert PAGE.read_text("utf-8") == await page(talk), (
        "run: .venv/bin/python -m tests.project.onboarding"
    )


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.language)
async def test_each_newcomer_is_understood_and_reads_little(talk: Talk, persona: Persona):
    turns = await transcript(talk, persona)
    assert kinds(turns[0].heard) == [
        "find.results",
        "onboarding.welcome",
        "onboarding.ask.language",
    ]
    asked = [turn.heard[-1].kind.rpartition(".")[2] for turn in turns]
    steps = ["language", "consent", "country", "zone", "category", "topics", "done"]
    assert asked == [
        step for step in steps if step != "zone" or persona.name in ASKED_FOR_THEIR_ZONE
    ]
    assert seconds(questions(turns)) <= LONGEST


async def test_a_longer_welcome_would_be_noticed(talk: Talk):
    turns = await transcript(talk, PERSONAS[0])
    twice = [Turn("", questions(turns)), Turn("", questions(turns))]
    assert seconds(questions(twice)) > LONGEST


async def test_words_and_characters_are_counted_as_they_are_shown(talk: Talk):
    await talk.opens("@a:test")
    said = (await talk.says("@a:test", "help find"))[0]
    shown = replace(said, content={"formatted_body": "<p>don't &amp; <b>中文</b> A/RES/1</p>"})
    assert amount([shown]) == (2, 4)
