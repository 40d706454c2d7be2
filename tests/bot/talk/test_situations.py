"""What a defender tells of a case is a look-up, whatever else its words could be."""

from __future__ import annotations

import pytest

from tests.harness import STEWARD, Talk, kinds, scene

MEMBER, NEWCOMER = "@member:test", "@newcomer:test"
FOUND = "find.results"


@scene
async def member(talk: Talk) -> None:
    await talk.member(MEMBER)


@pytest.mark.parametrize(
    ("said", "item", "provision"),
    [
        ("silent treatment: alone in the cell for 40 days", "nelson-mandela-rules-2015", "Rule 43"),
        ("old case, 14 yr old in a cell with adults", "crc-1989", "Article 37(c)"),
        ("forget sleep: kicked till he confessed", "cat-1984", "Article 15"),
        ("翻译没到庭，当事人听不懂", "iccpr-1966", "Article 14(3)(f)"),
        ("remind me, no judge after 5 days in custody", "iccpr-1966", "Article 9(3)"),
        ("姐姐被抓走五天，家里没收到通知", "body-of-principles-1988", "Principle 16"),
        ("client sent to a prison 450 miles away", "nelson-mandela-rules-2015", "Rule 59"),
        ("client don dey cell 6 days, no judge", "iccpr-1966", "Article 9(3)"),
    ],
)
async def test_no_command_that_shares_a_word_is_meant(
    member: Talk, said: str, item: str, provision: str
):
    [heard] = await member.says(MEMBER, said)
    assert (heard.kind, heard.ids[0]) == (FOUND, item)
    assert f"{provision}: " in heard.body


async def test_only_what_answers_is_shown_and_the_rest_waits(member: Talk):
    [heard] = await member.says(MEMBER, "five days in a police cell and no magistrate")
    assert heard.ids == ["iccpr-1966", "hrc-gc35-2014", "body-of-principles-1988"]
    [more] = await member.says(MEMBER, "more")
    assert more.kind == FOUND
    assert set(more.ids).isdisjoint(heard.ids)


@pytest.mark.parametrize(
    "said", ["right to remain silent", "derecho a callar ante la policía", "当事人的沉默权"]
)
async def test_a_member_is_led_on_from_where_people_in_need_turn(member: Talk, said: str):
    assert kinds(await member.says(MEMBER, "my brother was arrested last night")) == ["help.lawyer"]
    assert kinds(await member.says(MEMBER, said)) == [FOUND]


@pytest.mark.parametrize(
    "said", ["sin abogado en el juicio y le dieron diez años", "没有律师就被判了八年"]
)
async def test_a_case_that_a_member_tells_of_is_a_clients(member: Talk, said: str):
    assert kinds(await member.says(MEMBER, said)) == [FOUND]
    hurt = "they beat my son at the police station, we have no lawyer"
    assert kinds(await member.says(MEMBER, hurt)) == ["help.lawyer"]


async def test_somebody_in_need_is_heard_before_the_library(talk: Talk):
    await talk.opens(NEWCOMER)
    said = "they beat my son at the police station until he signed a confession"
    assert kinds(await talk.says(NEWCOMER, said))[0] == "help.lawyer"


async def test_a_case_is_no_answer_to_a_question_for_a_subject(talk: Talk):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "start", "1", "yes", "Kenya", "1")
    [heard, *_asked_again] = await talk.says(NEWCOMER, "guards read the letters of my client to me")
    assert (heard.kind, heard.ids[0]) == (FOUND, "nelson-mandela-rules-2015")
    assert kinds(await talk.says(NEWCOMER, "prisons"))[0] != FOUND


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("leave police custody", "rooms.leave_sure"),
        ("room edit prison-visits", "error.not_found"),
        ("room archive solitary confinement", "error.not_found"),
        ("profile topics juvenile justice, torture prevention", "profile.topics"),
        ("翻译 juvenile-detention fr", "error.not_found"),
    ],
)
async def test_a_command_for_what_is_called_like_a_case_is_no_look_up(
    member: Talk, said: str, kind: str
):
    await member.member(STEWARD)
    assert kinds(await member.says(STEWARD, said)) == [kind]
