"""Answers about oneself: several in a sentence, corrected later, and questions among them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from commands.membership._steps import Registration
from storage.people import People
from storage.tables.people import PersonRow
from storage.tables.talk import DialogueRow
from tests.harness import Talk, kinds

NEWCOMER, MEMBER = "@newcomer:test", "@member:test"
LANGUAGES = ("en", "es", "fr", "pt", "ar", "ru", "zh")


async def asked_for_country(talk: Talk, language: str) -> None:
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "hello", str(LANGUAGES.index(language) + 1), "👍")


async def registered(talk: Talk) -> Registration:
    async with talk.storage.read() as session:
        draft = await session.scalar(select(DialogueRow.draft))
    return Registration(**{name: value for name, value in (draft or {}).items() if name != "?"})


async def kept(talk: Talk) -> PersonRow:
    async with talk.storage.read() as session:
        person = await People(session).find(MEMBER)
    assert person is not None
    return person


@pytest.mark.parametrize(
    ("language", "said", "country", "zone", "category"),
    [
        ("en", "I'm a paralegal in Lagos", "NG", "Africa/Lagos", "paralegal"),
        ("es", "soy jueza en Quito", "EC", "America/Guayaquil", "judiciary"),
        ("fr", "parajuriste à Dakar", "SN", "Africa/Dakar", "paralegal"),
        ("pt", "sou defensora pública em Maputo", "MZ", "Africa/Maputo", "public-defender"),
        ("ar", "انا من تونس بشتغل مساعد قانوني", "TN", "Africa/Tunis", "paralegal"),
        ("ru", "я судья из Ташкента", "UZ", "Asia/Tashkent", "judiciary"),
        ("zh", "我是法官 在云南", "CN", "Asia/Shanghai", "judiciary"),
    ],
)
async def test_two_answers_in_a_sentence_are_both_taken(
    talk: Talk, language: str, said: str, country: str, zone: str, category: str
):
    await asked_for_country(talk, language)
    [heard] = await talk.says(NEWCOMER, said)
    assert heard.kind == "onboarding.ask.category"
    assert kinds(await talk.says(NEWCOMER, "👍")) == ["onboarding.ask.topics"]
    answers = await registered(talk)
    assert (answers.country, answers.zone, answers.category) == (country, zone, category)


@pytest.mark.parametrize(
    "said",
    ["United Arab Emirates", "I live in the United Arab Emirates", "Central African Republic"],
)
async def test_the_name_of_a_country_answers_nothing_else(talk: Talk, said: str):
    await asked_for_country(talk, "en")
    [heard] = await talk.says(NEWCOMER, said)
    assert (heard.kind, "I understood" in heard.body) == ("onboarding.ask.category", False)


async def test_a_no_to_the_second_answer_asks_for_it(talk: Talk):
    await asked_for_country(talk, "en")
    [heard] = await talk.says(NEWCOMER, "I'm a paralegal in Lagos", "no")
    assert (heard.kind, "1. " in heard.body) == ("onboarding.ask.category", True)
    assert (await registered(talk)).country == "NG"


@pytest.mark.parametrize("said", ["start", "начать", "开始"])
async def test_who_begins_with_start_is_asked_each_question_once(talk: Talk, said: str):
    await talk.opens(NEWCOMER)
    assert kinds(await talk.says(NEWCOMER, said)) == [
        "onboarding.welcome",
        "onboarding.ask.language",
    ]
    assert kinds(await talk.says(NEWCOMER, "1")) == ["onboarding.ask.consent"]
    assert await talk.passes(timedelta(seconds=10)) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "oops, Uganda not Kenya"),
        ("es", "perdón, es Uganda y no Kenia"),
        ("fr", "pardon, l'Ouganda et pas le Kenya"),
        ("pt", "desculpe, Uganda e não Quênia"),
        ("ar", "أوغندا وليس كينيا"),
        ("ru", "не Кения, а Уганда"),
        ("zh", "不是肯尼亚，是乌干达"),
    ],
)
@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=30)])
async def test_a_country_is_corrected_at_any_later_moment(
    talk: Talk, language: str, said: str, later: timedelta
):
    await talk.member(MEMBER, language=str(LANGUAGES.index(language) + 1))
    await talk.passes(later)
    assert kinds(await talk.says(MEMBER, said)) == ["profile.changed"]
    person = await kept(talk)
    assert (person.country, person.zone) == ("UG", "Africa/Kampala")


async def test_what_may_correct_something_else_waits_for_a_yes(talk: Talk):
    await talk.member(MEMBER)
    await talk.passes(timedelta(days=30))
    assert kinds(await talk.says(MEMBER, "sorry, I meant Uganda")) == ["wish.offer"]
    assert (await kept(talk)).country == "KE"
    assert kinds(await talk.says(MEMBER, "yes")) == ["profile.changed"]
    assert (await kept(talk)).country == "UG"


async def test_a_country_with_several_clocks_asks_for_the_city(talk: Talk):
    await talk.member(MEMBER)
    assert kinds(await talk.says(MEMBER, "Brazil, not Kenya")) == ["profile.ask.zone"]
    assert kinds(await talk.says(MEMBER, "São Paulo")) == ["profile.changed"]
    assert ((await kept(talk)).country, (await kept(talk)).zone) == ("BR", "America/Sao_Paulo")


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("wait, wrong. juveniles not prisons", "profile topics"),
        ("actually I'm a judge, not a defender", "profile category"),
    ],
)
async def test_right_after_the_last_question_the_others_are_corrected_too(
    talk: Talk, said: str, offered: str
):
    await talk.member(MEMBER)
    [heard] = await talk.says(MEMBER, said)
    assert (heard.kind, heard.ids) == ("wish.offer", [offered])


@pytest.mark.parametrize(
    "said",
    [
        "sorry, I meant to tipe Kanya",
        "children not adults",
        "no, I am not going",
        "is it Uganda, not Kenya?",
        "Kenya",
    ],
)
async def test_what_corrects_nothing_changes_nothing(talk: Talk, said: str):
    await talk.member(MEMBER)
    await talk.says(MEMBER, "find bail")
    heard = await talk.says(MEMBER, said)
    assert not {"profile.changed", "profile.ask.zone"} & set(kinds(heard))
    assert not any(each.startswith("profile ") for said in heard for each in said.ids)
    assert (await kept(talk)).country == "KE"


@pytest.mark.parametrize(
    ("language", "said", "kind"),
    [
        ("en", "who will see what I say?", "about.readers"),
        ("en", "can law students join?", "about.members"),
        ("es", "¿pueden participar los jueces?", "about.members"),
        ("fr", "c'est ouvert aux étudiants ?", "about.members"),
        ("pt", "estudantes podem participar?", "about.members"),
        ("ar", "هل يمكن للطلاب الانضمام؟", "about.members"),
        ("ru", "а студентам можно участвовать?", "about.members"),
        ("zh", "检察官可以加入吗？", "about.members"),
    ],
)
@pytest.mark.parametrize("answers", [[], ["🇰🇪", "Kenya"]])
async def test_a_question_among_the_answers_is_answered_and_the_open_one_stays(
    talk: Talk, language: str, said: str, kind: str, answers: list[str]
):
    await asked_for_country(talk, language)
    await talk.says(NEWCOMER, *answers)
    open_one = "onboarding.ask.category" if answers else "onboarding.ask.country"
    assert kinds(await talk.says(NEWCOMER, said))[0] == kind
    async with talk.storage.read() as session:
        step = await session.scalar(select(DialogueRow.step))
    assert f"onboarding.ask.{step}" == open_one


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "ok, but who can read my answers?"),
        ("es", "sí, pero ¿quién va a ver esto?"),
        ("fr", "d'accord mais qui peut lire ça ?"),
        ("ar", "موافق بس مين بيقرا هالكلام"),
        ("zh", "同意，谁能看到我的回答？"),
    ],
)
async def test_a_yes_with_a_question_is_no_consent_yet_and_the_question_is_answered(
    talk: Talk, language: str, said: str
):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "hello", str(LANGUAGES.index(language) + 1))
    heard = kinds(await talk.says(NEWCOMER, said))
    assert heard == ["about.readers", "onboarding.ask.consent"]
    assert not (await registered(talk)).agreed
