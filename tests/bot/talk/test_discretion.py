"""What may give a person of a case away is warned about, and nothing of it is kept or repeated."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.library.librarian import import_library
from bot.starter import starter
from bot.understanding.guard import Guard
from kit.table import CommandTable
from kit.words import has_link
from storage.engine import Storage
from storage.migrate import upgrade
from storage.retention import sweep
from tests.bot.test_forgetting import Glass
from tests.harness import Talk

MEMBER = "@member:test"
WORD = "Canarywood"
STORY = f"My client Rosalind {WORD} was arrested on Friday, call her mother on +1 212 555 0147."
WARNING = """\
This may give away somebody in a case. I see: the name of a person in a case and \
a phone number. \
So I kept nothing of it and told nobody.

Please delete your message, because your homeserver still has it. \
Then write it again without that.

If it points to nobody, or to something public such as an office, say so in front: \
"it is harmless …\""""
TO_QUESTION = ("ask",)
ASKED = "Which standards require counsel at disciplinary hearings?"
TO_DID = ("practice", "Bail at night")


async def said(talk: Talk, *texts: str) -> list[tuple[str, str]]:
    return [(heard.kind, heard.body) for heard in await talk.says(MEMBER, *texts)]


@pytest.mark.parametrize(
    "before",
    [(), TO_QUESTION, TO_DID, ("ask", ASKED), ("ask", ASKED, "10", "no")],
    ids=["plain talk", "ask", "practice", "a choice", "the other side"],
)
async def test_a_story_is_warned_about_and_the_question_stays_open(talk: Talk, before):
    await talk.member(MEMBER)
    await talk.says(MEMBER, *before)
    assert await said(talk, STORY) == [("error.confidential", WARNING)]


@pytest.mark.parametrize(
    "way",
    ["suggest", "find", "stale 1", "ask", "help", "rooms", "join", "show", "language", "event"],
)
async def test_behind_a_command_it_is_not_repeated_either(talk: Talk, way):
    await talk.member(MEMBER)
    await talk.says(MEMBER, "find 67/187")
    assert await said(talk, f"{way} {STORY}") == [("error.confidential", WARNING)]


async def test_after_a_warning_the_answer_without_it_is_taken(talk: Talk):
    await talk.member(MEMBER)
    await talk.says(MEMBER, *TO_QUESTION, STORY)
    heard = await said(talk, "Which standards protect people who are arrested on a Friday?")
    assert [kind for kind, _body in heard] == ["ask.ask.topic"]


@pytest.mark.parametrize(
    ("language", "harmless"),
    [
        ("en", "it is harmless"),
        ("es", "es inofensivo:"),
        ("fr", "C'est sans danger"),
        ("pt", "É inofensivo"),
        ("ar", "هذا غير ضار"),
        ("ru", "Это безобидно:"),
        ("zh", "这无害："),
    ],
)
async def test_its_author_may_say_that_it_is_harmless(talk: Talk, language, harmless):
    await talk.member(MEMBER)
    office = "Who has called the office of the state defender on +1 212 555 0147?"
    assert [kind for kind, _ in await said(talk, *TO_QUESTION, office)] == ["error.confidential"]
    [(kind, body)] = await said(talk, f"{harmless} {office}", "10", "no", "skip")
    assert (kind, body.splitlines()[4]) == ("ask.ask.safe", office)


async def test_harmless_alone_asks_for_the_text(talk: Talk):
    await talk.member(MEMBER)
    [(kind, body)] = await said(talk, "it is harmless")
    assert (kind, body) == (
        "error.argument",
        'Something is missing: the text. Say: "it is harmless <the text…>"',
    )


async def test_an_edit_is_looked_at_as_well(talk: Talk):
    await talk.member(MEMBER)
    await talk.says(MEMBER, *TO_QUESTION, "Which standards protect people who were arrested?")
    edit = {"body": STORY, "replaces": talk.last_event}
    heard = await talk.event("message", MEMBER, talk.chat(MEMBER), edit)
    assert [(each.kind, each.body) for each in heard] == [("error.confidential", WARNING)]


@pytest.mark.slow
async def test_an_edit_is_bounded_like_any_message(talk: Talk):
    await talk.member(MEMBER)
    await talk.says(MEMBER, *TO_QUESTION, "Which standards protect people who were arrested?")
    for edit in ({"body": "a", "long": True}, {"body": "\ufdfa" * 8_000}):
        edit["replaces"] = talk.last_event
        heard = await talk.event("message", MEMBER, talk.chat(MEMBER), edit)
        assert heard[0].body == "That is too long for me. Please use fewer words."


