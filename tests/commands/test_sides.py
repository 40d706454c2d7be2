"""Nobody of the state's or the adverse side meets or finds the defence through the hub."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from actions.sides import apart
from kit.codes import FIRST, code
from storage.engine import Storage
from storage.tables.cases import OfferRow, RequestRow, RequestState
from storage.tables.people import PersonRow
from tests.harness import Talk, kinds, network, once

ASKER, OTHER = "@asker:test", "@other:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"
ASK = ("ask", QUESTION, "10", "no", "skip", "yes")
DEFENDER, RESEARCHER, PROSECUTOR, JUDGE = "public defender", "researcher", "prosecutor", "judge"
pairs = pytest.mark.parametrize(
    ("one", "other", "together"),
    [(DEFENDER, RESEARCHER, True), (DEFENDER, PROSECUTOR, False), (JUDGE, DEFENDER, False)],
)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("public-defender", "public-defender", False),
        ("public-defender", "justice-expert", False),
        ("public-defender", "prosecution-police-prison", True),
        ("public-defender", "judiciary", True),
        ("public-defender", "a category of before", True),
        ("justice-expert", "prosecution-police-prison", False),
        ("prosecution-police-prison", "judiciary", False),
        ("prosecution-police-prison", "public-defender", True),
        ("judiciary", "public-defender", True),
    ],
)
def test_who_is_kept_apart(one, other, expected):
    people = (PersonRow(category=each) for each in (one, other))
    assert apart(network(), *people) is expected


@once
async def member(talk: Talk, who: str, category: str) -> None:
    await talk.member(who)
    await talk.says(who, "profile category", category)


@once
async def expert(talk: Talk, category: str) -> None:
    await member(talk, OTHER, category)
    await talk.says(OTHER, "volunteer", "10", "skip")


@once
async def accepted(talk: Talk) -> None:
    await expert(talk, DEFENDER)
    await member(talk, ASKER, DEFENDER)
    await talk.says(ASKER, *ASK)
    await talk.says(OTHER, "accept 1")


@once
async def asking(talk: Talk, category: str) -> None:
    await member(talk, ASKER, category)
    await talk.says(ASKER, *ASK)


async def offered(talk: Talk) -> list[tuple[int, str]]:
    async with talk.storage.read() as session:
        return [(row.expert_id, row.state) for row in await session.scalars(select(OfferRow))]


@pytest.mark.slow
@pairs
async def test_who_is_asked_what(talk: Talk, one, other, together):
    await expert(talk, other)
    await member(talk, ASKER, one)
    assert ("experts.offer" in kinds(await talk.says(ASKER, *ASK))) is together


@pytest.mark.slow
@pairs
async def test_who_is_asked_what_waits(talk: Talk, one, other, together):
    await asking(talk, one)
    await expert(talk, other)
    heard = await talk.passes(timedelta(0))
    assert kinds(heard) == (["experts.offer"] if together else [])


@pairs
async def test_who_finds_whom(talk: Talk, one, other, together):
    await member(talk, OTHER, other)
    await talk.says(OTHER, "profile directory", "1, 2, 3")
    await member(talk, ASKER, one)
    assert kinds(await talk.says(ASKER, "members")) == [
        "directory.list" if together else "error.not_found"
    ]


@pytest.mark.slow
async def test_an_expert_who_changes_sides_is_asked_no_further(talk: Talk):
    await expert(talk, DEFENDER)
    await asking(talk, DEFENDER)
    heard = await talk.says(OTHER, "profile category", PROSECUTOR)
    assert [(said.kind, said.room) for said in heard] == [
        ("experts.unmatched", "direct:2"),
        ("experts.expired", "direct:1"),
        ("profile.changed", "direct:1"),
    ]
    assert await offered(talk) == [(1, "declined")]
    assert kinds(await talk.says(OTHER, "accept 1")) == ["error.conflict"]
    await talk.passes(timedelta(days=3))
    assert await offered(talk) == [(1, "declined")]


@pytest.mark.parametrize("changes", [ASKER, OTHER])
async def test_who_changes_sides_after_the_expert_accepted_is_not_introduced(talk: Talk, changes):
    await accepted(talk)
    await talk.says(changes, "profile category", JUDGE)
    assert kinds(await talk.says(ASKER, "accept 1")) == ["error.conflict"]
    assert await offered(talk) == [(1, "declined")]


@pytest.mark.slow
async def test_what_a_category_means_is_asked_again_before_two_are_introduced(
    talk: Talk, monkeypatch: Any
):
    """The operator may change the file of the Space between an offer and its end."""
    await accepted(talk)
    monkeypatch.setattr("actions.cases.handing_on.apart", lambda _network, _one, _other: True)
    assert kinds(await talk.says(ASKER, "accept 1")) == [
        "experts.unmatched",
        "experts.stepped_back",
    ]


async def test_both_read_what_the_other_does_before_they_agree(talk: Talk):
    await expert(talk, RESEARCHER)
    await member(talk, ASKER, DEFENDER)
    (offer,) = [said for said in await talk.says(ASKER, *ASK) if said.kind == "experts.offer"]
    (accepted, _thanks) = await talk.says(OTHER, "accept 1")
    assert [said.body.split("\n\n")[1] for said in (offer, accepted)] == [
        "How they describe themselves: Public defender / legal aid institution staff",
        "How they describe themselves: Justice expert or researcher",
    ]


@pytest.mark.slow
async def test_a_member_has_three_open_requests_and_then_ends_one(talk: Talk):
    await talk.member(ASKER)
    for _each in range(3):
        assert kinds(await talk.says(ASKER, *ASK))[0] == "experts.asked"
    (refused,) = await talk.says(ASKER, "ask")
    assert (refused.kind, refused.body) == (
        "error.conflict",
        (
            'You may have 3 open requests at a time. "requests" shows yours; "withdraw" or "done" '
            "with a number ends one."
        ),
    )
    await talk.says(ASKER, "withdraw 2")
    assert kinds(await talk.says(ASKER, *ASK))[0] == "experts.asked"


@pytest.mark.slow
async def test_a_member_asks_five_times_a_week(talk: Talk):
    await talk.member(ASKER)
    for number in range(1, 6):
        assert kinds(await talk.says(ASKER, *ASK))[0] == "experts.asked"
        await talk.says(ASKER, f"withdraw {number}")
    (refused,) = await talk.says(ASKER, "ask")
    assert (refused.kind, refused.body) == (
        "error.conflict",
        "You may ask 5 times in a week. Please ask again in a few days.",
    )
    talk.now += timedelta(days=7, minutes=1)
    assert kinds(await talk.says(ASKER, "ask")) == ["ask.ask.question"]


@pytest.mark.slow
async def test_a_dialogue_that_was_open_before_counts_at_its_end(talk: Talk):
    await talk.member(ASKER)
    for _each in range(3):
        await talk.says(ASKER, *ASK)
    await talk.says(ASKER, "withdraw 3", "ask", QUESTION, "10", "no", "skip")
    async with talk.storage.write() as session:
        row = (await session.scalars(select(RequestRow).where(RequestRow.id == 3))).one()
        row.state = RequestState.UNMATCHED
    assert kinds(await talk.says(ASKER, "yes")) == ["error.conflict", "ask.ask.safe"]


class Drawn:
    """Draws what it is given, in order."""

    def __init__(self, *numbers: int) -> None:
        self._numbers = iter(numbers)

    def draw(self) -> int:
        return next(self._numbers)


@pytest.mark.slow
async def test_the_number_of_a_request_tells_nothing_and_one_that_is_taken_is_drawn_again(
    storage: Storage,
):
    talk = Talk(storage, numbers=Drawn(1, FIRST + 5_000, FIRST + 5_000, FIRST + 70_000))
    await talk.member(OTHER)
    await talk.says(OTHER, "volunteer", "10", "skip")
    await talk.member(ASKER)
    asked = [(await talk.says(ASKER, *ASK))[0].ids for _each in range(3)]
    assert asked == [["1"], [code(FIRST + 5_000)], [code(FIRST + 70_000)]]
    # One of before there were codes, and one in lower case.
    for said in ("accept 1", f"accept {code(FIRST + 5_000).lower()}"):
        assert kinds(await talk.says(OTHER, said)) == ["experts.accepted", "experts.taken"]
    assert kinds(await talk.says(OTHER, f"accept {code(FIRST + 9)}")) == ["error.not_found"]
