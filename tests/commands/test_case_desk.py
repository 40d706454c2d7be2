"""Moderators look after requests that get no expert, and read neither who asks nor what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.audits import Audits
from storage.tables.cases import CaseOutcome, RequestRow, RequestState
from tests.harness import STEWARD, Said, Talk, kinds, once

ASKER, EXPERT, SECOND = "@asker:test", "@expert:test", "@second:test"
MODERATOR = "@moderator:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"
DAY = timedelta(days=1)
COMMANDS = ["cases", "case 1", "case take 1", "case widen 1", "case close 1", "case figures"]


@once
async def moderated(talk: Talk) -> None:
    for who in (STEWARD, MODERATOR):
        await talk.member(who)
    await talk.says(STEWARD, f"role {MODERATOR} moderator")


@once
async def volunteers(talk: Talk, who: str) -> None:
    await talk.member(who)
    await talk.says(who, "volunteer", "prisons", "skip")


@once
async def asks(talk: Talk, who: str = ASKER, topic: str = "prisons") -> None:
    await talk.member(who)
    await talk.says(who, "ask", QUESTION, topic, "no", "skip", "yes")


async def request(talk: Talk) -> RequestRow:
    async with talk.storage.read() as session:
        return (await session.scalars(select(RequestRow))).one()


def places(heard: list[Said]) -> list[tuple[str, str]]:
    return [(said.kind, said.room) for said in heard]


@pytest.mark.parametrize("said", COMMANDS)
async def test_the_desk_is_for_moderators(talk: Talk, said: str):
    await asks(talk)
    (refused,) = await talk.says(ASKER, said)
    assert refused.body == "Only moderators can do that."


@pytest.mark.slow
async def test_what_nobody_takes_comes_first_and_the_oldest_of_it(talk: Talk):
    await moderated(talk)
    await volunteers(talk, EXPERT)
    await asks(talk)
    talk.now += DAY
    await asks(talk, "@second:test", "death-penalty")
    talk.now += DAY
    await asks(talk, "@third:test", "death-penalty")
    (shown,) = await talk.says(MODERATOR, "cases")
    assert shown.ids == ["2", "3", "1"]
    assert shown.body.splitlines() == [
        "• 2. Death penalty, English, 24 hours ago: nobody is free yet",
        "• 3. Death penalty, English, in 0 seconds: nobody is free yet",
        "• 1. Prisons and post-sentence, English, 2 days ago: experts are asked",
        "",
        "nobody is free yet: 2 and experts are asked: 1",
        "",
        '"case" with a number shows one.',
    ]
    assert kinds(await talk.says(MODERATOR, "2")) == ["desk.case"]


@pytest.mark.both_databases
async def test_a_moderator_sees_where_a_request_stands_and_neither_who_asks_nor_what(talk: Talk):
    await moderated(talk)
    await volunteers(talk, EXPERT)
    await volunteers(talk, SECOND)
    await asks(talk)
    await talk.says(EXPERT, "decline 1")
    await talk.passes(2 * DAY)
    await talk.says(MODERATOR, "case take 1")
    (card,) = await talk.says(MODERATOR, "case 1")
    assert card.body.splitlines()[:7] == [
        "• Topic: Prisons and post-sentence",
        "• Languages: English",
        "• Region: East and Southern Africa",
        "• Asked: Monday, March 1, 2027, 15:00 Nairobi",
        "• State: nobody is free yet",
        f"• Looked after by {MODERATOR}",
        "• The hub goes on by itself: Wednesday, March 10, 2027, 15:00 Nairobi",
    ]
    for hidden in (ASKER, EXPERT, SECOND, QUESTION):
        assert hidden not in f"{card.body} {card.content}"


async def test_those_who_did_not_answer_are_asked_again_when_a_moderator_wants_it(talk: Talk):
    await moderated(talk)
    await volunteers(talk, EXPERT)
    await asks(talk)
    await talk.passes(2 * DAY)
    heard = await talk.says(MODERATOR, "case widen 1")
    expert = next(said.room for said in heard if said.kind == "experts.offer")
    assert places(heard) == [("experts.offer", expert), ("desk.widened", heard[-1].room)]
    assert kinds(await talk.says(MODERATOR, "case widen 1")) == ["error.conflict"]
    await talk.says(EXPERT, "decline 1")
    (nobody,) = await talk.says(MODERATOR, "case widen 1")
    assert nobody.body == heard[-1].body  # whether a limit keeps it from them is not told


async def test_what_a_moderator_closes_is_over_and_its_asker_knows(talk: Talk):
    await moderated(talk)
    await asks(talk)
    (asked,) = await talk.says(MODERATOR, "case close 1")
    assert asked.body.splitlines()[2] == (
        "Request 1 ends without an expert, and I tell its asker. That cannot be undone. "
        "Shall I close it? Please answer yes or no."
    )
    (kept,) = await talk.says(MODERATOR, "no")
    assert (kept.kind, kept.body) == ("desk.kept", "Then request 1 stays open.")
    heard = await talk.says(MODERATOR, "case close 1", "yes")
    assert kinds(heard) == ["experts.closed_by_desk", "desk.closed"]
    row = await request(talk)
    assert (row.state, row.outcome, row.question) == (RequestState.CLOSED, CaseOutcome.UNMET, "")
    async with talk.storage.read() as session:
        entry = (await Audits(session).all())[-1]
    assert (entry.what, entry.of, entry.by, entry.about) == ("case close", 1, MODERATOR, None)
    assert kinds(await talk.says(MODERATOR, "case 1")) == ["error.not_found"]
    assert [said.body for said in await talk.says(MODERATOR, "cases")] == ["No request is open."]


async def test_what_two_people_agreed_on_is_not_for_the_desk_to_close(talk: Talk):
    await moderated(talk)
    await volunteers(talk, EXPERT)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    for said in ("case close 1", "case widen 1"):
        assert kinds(await talk.says(MODERATOR, said)) == ["error.conflict"]


async def test_a_moderator_who_is_erased_leaves_a_request_to_the_others(talk: Talk):
    await moderated(talk)
    await asks(talk)
    await talk.says(MODERATOR, "case take 1", "forget me", "yes")
    assert (await request(talk)).state is RequestState.UNMATCHED
    (card,) = await talk.says(STEWARD, "case 1")
    assert "Looked after" not in card.body


async def test_figures_tell_of_no_few(talk: Talk):
    await moderated(talk)
    for n in range(5):
        await asks(talk, f"@asker{n}:test", "prisons" if n else "death-penalty")
        if n:
            await talk.says(MODERATOR, f"case close {n + 1}", "yes")
    (shown,) = await talk.says(MODERATOR, "case figures")
    assert shown.body.splitlines() == [
        "• It helped. 0",
        "• It helped a little. 0",
        "• It did not help. 0",
        "• We did not get to talk. 0",
        "• Nobody was found. fewer than 5",
        "",
        "Nobody was found, by topic:",
        "",
        "Too few to say.",
        "",
        "Nobody was found, by language:",
        "",
        "• English: 5",
    ]
