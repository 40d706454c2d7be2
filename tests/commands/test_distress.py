"""Who speaks of dying is answered before all else, wherever they say it."""

from __future__ import annotations

import pytest

from tests.harness import Talk, kinds

SOMEBODY, MEMBER = "@somebody:test", "@member:test"
LIVES = [
    ("1", "some days I just want to die"),
    ("2", "no vale la pena seguir viviendo"),
    ("3", "j'ai juste envie de mourir"),
    ("4", "não vejo mais sentido em viver"),
    ("5", "ما بدي عيش"),
    ("6", "мне больше не хочется жить"),
    ("7", "不如死了"),
]


@pytest.mark.parametrize("said", [said for _number, said in LIVES])
async def test_a_wish_to_die_is_answered_as_the_first_words_of_somebody(talk: Talk, said: str):
    await talk.opens(SOMEBODY)
    assert kinds(await talk.says(SOMEBODY, said)) == ["about.despair"]


@pytest.mark.parametrize(("number", "said"), LIVES)
async def test_it_comes_before_a_question_that_is_open_which_then_waits(
    talk: Talk, number: str, said: str
):
    await talk.member(MEMBER, language=number)
    await talk.says(MEMBER, "ask")
    assert kinds(await talk.says(MEMBER, said)) == ["about.despair"]
    assert kinds(await talk.says(MEMBER, "start"))[-1].startswith("ask.ask.")


async def test_the_answer_names_the_emergency_number_and_people(talk: Talk):
    await talk.member(MEMBER)
    [heard] = await talk.says(MEMBER, "I'm thinking about killing myself")
    assert heard.body.split("\n\n") == [
        "Thank you for saying it. Please do not stay alone with it.",
        (
            "If you may harm yourself, call the emergency number of your country now; from a "
            "mobile phone 112 works in most countries. I am a program and cannot help in time."
        ),
        (
            "Go to somebody who is near, or call somebody you trust, and ask them to stay with "
            "you. Say to them what you said here. A doctor helps with this, too."
        ),
        "Such thoughts can pass, and people get through this with help.",
    ]


async def test_it_comes_in_the_middle_of_the_need_of_a_lawyer_and_before_a_command(talk: Talk):
    await talk.opens(SOMEBODY)
    await talk.says(SOMEBODY, "my brother was arrested last night")
    assert kinds(await talk.says(SOMEBODY, "I don't want to live any more")) == ["about.despair"]
    await talk.member(MEMBER)
    assert kinds(await talk.says(MEMBER, "find a way to kill myself")) == ["about.despair"]


async def test_in_a_room_the_answer_stays_between_two(talk: Talk):
    await talk.member(MEMBER)
    await talk.room("space:events", "!events:test")
    heard = await talk.says(MEMBER, "!i want to die", room_id="!events:test")
    assert sorted(kinds(heard)) == ["about.despair", "room.direct"]


async def test_what_a_lawyer_can_do_for_a_client_who_speaks_of_dying(talk: Talk):
    await talk.member(MEMBER)
    heard = await talk.says(MEMBER, "my client says she will hang herself in her cell")
    assert kinds(heard) == ["about.danger"]
    assert "Rules 24, 30, 33 and 45 of the Nelson Mandela Rules" in heard[0].body


async def test_a_question_to_colleagues_about_such_a_client_is_told_and_kept(talk: Talk):
    await talk.member(MEMBER)
    await talk.says(MEMBER, "ask")
    said = "My client threatens to kill himself, how do I reach a doctor in the prison?"
    heard = await talk.says(MEMBER, said)
    assert kinds(heard)[0] == "about.danger"
    assert kinds(heard)[1].startswith("ask.ask.")


async def test_who_mourns_hears_a_human_word_before_a_rule(talk: Talk):
    await talk.member(MEMBER)
    [heard] = await talk.says(MEMBER, "I lost a client in prison and I feel guilty")
    assert heard.kind == "about.grief"
    first, *_others, last = heard.body.split("\n\n")
    assert first.startswith("What happens to somebody you stand by weighs heavily.")
    assert last == 'Where somebody died in custody, "find" shows what States owe.'


async def test_a_sigh_is_no_question_to_colleagues(talk: Talk):
    await talk.member(MEMBER)
    await talk.says(MEMBER, "ask")
    assert kinds(await talk.says(MEMBER, "I can't sleep, tired of this work")) == [
        "about.exhaustion"
    ]
