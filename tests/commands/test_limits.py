"""Experts say how often, against whom and when they may be asked, and it is kept to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.harness import Talk, kinds, once

ASKER, EXPERT, OTHER = "@asker:test", "@expert:test", "@other:test"
QUESTION = "How do others prepare for disciplinary hearings in prison?"
POLICE, PROSECUTION = "3", "2"


@once
async def volunteers(talk: Talk, who: str, *limits: str) -> None:
    await talk.room("space:expert-desk", "!desk:test")
    await talk.member(who)
    await talk.says(who, "volunteer", "prisons", "skip")
    if limits:
        assert kinds(await talk.says(who, "limits", *limits))[0] == "experts.limits"


async def asked(talk: Talk, who: str = ASKER, *, urgent: str = "no", against: str = "1") -> bool:
    """Ask, and tell whether anybody was asked."""
    heard = await talk.says(who, "ask", QUESTION, urgent, against, "yes")
    return "experts.offer" in kinds(heard)


async def test_limits_are_shown_when_they_are_kept(talk: Talk):
    await talk.member(EXPERT)
    assert kinds(await talk.says(EXPERT, "limits")) == ["error.conflict"]
    await volunteers(talk, EXPERT)
    (kept,) = await talk.says(EXPERT, "limits", "1", "2, the prosecution", "yes")
    assert kept.body.splitlines() == [
        "• I put at most 1 request a week to you.",
        "• Never against: the prosecution and the police, a prison or the security forces",
        "• In quiet hours, if it is urgent: yes",
    ]
    # What is skipped stays, also when topics are chosen anew.
    (volunteered,) = await talk.says(EXPERT, "volunteer", "prisons", "skip")
    assert "1 in a week" in volunteered.body
    (again,) = await talk.says(EXPERT, "limits", "skip", "skip", "no")
    assert again.body.splitlines()[:2] == kept.body.splitlines()[:2]


async def test_an_expert_is_asked_as_often_as_they_say(talk: Talk):
    await volunteers(talk, EXPERT, "1", "skip", "no")
    await talk.member(ASKER)
    await talk.member(OTHER)
    assert [await asked(talk, who) for who in (ASKER, OTHER)] == [True, False]
    talk.now += timedelta(days=7, minutes=1)
    await talk.says(EXPERT, "decline 1")
    await talk.says(OTHER, "withdraw 2")
    assert await asked(talk, OTHER)


async def test_nobody_is_asked_against_those_they_are_bound_to(talk: Talk):
    await volunteers(talk, EXPERT, "skip", "the police", "no")
    await talk.member(ASKER)
    assert not await asked(talk, against=POLICE)
    assert await asked(talk, against=PROSECUTION)


async def test_whom_an_expert_names_is_never_put_together_with_them_nor_told(talk: Talk):
    await talk.member(ASKER)
    await volunteers(talk, EXPERT)
    (kept,) = await talk.says(EXPERT, "limits", "skip", f"{ASKER}, @nobody:test", "no")
    assert kept.body.splitlines()[-1] == "• I know no such members: @nobody:test"
    assert not await asked(talk)
    told = " ".join(said.body for said in await talk.says(ASKER, "my data"))
    assert "do not want to meet again" not in told
    await talk.member(OTHER)
    assert await asked(talk, OTHER)


async def test_what_is_no_limit_is_asked_again(talk: Talk):
    await volunteers(talk, EXPERT)
    assert kinds(await talk.says(EXPERT, "limits", "9")) == ["limits.ask.weekly"]
    assert kinds(await talk.says(EXPERT, "2", "the moon")) == ["limits.ask.never"]


@pytest.mark.parametrize(
    ("urgent", "said", "at_once"),
    [("yes", "yes", True), ("no", "yes", False), ("yes", "no", False)],
)
async def test_at_night_only_who_agreed_is_asked_and_only_what_is_urgent(
    talk: Talk, urgent: str, said: str, at_once: bool
):
    await volunteers(talk, EXPERT, "skip", "skip", said)
    await talk.member(ASKER)
    talk.now = datetime(2027, 3, 1, 21, tzinfo=UTC)  # midnight in Nairobi
    assert await asked(talk, urgent=urgent) is at_once
    morning = kinds(await talk.passes(timedelta(hours=12)))
    assert ("experts.offer" in morning) is not at_once
