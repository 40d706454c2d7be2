"""How the hub behaves with edits, threads, late commands, other programs and encrypted chats."""

from datetime import timedelta

import pytest

from tests.harness import Talk, kinds, scene

SOMEBODY = "@somebody:test"


@scene
async def newcomer(talk: Talk) -> None:
    await talk.opens(SOMEBODY)
    await talk.says(SOMEBODY, "hello", "1", "yes")


async def edit(talk: Talk, target: str, body: str) -> list[str]:
    payload = {"body": body, "replaces": target}
    return kinds(await talk.event("message", SOMEBODY, talk.chat(SOMEBODY), payload))


async def test_an_edit_of_the_last_answer_corrects_it(newcomer: Talk):
    assert kinds(await newcomer.says(SOMEBODY, "Kenia")) == ["onboarding.ask.category"]
    assert await edit(newcomer, newcomer.last_event, "Brazil") == ["onboarding.ask.zone"]


@pytest.mark.fault("F52")
async def test_an_edit_of_anything_else_means_nothing(newcomer: Talk):
    await newcomer.says(SOMEBODY, "find mandela")
    found = newcomer.last_event
    await newcomer.says(SOMEBODY, "Kenya")
    assert await edit(newcomer, found, "forget me") == []
    assert await edit(newcomer, "$unknown", "Brazil") == []


async def test_a_command_that_waited_a_day_is_asked_about(talk: Talk):
    await talk.member(SOMEBODY)
    talk.delay = timedelta(hours=25)
    heard = await talk.says(SOMEBODY, "find mandela")
    assert kinds(heard) == ["error.stale"]
    talk.delay = timedelta(hours=23)
    assert kinds(await talk.says(SOMEBODY, "find mandela")) == ["find.results"]


@pytest.mark.both_databases
async def test_a_thread_is_answered_in_the_thread(talk: Talk):
    await talk.member(SOMEBODY)
    payload = {"body": "find mandela", "thread": "$root"}
    heard = await talk.event("message", SOMEBODY, talk.chat(SOMEBODY), payload)
    assert heard[0].content["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": talk.last_event},
    }


@pytest.mark.fault("A9")
async def test_a_program_that_answers_every_answer_is_left_alone_in_the_end(talk: Talk):
    await talk.member(SOMEBODY)
    answered = [kinds(await talk.says(SOMEBODY, "zzz qqq xxx")) for _ in range(12)]
    assert answered == [["error.not_understood"]] * 10 + [[], []]
    assert kinds(await talk.says(SOMEBODY, "find mandela")) == ["find.results"]
    assert kinds(await talk.says(SOMEBODY, "zzz qqq xxx")) == ["error.not_understood"]


async def test_who_leaves_the_chat_gets_a_new_one_when_there_is_something_to_say(talk: Talk):
    await talk.member(SOMEBODY)
    assert await talk.event("leave", SOMEBODY, talk.chat(SOMEBODY), {}) == []
    await talk.room("space:welcome", "!welcome:test")
    heard = await talk.says(SOMEBODY, "!profile", room_id="!welcome:test")
    assert [(s.kind, s.room) for s in heard] == [
        ("create", "direct:1"),
        ("profile.show", "direct:1"),
        ("room.direct", "space:welcome"),
    ]


@pytest.mark.fault("F53")
async def test_a_message_too_long_is_refused_kindly(talk: Talk):
    await talk.member(SOMEBODY)
    payload = {"body": "find " + "x" * 8000, "long": True}
    heard = await talk.event("message", SOMEBODY, talk.chat(SOMEBODY), payload)
    assert [s.body for s in heard] == ["That is too long for me. Please use fewer words."]
