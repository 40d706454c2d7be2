"""In which language somebody is answered who writes for the first time."""

from __future__ import annotations

import pytest

from tests.harness import STEWARD, Talk, kinds

NEWCOMER = "@newcomer:test"
WELCOME = {
    "es": "Le damos la bienvenida",
    "fr": "Bienvenue",
    "pt": "Boas-vindas",
    "en": "Welcome",
}


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("me interesa lo que hacen", "es"),
        ("como me inscribo aca", "es"),
        ("trabalho com direitos humanos na praia", "pt"),
        ("c'est pour les avocats ici", "fr"),
        ("hi whats all this", "en"),
    ],
)
async def test_the_welcome_is_in_the_language_of_the_first_words(
    talk: Talk, said: str, language: str
):
    await talk.opens(NEWCOMER)
    heard = await talk.says(NEWCOMER, said)
    welcome = next(each for each in heard if each.kind == "onboarding.welcome")
    assert welcome.body.startswith(WELCOME[language])


@pytest.mark.parametrize("called", ["kampala-paralegal", "sao-paulo-clinica", "maitre-de-la-garde"])
async def test_the_name_of_somebody_else_tells_nothing_of_the_language(talk: Talk, called: str):
    user_id = f"@{called}:test"
    await talk.member(user_id)
    await talk.opens(STEWARD)
    heard = await talk.says(STEWARD, f"role {user_id} organiser")
    answer = next(each for each in heard if each.kind == "moderation.role")
    assert answer.content["org.ilan.hub"]["locale"] == "en"


@pytest.mark.parametrize(
    ("first", "said", "asked"),
    [
        ("hola, quiero ser parte", "sí", "¿Está de acuerdo?"),
        ("bom dia", "sim", "Você concorda?"),
        ("hello", "espagnol", "¿Está de acuerdo?"),
        ("hello", "portugues porfavor", "Você concorda?"),
        ("hello", "frensh pls", "Êtes-vous d'accord ?"),
    ],
)
async def test_the_language_goes_on_after_a_yes_and_is_known_with_a_typing_fault(
    talk: Talk, first: str, said: str, asked: str
):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, first)
    heard = await talk.says(NEWCOMER, said)
    assert kinds(heard) == ["onboarding.ask.consent"]
    assert asked in heard[0].body


async def test_a_word_of_no_language_is_asked_about(talk: Talk):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "hello")
    assert kinds(await talk.says(NEWCOMER, "klingon")) == ["onboarding.ask.language"]
