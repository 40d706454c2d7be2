"""Questions right after events were shown are about these; experts say how often in one line."""

from __future__ import annotations

import pytest

from tests.commands.test_events import an_event
from tests.harness import Talk, scene

READER = "@reader:test"


@scene
async def shown(talk: Talk) -> None:
    """A member to whom the second of two events was shown."""
    await talk.member(READER)
    for what in ("2027-03-03 14:00 UTC Duty lawyers", "2027-03-12 14:00 UTC Forensics | webinar"):
        await an_event(talk, what)
    await talk.says(READER, "event 2")


@pytest.mark.parametrize(
    "said",
    [
        "is it for members only?",
        "what time is it where I live?",
        "qui l'organise ?",
        "é só para membros?",
        "هل هي مجانية؟",
    ],
)
async def test_a_question_after_the_card_of_an_event_is_about_that_event(shown: Talk, said: str):
    [card] = await shown.says(READER, said)
    assert (card.kind, card.ids) == ("events.card", ["2"])


async def test_the_same_question_after_something_else_is_about_the_hub(shown: Talk):
    await shown.says(READER, "help")
    [heard] = await shown.says(READER, "does it cost anything?")
    assert heard.kind == "about.cost"


@pytest.mark.parametrize(
    "said", ["limits 2", "no more than 2 a week", "не чаще 2 запросов в неделю"]
)
async def test_an_expert_says_in_one_line_how_often_they_are_asked(talk: Talk, said: str):
    await talk.member(READER)
    await talk.says(READER, "volunteer", "1", "skip")
    [kept] = await talk.says(READER, said)
    assert (kept.kind, kept.body.splitlines()[0]) == (
        "experts.limits",
        "• I put at most 2 requests a week to you.",
    )
