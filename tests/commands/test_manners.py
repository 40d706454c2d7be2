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
async def test_an_edit_of_what_was_done_changes_nothing(newcomer: Talk):
    await newcomer.says(SOMEBODY, "find mandela")
    found = newcomer.last_event
    await newcomer.says(SOMEBODY, "Kenya")
    assert await edit(newcomer, found, "forget me") == ["edit.late"]
    assert await edit(newcomer, "$unknown", "Brazil") == []


@pytest.mark.parametrize("said", ["fnid mandela", "going 99", "event soon"])
async def test_an_edit_of_what_could_not_be_done_is_tried_once(talk: Talk, said):
    await talk.member(SOMEBODY)
    await talk.says(SOMEBODY, said)
    refused = talk.last_event
    assert await edit(talk, refused, "fnid Mandela") == ["error.not_understood"]
    assert await edit(talk, refused, "find mandela") == ["find.results"]
    assert await edit(talk, refused, "find prison") == ["edit.late"]


async def test_an_edit_of_what_was_refused_long_ago_means_nothing(talk: Talk):
    await talk.member(SOMEBODY)
    await talk.says(SOMEBODY, "fnid mandela")
    refused = talk.last_event
    await talk.says(SOMEBODY, "find mandela")
    assert await edit(talk, refused, "find prison") == []


async def test_an_edit_of_an_answer_that_could_not_be_read_is_the_answer(newcomer: Talk):
    assert kinds(await newcomer.says(SOMEBODY, "Kxyz")) == ["onboarding.ask.country"]
    unread = newcomer.last_event
    assert await edit(newcomer, unread, "Kenya") == ["onboarding.ask.category"]


async def test_edits_in_rooms_count_as_in_chats_and_talk_stays_talk(talk: Talk):
    await talk.member(SOMEBODY)
    await talk.room("space:events", "!events:test")
    await talk.says(SOMEBODY, "!going 99", room_id="!events:test")
    refused = talk.last_event
    said = [("!find mandela", "find.results"), ("!find prison", "edit.late"), ("prison", None)]
    for body, kind in said:
        payload = {"body": body, "replaces": refused}
        heard = await talk.event("message", SOMEBODY, "!events:test", payload)
        assert kinds(heard) == ([kind] if kind else [])


async def shows(talk: Talk, room_id: str = "") -> list[str]:
    return kinds(await talk.event("wordless", SOMEBODY, room_id or talk.chat(SOMEBODY), {}))


async def test_what_has_no_words_is_answered_in_one_sentence(talk: Talk):
    await talk.member(SOMEBODY, language="2")
    heard = await talk.event("wordless", SOMEBODY, talk.chat(SOMEBODY), {})
    assert [(said.kind, said.body) for said in heard] == [
        ("error.not_understood", "Solo puedo leer texto. Escríbalo con palabras, por favor.")
    ]
    assert await shows(talk) == []  # one of the same album
    await talk.says(SOMEBODY, "find mandela")
    assert await shows(talk) == ["error.not_understood"]


async def test_what_has_no_words_leaves_rooms_alone_and_questions_open(talk: Talk):
    await talk.opens(SOMEBODY)
    await talk.room("space:events", "!events:test")
    assert await shows(talk, "!events:test") == []
    assert await shows(talk) == ["onboarding.welcome", "onboarding.ask.language"]
    await talk.says(SOMEBODY, "1")
    assert await shows(talk) == ["error.not_understood", "onboarding.ask.consent"]


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


@pytest.mark.slow
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
