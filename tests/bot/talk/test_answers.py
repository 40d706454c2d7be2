"""At an open question a command is a command, and what was only guessed waits for a yes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.service.wiring import discover
from commands.curation._steps import KINDS
from kit.network import RoomKind
from kit.table import CommandTable
from storage.people import People
from storage.tables.talk import DialogueRow
from tests.harness import STEWARD, Talk, catalogs, kinds, network, once

NEWCOMER = "@newcomer:test"
QUESTIONS = {
    "language": (),
    "consent": ("1",),
    "country": ("1", "yes"),
    "zone": ("1", "yes", "Brazil"),
    "category": ("1", "yes", "Kenya"),
    "topics": ("1", "yes", "Kenya", "1"),
}
# Commands that end or move what is open, by what they are for.
# Nobody can verify a hub without a device, which needs a homeserver.
MOVING = ("back", "skip", "pause", "cancel", "start", "forget me", "verify")
NEEDED = {
    "find": "torture",
    "join": "1",
    "show": "1",
    "cite": "1",
    "stale": "1",
    "suggest": "Handbook on bail",
    "resource translate": "1 es",
    "resource add": "Handbook on bail",
    "resource edit": "1 title Handbook",
    "resource retire": "1",
    "resource supersede": "1 2",
    "resource merge": "1 2",
    "approve": "1",
    "accept": "1",
    "decline": "1",
    "withdraw": "1",
    "done": "1",
    "why": "1",
    "event": "1",
    "going": "1",
    "not going": "1",
    "maybe": "1",
    "who is going": "1",
    "remind": "1 2h",
    "remind of this": "2030-03-02 9:00",
    "event add": "2027-03-28 14:10 Talk",
    "event move": "1",
    "event edit": "1",
    "event copy": "1",
    "event repeat": "1",
    "event cancel": "1",
    "case": "1",
    "case take": "1",
    "case widen": "1",
    "case close": "1",
    "report claim": "1",
    "appeal decline": "1",
    "report close": "1 done",
    "alert off": "1",
    "carry out": "1",
    "undo": "1",
    "appeal": "it was not me",
    "room edit": "welcome",
    "room archive": "welcome",
    "room accept": "1",
    "room decline": "1",
    "notify on": "1",
    "notify off": "1",
    "vouch": "@other:test",
    "vouch withdraw": "@other:test",
    "role": "@other:test moderator",
    "role end": "@other:test",
    "referral add": "Ghana",
    "referral remove": "Ghana",
    "lift mute": "@other:test",
    "purge region": "africa",
    "it is harmless": "find torture",
    "quiet": "22-7",
}


@once
async def asked(talk: Talk, question: str) -> None:
    """Bring a newcomer to a question."""
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "start", *QUESTIONS[question])


WORK = {"category": "lawyer"}  # the word of a command that is an answer too


async def stands(talk: Talk) -> list[tuple[str, dict[str, object]]]:
    async with talk.storage.read() as session:
        rows = (await session.scalars(select(DialogueRow))).all()
    return [(row.step, dict(row.draft)) for row in rows]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "language"),
    list(zip(QUESTIONS, ("en", "es", "fr", "ar", "ru", "zh"), strict=True)),
)
async def test_no_command_is_stored_as_an_answer(talk: Talk, question, language):
    words = catalogs().words
    await asked(talk, question)
    before = await stands(talk)
    table = CommandTable(discover(), words.ways)
    for command in table:
        if command.path not in {*MOVING, WORK.get(question, "")}:
            said = f"{words.shown(command.path, language)} {NEEDED.get(command.path, '')}".strip()
            meant, rest = table.match(said) or (None, "")
            assert (meant, command.takes(rest)) == (command, True), said
            heard = kinds(await talk.says(NEWCOMER, said))
            again = f"onboarding.ask.{question}"
            assert (await stands(talk), heard != [again]) == (before, True), said


@pytest.mark.parametrize("question", QUESTIONS)
async def test_forget_me_makes_nobody_a_member(talk: Talk, question):
    await asked(talk, question)
    await talk.says(NEWCOMER, "forget me")
    async with talk.storage.read() as session:
        person = await People(session).find(NEWCOMER)
    assert person is None or person.consent_at is None
    assert await stands(talk) == [] or (await stands(talk))[0][0] == "confirm"


def test_no_choice_that_is_shown_is_a_command():
    table = CommandTable(discover(), catalogs().words.ways)
    shown = [
        *(name for each in network().categories.values() for name in each.names.values()),
        *(name for room in network().of_kind(RoomKind.THEME) for name in room.names.values()),
        *(name for kind in KINDS for name in network().kinds[kind].values()),
    ]
    matches = [(name, table.match(name)) for name in shown]
    assert [name for name, match in matches if match and match[0].takes(match[1])] == []


async def test_an_answer_that_begins_like_a_command_is_an_answer(talk: Talk):
    await asked(talk, "topics")
    assert kinds(await talk.says(NEWCOMER, "stop and search")) == ["onboarding.done"]


GUESS = "I am a prosecutor"


@pytest.mark.parametrize(
    ("then", "step", "category"),
    [
        ("yes", "topics", "prosecution-police-prison"),
        ("no", "category", ""),
        ("back", "category", ""),
        ("1", "topics", "public-defender"),
        ("find torture", "category", ""),
    ],
)
async def test_what_was_only_meant_waits_for_a_yes(talk: Talk, then, step, category):
    await asked(talk, "category")
    heard = kinds(await talk.says(NEWCOMER, GUESS))
    assert (heard, (await stands(talk))[0][1]["category"]) == (["onboarding.ask.category"], "")
    await talk.says(NEWCOMER, then)
    [(at, draft)] = await stands(talk)
    assert (at, draft["category"]) == (step, category)


async def test_a_guess_is_asked_about_in_words_and_taken_by_a_reaction(talk: Talk):
    await asked(talk, "category")
    [guess] = await talk.says(NEWCOMER, GUESS)
    assert guess.body == (
        "Question 4/5\n\nI understood: Prosecutor, police or prison service. "
        "Is that right? Please answer yes or no."
    )
    assert kinds(await talk.reacts(NEWCOMER, "👍", guess)) == ["onboarding.ask.topics"]


async def test_an_edit_takes_the_place_of_a_guess(talk: Talk):
    await asked(talk, "category")
    await talk.says(NEWCOMER, GUESS)
    edit = {"body": "1", "replaces": talk.last_event}
    await talk.event("message", NEWCOMER, talk.chat(NEWCOMER), edit)
    [(step, draft)] = await stands(talk)
    assert (step, draft["category"]) == ("topics", "public-defender")


@pytest.mark.parametrize("command", ["language español", "idioma español", "语言 西班牙语"])
async def test_a_language_that_is_changed_in_the_middle_stays_changed(talk: Talk, command):
    await asked(talk, "country")
    await talk.says(NEWCOMER, command, "Kenia", "1")
    heard = await talk.says(NEWCOMER, "1, 10")
    assert heard[-1].kind == "onboarding.done"
    assert heard[-1].body.splitlines()[0].startswith("Gracias")
    async with talk.storage.read() as session:
        assert (await People(session).find(NEWCOMER)).language == "es"


async def test_after_an_error_the_question_is_asked_again(talk: Talk):
    await asked(talk, "country")
    heard = kinds(await talk.says(NEWCOMER, f"vouch {STEWARD}"))
    assert heard == ["error.not_allowed", "onboarding.ask.country"]


TO_QUESTION = ("ask",)
OUT_LOUD = "Find out how courts elsewhere treat statements without a lawyer."


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (OUT_LOUD, ["ask.ask.topic"]),
        ("find torture", ["find.results", "ask.ask.question"]),
        (f"!{OUT_LOUD}", ["find.results", "ask.ask.question"]),
        ("Show me how others argue for bail", ["ask.ask.topic"]),
    ],
)
async def test_a_sentence_is_an_answer_where_own_words_are_asked_for(talk: Talk, said, kind):
    await talk.member(NEWCOMER)
    await talk.says(NEWCOMER, *TO_QUESTION)
    assert kinds(await talk.says(NEWCOMER, said)) == kind


SAID_WELL = {
    "en": ("my profile please", "Could you show me my profile?", "I would like to see my profile"),
    "es": ("mi perfil por favor", "ver mi perfil", "quiero ver mi perfil, gracias"),
    "fr": ("mon profil s'il vous plaît", "je voudrais voir mon profil", "affiche mon profil"),
    "pt": ("o meu perfil, por favor", "quero ver o meu perfil", "mostre-me meu perfil"),
    "ru": ("покажи мой профиль", "мой профиль, пожалуйста", "хочу посмотреть профиль"),
    "zh": ("我的资料", "请给我看我的个人资料", "我想看一下个人资料，谢谢"),
    "ar": ("ملفي من فضلك", "أرني ملفي الشخصي", "أريد أن أرى ملفي لو سمحت"),
}
ERASED = (
    *("احذف بياناتي من فضلك", "borra mis datos por favor", "пожалуйста, удали меня"),
    *("supprimez mes données s'il vous plaît", "apague meus dados por favor", "我想删除我的资料"),
)


@pytest.mark.parametrize("said", [each for ways in SAID_WELL.values() for each in ways])
async def test_a_command_said_politely_or_as_ones_own_is_the_command(talk: Talk, said):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "start", *QUESTIONS["category"])
    assert kinds(await talk.says(NEWCOMER, said)) == ["profile.show", "onboarding.ask.category"]


@pytest.mark.parametrize("said", ERASED)
async def test_who_politely_asks_to_be_forgotten_is(talk: Talk, said):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "start", *QUESTIONS["topics"])
    assert kinds(await talk.says(NEWCOMER, said)) == ["forget.ask.confirm"]


@pytest.mark.parametrize("said", ["please find torture", "find torture please"])
async def test_polite_words_are_no_part_of_what_is_looked_for(talk: Talk, said):
    await talk.opens(NEWCOMER)
    plain, polite = [(await talk.says(NEWCOMER, each))[0].ids for each in ("find torture", said)]
    assert plain == polite


@pytest.mark.parametrize("said", ["decline", "rechazar", "отказаться", "拒绝", "أرفض", "recusar"])
async def test_declining_the_rules_is_a_no(talk: Talk, said):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "start", *QUESTIONS["consent"])
    [heard] = await talk.says(NEWCOMER, said)
    assert (heard.kind, heard.body.splitlines()[0][:30]) == (
        "onboarding.ask.consent",
        "That is fine, and nothing is k",
    )


async def test_accepting_the_rules_is_a_yes(talk: Talk):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "start", *QUESTIONS["consent"])
    assert kinds(await talk.says(NEWCOMER, "aceptar")) == ["onboarding.ask.country"]


async def test_after_another_command_the_question_is_recalled_in_one_line(talk: Talk):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "start", *QUESTIONS["category"])
    lines = {}
    for said in ("find torture", "vouch", "going 99", "blue cheese"):
        lines[said] = (await talk.says(NEWCOMER, said))[-1].body.split("\n\n")
    again = 'Still open: Which of these describes you best? "start" shows all of it.'
    assert [parts[0] for said, parts in lines.items() if said != "blue cheese"][::2] == [again] * 2
    assert lines["blue cheese"][1] == again
    whole = (await talk.says(NEWCOMER, "start"))[0].body.split("\n\n")
    assert whole[:2] == ["Question 4/5", "Which of these describes you best?"]


@pytest.mark.slow
@pytest.mark.parametrize("said", ["ﷺ" * 7_900, "x" * 8_001])
async def test_what_becomes_too_long_is_refused(talk: Talk, said):
    await talk.opens(NEWCOMER)
    heard = await talk.says(NEWCOMER, said, f"find {said}")
    assert heard[0].kind == "error.argument"
