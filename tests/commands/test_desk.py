"""What those who have a part in requests, and those at the desk, see of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harness import STEWARD, Said, Talk, kinds, once

ASKER, EXPERT, OTHER = "@asker:test", "@expert:test", "@other:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"


@once
async def volunteers(talk: Talk, who: str) -> None:
    await talk.member(who)
    await talk.says(who, "volunteer", "10", "skip")


@once
async def asks(talk: Talk, who: str) -> None:
    await talk.member(who)
    await talk.says(who, "ask", QUESTION, "10", "no", "skip", "yes")


@pytest.mark.slow
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
        "you have been introduced"
    ]


async def listed(talk: Talk, who: str) -> list[str]:
    (said,) = await talk.says(who, "requests")
    return [line.replace("12:00 Nairobi", "") for line in said.body.splitlines()]


async def test_who_only_passes_is_no_news_for_the_asker(talk: Talk):
    await volunteers(talk, EXPERT)
    await volunteers(talk, OTHER)
    await asks(talk, ASKER)
    for who, told in ((EXPERT, []), (OTHER, ["experts.unmatched"])):
        assert kinds(await talk.says(who, "decline 1")) == [*told, "experts.declined"]


@pytest.mark.both_databases
async def test_moderators_see_what_nobody_takes_at_once_and_later(talk: Talk):
    await talk.room("space:expert-desk", "!desk:test")
    await talk.member(ASKER)
    heard = await talk.says(ASKER, "ask", QUESTION, "10", "no", "skip", "yes")
    (desk,) = [said for said in heard if said.room == "space:expert-desk"]
    assert desk.kind == "experts.untaken"
    assert desk.body.splitlines()[0] == (
        "Nobody can take a request now. Topic: Prisons and post-sentence. "
        "Region: a region that I do not name. Languages: English."
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


def own(heard: list[Said], room: str) -> list[str]:
    return [said.kind for said in heard if said.room == room]


@pytest.mark.parametrize(
    ("said", "done"),
    [
        ("yes", "experts.taken"),
        ("oui je veux bien", "experts.taken"),
        ("no thanks", "experts.declined"),
        ("no, too busy this week", "experts.declined"),
        ("No. I am in court", "experts.declined"),
    ],
)
async def test_a_yes_or_no_right_after_an_offer_answers_it(talk: Talk, said: str, done: str):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    assert own(await talk.says(EXPERT, said), "direct:1") == [done]


async def test_what_is_no_plain_yes_and_begins_with_no_no_answers_nothing(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    for said in ("yes, but who is it?", "I have no idea, tell me more", "no problem, but who?"):
        assert [k for k in kinds(await talk.says(EXPERT, said)) if k.startswith("experts.")] == []


@pytest.mark.parametrize(
    ("said", "done"),
    [("oui, avec plaisir", "experts.introduced"), ("no, not now", "experts.withdrawn")],
)
async def test_a_yes_or_no_right_after_the_question_of_an_introduction_answers_it(
    talk: Talk, said: str, done: str
):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await talk.says(EXPERT, "yes")
    assert own(await talk.says(ASKER, said), "direct:2")[-1] == done


async def test_a_yes_answers_nothing_that_was_asked_before_something_else(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await talk.says(EXPERT, "events")
    assert "experts.taken" not in kinds(await talk.says(EXPERT, "yes"))


async def test_a_yes_to_two_offers_asks_which(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await asks(talk, OTHER)
    for said in ("yes", "accept the first one"):
        assert [said.body for said in await talk.says(EXPERT, said)] == [
            "Which one? Say its number with it: 1 and 2."
        ]


async def test_a_yes_to_an_offer_that_waited_until_the_morning_answers_it(talk: Talk):
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    await talk.passes(timedelta(hours=9))  # it is midnight where the expert is
    await asks(talk, ASKER)
    assert kinds(await talk.passes(timedelta(hours=9))) == ["experts.offer"]
    assert own(await talk.says(EXPERT, "yes"), "direct:1") == ["experts.taken"]


async def test_a_place_points_into_the_list_of_its_kind(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await asks(talk, OTHER)
    await talk.says(EXPERT, "requests", "find police custody")
    heard = await talk.says(EXPERT, "decline the second one")
    assert [said.ids for said in heard if said.room == "direct:3"] == [["2"]]
    assert kinds(await talk.says(EXPERT, "show the first one")) == ["find.card"]


@pytest.mark.parametrize("said", ["accept for number 1", "accept for 1"])
async def test_what_stands_before_a_number_is_passed_over(talk: Talk, said: str):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    assert own(await talk.says(EXPERT, said), "direct:1") == ["experts.taken"]
