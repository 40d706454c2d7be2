"""Requests and offers move along one table, whoever says what in which order."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from actions.cases.states import OFFER, REQUEST, move, move_offer
from kit.errors import Conflict
from storage.tables.cases import OfferRow, OfferState, RequestRow, RequestState
from tests.conftest import Database
from tests.harness import Talk, kinds

ASKER, FIRST, SECOND = "@asker:test", "@first:test", "@second:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"


class Case(RuleBasedStateMachine):
    """A request and an offer of it, whose states somebody tries to change at will."""

    def __init__(self) -> None:
        super().__init__()
        self.request = RequestRow(id=1, state=RequestState.OPEN)
        self.offer = OfferRow(request_id=1, state=OfferState.OFFERED)

    @rule(to=st.sampled_from(RequestState))
    def moves(self, to: RequestState) -> None:
        before = self.request.state
        try:
            move(self.request, to)
        except Conflict:
            assert (self.request.state, to in REQUEST[before]) == (before, False)
        else:
            assert (self.request.state, to in REQUEST[before]) == (to, True)
            assert not before.over

    @rule(to=st.sampled_from(OfferState))
    def moves_offer(self, to: OfferState) -> None:
        before = self.offer.state
        try:
            move_offer(self.offer, to)
        except Conflict:
            assert (self.offer.state, to in OFFER[before]) == (before, False)
        else:
            assert (self.offer.state, to in OFFER[before], before.stands) == (to, True, True)

    @invariant()
    def can_always_be_taken_back(self) -> None:
        over = self.request.state.over
        assert (RequestState.WITHDRAWN in REQUEST[self.request.state]) is not over
        assert (OfferState.WITHDRAWN in OFFER[self.offer.state]) is self.offer.state.stands


TestCase = Case.TestCase


@pytest.mark.parametrize(
    ("table", "begins"), [(REQUEST, RequestState.OPEN), (OFFER, OfferState.OFFERED)]
)
def test_every_state_can_be_reached_and_every_way_ends(table, begins):
    assert {*table} == {*type(begins)}
    reached = {begins}
    while more := {to for state in reached for to in table[state]} - reached:
        reached |= more
    assert reached == {*table}
    assert all(any(not table[to] for to in table[state]) for state in table if table[state])


# What two experts and an asker may say, each at any time; later steps include a wait.
SAYINGS = [
    (who, f"{word} 1")
    for who in (ASKER, FIRST, SECOND)
    for word in ("accept", "decline", "withdraw", "done")
]
sequences = st.lists(st.sampled_from([*SAYINGS, None]), min_size=3, max_size=9)
# Which offers may stand while a request is where it is.
STANDING = {
    RequestState.OPEN: [],
    RequestState.OFFERED: [OfferState.OFFERED],
    RequestState.UNMATCHED: [],
    RequestState.ACCEPTED: [OfferState.ACCEPTED],
    RequestState.INTRODUCED: [OfferState.ACCEPTED],
    RequestState.WITHDRAWN: [],
    RequestState.DONE: [],
}


async def case(talk: Talk) -> tuple[RequestRow, list[OfferRow]]:
    async with talk.storage.read() as session:
        request = (await session.scalars(select(RequestRow))).one()
        return request, [*await session.scalars(select(OfferRow))]


async def happens(database: Database, said: list[tuple[str, str] | None]) -> None:
    talk = Talk(database.storage)
    for who in (FIRST, SECOND, ASKER):
        await talk.member(who)
    for who in (FIRST, SECOND):
        await talk.says(who, "volunteer", "10", "skip")
    await talk.says(ASKER, "ask", "10", "skip", QUESTION, "yes")
    before, _offers = await case(talk)
    for each in said:
        heard = await (talk.passes(timedelta(hours=49)) if each is None else talk.says(*each))
        assert "error.broken" not in kinds(heard)
        request, offers = await case(talk)
        assert request.state == before.state or not before.state.over
        assert [o.state for o in offers if o.state.stands] == STANDING[request.state]
        known = {o.expert_id for o in offers if o.state in {OfferState.ACCEPTED, OfferState.DONE}}
        if request.state in {RequestState.ACCEPTED, RequestState.INTRODUCED, RequestState.DONE}:
            assert {request.expert_id} == known
        assert (request.question == "") is request.state.over
        before = request


@settings(max_examples=6, phases=[Phase.generate])
@given(said=sequences)
def test_whatever_is_said_in_whatever_order_a_request_stays_whole(sqlite: Database, said):
    async def run() -> None:
        try:
            await happens(sqlite, said)
        finally:
            await sqlite.storage.close()

    sqlite.begin()
    asyncio.run(run())


async def test_an_expert_is_away_until_they_say_otherwise(talk: Talk):
    await talk.member(FIRST)
    await talk.says(FIRST, "volunteer", "10", "skip", "away")
    talk.now += timedelta(days=20 * 365)
    await talk.member(ASKER)
    asked = await talk.says(ASKER, "ask", "10", "skip", QUESTION, "yes")
    assert "experts.offer" not in kinds(asked)
    await talk.says(FIRST, "available")
    await talk.member(SECOND)
    await talk.says(SECOND, "volunteer", "10", "skip")
    await talk.says(ASKER, "withdraw 1")
    asked = await talk.says(ASKER, "ask", "10", "skip", QUESTION, "yes")
    assert "experts.offer" in kinds(asked)
