"""With a limit that an expert alone knows and without it, all others see the same at the same time.

Two worlds differ in one thing: in one an expert, who never answers, said with whom they must not be
put together. Whatever anybody else does, what each of them reads then and later is compared.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import cache
from typing import TypeAlias

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from actions.cases.choosing import Choosing
from tests.commands.test_interpreting import vouched
from tests.fixtures import Database
from tests.harness import Said, Talk, kinds, once

ASKER, OTHER, MODERATOR = "@asker:test", "@other:test", "@moderator:test"
STEWARD = "@secretariat:test"
LIMITED, SECOND, THIRD = "@limited:test", "@second:test", "@third:test"
ROOM_OF_THE_LIMITED = "direct:1"
QUESTION = "Which standards require counsel at disciplinary hearings?"
# Nothing is sent here, so that what is said to the expert waits.
UNSENT = re.compile(r"Messages waiting to be sent: \d+")
NAMED = ("the police", ASKER)
POLICE, NOBODY = "the police", "nobody"

Step: TypeAlias = tuple[str, str] | int
Transcript: TypeAlias = list[list[tuple[str, str, str]]]

ASKED = [(who, f"ask {whom}") for who in (ASKER, OTHER) for whom in (POLICE, NOBODY)]
STEPS = st.one_of(
    st.sampled_from(ASKED),
    st.sampled_from(
        [
            (who, f"{word} {number}")
            for who, words in (
                (ASKER, ("withdraw", "reopen", "accept")),
                (SECOND, ("accept", "decline", "not again")),
                (MODERATOR, ("case", "case widen", "case close")),
            )
            for word in words
            for number in (1, 2)
        ]
    ),
    st.sampled_from([(ASKER, "requests"), (MODERATOR, "cases"), (MODERATOR, "health")]),
    st.sampled_from([(LIMITED, "away"), (LIMITED, "available"), (LIMITED, "forget me")]),
    st.just((LIMITED, "volunteer stop")),
    st.sampled_from([6, 24, 24, 48, 48, 8 * 24]),  # hours
)


@once
async def four_who_know_nothing(talk: Talk, named: str, others: int) -> None:
    await talk.room("space:expert-desk", "!desk:test")
    for who in (LIMITED, SECOND, THIRD, ASKER, OTHER, MODERATOR):
        await talk.member(who)
    await talk.opens(STEWARD)
    await talk.says(STEWARD, f"role {MODERATOR} moderator", "yes")
    for who in (LIMITED, SECOND, THIRD)[: others + 1]:
        await talk.says(who, "volunteer", "10", "skip")
    said = await talk.says(LIMITED, "limits", "5", named or "skip", "no")
    assert kinds(said) == ["experts.limits"]


@once
async def one_who_interprets(talk: Talk, named: str, others: int) -> None:
    """Let the one with a limit interpret between who asks and an expert, perhaps with another."""
    for who in (LIMITED, SECOND, THIRD, ASKER, OTHER):
        await talk.member(who)
    await talk.says(SECOND, "volunteer", "10", "Swahili")
    for who in (LIMITED, THIRD)[: others + 1]:
        await talk.says(who, "volunteer", "interpreting", "English, Swahili", "no")
        await vouched(talk, who)
    said = await talk.says(LIMITED, "limits", "5", named or "skip", "no")
    assert kinds(said) == ["experts.limits"]


async def does(talk: Talk, who: str, words: str) -> list[Said]:
    if words.startswith("ask "):
        return await talk.says(who, "ask", QUESTION, "10", "no", words.removeprefix("ask "), "yes")
    heard = await talk.says(who, words)
    if kinds(heard) == ["ask.ask.question"]:
        heard += await talk.says(who, QUESTION, "no", POLICE, "yes")
    if words in {"forget me", "volunteer stop"} or words.startswith("case close"):
        heard += await talk.says(who, "yes")
    return heard


async def seen(
    database: Database,
    steps: Sequence[Step],
    named: str,
    others: int,
    begin: Callable[[Talk, str, int], Awaitable[None]],
) -> Transcript:
    """Let it all happen; returns what others than the expert read after each step."""
    talk = Talk(database.storage, beginnings=database.beginnings)
    await begin(talk, named, others)
    transcript: Transcript = []
    for step in [*steps, 48, 48, 8 * 24]:
        hours, act = (step, None) if isinstance(step, int) else (0, step)
        heard = await does(talk, *act) if act else []
        for _hour in range(max(hours // 6, 1)):
            heard += await talk.passes(timedelta(hours=6 if hours else 0))
            others_read = [said for said in heard if said.room != ROOM_OF_THE_LIMITED]
            transcript.append([(e.kind, e.room, UNSENT.sub("", e.body)) for e in others_read])
            heard = []
    return transcript


def world(
    database: Database,
    steps: Sequence[Step],
    named: str,
    others: int,
    begin: Callable[[Talk, str, int], Awaitable[None]] = four_who_know_nothing,
) -> Transcript:
    """Play it in a world of its own, in which the expert *named* somebody."""

    async def play() -> Transcript:
        try:
            return await seen(database, steps, named, others, begin)
        finally:
            await database.storage.close()

    database.begin()
    return asyncio.run(play())


@cache  # it is the same for whomever the expert does not name
def unlimited(
    database: Database,
    steps: Sequence[Step],
    others: int,
    begin: Callable[[Talk, str, int], Awaitable[None]] = four_who_know_nothing,
) -> Transcript:
    return world(database, steps, "", others, begin)


@settings(max_examples=12, phases=[Phase.generate])
@given(
    steps=st.lists(STEPS, min_size=3, max_size=9),
    named=st.sampled_from(NAMED),
    others=st.integers(0, 2),
)
def test_others_see_the_same_at_the_same_time_with_a_limit_and_without(
    sqlite: Database, steps: list[Step], named: str, others: int
):
    happens = ((ASKER, f"ask {POLICE}"), *steps)
    assert world(sqlite, happens, named, others) == world(sqlite, happens, "", others)


REOPENED: Sequence[Step] = (
    (ASKER, f"ask {POLICE}"),
    (MODERATOR, "case 1"),
    48,
    (MODERATOR, "case 1"),
    (MODERATOR, "case widen 1"),
    (ASKER, "withdraw 1"),
    (ASKER, "reopen 1"),
    (MODERATOR, "case 1"),
    (OTHER, f"ask {NOBODY}"),
)


@pytest.mark.parametrize("others", [0, 1])
@pytest.mark.parametrize("named", NAMED)
def test_neither_waiting_nor_asking_anew_nor_the_desk_tells_of_a_limit(
    sqlite: Database, named: str, others: int
):
    assert world(sqlite, REOPENED, named, others) == unlimited(sqlite, REOPENED, others)


INTERPRETED: Sequence[Step] = (
    (ASKER, f"ask {POLICE}"),
    (SECOND, "accept 1"),
    48,
    (OTHER, f"ask {POLICE}"),
    (SECOND, "accept 2"),
)


@pytest.mark.parametrize("others", [0, 1])
@pytest.mark.parametrize("named", [POLICE, ASKER, SECOND])
def test_neither_who_asks_nor_the_expert_sees_that_who_interprets_must_not_meet_them(
    sqlite: Database, named: str, others: int
):
    limited = world(sqlite, INTERPRETED, named, others, one_who_interprets)
    assert limited == unlimited(sqlite, INTERPRETED, others, one_who_interprets)


@pytest.mark.parametrize(
    ("choice", "steps", "others", "begin"),
    [
        ("next", REOPENED, 0, four_who_know_nothing),
        ("interpreter", INTERPRETED, 0, one_who_interprets),
    ],
)
def test_whom_nobody_stands_in_for_is_seen(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch, choice: str, steps, others: int, begin
):
    """Control: were the one with a limit passed over instead, the transcripts would differ."""
    without = unlimited(sqlite, steps, others, begin)
    choose = getattr(Choosing, choice)

    async def passing_over(self, *asked):
        chosen = await choose(self, *asked)
        if not isinstance(chosen, list):
            return None if chosen is None or chosen.withheld else chosen
        return [each for each in chosen if not each.withheld]

    monkeypatch.setattr(Choosing, choice, passing_over)
    assert world(sqlite, steps, ASKER, others, begin) != without
