"""How a request goes on while people answer late, or not at all, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from actions.cases.waiting import FEW, usual_wait
from storage.tables.cases import CaseOutcome, OfferRow, RequestRow, RequestState
from tests.harness import Said, Talk, kinds, once

ASKER, FIRST, SECOND, THIRD = "@asker:test", "@first:test", "@second:test", "@third:test"
EXPERTS = (FIRST, SECOND, THIRD)
QUESTION = "Which standards require counsel at disciplinary hearings?"
DAY = timedelta(days=1)


@once
async def volunteers(talk: Talk, *people: str) -> None:
    await talk.room("space:expert-desk", "!desk:test")
    for who in people:
        await talk.member(who)
        await talk.says(who, "volunteer", "10", "skip")


@once
async def asks(talk: Talk, who: str = ASKER) -> None:
    await talk.member(who)
    await talk.says(who, "ask", QUESTION, "10", "no", "skip", "yes")


@once
async def introduced(talk: Talk) -> None:
    await volunteers(talk, FIRST)
    await asks(talk)
    await talk.says(FIRST, "accept 1")
    await talk.says(ASKER, "accept 1")


async def request(talk: Talk) -> RequestRow:
    async with talk.storage.read() as session:
        return (await session.scalars(select(RequestRow))).one()


async def asked(talk: Talk) -> list[str]:
    """Name who has an offer, in the order of the numbers of people."""
    async with talk.storage.read() as session:
        offers = (await session.scalars(select(OfferRow))).all()
    return [EXPERTS[offer.expert_id - 1] for offer in offers if offer.state.stands]


async def standing(talk: Talk) -> list[int]:
    """List who has an offer, by their numbers."""
    async with talk.storage.read() as session:
        offers = (await session.scalars(select(OfferRow))).all()
    return [offer.expert_id for offer in offers if offer.state.stands]


def places(heard: list[Said]) -> list[tuple[str, str]]:
    return [(said.kind, said.room) for said in heard]


@pytest.mark.both_databases
async def test_two_are_asked_at_once_and_others_only_when_both_have_passed(talk: Talk):
    await volunteers(talk, *EXPERTS)
    await asks(talk)
    first, second = await asked(talk)
    assert kinds(await talk.says(first, "decline 1")) == ["experts.declined"]
    assert await asked(talk) == [second]
    (third,) = {*EXPERTS} - {first, second}
    heard = await talk.says(second, "decline 1")
    assert places(heard)[0] == ("experts.offer", f"direct:{EXPERTS.index(third) + 1}")
    assert await asked(talk) == [third]


async def test_an_offer_names_its_deadline_on_the_clock_of_the_expert(talk: Talk):
    await volunteers(talk, FIRST)
    await talk.member(ASKER)
    heard = await talk.says(ASKER, "ask", QUESTION, "10", "no", "skip", "yes")
    (offer,) = [said for said in heard if said.kind == "experts.offer"]
    when = "Wednesday, March 3, 2027, 15:00 Nairobi"
    assert offer.body.splitlines()[-1] == (
        f"I hope for your answer by {when}; after that I ask others."
    )


async def test_the_first_yes_counts_and_the_other_need_not_answer(talk: Talk):
    await volunteers(talk, FIRST, SECOND)
    await asks(talk)
    assert places(await talk.says(SECOND, "accept 1")) == [
        ("experts.expired", "direct:1"),
        ("experts.accepted", "direct:3"),
        ("experts.taken", "direct:2"),
    ]
    assert kinds(await talk.says(FIRST, "accept 1")) == ["error.conflict"]
    # Who was let go may be asked again: they said no no.
    assert places(await talk.says(SECOND, "decline 1")) == [
        ("experts.stepped_back", "direct:3"),
        ("experts.offer", "direct:1"),
        ("experts.declined", "direct:2"),
    ]


async def test_an_asker_is_reminded_of_an_expert_and_lets_them_go_by_silence(talk: Talk):
    await volunteers(talk, FIRST)
    await asks(talk)
    await talk.says(FIRST, "accept 1")
    assert kinds(await talk.passes(6 * DAY)) == []
    assert places(await talk.passes(DAY)) == [("experts.your_turn", "direct:2")]
    assert places(await talk.passes(7 * DAY)) == [
        ("experts.withdrawn", "direct:1"),
        ("experts.lapsed", "direct:2"),
    ]
    row = await request(talk)
    assert (row.state, row.outcome, row.question) == (RequestState.CLOSED, CaseOutcome.LAPSED, "")
    assert kinds(await talk.passes(100 * DAY)) == []


async def test_who_gets_no_expert_hears_of_it_until_the_request_is_given_up(talk: Talk):
    await volunteers(talk)
    await asks(talk)
    heard = {day: kinds(await talk.passes(DAY)) for day in range(1, 70)}
    waiting = ["experts.still_waiting", "experts.untaken"]
    assert {day: told for day, told in heard.items() if told} == {
        7: waiting,
        14: waiting,
        28: waiting,
        60: ["experts.gave_up"],
    }
    row = await request(talk)
    assert (row.state, row.outcome, row.question) == (RequestState.CLOSED, CaseOutcome.UNMET, "")


async def test_after_a_week_those_are_asked_once_more_who_did_not_answer(talk: Talk):
    await volunteers(talk, FIRST, SECOND)
    await asks(talk)
    await talk.says(FIRST, "decline 1")
    assert kinds(await talk.passes(2 * DAY)) == [
        "experts.expired",
        "experts.unmatched",
        "experts.untaken",
    ]
    assert kinds(await talk.passes(6 * DAY)) == []
    assert places(await talk.passes(DAY)) == [("experts.offer", "direct:2")]
    assert kinds(await talk.passes(2 * DAY)) == [
        "experts.expired",
        "experts.unmatched",
        "experts.untaken",
    ]


async def test_both_are_asked_what_came_of_it_and_neither_learns_what_the_other_says(talk: Talk):
    await introduced(talk)
    heard = await talk.passes(7 * DAY)
    assert places(heard) == [("experts.follow_up", "direct:2"), ("experts.follow_up", "direct:1")]
    assert heard[0].body.splitlines()[2:] == [
        "1. It helped.",
        "2. It helped a little.",
        "3. It did not help.",
        "4. We did not get to talk.",
    ]
    assert places(await talk.says(ASKER, "2")) == [("experts.outcome", "direct:2")]
    assert places(await talk.passes(23 * DAY)) == [("experts.follow_up", "direct:1")]
    assert places(await talk.says(FIRST, "outcome 1 1")) == [("experts.outcome", "direct:1")]
    row = await request(talk)
    async with talk.storage.read() as session:
        offer = (await session.scalars(select(OfferRow))).one()
    assert (row.outcome, offer.outcome) == (CaseOutcome.PARTLY, CaseOutcome.HELPED)
    assert places(await talk.passes(30 * DAY)) == [
        ("leave", "private:request:1"),
        ("experts.done", "direct:2"),
        ("experts.done", "direct:1"),
    ]
    assert (await request(talk)).state is RequestState.DONE


async def test_what_came_of_it_can_be_said_after_it_was_closed_and_by_nobody_else(talk: Talk):
    await introduced(talk)
    await talk.says(FIRST, "done 1")
    assert kinds(await talk.says(ASKER, "outcome 1")) == ["experts.follow_up"]
    assert kinds(await talk.says(ASKER, "4")) == ["experts.outcome"]
    assert [said.body for said in await talk.says(ASKER, "outcome 1 5")] == [
        "Choose a number from 1 to 4."
    ]
    await talk.member(SECOND)
    assert kinds(await talk.says(SECOND, "outcome 1 1")) == ["error.not_found"]
    assert (await request(talk)).outcome is CaseOutcome.NEVER_MET


async def test_nothing_came_of_what_nobody_was_introduced_for(talk: Talk):
    await volunteers(talk, FIRST, SECOND)
    await asks(talk)
    await talk.says(SECOND, "decline 1")
    await talk.says(FIRST, "accept 1")
    for who in (ASKER, FIRST):
        assert kinds(await talk.says(who, "outcome 1 1")) == ["error.conflict"]
    await talk.says(ASKER, "accept 1")
    assert kinds(await talk.says(SECOND, "outcome 1 1")) == ["error.conflict"]


async def test_what_was_missed_while_the_hub_did_not_run_is_not_said_late(talk: Talk):
    await introduced(talk)
    assert kinds(await talk.passes(61 * DAY)) == ["leave", "experts.done", "experts.done"]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [([10] * (FEW - 1), None), ([10] * FEW, 1), ([10, 20, 30, 200, 300], 2), ([72] * 9, 3)],
)
def test_how_long_one_waits_is_told_from_some_requests_on(hours, expected):
    assert usual_wait([timedelta(hours=each) for each in hours]) == expected


async def test_who_asks_reads_how_long_others_waited(talk: Talk):
    await volunteers(talk, FIRST)
    for number in range(1, FEW + 1):
        await asks(talk, f"@asker{number}:test")
        await talk.says(FIRST, f"accept {number}")
        await talk.says(f"@asker{number}:test", f"withdraw {number}")
        await talk.passes(7 * DAY)
    await talk.member(ASKER)
    heard = await talk.says(ASKER, "ask", QUESTION, "10", "no", "skip", "yes")
    assert heard[0].body.splitlines()[-1] == (
        "Of the requests of the last months, half were taken on within 1 day."
    )


@contextmanager
def counted(talk: Talk) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        seen.append(statement)

    engine = talk.storage.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


async def test_neither_who_asks_nor_who_volunteers_is_kept_waiting_for_what_waits(talk: Talk):
    await talk.room("space:expert-desk", "!desk:test")
    taken = []
    for number in range(1, 7):
        asker, expert = f"@asker{number}:test", f"@expert{number}:test"
        for who in (asker, expert):
            await talk.member(who)
        await talk.says(asker, "ask", QUESTION, "10", "no", "skip")
        await talk.says(expert, "volunteer", "1")
        with counted(talk) as to_ask:
            await talk.says(asker, "yes")
        with counted(talk) as to_volunteer:
            await talk.says(expert, "skip")
        with counted(talk) as to_look_again:
            await talk.dispatcher.handle_due()
        taken.append([len(each) for each in (to_ask, to_volunteer, to_look_again)])
        await talk.passes(timedelta(0))
        await talk.says(expert, "away")
        await talk.passes(timedelta(0))
    assert taken[1:] == taken[1:2] * 5


async def reopens(talk: Talk, said: str = "reopen 1") -> list[Said]:
    heard = await talk.says(ASKER, said)
    assert kinds(heard) == ["ask.ask.question"]
    return await talk.says(
        ASKER, "May a hearing begin without an interpreter?", "no", "skip", "yes"
    )


@pytest.mark.both_databases
async def test_who_took_it_on_is_asked_first_and_alone_when_it_is_asked_once_more(talk: Talk):
    await volunteers(talk, *EXPERTS)
    await asks(talk)
    second = (await asked(talk))[1]
    await talk.says(second, "accept 1")
    await talk.says(ASKER, "accept 1")
    await talk.says(ASKER, "done 1", "1")
    heard = await reopens(talk, "reopen")
    assert await asked(talk) == [second]
    (offer,) = [said for said in heard if said.kind == "experts.offer"]
    assert offer.body.splitlines()[2] == "You took this request on before: it is asked anew."
    row = await request(talk)
    assert (row.state, row.outcome, row.question) == (
        RequestState.OFFERED,
        None,
        "May a hearing begin without an interpreter?",
    )
    # Others are asked once they do not want to.
    await talk.says(second, "decline 1")
    assert second not in await asked(talk)
    assert len(await asked(talk)) == 2


async def test_the_two_meet_in_a_room_of_their_own_once_more(talk: Talk):
    await introduced(talk)
    await talk.says(FIRST, "done 1")
    await reopens(talk)
    await talk.says(FIRST, "accept 1")
    heard = await talk.says(ASKER, "accept 1")
    assert [said.kind for said in heard if said.kind in {"create", "invite"}] == [
        "create",
        "invite",
        "invite",
    ]
    assert (await request(talk)).state is RequestState.INTRODUCED


async def test_what_is_open_or_of_others_or_long_over_is_not_opened_again(talk: Talk):
    await introduced(talk)
    assert kinds(await talk.says(ASKER, "reopen 1")) == ["error.conflict"]
    assert kinds(await talk.says(ASKER, "reopen")) == ["error.not_found"]
    await talk.says(FIRST, "done 1")
    assert kinds(await talk.says(FIRST, "reopen 1")) == ["error.not_found"]
    await talk.passes(91 * DAY)
    heard = await talk.says(ASKER, "reopen 1")
    assert [said.body for said in heard] == [
        'Request 1 ended more than 90 days ago. "ask" makes another one.'
    ]


async def test_asking_once_more_counts_as_asking(talk: Talk):
    await introduced(talk)
    await talk.says(ASKER, "done 1")
    await reopens(talk)
    await talk.says(ASKER, "withdraw 1")
    (said,) = await talk.says(ASKER, "reopen 1")
    assert said.body.startswith("Request 1 was opened again within the last week.")
    for number in (2, 3, 4):
        await asks(talk)
        await talk.says(ASKER, f"withdraw {number}")
    (said,) = await talk.says(ASKER, "ask")
    assert said.body.startswith("You may ask 5 times in a week.")


async def test_who_closes_it_and_the_other_one_are_asked_what_came_of_it(talk: Talk):
    await introduced(talk)
    heard = [said for said in await talk.says(ASKER, "done 1") if said.kind == "experts.done"]
    question = "What came of it? A number is enough; nobody you met learns what you say."
    assert [said.body.splitlines()[2] for said in heard] == [question, question]
    assert kinds(await talk.says(FIRST, "1")) == ["experts.outcome"]
    assert kinds(await talk.says(ASKER, "3")) == ["experts.outcome"]
    async with talk.storage.read() as session:
        offer = (await session.scalars(select(OfferRow))).one()
    assert ((await request(talk)).outcome, offer.outcome) == (
        CaseOutcome.NOT_HELPED,
        CaseOutcome.HELPED,
    )


async def test_who_is_not_to_meet_again_is_not_asked_once_more(talk: Talk):
    await introduced(talk)
    await volunteers(talk, SECOND)
    await talk.says(FIRST, "not again 1")
    await talk.says(FIRST, "done 1")
    await reopens(talk)
    assert await standing(talk) == []  # as if FIRST did not answer
    await talk.passes(2 * DAY)
    assert await standing(talk) == [3]


async def test_whom_an_asker_will_not_meet_again_is_not_asked_once_more(talk: Talk):
    await introduced(talk)
    await volunteers(talk, SECOND)
    await talk.says(ASKER, "not again 1", "done 1")
    await reopens(talk)
    assert await standing(talk) == [3]
