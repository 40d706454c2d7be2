"""What a sentence says of an expert who is offered or asked for is not asked again."""

from __future__ import annotations

import pytest

from tests.harness import Talk, kinds

MEMBER = "@member:test"


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("I'd like to volunteer as an expert on pretrial detention", "languages"),
        ("я эксперт по пыткам", "languages"),
        ("I can interpret between Arabic and French", "between"),
        ("I would like to volunteer", "topics"),
    ],
)
async def test_who_says_what_they_know_is_asked_for_the_rest(talk: Talk, said: str, asked: str):
    await talk.member(MEMBER)
    assert kinds(await talk.says(MEMBER, said)) == [f"volunteer.ask.{asked}"]


async def test_what_was_said_is_kept_and_may_be_gone_back_to(talk: Talk):
    await talk.member(MEMBER)
    await talk.says(MEMBER, "I'd like to volunteer as an expert on prisons")
    (back,) = await talk.says(MEMBER, "back")
    assert back.kind == "volunteer.ask.topics"
    await talk.says(MEMBER, "cancel", "I'd like to volunteer as an expert on prisons")
    heard = await talk.says(MEMBER, "English")
    assert heard[0].body.splitlines()[0] == "I ask you about Prisons and post-sentence, in English."


async def test_the_topic_of_the_wish_is_that_of_a_question_that_names_none(talk: Talk):
    await talk.member(MEMBER)
    await talk.says(MEMBER, "I need advice from an expert about prisons")
    vague = "Which standards require counsel at disciplinary hearings?"
    assert kinds(await talk.says(MEMBER, vague)) == ["ask.ask.urgent"]
