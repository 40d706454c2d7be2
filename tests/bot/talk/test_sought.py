"""Who looks for people and not for texts, goes away, or asks in the last part of a sentence."""

from __future__ import annotations

import pytest

from tests.harness import Talk, kinds, scene

NEWCOMER, MEMBER = "@newcomer:test", "@member:test"


@scene
async def member(talk: Talk) -> None:
    await talk.member(MEMBER)


async def done(talk: Talk, said: str) -> tuple[list[str], list[str]]:
    """Return what was said, and what was offered to choose from."""
    heard = await talk.says(MEMBER, said)
    return kinds(heard), [path for each in heard if each.kind == "wish.offer" for path in each.ids]


async def test_who_wants_nothing_at_all_is_still_muted(member: Talk):
    heard, offered = await done(member, "no more messages at all")
    assert heard == ["attention.muted"] or offered == ["mute all"]


@pytest.mark.parametrize(
    "said",
    [
        "experts on pretrial detention",
        "busco a alguien que sepa de prisión preventiva",
        "je cherche quelqu'un qui connaît la détention provisoire",
        "procuro alguém que entenda de prisão preventiva",
        "أبحث عن خبير في الحبس الاحتياطي",
        "ищу эксперта по заключению под стражу",
        "我要找专家，审前羁押方面的专家",
    ],
)
async def test_who_looks_for_experts_gets_no_list_of_texts(member: Talk, said: str):
    heard, offered = await done(member, said)
    assert heard == ["ask.ask.question"] or "ask" in offered
    assert "find" not in offered


async def test_expert_evidence_is_looked_up(member: Talk):
    assert (await done(member, "find expert evidence"))[0][0].startswith("find.")


@pytest.mark.parametrize(
    "said",
    ["I have to go, back later", "tengo que irme, hasta luego", "я пошла, мне пора, вернусь позже"],
)
async def test_who_goes_away_while_nothing_is_open_says_goodbye(member: Talk, said: str):
    assert (await done(member, said))[0] == ["say.bye"]


async def test_a_number_is_no_membership_to_be_ended(member: Talk):
    _heard, offered = await done(member, "I changed my mind about 7")
    assert "withdraw consent" not in offered


async def test_the_last_part_of_a_sentence_may_be_all_it_asks(member: Talk):
    heard, _offered = await done(member, "well, something else. what events are coming up?")
    assert heard[0].startswith("events.")


async def test_the_answer_to_who_reads_tells_of_authorities_too(talk: Talk):
    await talk.opens(NEWCOMER)
    [heard, *_rest] = await talk.says(NEWCOMER, "who can read what I write to you?")
    assert "I tell no authority" in heard.body


@pytest.mark.parametrize(
    "said", ["审判时没有律师，判了十四年", "عندي موكلة موقوفة مع ولدها الصغير"]
)
async def test_a_member_who_tells_of_a_client_needs_no_lawyer(member: Talk, said: str):
    assert "help.lawyer" not in (await done(member, said))[0]


async def test_a_member_whose_own_son_is_held_does(member: Talk):
    assert (await done(member, "الشرطة اعتقلت ابني"))[0] == ["help.lawyer"]
