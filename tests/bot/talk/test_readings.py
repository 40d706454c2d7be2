"""The order of the readings: which of several things that a message can be it is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.talk.readings import ORDER
from commands.membership._steps import Registration
from storage.tables.talk import DialogueRow
from tests.harness import Talk, kinds, scene

NEWCOMER, MEMBER = "@newcomer:test", "@member:test"
ROOT = Path(__file__).parents[3]
BEFORE = {
    "language": ["start"],
    "consent": ["start", "1"],
    "country": ["start", "1", "yes"],
    "category": ["start", "1", "yes", "Kenya"],
    "topics": ["start", "1", "yes", "Kenya", "1"],
}
EXACT = {
    "events": "events.none",
    "my data": "privacy.data",
    "help": "help.all",
    "find torture": "find.results",
    "forget me": "forget.ask.confirm",
}


def test_the_order_is_the_one_that_is_described():
    described = re.findall(
        r"^\d+\. `(\w+)`: (.+)$", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.MULTILINE
    )
    assert described == [(each.__name__, each.__doc__) for each in ORDER]


@pytest.mark.parametrize("question", BEFORE)
async def test_an_exact_command_wins_over_any_question(talk: Talk, question: str):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, *BEFORE[question])
    for said, kind in EXACT.items():
        assert kinds(await talk.says(NEWCOMER, said))[0] == kind


@scene
async def asking(talk: Talk) -> None:
    await talk.member(MEMBER)
    await talk.says(MEMBER, "ask")


@pytest.mark.parametrize(("said", "kind"), EXACT.items())
async def test_an_exact_command_wins_where_a_story_is_asked_for(asking: Talk, said: str, kind: str):
    assert kinds(await asking.says(MEMBER, said))[0] == kind


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("no", "say.kept"),  # of what was missing: a no
        ("events", "events.none"),
        ("bail", "library.awaited"),
    ],
)
async def test_what_is_missing_is_filled_by_all_but_a_no_and_an_exact_command(
    talk: Talk, said: str, kind: str
):
    await talk.member(MEMBER)
    assert kinds(await talk.says(MEMBER, "alert")) == ["error.argument"]
    assert kinds(await talk.says(MEMBER, said))[0] == kind


KENYA = {
    "en": "Kenya",
    "es": "Kenia",
    "fr": "Kenya",
    "pt": "Quênia",
    "ar": "كينيا",
    "ru": "Кения",
    "zh": "肯尼亚",
}


async def in_kenya(talk: Talk, language: str) -> None:
    """Play up to the question what a newcomer is."""
    number = str(talk.network.languages.index(language) + 1)
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "start", number, "👍", KENYA[language])


async def registered(talk: Talk) -> Registration:
    """Read what a newcomer has answered so far."""
    async with talk.storage.read() as session:
        draft = await session.scalar(select(DialogueRow.draft))
    return Registration(**{name: value for name, value in (draft or {}).items() if name != "?"})


@pytest.mark.parametrize(
    ("language", "said", "field", "value"),
    [
        ("en", "uganda not kenya", "country", "UG"),
        ("en", "wait sorry, I should have said uganda", "country", "UG"),
        ("en", "no, I meant Peru", "country", "PE"),
        ("es", "perdón, quise decir Uganda", "country", "UG"),
        ("fr", "je voulais dire avocat", "category", "legal-aid-lawyer"),
        ("pt", "quis dizer Angola", "country", "AO"),
        ("ar", "أقصد أوغندا وليس كينيا", "country", "UG"),
        ("ru", "не Кения, а Уганда", "country", "UG"),
        ("zh", "乌干达，不是肯尼亚", "country", "UG"),
    ],
)
async def test_an_earlier_answer_is_corrected_at_a_later_question(
    talk: Talk, language: str, said: str, field: str, value: str
):
    await in_kenya(talk, language)
    await talk.says(NEWCOMER, "1")
    before = await registered(talk)
    assert kinds(await talk.says(NEWCOMER, said)) == ["onboarding.ask.topics"]
    after = await registered(talk)
    assert getattr(after, field) == value
    assert replace(after, **{field: getattr(before, field), "zone": before.zone}) == before


@pytest.mark.parametrize("said", ["not prisons", "no", "I meant well", "Peru", "sorry, 2"])
async def test_what_corrects_nothing_leaves_earlier_answers_alone(talk: Talk, said: str):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, *BEFORE["topics"])
    before = await registered(talk)
    assert kinds(await talk.says(NEWCOMER, said)) == ["onboarding.ask.topics"]
    assert await registered(talk) == before


async def test_a_correction_that_leaves_something_to_be_asked_asks_it_first(talk: Talk):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, *BEFORE["category"])
    [heard] = await talk.says(NEWCOMER, "no, Canada")
    assert heard.kind == "onboarding.ask.zone"
    assert heard.body.startswith("I have changed your earlier answer to Canada.")


BRAZIL = {
    "en": ("Brazil", "oops no, Ghana", "GH"),
    "es": ("Brasil", "perdon me equivoque es guatemala", "GT"),
    "fr": ("Brésil", "pardon, le Japon", "JP"),
    "pt": ("Brasil", "não, Angola", "AO"),
    "ar": ("البرازيل", "لا لبنان قصدي", "LB"),
    "ru": ("Бразилия", "ой нет, Грузия", "GE"),
    "zh": ("巴西", "不对 是日本", "JP"),
}


@pytest.mark.parametrize("language", BRAZIL)
async def test_a_correction_that_makes_the_open_question_needless_asks_the_next(
    talk: Talk, language: str
):
    first, said, country = BRAZIL[language]
    number = str(talk.network.languages.index(language) + 1)
    await talk.opens(NEWCOMER)
    heard = await talk.says(NEWCOMER, "start", number, "👍", first)
    assert kinds(heard)[-1] == "onboarding.ask.zone"
    assert kinds(await talk.says(NEWCOMER, said)) == ["onboarding.ask.category"]
    assert (await registered(talk)).country == country
    assert (await registered(talk)).zone is not None


async def test_another_country_with_several_zones_asks_for_the_city_again(talk: Talk):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, *BEFORE["country"], "Brazil", "São Paulo")
    assert kinds(await talk.says(NEWCOMER, "no, Canada")) == ["onboarding.ask.zone"]


WORK = {
    "en": ["I am a lawyer", "I'm a paralegal", "lawyer"],
    "es": ["soy abogada", "abogado"],
    "fr": ["je suis avocate", "avocat"],
    "pt": ["sou advogada", "advogado"],
    "ar": ["انا محامية", "محامي"],
    "ru": ["я адвокат", "адвокат"],
    "zh": ["我是律师", "律师"],
}


@pytest.mark.parametrize(
    ("language", "said"), [(code, said) for code, all_said in WORK.items() for said in all_said]
)
async def test_what_somebody_is_answers_the_question_for_it(talk: Talk, language: str, said: str):
    await in_kenya(talk, language)
    [heard] = await talk.says(NEWCOMER, said)
    if heard.kind == "onboarding.ask.category":  # it asks whether it understood
        [heard] = await talk.says(NEWCOMER, "👍")
    assert heard.kind == "onboarding.ask.topics"
    assert (await registered(talk)).category != ""


@pytest.mark.parametrize("said", [said[0] for said in WORK.values()])
async def test_who_says_first_that_they_are_a_lawyer_needs_none(talk: Talk, said: str):
    await talk.opens(NEWCOMER)
    assert kinds(await talk.says(NEWCOMER, said))[0] == "onboarding.welcome"


@pytest.mark.parametrize(
    "said",
    [
        "my client needs a lawyer in spain",
        "mi defendido necesita un abogado en Francia",
        "mon client a besoin d'un avocat",
        "meu assistido precisa de advogado",
        "моему подзащитному нужен адвокат, мой подзащитный в тюрьме",
        "当事人需要律师",
    ],
)
async def test_who_speaks_of_a_client_needs_no_lawyer(talk: Talk, said: str):
    await talk.member(MEMBER)
    assert "help.lawyer" not in kinds(await talk.says(MEMBER, said))


@pytest.mark.parametrize(
    "said", ["my brother was arrested", "I need a lawyer", "necesito un abogado"]
)
async def test_who_needs_a_lawyer_is_still_heard(talk: Talk, said: str):
    await talk.opens(NEWCOMER)
    assert kinds(await talk.says(NEWCOMER, said))[0] == "help.lawyer"


@scene
async def choosing(talk: Talk) -> None:
    """Leave a member at the question for their topics."""
    await talk.member(MEMBER)
    await talk.says(MEMBER, "profile topics")


ELSEWHERE = {
    "en": "cancel my expert request",
    "es": "cancela mi consulta al experto",
    "fr": "annule ma demande d'expert",
    "pt": "cancele o meu pedido ao especialista",
    "ar": "ألغ طلب الخبير",
    "ru": "отмени мой запрос эксперту",
    "zh": "取消我的专家请求",
}


@pytest.mark.parametrize("language", ELSEWHERE)
async def test_a_wish_for_something_else_is_no_topic(choosing: Talk, language: str):
    await choosing.says(MEMBER, f"language {language}")
    assert kinds(await choosing.says(MEMBER, ELSEWHERE[language])) == ["wish.offer"]


async def test_a_wish_for_something_else_is_done_after_a_yes_and_the_question_stays(choosing: Talk):
    await choosing.says(MEMBER, "cancel my expert request")
    heard = kinds(await choosing.says(MEMBER, "yes"))
    assert heard[-1] == "profile.ask.topics"
    assert len(heard) > 1


@pytest.mark.parametrize(
    "said",
    ["add women to my topics", "police violence", "women in prison", "the death penalty please"],
)
async def test_a_sentence_about_a_topic_stays_an_answer(choosing: Talk, said: str):
    assert "wish.offer" not in kinds(await choosing.says(MEMBER, said))


STORY = "How do you challenge a confession that was made without a lawyer?"


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("police wont let me talk to my client alone. rule?", "opponent"),
        ("the police", "safe"),
        ("a prosecutor", "safe"),
        ("1", "safe"),
    ],
)
async def test_only_the_name_of_the_other_side_is_taken_without_a_yes(
    talk: Talk, said: str, asked: str
):
    await talk.member(MEMBER)
    heard = await talk.says(MEMBER, "ask", STORY)
    while heard[-1].kind != "ask.ask.opponent":
        heard = await talk.says(MEMBER, "1" if heard[-1].kind == "ask.ask.topic" else "no")
    heard = await talk.says(MEMBER, said)
    assert [each for each in kinds(heard) if each.startswith("ask.")] == [f"ask.ask.{asked}"]


HESITATES = {
    "en": ["well no, I don't know, police custody", "not sure, prosecution witnesses maybe"],
    "es": ["bueno no se, prision preventiva", "no sé bien, la policía y las cárceles"],
    "fr": ["je ne sais pas trop, la prison", "pas sûr, la police peut-être"],
    "pt": ["não sei bem, prisão preventiva", "ah não sei, polícia"],
    "ar": ["لا اعرف، السجون", "مش عارف، الشرطة"],
    "ru": ["не знаю, тюрьмы", "ну не знаю, суды"],
    "zh": ["不知道，监狱吧", "不太清楚，警察"],
}
# What is left of it beside the hesitation is the name of one.
NAMES_A_TOPIC = {
    "well no, I don't know, police custody",
    "bueno no se, prision preventiva",
    "não sei bem, prisão preventiva",
    "ah não sei, polícia",
    "لا اعرف، السجون",
    "не знаю, тюрьмы",
}


@pytest.mark.parametrize(
    ("language", "said"),
    [(language, said) for language in HESITATES for said in HESITATES[language]],
)
async def test_who_hesitates_over_their_topics_stays_what_they_are(
    talk: Talk, language: str, said: str
):
    await in_kenya(talk, language)
    await talk.says(NEWCOMER, "1")
    before = await registered(talk)
    heard = await talk.says(NEWCOMER, said)
    named = said in NAMES_A_TOPIC
    assert kinds(heard) == ["onboarding.done" if named else "onboarding.ask.topics"]
    assert (await registered(talk) != before) == named


async def test_another_answer_that_is_only_guessed_changes_nothing_before_a_yes(talk: Talk):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, *BEFORE["topics"])
    before = await registered(talk)
    heard = await talk.says(NEWCOMER, "I meant prisons and wardens")
    assert kinds(heard) == ["onboarding.ask.category"]
    assert await registered(talk) == before
    await talk.says(NEWCOMER, "yes")
    assert (await registered(talk)).category == "prosecution-police-prison"
