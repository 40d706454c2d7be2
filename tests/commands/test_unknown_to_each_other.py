"""What two accounts of an attacker learn of who asks and who answers, and what they do not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.harness import Said, Talk, kinds, once

ASKER, EXPERT, OTHER = "@asker:test", "@expert:test", "@other:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"
REGION = "East and Southern Africa"


@once
async def volunteers(talk: Talk, who: str, *, country: str = "Kenya") -> None:
    await talk.member(who, country=country)
    await talk.says(who, "volunteer", "prisons", "skip")


@once
async def colleagues(talk: Talk, many: int) -> None:
    for n in range(many):
        await talk.member(f"@colleague{n}:test")


async def asks(talk: Talk, who: str = ASKER) -> list[Said]:
    return await talk.says(who, "ask", QUESTION, "prisons", "no", "skip", "yes")


def told(heard: list[Said], kind: str) -> str:
    (said,) = [each for each in heard if each.kind == kind]
    return said.body


@pytest.mark.parametrize(("others", "shown"), [(2, False), (3, True)])  # and the two
async def test_a_region_is_told_only_where_five_describe_themselves_alike(
    talk: Talk, others: int, shown: bool
):
    await talk.room("space:expert-desk", "!desk:test")
    await colleagues(talk, others)
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    heard = await asks(talk)
    assert (REGION in told(heard, "experts.offer")) is shown
    why = told(await talk.says(EXPERT, "why"), "experts.why")
    assert ("You work in the same region. (+1.0)" in why) is shown
    accepted = told(await talk.says(EXPERT, "accept 1"), "experts.accepted")
    assert (REGION in accepted) is shown
    await talk.says(ASKER, "withdraw 1")
    await talk.says(EXPERT, "away")
    assert (REGION in told(await asks(talk), "experts.untaken")) is shown


async def test_the_only_one_of_a_category_in_a_region_is_not_told_by_it(talk: Talk):
    await colleagues(talk, 6)
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    await talk.says(ASKER, "profile category", "academic")
    assert REGION not in told(await asks(talk), "experts.offer")


async def test_a_number_of_somebody_else_answers_as_one_that_does_not_exist(talk: Talk):
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    await asks(talk)
    await talk.member(OTHER)
    words = ("accept", "decline", "conflict", "withdraw", "done", "outcome", "why", "not again")
    for word in words:
        exists, not_at_all = [await talk.says(OTHER, f"{word} {n}") for n in (1, 9)]
        assert kinds(exists) == kinds(not_at_all) == ["error.not_found"]
        assert exists[0].body == not_at_all[0].body.replace("9", "1")


async def test_nobody_learns_why_an_expert_says_no(talk: Talk):
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    answers = []
    for number, word in enumerate(("decline", "conflict"), start=1):
        await asks(talk)
        heard = await talk.says(EXPERT, f"{word} {number}")
        answers.append([(said.kind, said.body) for said in heard if said.room == "direct:2"])
        await talk.says(ASKER, f"withdraw {number}")
    assert [each.replace("2", "1") for each in (answers[1][0][1],)] == [answers[0][0][1]]
    assert [[kind for kind, _body in each] for each in answers] == [["experts.unmatched"]] * 2


@once
async def met_once(talk: Talk) -> None:
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    await talk.says(ASKER, "accept 1")
    await talk.says(EXPERT, "done 1")


def read_by(heard: list[Said], place: str, number: int) -> list[tuple[str, str]]:
    """List what was said in a chat of a request, without its number."""
    alone = re.compile(rf"\b{number}\b")
    return [(said.kind, alone.sub("#", said.body)) for said in heard if said.room == place]


@pytest.mark.both_databases
async def test_who_is_avoided_reads_what_they_read_while_an_expert_does_not_answer(talk: Talk):
    await talk.room("space:expert-desk", "!desk:test")
    await met_once(talk)
    heard = await talk.says(EXPERT, "not again 1")
    assert [(said.kind, said.room) for said in heard] == [("experts.not_again", "direct:1")]
    avoided = await asks(talk)
    await talk.member(OTHER)
    asked = await asks(talk, OTHER)
    assert [said.room for said in asked if said.kind == "experts.offer"] == ["direct:1"]
    assert "experts.offer" not in kinds(avoided)
    assert read_by(avoided, "direct:2", 2) == read_by(asked, "direct:3", 3)
    shown = [await talk.says(each, "requests") for each in (ASKER, OTHER)]
    assert read_by(shown[0], "direct:2", 2) == read_by(shown[1], "direct:3", 3)
    later = await talk.passes(timedelta(days=2))
    assert [kind for kind, _body in read_by(later, "direct:2", 2)] == ["experts.unmatched"]
    assert read_by(later, "direct:2", 2) == read_by(later, "direct:3", 3)


async def test_who_is_avoided_finds_nothing_of_it_in_their_own_data(talk: Talk):
    await met_once(talk)
    await talk.says(EXPERT, "not again 1")
    sentence = "People whom you do not want to meet again: 1"
    told = {who: await talk.says(who, "my data") for who in (EXPERT, ASKER)}
    found = {who: any(sentence in said.body for said in heard) for who, heard in told.items()}
    assert found == {EXPERT: True, ASKER: False}
    taken = {who: await talk.says(who, "export") for who in (EXPERT, ASKER)}
    held = {who: any("avoidance" in str(s.content) for s in heard) for who, heard in taken.items()}
    assert held == {EXPERT: True, ASKER: False}


async def test_an_asker_who_will_not_meet_an_expert_again_is_found_another(talk: Talk):
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    await volunteers(talk, OTHER)
    heard = await talk.says(ASKER, "not again")
    assert [(said.kind, said.room) for said in heard] == [
        ("experts.expired", "direct:1"),
        ("experts.offer", "direct:3"),
        ("experts.not_again", "direct:2"),
    ]


async def test_an_expert_may_avoid_who_asks_without_ever_learning_who_that_is(talk: Talk):
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    await asks(talk)
    heard = await talk.says(EXPERT, "not again 1")
    assert [(said.kind, said.room) for said in heard] == [
        ("experts.unmatched", "direct:2"),
        ("experts.not_again", "direct:1"),
    ]
    await talk.says(ASKER, "withdraw 1")
    assert "experts.offer" not in kinds(await asks(talk))


async def test_there_is_nobody_to_avoid_before_an_expert_accepted(talk: Talk):
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    await asks(talk)
    assert kinds(await talk.says(ASKER, "not again 1")) == ["error.conflict"]


@pytest.mark.parametrize("limits", [("1", "skip", "no"), ()])
async def test_who_asks_does_not_learn_whether_an_expert_has_enough_or_is_away(
    talk: Talk, limits: tuple[str, ...]
):
    await talk.room("space:expert-desk", "!desk:test")
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    await talk.member(OTHER)
    if limits:
        await talk.says(EXPERT, "limits", *limits)
    await talk.says(OTHER, "ask", QUESTION, "prisons", "no", "nobody", "yes")  # one a week
    if not limits:
        await talk.says(EXPERT, "away")
    heard = await talk.says(ASKER, "ask", QUESTION, "prisons", "no", "the police", "yes")
    assert [(said.kind, said.room) for said in heard] == [
        ("experts.asked", "direct:2"),
        ("experts.unmatched", "direct:2"),
        ("experts.untaken", "space:expert-desk"),
        ("experts.next", "direct:2"),
    ]
    assert told(heard, "experts.unmatched") == (
        "Nobody who can help with Prisons and post-sentence is free now. I keep your question and "
        'ask the next expert who comes; "withdraw 2" takes it back.'
    )
    assert (await talk.says(EXPERT, "requests"))[0].ids == ["1"]


@pytest.mark.parametrize("never", ["the police", ASKER])
async def test_who_asks_twice_does_not_learn_against_whom_an_expert_never_works(
    talk: Talk, never: str
):
    await talk.room("space:expert-desk", "!desk:test")
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    await talk.says(EXPERT, "limits", "5", never, "no")
    bound = await talk.says(ASKER, "ask", QUESTION, "prisons", "no", "the police", "yes")
    await talk.member(OTHER)
    free = await talk.says(OTHER, "ask", QUESTION, "prisons", "no", "nobody", "yes")
    assert ["experts.offer" in kinds(each) for each in (bound, free)] == [False, True]
    assert read_by(bound, "direct:2", 1) == read_by(free, "direct:3", 2)
    later = await talk.passes(timedelta(days=2))
    assert [kind for kind, _body in read_by(later, "direct:2", 1)] == ["experts.unmatched"]
    assert read_by(later, "direct:2", 1) == read_by(later, "direct:3", 2)
