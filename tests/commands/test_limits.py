"""Experts say how often, against whom and when they may be asked, and it is kept to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage.tables.cases import ExpertRow
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
    (kept,) = await talk.says(EXPERT, "limits", "skip", "@Asker:test, @nobody:test", "no")
    # Who is a member is not told.
    assert kept.body.splitlines()[-1] == (
        "• Never together with: @Asker:test and @nobody:test. To take somebody back, say "
        '"limits" and name all others anew.'
    )
    assert not await asked(talk)
    told = " ".join(said.body for said in await talk.says(ASKER, "my data"))
    assert "do not want to meet again" not in told
    await talk.member(OTHER)
    assert await asked(talk, OTHER)


async def test_who_becomes_a_member_later_is_not_put_together_with_who_named_them(talk: Talk):
    await volunteers(talk, EXPERT, "skip", ASKER, "no")
    await talk.member(ASKER)
    assert not await asked(talk)
    await volunteers(talk, ASKER)
    await talk.member(OTHER)
    assert await asked(talk, OTHER)  # control


async def test_an_expert_who_asks_is_not_put_together_with_whom_they_named(talk: Talk):
    await volunteers(talk, OTHER)
    await volunteers(talk, EXPERT, "skip", OTHER, "no")
    assert not await asked(talk, EXPERT)
    assert "experts.limits" in kinds(await talk.says(EXPERT, "limits", "skip", "2", "no"))
    assert await asked(talk, EXPERT)


async def test_whom_they_named_is_shown_and_taken_back(talk: Talk):
    await talk.member(ASKER)
    await volunteers(talk, EXPERT, "skip", f"2 {ASKER} @nobody:test", "no")
    (question,) = await talk.says(EXPERT, "limits", "skip")
    assert "So far you named @asker:test and @nobody:test." in question.body.splitlines()
    (kept,) = await talk.says(EXPERT, "2 @nobody:test", "no")
    assert "Never together with: @nobody:test." in kept.body
    (kept,) = await talk.says(EXPERT, "limits", "skip", "nobody", "no")
    assert kept.body.splitlines()[1:] == [
        "• Never against: nobody",
        "• In quiet hours, if it is urgent: no",
    ]
    assert await asked(talk)


async def test_few_may_be_named_or_who_is_left_out_would_be_known_to_ask(talk: Talk):
    await volunteers(talk, EXPERT)
    many = [f"@m{number}:test" for number in range(6)]
    (refused,) = await talk.says(EXPERT, "limits", "skip", " ".join(many))
    assert refused.body.splitlines()[0] == (
        'Name at most 5 Matrix IDs. Whom you met over a request, "not again" keeps away.'
    )
    assert kinds(await talk.says(EXPERT, " ".join(many[1:]))) == ["limits.ask.urgent"]


async def test_whom_they_name_is_changed_a_few_times_a_week(talk: Talk):
    """By naming one after the other an expert would learn who asks."""
    await volunteers(talk, EXPERT)
    for number in range(3):
        heard = await talk.says(EXPERT, "limits", "skip", f"@m{number}:test", "no")
        assert kinds(heard) == ["experts.limits"]
    refused, *_question = await talk.says(EXPERT, "limits", "skip", "@m3:test", "no")
    assert refused.body.splitlines()[0] == (
        "You may change whom I never put together with you 3 times in a week, again from Monday, "
        'March 8, 2027, 15:00 Nairobi. Until then all stays as it was; "conflict" passes on a '
        "request."
    )
    assert kinds(await talk.says(EXPERT, "limits", "2", "the police, @m2:test", "no")) == [
        "experts.limits"
    ]
    talk.now += timedelta(days=7)
    heard = await talk.says(EXPERT, "limits", "skip", "@m3:test", "no")
    assert kinds(heard) == ["experts.limits"]


async def test_who_asks_to_be_forgotten_is_named_by_nobody(talk: Talk):
    await talk.member(ASKER)
    await volunteers(talk, EXPERT, "skip", f"2 {ASKER} {OTHER}", "no")
    await talk.says(ASKER, "forget me", "yes")
    async with talk.storage.read() as session:
        (row,) = await session.scalars(select(ExpertRow))
        assert row.never == ["police", OTHER]


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
