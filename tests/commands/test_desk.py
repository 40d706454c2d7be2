"""What those who have a part in requests, and those at the desk, see of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.tables.cases import OfferRow
from tests.harness import STEWARD, Talk, kinds, once

ASKER, EXPERT, OTHER = "@asker:test", "@expert:test", "@other:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"


@once
async def volunteers(talk: Talk, who: str) -> None:
    await talk.member(who)
    await talk.says(who, "volunteer", "10", "skip")


@once
async def asks(talk: Talk, who: str) -> None:
    await talk.member(who)
    await talk.says(who, "ask", "10", "skip", QUESTION, "yes")


async def test_which_one_names_only_those_that_it_can_be(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await asks(talk, OTHER)
    assert [said.body for said in await talk.says(EXPERT, "accept")] == [
        "Which one? Say its number with it: 1 and 2."
    ]
    await talk.says(EXPERT, "accept 1")
    heard = await talk.says(EXPERT, "accept")
    assert [(said.kind, said.ids) for said in heard if said.room == "direct:1"] == [
        ("experts.taken", ["2"])
    ]
    assert [said.body for said in await talk.says(EXPERT, "done")] == [
        'None of your requests waits for that now. "requests" shows where they stand.'
    ]


async def test_an_expert_sees_what_they_were_asked_and_what_they_took_on(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await asks(talk, OTHER)
    await talk.says(EXPERT, "accept 1")
    assert [line.partition(": ")[2] for line in (await listed(talk, EXPERT))] == [
        "you agreed to help: the member decides",
        'you are asked: "accept 2" or "decline 2"',
    ]
    await talk.says(ASKER, "accept 1")
    await talk.says(EXPERT, "decline 2")
    assert [line.partition(": ")[2] for line in (await listed(talk, EXPERT))] == [
        "you were introduced"
    ]


async def listed(talk: Talk, who: str) -> list[str]:
    (said,) = await talk.says(who, "requests")
    return [line.replace("12:00 Nairobi", "") for line in said.body.splitlines()]


async def test_an_asker_is_told_that_the_expert_stepped_back(talk: Talk):
    await volunteers(talk, EXPERT)
    await volunteers(talk, OTHER)
    await asks(talk, ASKER)
    async with talk.storage.read() as session:
        first = (await session.scalars(select(OfferRow.expert_id))).one()
    who = {1: EXPERT, 2: OTHER}[first]
    await talk.says(who, "accept 1")
    heard = await talk.says(who, "decline 1")
    assert [(said.kind, said.room) for said in heard] == [
        ("experts.stepped_back", "direct:3"),
        ("experts.offer", f"direct:{3 - first}"),
        ("experts.declined", f"direct:{first}"),
    ]
    # Who only passes is no news for the asker.
    assert kinds(await talk.says({1: EXPERT, 2: OTHER}[3 - first], "decline 1")) == [
        "experts.unmatched",
        "experts.declined",
    ]


@pytest.mark.both_databases
async def test_moderators_see_what_nobody_takes_at_once_and_later(talk: Talk):
    await talk.room("space:expert-desk", "!desk:test")
    await talk.member(ASKER)
    heard = await talk.says(ASKER, "ask", "10", "skip", QUESTION, "yes")
    (desk,) = [said for said in heard if said.room == "space:expert-desk"]
    assert desk.kind == "experts.untaken"
    assert desk.body.splitlines()[0] == (
        "Nobody can take a request now. Topic: Prisons and post-sentence. "
        "Region: East and Southern Africa. Languages: English."
    )
    assert ("disciplinary" in desk.body, "asker" in desk.body) == (False, False)
    await talk.passes(timedelta(days=3))
    await talk.opens(STEWARD)
    (health,) = await talk.says(STEWARD, "health")
    assert health.body.splitlines()[-5:-2] == [
        "Requests that nobody takes: 1",
        "",
        "• Prisons and post-sentence, English: 3 days ago",
    ]
    await volunteers(talk, EXPERT)
    await talk.passes(timedelta(0))
    (health,) = await talk.says(STEWARD, "health")
    assert "nobody takes" not in health.body
