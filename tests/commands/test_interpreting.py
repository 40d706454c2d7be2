"""Where nobody shares a language, somebody interprets, who agrees as the two others do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from kit.due import NotInvited, WasInvited
from kit.roomkey import Private
from storage.dues import Dues
from storage.people import People
from storage.rooms import Rooms
from storage.tables.cases import OfferKind, OfferRow, OfferState, RequestRow, RequestState
from tests.harness import STEWARD, Said, Talk, kinds, once

ASKER, EXPERT, INTERPRETER, OTHER = "@asker:test", "@expert:test", "@both:test", "@other:test"
THIRD = "@third:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"
ALL = (ASKER, EXPERT, INTERPRETER)
TWO_DAYS = timedelta(days=2)
UNMATCHED = ["experts.asked", "experts.unmatched", "experts.next"]
CARD = [
    (
        "A member from a region that I do not name is ready to interpret. "
        "Languages: English and Swahili"
    ),
    "How they describe themselves: Public defender / legal aid institution staff",
    "A moderator of the network gave their word for them.",
    "They say that they are trained to interpret; nobody checked that.",
]


@once
async def vouched(talk: Talk, who: str) -> None:
    """Let a moderator give their word for somebody who interprets."""
    await talk.opens(STEWARD)
    await talk.says(STEWARD, "start", "cancel")
    assert "trust.vouched" in kinds(await talk.says(STEWARD, f"vouch {who}", "yes"))


@once
async def interprets(talk: Talk, who: str = INTERPRETER, trained: str = "yes") -> None:
    await talk.member(who)
    heard = await talk.says(who, "volunteer", "interpreter", "English, Swahili", trained)
    assert kinds(heard)[-1] == "experts.volunteered"
    await vouched(talk, who)


@once
async def speaks_swahili(talk: Talk, who: str = EXPERT) -> None:
    await talk.member(who)
    await talk.says(who, "volunteer", "prisons", "Swahili")


@once
async def three(talk: Talk) -> None:
    """Begin with who asks (1), who answers (2) and who interprets (3)."""
    await talk.member(ASKER)
    await speaks_swahili(talk)
    await interprets(talk)


@once
async def all_agreed(talk: Talk) -> None:
    await three(talk)
    await asks(talk)
    for who in (EXPERT, INTERPRETER, EXPERT, ASKER):
        await talk.says(who, "accept 1")


async def asks(talk: Talk) -> list[Said]:
    return await talk.says(ASKER, "ask", QUESTION, "prisons", "no", "skip", "yes")


async def falls_due(talk: Talk, kind: type[WasInvited | NotInvited], who: str) -> list[Said]:
    """Let the homeserver invite somebody to the private room, or refuse to."""
    talk.now += timedelta(seconds=1)
    async with talk.storage.write() as session:
        person = await People(session).find(who)
        room = await Rooms(session).get(Private("request:1"))
        assert person is not None
        assert room is not None
        await Rooms(session).made(room.id, "!private:test")
        await Dues(session).plan(kind("request:1", person.id), at=talk.now)
    return await talk.passes(timedelta(0))


def told(heard: list[Said]) -> list[tuple[str, str]]:
    return [(said.kind, said.room) for said in heard]


async def state(talk: Talk) -> tuple[RequestState, list[tuple[OfferKind, OfferState]]]:
    async with talk.storage.read() as session:
        offers = await session.scalars(select(OfferRow).order_by(OfferRow.expert_id))
        request = (await session.scalars(select(RequestRow))).one()
        return request.state, [(offer.kind, offer.state) for offer in offers]


@pytest.mark.both_databases
async def test_nobody_is_told_of_another_before_all_three_agreed(talk: Talk):
    await three(talk)
    heard = await asks(talk)
    assert told(heard)[1] == ("experts.offer", "direct:2")
    assert "If you accept, I ask somebody who interprets, and you meet as three." in heard[1].body
    assert "Nobody learns who you are before all three of you agree." in heard[1].body
    early = list(heard)
    heard = await talk.says(EXPERT, "accept 1")
    assert told(heard) == [("experts.interpreting", "direct:3"), ("experts.taken", "direct:2")]
    assert heard[0].body.splitlines()[0] == (
        "A member and an expert share no language and need somebody who interprets. Topic: Prisons "
        "and post-sentence. The member speaks English, the expert Swahili."
    )
    early += heard
    (waits,) = await talk.says(ASKER, "accept 1")
    assert waits.body == (
        "An expert can help with request 1, but nobody has agreed to interpret yet. I tell you "
        "when somebody does."
    )
    heard = await talk.says(INTERPRETER, "accept 1")
    assert told(heard) == [("experts.interpreter_found", "direct:2"), ("experts.taken", "direct:3")]
    assert heard[0].body.splitlines()[:7:2] == CARD
    early += [waits, *heard]
    (waits,) = await talk.says(ASKER, "accept 1")
    assert waits.kind == "error.conflict"
    heard = await talk.says(EXPERT, "accept 1")
    assert told(heard) == [("experts.accepted", "direct:1"), ("experts.taken", "direct:2")]
    assert [line for line in heard[0].body.splitlines() if line in CARD] == [CARD[1], *CARD]
    early += [waits, *heard]
    for said in early:
        others = {*ALL} - {ALL[int(said.room.removeprefix("direct:")) - 1]}
        assert not any(each in f"{said.body} {said.content}" for each in (QUESTION, *others))

    heard = await talk.says(ASKER, "accept 1")
    assert told(heard) == [
        ("create", "private:request:1"),
        *[("invite", "private:request:1")] * 3,
        ("experts.introduction", "private:request:1"),
        ("experts.introduced", "direct:1"),
    ]
    assert [each.content["user_id"] for each in heard[1:4]] == [EXPERT, INTERPRETER, ASKER]
    assert heard[4].body.splitlines()[-1] == "@both:test interprets for you."
    heard = await falls_due(talk, WasInvited, ASKER)
    assert told(heard) == [("experts.question", "direct:2"), ("experts.question", "direct:3")]
    assert [QUESTION in said.body for said in heard] == [True, True]
    assert "for you to interpret to the expert" in heard[1].body


async def test_who_interprets_reads_why_they_were_asked(talk: Talk):
    await three(talk)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    (why,) = await talk.says(INTERPRETER, "why")
    assert why.body.splitlines()[0] == "• You offered to interpret between these languages. (+3.0)"
    (why,) = await talk.says(EXPERT, "why")
    assert "Somebody can interpret between you and the member." in why.body


async def test_experts_who_share_a_language_come_before(talk: Talk):
    await three(talk)
    await talk.member(OTHER)
    await talk.says(OTHER, "volunteer", "prisons", "English")
    assert told(await asks(talk))[1] == ("experts.offer", "direct:5")
    assert told(await talk.says(OTHER, "decline 1"))[0] == ("experts.offer", "direct:2")


async def test_who_says_so_is_helped_by_an_interpreter_at_once(talk: Talk):
    await three(talk)
    await talk.member(OTHER)
    await talk.says(OTHER, "volunteer", "prisons", "English")
    await talk.says(ASKER, "ask", QUESTION, "prisons", "no", "skip")
    (shown,) = await talk.says(ASKER, "interpreter: yes")
    assert "Interpreter: yes, at once" in shown.body
    heard = await talk.says(ASKER, "yes")
    offers = {said.room for said in heard if said.kind == "experts.offer"}
    assert offers == {"direct:2", "direct:5"}


async def test_nobody_is_asked_for_whom_nobody_interprets(talk: Talk):
    await talk.member(ASKER)
    await speaks_swahili(talk)
    assert kinds(await asks(talk)) == ["experts.asked", "experts.unmatched", "experts.next"]
    await interprets(talk)
    assert told(await talk.passes(timedelta(0))) == [("experts.offer", "direct:2")]


@pytest.mark.parametrize("says", ["decline 1", "conflict 1", None])
async def test_another_one_is_asked_to_interpret_and_in_the_end_another_expert(
    talk: Talk, says: str | None
):
    await three(talk)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    await interprets(talk, OTHER, "no")
    heard = await talk.says(INTERPRETER, says) if says else await talk.passes(TWO_DAYS)
    assert ("experts.interpreting", "direct:5") in told(heard)
    heard = await talk.says(OTHER, "decline 1")
    assert told(heard) == [
        ("experts.no_interpreter", "direct:2"),
        ("experts.unmatched", "direct:1"),
        ("experts.declined", "direct:5"),
    ]
    assert await state(talk) == (
        RequestState.UNMATCHED,
        [
            (OfferKind.INTERPRETED, OfferState.WITHDRAWN),
            (OfferKind.INTERPRETER, STATES[says]),
            (OfferKind.INTERPRETER, OfferState.DECLINED),
        ],
    )


STATES = {
    "decline 1": OfferState.DECLINED,
    "conflict 1": OfferState.CONFLICT,
    None: OfferState.EXPIRED,
}


@pytest.mark.parametrize("leaves", ["decline 1", "forget me", "not again 1"])
async def test_an_interpreter_who_steps_back_is_replaced(talk: Talk, leaves: str):
    await three(talk)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    await talk.says(INTERPRETER, "accept 1")
    await interprets(talk, OTHER, "no")
    more = ["yes"] if leaves == "forget me" else []
    heard = await talk.says(INTERPRETER, leaves, *more)
    assert told(heard)[:2] == [
        ("experts.interpreter_stepped_back", "direct:2"),
        ("experts.interpreting", "direct:5"),
    ]
    assert (await state(talk))[0] is RequestState.AWAITS_INTERPRETER
    await talk.says(OTHER, "accept 1")
    await talk.says(EXPERT, "accept 1")
    assert "experts.introduction" in kinds(await talk.says(ASKER, "accept 1"))


async def test_without_an_expert_nobody_need_interpret(talk: Talk):
    await three(talk)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    await talk.says(INTERPRETER, "accept 1")
    heard = await talk.says(EXPERT, "accept 1", "decline 1")
    assert told(heard) == [
        ("experts.stepped_back", "direct:1"),
        ("experts.expired", "direct:3"),
        ("experts.unmatched", "direct:1"),
        ("experts.declined", "direct:2"),
    ]


async def test_whoever_asks_takes_it_back_from_all(talk: Talk):
    await three(talk)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    heard = await talk.says(ASKER, "withdraw 1")
    assert told(heard) == [
        ("experts.withdrawn", "direct:2"),
        ("experts.withdrawn", "direct:3"),
        ("experts.withdrawn", "direct:1"),
    ]


@pytest.mark.parametrize("limit", ["@asker:test", "@expert:test", "the police"])
async def test_who_must_not_meet_one_of_them_reads_nothing_as_if_they_did_not_answer(
    talk: Talk, limit: str
):
    await three(talk)
    await talk.says(INTERPRETER, "limits", "5", limit, "no")
    await talk.says(ASKER, "ask", QUESTION, "prisons", "no", "the police", "yes")
    heard = await talk.says(EXPERT, "accept 1")
    assert told(heard) == [("experts.taken", "direct:2")]
    heard = await talk.passes(TWO_DAYS)
    assert told(heard) == [
        ("experts.no_interpreter", "direct:2"),
        ("experts.unmatched", "direct:1"),
    ]


async def test_those_who_stand_on_other_sides_do_not_meet_over_an_interpreter(talk: Talk):
    await three(talk)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    heard = await talk.says(INTERPRETER, "profile category", "prosecutor")
    assert ("experts.no_interpreter", "direct:2") in told(heard)
    assert ("experts.expired", "direct:3") in told(heard)


async def test_to_interpret_counts_for_the_limits_like_any_request(talk: Talk):
    await three(talk)
    await talk.says(INTERPRETER, "limits", "1", "skip", "no")
    await asks(talk)
    await talk.says(EXPERT, "accept 1", "decline 1")
    assert kinds(await asks(talk)) == UNMATCHED


@pytest.mark.parametrize("who", ALL)
async def test_who_does_not_want_to_meet_again_meets_neither_of_the_others(talk: Talk, who: str):
    await all_agreed(talk)
    (said,) = await talk.says(who, "not again 1")
    assert said.body == (
        "I will never put you together again with any of the 2 over a request. They do not learn "
        "of it."
    )
    await talk.says(ASKER, "done 1")
    heard = await asks(talk) + await talk.says(EXPERT, "accept 2")
    asked = [each.room for each in heard if each.kind in {"experts.offer", "experts.interpreting"}]
    assert asked == (["direct:2"] if who == INTERPRETER else [])


async def test_all_three_are_asked_what_came_of_it(talk: Talk):
    await all_agreed(talk)
    heard = await talk.says(EXPERT, "done 1")
    done = [said.room for said in heard if said.kind == "experts.done"]
    assert sorted(done) == ["direct:1", "direct:2", "direct:3"]
    assert [each[1] for each in (await state(talk))[1]] == [OfferState.DONE] * 2


async def test_who_cannot_be_invited_to_interpret_is_replaced(
    talk: Talk,
):
    await all_agreed(talk)
    await interprets(talk, OTHER, "no")
    heard = await falls_due(talk, NotInvited, INTERPRETER)
    assert [each for each in told(heard) if each[0].startswith("experts.")] == [
        ("experts.expert_refuses", "direct:3"),
        ("experts.interpreter_stepped_back", "direct:1"),
        ("experts.interpreting", "direct:5"),
    ]
    assert [each.kind for each in heard if each.room == "refused:!private:test"] == [
        *["kick"] * 3,
        "leave",
    ]
    await talk.says(OTHER, "accept 1")
    await talk.says(EXPERT, "accept 1")
    heard = await talk.says(ASKER, "accept 1")
    invited = [each.content["user_id"] for each in heard if each.kind == "invite"]
    assert invited == [EXPERT, OTHER, ASKER]


@pytest.mark.parametrize("way", ["ban", "kick"])
async def test_an_interpreter_who_is_taken_out_of_the_space_is_replaced_or_taken_out_of_the_room(
    talk: Talk, way: str
):
    await talk.room("space:ilan", "!ilan:test")
    await three(talk)
    await asks(talk)
    await talk.says(EXPERT, "accept 1")
    await talk.says(INTERPRETER, "accept 1")
    await interprets(talk, OTHER, "no")
    for who in (INTERPRETER, OTHER):
        await talk.event("join", who, "!ilan:test", {})
    heard = await talk.event(way, INTERPRETER, "!ilan:test", {})
    assert ("experts.interpreting", "direct:5") in told(heard)
    await talk.says(OTHER, "accept 1")
    await talk.says(EXPERT, "accept 1")
    await talk.says(ASKER, "accept 1")
    heard = await talk.event(way, OTHER, "!ilan:test", {})
    assert told(heard).count(("kick", "private:request:1")) == 1


async def test_who_is_asked_once_more_has_an_interpreter_again(talk: Talk):
    await all_agreed(talk)
    await talk.says(ASKER, "done 1")
    heard = await talk.says(ASKER, "reopen 1", QUESTION, "prisons", "no", "skip", "yes")
    assert told(heard)[0] == ("experts.offer", "direct:2")
    assert "You took this request on before" in heard[0].body
    heard = await talk.says(EXPERT, "accept 1")
    assert told(heard)[0] == ("experts.interpreting", "direct:3")


async def test_who_offers_both_is_asked_both_ways(talk: Talk):
    await talk.member(INTERPRETER)
    (asked,) = await talk.says(
        INTERPRETER, "volunteer", "prisons, interpreting", "French", "Swahili"
    )
    assert asked.body.splitlines()[0] == "Please name at least two languages."
    (done,) = await talk.says(INTERPRETER, "English, Swahili", "no")
    assert done.body.splitlines()[:3] == [
        "I ask you about Prisons and post-sentence, in French.",
        "",
        "I ask you to interpret between English and Swahili.",
    ]
    await talk.member(ASKER)
    assert kinds(await asks(talk)) == UNMATCHED  # they do not answer in English
