"""Who interprets: what is told of them beforehand, who may, and what of it they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.tables.cases import OfferKind, OfferRow, RequestState
from tests.commands.test_interpreting import (
    ASKER,
    EXPERT,
    INTERPRETER,
    OTHER,
    THIRD,
    TWO_DAYS,
    all_agreed,
    asks,
    interprets,
    speaks_swahili,
    state,
    three,
    told,
    vouched,
)
from tests.harness import STEWARD, Talk, kinds
from tests.measuring import lines


async def test_where_enough_are_alike_the_region_of_who_interprets_is_told(talk: Talk):
    await three(talk)
    for number in range(2):
        await talk.member(f"@alike-{number}:test")
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    found, _taken = await talk.says(INTERPRETER, "accept 1")
    accepted, _taken = await talk.says(EXPERT, "accept 1")
    line = "A member from East and Southern Africa is ready to interpret."
    assert [line in said.body for said in (found, accepted)] == [True, True]


async def test_an_expert_may_go_who_reads_who_would_interpret(talk: Talk):
    await three(talk)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    await talk.says(INTERPRETER, "accept 1")
    heard = await talk.says(EXPERT, "conflict 1")
    assert told(heard)[:2] == [("experts.expired", "direct:3"), ("experts.unmatched", "direct:1")]


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
    await vouched(talk, OTHER)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    await talk.passes(TWO_DAYS)  # one is asked at a time
    async with talk.storage.read() as session:
        query = select(OfferRow).where(OfferRow.kind == OfferKind.INTERPRETER)
        scores = [{**row.score, "draw": 0, "awake": 0} for row in await session.scalars(query)]
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


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (STEWARD, [f"vouch withdraw {INTERPRETER}"]),
        (STEWARD, [f"role {OTHER} member", "yes"]),  # who alone vouched
        (INTERPRETER, ["profile category prosecutor"]),
    ],
)
async def test_who_interprets_goes_with_the_word_of_a_moderator_and_the_others_learn_it(
    talk: Talk, who: str, said: list[str]
):
    await three(talk)
    await talk.member(OTHER)
    await talk.says(STEWARD, f"role {OTHER} moderator", f"vouch withdraw {INTERPRETER}")
    await talk.says(OTHER, f"vouch {INTERPRETER}", "yes")
    await asks(talk)
    for each in (EXPERT, INTERPRETER, EXPERT, ASKER):
        await talk.says(each, "accept 1")
    heard = await talk.says(who, *said)
    assert told(heard).count(("kick", "private:request:1")) == 1
    told_of_it = [each for each in told(heard) if each[0].startswith("experts.interpret")]
    assert told_of_it == [
        ("experts.interprets_no_more", "direct:3"),
        ("experts.interpreter_taken_out", "direct:1"),
        ("experts.interpreter_taken_out", "direct:2"),
    ]
    assert (await state(talk))[0] is RequestState.INTRODUCED


async def test_one_is_asked_to_interpret_at_a_time_whom_both_others_may_refuse(talk: Talk):
    await three(talk)
    await interprets(talk, OTHER, "no")
    await talk.says(OTHER, "profile timezone", "Tokyo")
    await interprets(talk, THIRD, "no")
    await asks(talk)
    first, *others = told(await talk.says(EXPERT, "accept 1"))
    assert (first[0], others) == ("experts.interpreting", [("experts.taken", "direct:2")])
    refused = []
    for by, kept in ((EXPERT, []), (ASKER, ["accept 1"])):
        who = {"direct:3": INTERPRETER, "direct:5": OTHER, "direct:6": THIRD}[first[1]]
        assert told(await talk.says(who, "accept 1"))[0][0] == "experts.interpreter_found"
        if kept:
            await talk.says(EXPERT, *kept)
        expired, first, declined = told(await talk.says(by, "decline 1"))
        assert (expired[0], first[0]) == ("experts.expired", "experts.interpreting")
        assert declined[0] == "experts.declined"
        refused.append(expired[1])
    assert {*refused, first[1]} == {"direct:3", "direct:5", "direct:6"}
    assert (await state(talk))[0] is RequestState.AWAITS_INTERPRETER


async def test_an_expert_who_does_not_say_whether_somebody_may_interpret_is_let_go(talk: Talk):
    await three(talk)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    await talk.says(INTERPRETER, "accept 1")
    assert told(await talk.passes(TWO_DAYS)) == [
        ("experts.expired", "direct:2"),
        ("experts.expired", "direct:3"),
        ("experts.unmatched", "direct:1"),
    ]


async def test_nobody_is_asked_to_interpret_without_the_word_of_a_moderator(talk: Talk):
    await talk.member(ASKER)
    await speaks_swahili(talk)
    await talk.member(INTERPRETER)
    (said,) = await talk.says(INTERPRETER, "volunteer", "interpreter", "English, Swahili", "no")
    assert said.body.splitlines()[2] == (
        "Who interprets reads everything, so I ask you only after a moderator gave their word for "
        "you: they read that you wait, and I tell you when they did."
    )
    assert kinds(await asks(talk)) == ["experts.asked", "experts.unmatched", "experts.next"]
    await talk.opens(STEWARD)
    await talk.says(STEWARD, "start", "cancel")
    (told_once,) = (s for s in await talk.passes(timedelta(days=1)) if s.room == "direct:4")
    assert lines(told_once)[1:] == [
        '• @both:test interprets between English and Swahili: "vouch @both:test"',
        'To take somebody off this list, say "vouch withdraw @both:test".',
    ]
    (cases,) = await talk.says(STEWARD, "cases")
    assert lines(cases)[-2:] == lines(told_once)[-2:]
    await vouched(talk, INTERPRETER)
    assert ("experts.offer", "direct:2") in told(await talk.passes(timedelta(days=1)))
    await talk.says(EXPERT, "accept 1")
    heard = await talk.says(STEWARD, "vouch withdraw @both:test")
    assert {"experts.no_interpreter", "experts.unmatched"} < {*kinds(heard)}
    assert kinds(await talk.says(INTERPRETER, "accept 1")) == ["error.conflict"]


async def test_nobody_keeps_others_off_the_list_of_those_who_would_interpret(talk: Talk):
    await talk.opens(STEWARD)
    await talk.says(STEWARD, "start", "cancel")
    for number in range(6):
        await talk.member(f"@puppet-{number}:test")
        said = ["volunteer", "interpreter", "English, Swahili", "no"]
        await talk.says(f"@puppet-{number}:test", *said)
    await talk.passes(TWO_DAYS)
    await talk.member(INTERPRETER)
    await talk.says(INTERPRETER, "volunteer", "interpreter", "English, Swahili", "no")
    letters = await talk.passes(timedelta(days=1))
    told_of_it, *_to_another = (said for said in letters if said.kind == "experts.unvouched")
    shown = lines(told_of_it)
    # Who came since moderators were told stands first, however many wait.
    assert shown[1].startswith("• @both:test")
    assert shown[-2] == "2 more people wait."
    (cases,) = await talk.says(STEWARD, "cases")
    assert "@both:test" not in cases.body
    for number in range(2):
        await talk.says(STEWARD, f"vouch withdraw @puppet-{number}:test")
    (cases,) = await talk.says(STEWARD, "cases")
    assert "• @both:test" in cases.body
    assert "@puppet-0:test" not in cases.body


@pytest.mark.both_databases
async def test_a_word_for_the_rooms_is_none_for_interpreting(talk: Talk):
    await talk.opens(STEWARD)
    await talk.says(STEWARD, "start", "cancel")
    await talk.member(INTERPRETER)
    await talk.says(STEWARD, f"vouch {INTERPRETER}")
    (said,) = await talk.says(INTERPRETER, "volunteer", "interpreter", "English, Swahili", "no")
    assert "I ask you only after a moderator gave their word" in said.body
    (cases,) = await talk.says(STEWARD, "cases")
    assert "• @both:test interprets between English and Swahili" in cases.body
    (asked,) = await talk.says(STEWARD, f"vouch {INTERPRETER}")
    assert (
        "@both:test also offers to interpret between English and Swahili. Who interprets reads all "
        "that two others write of a case. Do you give your word for that, too? A yes is for both, "
        "a no for the practitioners' rooms alone."
    ) in asked.body
    assert kinds(await talk.says(STEWARD, "no")) == ["trust.vouched"]
    (cases,) = await talk.says(STEWARD, "cases")
    assert "• @both:test" in cases.body
    heard = await talk.says(STEWARD, f"vouch {INTERPRETER}", "yes")
    assert [said.body for said in heard if said.kind == "trust.vouched"] == [
        "@both:test may interpret from now on, and knows it."
    ]
    # Said once more for the rooms, it stays said for interpreting.
    await talk.says(STEWARD, f"vouch {INTERPRETER}")
    (cases,) = await talk.says(STEWARD, "cases")
    assert "@both:test" not in cases.body
