"""What newcomers say beside an answer: a question, a doubt, something more, who they are."""

from __future__ import annotations

import pytest

from storage.people import People
from tests.bot.talk.test_readings import registered
from tests.harness import Talk, kinds, once

NEWCOMER = "@newcomer:test"
LANGUAGES = ("en", "es", "fr", "pt", "ar", "ru", "zh")
COUNTRY = {
    "en": "Kenya",
    "es": "Paraguay",
    "fr": "Mali",
    "pt": "Angola",
    "ar": "لبنان",
    "ru": "Киргизия",
    "zh": "肯尼亚",
}


@once
async def asked(talk: Talk, language: str, question: str) -> None:
    """Play up to a question of the welcome."""
    before = {
        "consent": ("start", str(LANGUAGES.index(language) + 1)),
        "category": ("👍", COUNTRY[language]),
        "topics": ("1",),
    }
    await talk.opens(NEWCOMER)
    for step, said in before.items():
        await talk.says(NEWCOMER, *said)
        if step == question:
            return


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "can they keep a child in a cell with grown men"),
        ("es", "mi colega pregunta cuánto puede durar la detención sin juez"),
        ("fr", "combien de jours de garde à vue sans voir un juge"),
        ("pt", "quantos dias alguém pode ficar preso sem ver o juiz"),
        ("ar", "موكلي سأل كم يوما يمكن توقيفه قبل القاضي"),
        ("ru", "ещё вопрос, какие есть правила о пытках в тюрьме"),
        ("zh", "未成年人和成年人可以关在一起吗，哪条规定"),
    ],
)
async def test_a_question_is_looked_up_and_is_no_topic(talk: Talk, language: str, said: str):
    await asked(talk, language, "topics")
    heard = kinds(await talk.says(NEWCOMER, said))
    assert heard[0].startswith("find.")
    assert not (await registered(talk)).topics
    assert heard[-1] == "onboarding.ask.topics"


@pytest.mark.parametrize(
    ("language", "said", "topic"),
    [
        ("en", "hmm not sure, juveniles", "child-justice"),
        ("es", "bueno no sé, la prisión preventiva", "pretrial-detention"),
        ("fr", "je ne sais pas trop, les prisons", "prisons"),
        ("pt", "não sei bem, mulheres presas", "women-gender"),
        ("ru", "даже не знаю, пытки", "torture-prevention"),
    ],
)
async def test_a_doubt_beside_an_answer_changes_nothing_before_it(
    talk: Talk, language: str, said: str, topic: str
):
    await asked(talk, language, "topics")
    await talk.says(NEWCOMER, said, "👍")
    async with talk.storage.read() as session:
        person = await People(session).find(NEWCOMER)
    assert person is not None
    assert (person.category, person.topics) == ("public-defender", [topic])


@pytest.mark.parametrize(
    ("language", "first", "more", "topics"),
    [
        ("en", "women behind bars somehow", "and children", {"women-gender", "child-justice"}),
        ("es", "las mujeres presas", "y también los niños", {"women-gender", "child-justice"}),
        ("fr", "les femmes détenues", "aussi la torture", {"women-gender", "torture-prevention"}),
    ],
)
async def test_what_is_said_after_a_guess_comes_to_it(
    talk: Talk, language: str, first: str, more: str, topics: set[str]
):
    await asked(talk, language, "topics")
    await talk.says(NEWCOMER, first, more, "👍")
    async with talk.storage.read() as session:
        person = await People(session).find(NEWCOMER)
    assert person is not None
    assert {*person.topics} == topics


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "bon ben oui d'accord"),
        ("es", "pues sí, de acuerdo"),
        ("pt", "bom, sim, concordo"),
        ("ru", "ну да, согласна"),
    ],
)
async def test_a_yes_with_a_sigh_before_it_is_one(talk: Talk, language: str, said: str):
    await asked(talk, language, "consent")
    assert kinds(await talk.says(NEWCOMER, said)) == ["onboarding.ask.country"]


@pytest.mark.parametrize(
    ("said", "welcome"),
    [
        ("soy de la defensoría pública de chiapas", "Le damos la bienvenida"),
        ("trabalho na defensoria da bahia", "Boas-vindas"),
        ("je travaille à l'aide juridictionnelle au Tchad", "Bienvenue"),
        ("I work for legal aid in Chad", "Welcome"),
        ("я из коллегии адвокатов", "Добро пожаловать"),
        ("我在法律援助中心工作", "欢迎"),
    ],
)
async def test_who_says_who_they_are_is_welcomed_and_asked(talk: Talk, said: str, welcome: str):
    await talk.opens(NEWCOMER)
    heard = await talk.says(NEWCOMER, said)
    assert kinds(heard) == ["onboarding.welcome", "onboarding.ask.language"]
    assert heard[0].body.startswith(welcome)


async def test_who_says_more_than_who_they_are_is_answered(talk: Talk):
    await talk.opens(NEWCOMER)
    heard = await talk.says(NEWCOMER, "soy abogada, busco reglas sobre mujeres embarazadas presas")
    assert kinds(heard)[0].startswith("find.")
