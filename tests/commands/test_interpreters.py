"""Who interprets: what is told of them beforehand, who may, and what of it they end."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables.cases import OfferKind, OfferRow, RequestState
from tests.commands.test_interpreting import (
    ASKER,
    EXPERT,
    INTERPRETER,
    OTHER,
    all_agreed,
    asks,
    state,
    three,
    told,
)
from tests.harness import Talk, kinds


async def test_where_enough_are_alike_the_region_of_who_interprets_is_told(talk: Talk):
    await three(talk)
    for number in range(2):
        await talk.member(f"@alike-{number}:test")
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    found, accepted, _taken = await talk.says(INTERPRETER, "accept 1")
    line = "A member from East and Southern Africa is ready to interpret."
    assert [line in said.body for said in (found, accepted)] == [True, True]


async def test_an_expert_may_go_who_reads_who_would_interpret(talk: Talk):
    await three(talk)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    await talk.says(INTERPRETER, "accept 1")
    heard = await talk.says(EXPERT, "decline 1")
    assert ("experts.stepped_back", "direct:1") in told(heard)


@pytest.mark.parametrize("category", ["prosecutor", "police"])
async def test_whoever_may_stand_against_the_defence_interprets_for_nobody(
    talk: Talk, category: str
):
    await three(talk)
    for who in (ASKER, EXPERT):  # who are kept apart from nobody
        await talk.says(who, "profile category", "academic")
    await talk.says(INTERPRETER, "profile category", category)
    assert kinds(await asks(talk)) == ["experts.asked", "experts.unmatched", "experts.next"]


async def test_who_interprets_between_many_languages_comes_no_sooner(talk: Talk):
    await three(talk)
    await talk.member(OTHER)
    more = "English, Swahili, French, Arabic"
    await talk.says(OTHER, "volunteer", "interpreter", more, "yes")
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    async with talk.storage.read() as session:
        query = select(OfferRow).where(OfferRow.kind == OfferKind.INTERPRETER)
        scores = [{**row.score, "draw": 0} for row in await session.scalars(query)]
    assert len(scores) == 2
    assert scores[0] == scores[1]


async def test_who_interprets_ends_their_own_part_alone(talk: Talk):
    await all_agreed(talk)
    (said,) = await talk.says(INTERPRETER, "done 1")
    assert said.body.splitlines()[0] == (
        "Your part in request 1 is over. Thank you. The others go on without you, and you can "
        "leave the room."
    )
    assert (await state(talk))[0] is RequestState.INTRODUCED
    assert kinds(await talk.says(INTERPRETER, "done 1")) == ["error.conflict"]
    assert kinds(await talk.says(INTERPRETER, "outcome 1 1")) == ["experts.outcome"]
    heard = await talk.says(ASKER, "done 1")
    done = [each.room for each in heard if each.kind == "experts.done"]
    assert sorted(done) == ["direct:1", "direct:2"]
