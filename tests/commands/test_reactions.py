"""Reactions as a short way to answer; what is typed always does as well."""

from __future__ import annotations

import pytest

from tests.harness import Said, Talk, kinds

NEWCOMER, OTHER = "@newcomer:test", "@other:test"


@pytest.fixture
async def question(talk: Talk) -> Said:
    """Ask somebody for their language."""
    await talk.opens(NEWCOMER)
    return (await talk.says(NEWCOMER, "hello"))[-1]


@pytest.mark.both_databases
async def test_onboarding_by_reactions(talk: Talk, question: Said):
    (rules,) = await talk.reacts(NEWCOMER, "2", question)
    assert (rules.kind, rules.content["org.ilan.hub"]["locale"]) == ("onboarding.ask.consent", "es")
    (country,) = await talk.reacts(NEWCOMER, "✅", rules)
    assert country.kind == "onboarding.ask.country"
    (category,) = await talk.says(NEWCOMER, "Kenia")
    (topics,) = await talk.reacts(NEWCOMER, "1", category)
    assert await talk.reacts(NEWCOMER, "1", topics) == []  # asked for in one's own words
    done = await talk.says(NEWCOMER, "10")
    assert done[-1].kind == "onboarding.done"


async def test_a_no_is_no_consent(talk: Talk, question: Said):
    (rules,) = await talk.reacts(NEWCOMER, "1", question)
    assert await talk.reacts(NEWCOMER, "👎", rules) == []
    assert kinds(await talk.says(NEWCOMER, "👍")) == ["onboarding.ask.country"]


@pytest.mark.parametrize("key", ["8", "0", "❌"])
async def test_a_reaction_that_is_no_answer_means_nothing(talk: Talk, question: Said, key: str):
    assert await talk.reacts(NEWCOMER, key, question) == []
    assert kinds(await talk.says(NEWCOMER, "1")) == ["onboarding.ask.consent"]


@pytest.mark.parametrize("to", [0, 1])
async def test_a_question_counts_where_it_was_asked_and_where_it_was_recalled(
    talk: Talk, question: Said, to: int
):
    (search, again) = await talk.says(NEWCOMER, "find mandela")
    assert again.body == 'Still open: Which language shall we use? "start" shows all of it.'
    assert await talk.reacts(NEWCOMER, "2", search) == []
    assert kinds(await talk.reacts(NEWCOMER, "2", (question, again)[to])) == [
        "onboarding.ask.consent"
    ]


async def test_an_open_question_is_recalled_once_until_it_is_answered(talk: Talk, question: Said):
    heard = await talk.says(NEWCOMER, "find mandela")
    assert kinds(heard) == ["find.results", "onboarding.ask.language"]
    assert kinds(await talk.says(NEWCOMER, "show 1")) == ["find.card"]
    assert kinds(await talk.says(NEWCOMER, "show 9")) == ["error.not_found"]
    assert kinds(await talk.says(NEWCOMER, "1")) == ["onboarding.ask.consent"]
    heard = await talk.says(NEWCOMER, "show 1")
    assert kinds(heard) == ["find.card", "onboarding.ask.consent"]


async def test_only_the_person_who_was_asked_can_answer(talk: Talk, question: Said):
    await talk.opens(OTHER)
    await talk.says(OTHER, "hello")
    assert await talk.reacts(OTHER, "1", question) == []
    stranger = {"body": "1", "reacts_to": f"${question.content['org.ilan.hub']['txn']}"}
    assert await talk.event("message", "@stranger:test", talk.chat(NEWCOMER), stranger) == []


async def test_a_question_for_free_text_is_not_answered_by_a_sign(talk: Talk):
    await talk.member(NEWCOMER)
    (text,) = await talk.says(NEWCOMER, "ask")
    assert text.kind == "ask.ask.question"
    assert await talk.reacts(NEWCOMER, "👍", text) == []


async def test_a_paused_question_waits_for_words(talk: Talk, question: Said):
    await talk.says(NEWCOMER, "pause")
    assert await talk.reacts(NEWCOMER, "1", question) == []


async def test_in_rooms_a_reaction_means_nothing(talk: Talk, question: Said):
    await talk.room("space:welcome", "!welcome:test")
    answer = {"body": "1", "reacts_to": f"${question.content['org.ilan.hub']['txn']}"}
    assert await talk.event("message", NEWCOMER, "!welcome:test", answer) == []
