"""Requests and offers move along one table, whoever says what in which order, and never stand."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from actions.cases.matching import AT_ONCE, WEEKLY
from actions.cases.offers import Watch
from actions.cases.states import (
    OFFER,
    PATIENCE,
    URGENT,
    WAYS,
    Event,
    Party,
    move,
    move_offer,
    patience,
)
from kit.audience import Only
from kit.errors import Conflict
from kit.notices import WEEK
from storage.people import People
from storage.queue import State
from storage.requests import Requests
from storage.tables.cases import (
    ExpertRow,
    OfferKind,
    OfferRow,
    OfferState,
    RequestRow,
    RequestState,
)
from storage.tables.queues import DueRow, OutboxRow
from storage.tables.rooms import RoomRow
from tests.commands.test_interpreting import vouched
from tests.fixtures import Database
from tests.harness import Said, Talk, kinds, once

ASKER, FIRST, SECOND, THIRD = "@asker:test", "@first:test", "@second:test", "@third:test"
OTHER, BOTH = "@other:test", "@both:test"  # BOTH interprets
QUESTION = "Which standards require counsel at disciplinary hearings?"
DAY = timedelta(days=1)


class Case(RuleBasedStateMachine):
    """A request and an offer of it, to which somebody tries to let anything happen."""

    def __init__(self) -> None:
        super().__init__()
        self.request = RequestRow(id=1, state=RequestState.OPEN)
        self.offer = OfferRow(request_id=1, state=OfferState.OFFERED)

    @rule(event=st.sampled_from(Event))
    def happens(self, event: Event) -> None:
        before, way = self.request.state, WAYS[event]
        try:
            move(self.request, event)
        except Conflict:
            assert (self.request.state, before in way.begins) == (before, False)
        else:
            assert (self.request.state, before in way.begins) == (way.ends, True)
            assert before.over is (event is Event.REOPEN)

    @rule(to=st.sampled_from(OfferState))
    def moves_offer(self, to: OfferState) -> None:
        before = self.offer.state
        try:
            move_offer(self.offer, to)
        except Conflict:
            assert (self.offer.state, to in OFFER[before]) == (before, False)
        else:
            assert (self.offer.state, to in OFFER[before]) == (to, True)

    @invariant()
    def can_always_be_taken_back(self) -> None:
        over = self.request.state.over
        assert (self.request.state in WAYS[Event.WITHDRAW].begins) is not over
        assert (OfferState.WITHDRAWN in OFFER[self.offer.state]) is self.offer.state.stands

    @invariant()
    def has_an_owner_and_a_deadline_unless_it_is_over(self) -> None:
        for self.request.urgent in (False, True):
            assert (patience(self.request) is not None) is not self.request.state.over


TestCase = Case.TestCase


def test_every_state_can_be_reached_and_from_each_every_end_but_for_those_who_met():
    once_only = {event: way for event, way in WAYS.items() if event is not Event.REOPEN}
    leads = {
        state: {way.ends for way in once_only.values() if state in way.begins}
        for state in RequestState
    }
    reached = {RequestState.OPEN}
    while more := {to for state in reached for to in leads[state]} - reached:
        reached |= more
    assert reached == {*RequestState}
    assert {state for state in RequestState if not leads[state]} == {
        state for state in RequestState if state.over
    }


def test_deadlines_of_a_state_come_one_after_the_other_and_the_last_leads_out_of_it():
    for each in (*PATIENCE.values(), *URGENT.values()):
        moments = [after for after, _care in each.steps]
        assert moments == sorted(set(moments))
    for state, urgent in URGENT.items():  # sooner, and by the same people with the same end
        usual = PATIENCE[state]
        assert (urgent.owner, urgent.steps[-1][1]) == (usual.owner, usual.steps[-1][1])
        assert urgent.steps[0][0] < usual.steps[0][0]
    last = {state: each.steps[-1][1].name for state, each in PATIENCE.items()}
    assert last == {
        RequestState.OPEN: "ASK_OTHERS",
        RequestState.OFFERED: "ASK_OTHERS",
        RequestState.AWAITS_INTERPRETER: "ASK_INTERPRETERS",
        RequestState.AWAITS_EXPERT: "ASK_OTHERS",
        RequestState.ACCEPTED: "LAPSE",
        RequestState.UNMATCHED: "GIVE_UP",
        RequestState.INTRODUCED: "FINISH",
    }
    assert {state: each.owner for state, each in PATIENCE.items()} == {
        RequestState.OPEN: Party.HUB,
        RequestState.OFFERED: Party.EXPERT,
        RequestState.AWAITS_INTERPRETER: Party.INTERPRETER,
        RequestState.AWAITS_EXPERT: Party.EXPERT,
        RequestState.ACCEPTED: Party.ASKER,
        RequestState.UNMATCHED: Party.DESK,
        RequestState.INTRODUCED: Party.BOTH,
    }


# What anybody may do at any time; a number is days that pass.
EXPERTS, ASKERS = (FIRST, SECOND, THIRD, BOTH), (ASKER, OTHER)
PEOPLE = (*EXPERTS, *ASKERS)
SAYINGS = [
    (who, f"{word} {number}")
    for who in PEOPLE
    for word in ("accept", "decline", "withdraw", "done", "outcome", "reopen")
    for number in (1, 2)
]
STEPS = st.one_of(
    st.sampled_from(SAYINGS),
    st.sampled_from(SAYINGS),
    st.sampled_from([(who, word) for who in EXPERTS for word in ("away", "available")]),
    st.sampled_from([(who, "forget me") for who in (*EXPERTS, *ASKERS)]),
    st.sampled_from([1, 3, 8, 31, 61]),
)
# How far the second request has come with who interprets, before anything may happen.
BEFORE = [(who, "accept 2") for who in (SECOND, BOTH, SECOND, OTHER)]
BEGINNINGS = [BEFORE[:many] for many in (0, 0, 1, 2, 3, 4)]
# Which offers may stand while a request is where it is.
STANDING = {
    RequestState.OPEN: [set()],
    RequestState.OFFERED: [{OfferState.OFFERED}, set()],  # or nobody, where a limit must not show
    RequestState.UNMATCHED: [set()],
    RequestState.AWAITS_INTERPRETER: [{OfferState.ACCEPTED, OfferState.OFFERED}],
    RequestState.AWAITS_EXPERT: [{OfferState.ACCEPTED}],
    RequestState.ACCEPTED: [{OfferState.ACCEPTED}],
    RequestState.INTRODUCED: [{OfferState.ACCEPTED}, set()],  # or the expert was erased
    RequestState.WITHDRAWN: [set()],
    RequestState.CLOSED: [set()],
    RequestState.DONE: [set()],
}


@once
async def two_requests(talk: Talk) -> None:
    await talk.room("space:expert-desk", "!desk:test")
    for who in (*EXPERTS, *ASKERS):
        await talk.member(who)
    for who in (FIRST, THIRD):
        await talk.says(who, "volunteer", "10", "skip")
    await talk.says(SECOND, "volunteer", "10", "Swahili")
    await talk.says(BOTH, "volunteer", "interpreting", "English, Swahili", "no")
    await vouched(talk, BOTH)
    assert kinds(await talk.says(THIRD, "limits", "1", "the police", "yes")) == ["experts.limits"]
    await talk.says(ASKER, "ask", QUESTION, "10", "no", "skip", "yes")
    await talk.says(OTHER, "ask", QUESTION, "10", "yes", "the police")
    await talk.says(OTHER, "interpreter: yes", "yes")


READERS = {f"direct:{place}": who for place, who in enumerate(PEOPLE, start=1)}


async def everything_holds(talk: Talk, heard: list[Said], met: set[int]) -> None:
    """Check each promise; *met* are the requests over which both agreed to meet."""
    async with talk.storage.read() as session:
        requests = (await session.scalars(select(RequestRow))).all()
        offers = (await session.scalars(select(OfferRow))).all()
        watches = (await session.scalars(select(DueRow).where(DueRow.kind == Watch.kind))).all()
        experts = {who: await People(session).find(who) for who in EXPERTS}
        terms = {row.person_id: row for row in (await session.scalars(select(ExpertRow))).all()}
    waiting = [row.payload["request"] for row in watches if row.state is State.NEW]
    for request in requests:
        theirs = [offer for offer in offers if offer.request_id == request.id]
        standing = {offer.state for offer in theirs if offer.state.stands}
        assert standing in STANDING[request.state]
        accepted = [offer.kind for offer in theirs if offer.state is OfferState.ACCEPTED]
        assert len(accepted) <= 1 or {*accepted} == {OfferKind.INTERPRETED, OfferKind.INTERPRETER}
        assert len(accepted) <= len({OfferKind.INTERPRETED, OfferKind.INTERPRETER})
        # Nobody is asked to meet who could not talk.
        if request.state in {RequestState.AWAITS_EXPERT, RequestState.ACCEPTED}:
            assert (OfferKind.INTERPRETED in accepted) is (OfferKind.INTERPRETER in accepted)
        assert (request.question == "") is request.state.over
        # No request is ownerless and silent past its deadline.
        assert waiting.count(request.id) == (0 if request.state.over else 1)
        if request.state is RequestState.INTRODUCED:
            met.add(request.id)
    assert all(row.due_at > talk.now for row in watches if row.state is State.NEW)
    for person in filter(None, experts.values()):
        theirs = [offer for offer in offers if offer.expert_id == person.id]
        assert sum(offer.state.stands for offer in theirs) <= AT_ONCE
        late = sum(offer.offered_at > talk.now - WEEK for offer in theirs)
        assert late <= (terms[person.id].weekly if person.id in terms else WEEKLY)
    # Nobody is asked against those they are bound to.
    opponents = {request.id: request.opponent for request in requests}
    assert not any(
        opponents[offer.request_id] in (terms[offer.expert_id].never or ())
        for offer in offers
        if offer.expert_id in terms
    )
    for said in heard:
        words = f"{said.body} {said.content}"
        number = int(said.ids[0]) if said.kind.startswith("experts.") and said.ids else 0
        if number not in met and said.kind not in {"ask.ask.safe", "experts.requests"}:
            reader = READERS.get(said.room)
            assert QUESTION not in words or reader in ASKERS, said
            others = [who for who in PEOPLE if who != reader]
            assert not any(who in words for who in others if said.kind.startswith("experts.")), said


async def audiences_hold(talk: Talk) -> None:
    """What is said of requests is for the person whose chat it is, or for the two who met."""
    query = select(OutboxRow, RoomRow).join(RoomRow, RoomRow.id == OutboxRow.room)
    async with talk.storage.read() as session:
        rows = (await session.execute(query)).all()
        for row, room in rows:
            kind = (row.content or {}).get("org.ilan.hub", {}).get("kind", "")
            if not kind.startswith("experts.") or kind == "experts.untaken":
                continue
            if str(room.key).startswith("private:request:"):
                request = await session.get(RequestRow, int(str(room.key).rsplit(":", 1)[1]))
                if request is not None and request.expert_id is not None:
                    assert isinstance(row.audience, Only)
                    interpreter = await Requests(session).interpreter(request)
                    met = {request.asker_id, request.expert_id, interpreter} - {None}
                    assert {*row.audience.person_ids} == met
            else:
                assert row.audience == Only((room.person_id,))


async def happens(database: Database, steps: list[tuple[str, str] | int]) -> None:
    talk = Talk(database.storage, beginnings=database.beginnings)
    await two_requests(talk)
    met = set[int]()
    for step in steps:
        if isinstance(step, int):
            heard = await talk.passes(step * DAY)
        else:
            who, words = step
            heard = await talk.says(who, words)
            if kinds(heard) == ["ask.ask.question"]:
                heard += await talk.says(who, QUESTION, "no", "skip", "yes")
            if words == "forget me":
                heard += await talk.says(who, "yes")
            heard += await talk.passes(timedelta(0))
        assert "error.broken" not in kinds(heard)
        await everything_holds(talk, heard, met)
    await audiences_hold(talk)


@settings(max_examples=20, phases=[Phase.generate])
@given(begun=st.sampled_from(BEGINNINGS), steps=st.lists(STEPS, min_size=4, max_size=14))
def test_whatever_happens_in_whatever_order_no_request_is_forgotten_or_told(
    sqlite: Database, begun, steps
):
    async def run() -> None:
        try:
            await happens(sqlite, [*begun, *steps])
        finally:
            await sqlite.storage.close()

    sqlite.begin()
    asyncio.run(run())


async def test_an_expert_is_away_until_they_say_otherwise(talk: Talk):
    await talk.member(FIRST)
    await talk.says(FIRST, "volunteer", "10", "skip", "away")
    talk.now += timedelta(days=20 * 365)
    await talk.member(ASKER)
    asked = await talk.says(ASKER, "ask", QUESTION, "10", "no", "skip", "yes")
    assert "experts.offer" not in kinds(asked)
    await talk.says(FIRST, "available")
    await talk.member(SECOND)
    await talk.says(SECOND, "volunteer", "10", "skip")
    await talk.says(ASKER, "withdraw 1")
    asked = await talk.says(ASKER, "ask", QUESTION, "10", "no", "skip", "yes")
    assert "experts.offer" in kinds(asked)
