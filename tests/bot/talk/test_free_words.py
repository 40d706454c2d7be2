"""Somebody says in words of their own what they wish for."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta

import pytest

from bot.talk.dispatch import UNTIL_LEARNT
from bot.understanding.wishes import Recogniser
from storage.engine import Storage
from tests import harness
from tests.harness import STEWARD, Talk, scene, wishes

READER, WRITER, NEW = "@reader:test", "@writer:test", "@new:test"


@scene
async def member(talk: Talk) -> None:
    await talk.member(READER)


async def kinds(talk: Talk, who: str, *texts: str) -> list[str]:
    return [said.kind for said in await talk.says(who, *texts)]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("what events are coming up?", "events.none"),
        ("can you show me all my personal data", "privacy.data"),
        ("who can read what I write to you?", "about.readers"),
        ("thank you so much", "say.thanks"),
        ("please write to me in French", "profile.language"),
    ],
)
async def test_what_is_surely_meant_is_done(member: Talk, said: str, kind: str):
    assert await kinds(member, READER, said) == [kind]


async def test_erasure_by_free_words_still_asks_first(member: Talk):
    assert await kinds(member, READER, "how do I delete my account") == ["forget.ask.confirm"]
    assert await kinds(member, READER, "no") == ["forget.kept"]


@pytest.mark.parametrize(
    "said",
    [
        "delete his messages",
        "delete all messages from @writer:test",
        "erase everything about @writer:test",
        "удали его сообщения",
        "borra sus mensajes, por favor",
        "删除他的消息",
    ],
)
async def test_what_is_to_be_done_to_others_is_never_done_to_oneself(talk: Talk, said: str):
    await talk.member(STEWARD)
    await talk.says(STEWARD, said, "yes")
    assert await kinds(talk, STEWARD, "profile") == ["profile.show"]
    assert "forget.ask.confirm" not in await kinds(talk, STEWARD, said)


async def test_what_is_weighty_waits_for_a_yes(member: Talk):
    words = "I no longer need help, please take back my question"
    offer = (await member.says(READER, words))[0]
    assert (offer.kind, offer.ids) == ("wish.offer", ["withdraw"])
    assert await kinds(member, READER, "no") == ["say.kept"]
    assert await kinds(member, READER, words, "yes") == ["error.not_found"]


async def test_a_yes_that_comes_after_other_words_does_nothing(member: Talk):
    await member.says(READER, "I no longer need help, please take back my question", "events")
    assert await kinds(member, READER, "yes") != ["error.not_found"]


async def test_of_several_readings_one_is_chosen_by_number(member: Talk):
    offer = (await member.says(READER, "something with my answers"))[0]
    assert offer.kind == "wish.offer"
    assert 1 < len(offer.ids) <= 3
    assert "error.not_understood" not in await kinds(member, READER, "1")


async def test_commands_win(member: Talk):
    assert await kinds(member, READER, "events") == ["events.none"]
    assert await kinds(member, READER, "find my personal data") != ["privacy.data"]


async def test_a_command_word_does_not_swallow_a_sentence(member: Talk):
    assert await kinds(member, READER, "show me who else can read this conversation") == [
        "about.readers"
    ]


async def test_what_a_command_cannot_take_may_be_a_wish(member: Talk):
    await member.says(READER, "language 中文")
    assert await kinds(member, READER, "注销我的账号") == ["forget.ask.confirm"]


async def test_the_event_is_taken_from_the_sentence(member: Talk):
    await member.opens(STEWARD)
    await member.says(STEWARD, "event add 2027-03-10 14:00 UTC Forensics webinar", "yes")
    await member.says(STEWARD, "event add 2027-03-11 14:00 UTC Bail workshop", "yes")
    going = (await member.says(READER, "count me in for the bail workshop"))[0]
    assert (going.kind, going.ids) == ("events.going", ["2"])
    remind = (await member.says(READER, "remind me of the workshop two hours before"))[0]
    assert (remind.kind, remind.ids) == ("events.remind", ["2"])
    assert await kinds(member, READER, "I can't come after all") == ["wish.offer"]
    stays = (await member.says(READER, "yes"))[0]
    assert (stays.kind, stays.ids) == ("events.not_going", ["2"])


@pytest.mark.parametrize(
    "said",
    [
        "who is coming to event 1?",
        "¿quién va al evento 1?",
        "qui participe à l'événement 1 ?",
        "quem vai ao evento 1?",
        "кто идёт на мероприятие 1?",
        "من سيحضر الفعالية 1؟",
        "谁参加活动1？",
    ],
)
async def test_who_is_coming_is_a_question_and_signs_nobody_up(member: Talk, said: str):
    await member.opens(STEWARD)
    await member.says(STEWARD, "event add 2027-03-11 14:00 UTC Bail workshop", "yes")
    [heard] = await member.says(READER, said)
    assert (heard.kind, heard.body.splitlines()[2]) == ("events.who", "0 members are going.")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("save me a seat", "wish.offer"),
        ("count me in for 7", "error.not_found"),
        ("count me in for event 7", "error.not_found"),
        ("can you count me in for the workshop?", "wish.offer"),
    ],
)
async def test_nobody_is_signed_up_for_what_they_did_not_name(member: Talk, said: str, kind: str):
    await member.opens(STEWARD)
    await member.says(STEWARD, "event add 2027-03-11 14:00 UTC Bail workshop", "yes")
    assert await kinds(member, READER, said) == [kind]
    [card] = await member.says(READER, "event 1")
    assert "0 members are going." in card.body.splitlines()


async def test_a_look_up_names_the_room_and_the_event_beside_the_items(member: Talk):
    await member.opens(STEWARD)
    await member.says(STEWARD, "event add 2027-03-10 14:00 UTC Juvenile justice webinar", "yes")
    found = (await member.says(READER, "what are the standards for juvenile justice?"))[0]
    assert (found.kind, len(found.ids), found.ids[-1]) == ("find.everywhere", 5, "1")
    card = (await member.says(READER, "5"))[0]
    assert (card.kind, card.ids) == ("events.card", ["1"])


async def test_a_newcomer_is_answered_first_and_then_welcomed(talk: Talk):
    await talk.opens(NEW)
    heard = await kinds(talk, NEW, "who can read what I write here?")
    assert heard == ["about.readers", "onboarding.welcome", "onboarding.ask.language"]


async def test_a_question_about_the_hub_is_answered_beside_an_open_one(talk: Talk):
    await talk.opens(NEW)
    await talk.says(NEW, "start", "1")
    heard = await kinds(talk, NEW, "and who else will see my answers?")
    assert heard == ["about.readers", "onboarding.ask.consent"]
    assert (await kinds(talk, NEW, "yes"))[-1] == "onboarding.ask.country"


async def test_what_means_nothing_is_said_so_and_the_tenth_time_that_silence_follows(member: Talk):
    for _time in range(9):
        assert await kinds(member, READER, "blorf xyzzy") == ["error.not_understood"]
    last = (await member.says(READER, "blorf xyzzy"))[0]
    assert last.body.splitlines()[-1].startswith("From here on")
    assert await kinds(member, READER, "blorf xyzzy") == []
    assert await kinds(member, READER, "events") == ["events.none"]


@pytest.mark.parametrize(
    "said",
    [
        "how are you?",
        "tudo bem com vocês?",
        "最近怎么样？",
        "كيف حالكم",
    ],
)
async def test_who_asks_how_the_hub_is_greets_it_unless_that_is_shown_to_them(member: Talk, said):
    assert await kinds(member, READER, said) == ["say.hello"]


async def test_a_steward_who_asks_how_the_hub_is_is_shown_it(member: Talk):
    await member.member(STEWARD)
    assert await kinds(member, STEWARD, "is the hub well?") == ["moderation.health"]


async def test_two_programs_do_not_thank_each_other_for_ever(member: Talk):
    heard = [await kinds(member, READER, "thanks a lot") for _time in range(12)]
    assert heard == [["say.thanks"]] * 10 + [[]] * 2
    member.now += timedelta(hours=1)


async def test_a_hub_that_has_just_started_learns_before_it_says_what_is_meant_but_others_go_on(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
):
    learning = Future[Recogniser]()
    monkeypatch.setattr(harness, "learnt", lambda: learning)
    talk = Talk(storage)
    await talk.member(READER)
    assert await kinds(talk, READER, "what events are coming up?") == []
    await talk.member(WRITER)
    assert await kinds(talk, WRITER, "events") == ["events.none"]
    learning.set_result(wishes())
    talk.now += UNTIL_LEARNT
    assert await kinds(talk, WRITER, "events") == ["events.none", "events.none"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("yes", 'I am not waiting for a yes or a no. Say "help" to see what I can do.'),
        (
            "oui je veux bien",
            'I am not waiting for a yes or a no. Say "help" to see what I can do.',
        ),
        ("no", 'I am not waiting for a yes or a no. Say "help" to see what I can do.'),
    ],
)
async def test_a_yes_or_no_to_nothing_is_told_so(member: Talk, said: str, answer: str):
    await member.says(READER, "events")
    (heard,) = await member.says(READER, said)
    assert (heard.kind, heard.body) == ("error.not_understood", answer)