async def test_that_it_is_harmless_is_taken_away_a_few_times(talk: Talk, monkeypatch):
    await talk.member(MEMBER)
    looked: list[str] = []
    match = CommandTable.match

    def looks(table: CommandTable, text: str) -> object:
        looked.append(text)
        return match(table, text)

    monkeypatch.setattr(CommandTable, "match", looks)
    counts = []
    for times in (10, 400):
        looked.clear()
        await talk.says(MEMBER, "it is harmless " * times)
        counts.append(len(looked))
    assert counts[0] == counts[1]


async def test_in_a_room_where_the_hub_is_spoken_to_others_do_not_read_of_it(talk: Talk):
    await talk.member(MEMBER)
    await talk.room("space:events", "!events:test")
    assert await talk.says(MEMBER, STORY, room_id="!events:test") == []
    heard = await talk.says(MEMBER, f"!{STORY}", room_id="!events:test")
    assert [(each.kind, each.room) for each in heard] == [
        ("error.confidential", "direct:1"),
        ("room.direct", "space:events"),
    ]
    assert WORD not in heard[0].body


@pytest.mark.parametrize("text", [STORY, "x" * 9_000], ids=["a story", "too long"])
async def test_a_report_that_is_refused_is_deleted_in_its_room_and_nothing_is_said_there(
    talk: Talk, text
):
    await talk.member(MEMBER)
    await talk.room("space:events", "!events:test")
    report = {"body": f"!report {text}", "replies": "$that"}
    heard = await talk.event("message", MEMBER, "!events:test", report)
    assert [(each.kind, each.room) for each in heard] == [
        ("redact", "space:events"),
        ("error.confidential" if text is STORY else "error.argument", "direct:1"),
    ]
    assert heard[0].content == {"event_id": talk.last_event}


async def test_somebody_in_need_of_a_lawyer_is_answered_as_such(talk: Talk):
    await talk.opens(MEMBER)
    heard = await said(talk, f"I need a lawyer, my brother Tomasz {WORD} was arrested")
    assert [kind for kind, _body in heard] == ["help.lawyer"]


async def test_what_was_not_understood_is_repeated_in_three_words_without_links(talk: Talk):
    await talk.member(MEMBER)
    [(kind, body)] = await said(talk, "zzyzx quux www.x.example corge grault")
    assert (kind, body.split(". ")[0]) == (
        "error.not_understood",
        "I did not understand zzyzx quux corge…",
    )


@pytest.fixture
async def glass(tmp_path) -> AsyncIterator[Talk]:
    """A hub whose file can be read, so that a search of its bytes means something."""
    talk = Talk(Storage(f"sqlite:///{tmp_path / 'hub.db'}", Glass(bytes(32))))
    await upgrade(talk.storage)
    await import_library(talk.storage, starter("library.yaml"))
    yield talk
    await talk.storage.close()


async def _tells_everywhere(talk: Talk) -> None:
    await talk.member(MEMBER)
    story = f"{STORY} He is a person of {WORD}"
    for before in ((), TO_QUESTION, ("cancel", *TO_DID), ("cancel", "suggest https://a.example/x")):
        await talk.says(MEMBER, *before, story)
    await talk.says(MEMBER, "cancel", f"find {story}", f"suggest {story}", f"help {story}")
    await talk.says(MEMBER, "cancel", "suggest https://a.example/x", story)
    async with talk.storage.write() as session:
        await sweep(session, talk.now)
    await talk.storage.wipe()


@pytest.mark.slow
async def test_no_byte_of_it_is_left(glass: Talk, tmp_path):
    await _tells_everywhere(glass)
    assert _left(tmp_path) == []


@pytest.mark.slow
async def test_without_the_guard_bytes_of_it_are_left(glass: Talk, tmp_path, monkeypatch):
    monkeypatch.setattr(Guard, "find", lambda _guard, _text: ())
    await _tells_everywhere(glass)
    assert _left(tmp_path) != []


def _left(directory) -> list[str]:
    files = sorted(path for path in directory.iterdir() if path.is_file())
    return [path.name for path in files if WORD.casefold().encode() in path.read_bytes().lower()]


REFLECTED = (
    "show https://evil.example/login-to-keep-your-account",
    "find https://evil.example/login",
    "join https://evil.example/x",
    "find <b>x</b> ||spoiler|| [a](javascript:alert(1))",
    "find @nobody:test",
    "event 99 https://evil.example/a",
    "cite \u202egro.live\u202c//:sptth",
    "help www.evil.example",
)


@pytest.mark.parametrize("said", REFLECTED)
async def test_nothing_that_somebody_says_in_a_room_comes_back_as_a_link(talk: Talk, said: str):
    await talk.room("space:lobby-en", "!lobby:test")
    await talk.member(MEMBER)
    heard = await talk.says(MEMBER, f"!{said}", room_id="!lobby:test")
    assert heard != []
    for each in heard:
        html = each.content["formatted_body"]
        assert [word for word in each.body.split() if has_link(word)] == []
        assert ("<a " in html, "<b>x" in html, "\u202e" in html) == (False, False, False)
        assert each.content["m.mentions"] == {}
