"""Several things in one answer, and answers that are only guessed."""

from __future__ import annotations

import pytest

from kit.errors import BadArgument
from kit.question import About
from kit.steps import read_languages
from kit.words import quote
from tests.harness import NOON, Talk, kinds, network, understanding

MEMBER = "@member:test"


@pytest.mark.parametrize(
    ("said", "spoken", "codes"),
    [
        ("English and French", "en", ("en", "fr")),
        ("spanish french", "en", ("es", "fr")),
        ("français et anglais", "fr", ("fr", "en")),
        ("1 et 3", "fr", ("en", "fr")),
        ("inglés, francés y árabe", "es", ("en", "fr", "ar")),
    ],
)
def test_languages_may_be_joined_as_people_do(said: str, spoken: str, codes: tuple[str, ...]):
    about = About(network(), understanding(), spoken, NOON)
    assert read_languages(said, about) == codes


@pytest.mark.parametrize("said", ["useful for trainers", "English and Klingon", "and"])
def test_what_is_no_language_is_not_read_as_one(said: str):
    with pytest.raises(BadArgument):
        read_languages(said, About(network(), understanding(), "en", NOON))


@pytest.mark.slow
async def test_of_two_topics_both_are_heard(talk: Talk):
    await talk.member(MEMBER, language="3", country="Sénégal")
    (said,) = await talk.says(MEMBER, "changer de thèmes", "la formation et la garde à vue")
    assert "Accès précoce et garde à vue et Formation, mentorat et carrières" in said.body


async def asked_for_a_kind(talk: Talk) -> list[str]:
    await talk.member(MEMBER)
    return kinds(await talk.says(MEMBER, "suggest https://www.example.org/a-b/", "A field guide"))


async def test_an_address_is_no_guess_at_a_kind(talk: Talk):
    assert await asked_for_a_kind(talk) == ["suggestion.ask.kind"]
    (said,) = await talk.says(MEMBER, "https://www.example.org/handbook-training.pdf")
    assert said.body.splitlines()[0] == (
        "I could not find https… in the list. Answer with a number from 1 to 11."
    )


async def test_what_is_said_in_between_keeps_a_guess_open(talk: Talk):
    await asked_for_a_kind(talk)
    (guess,) = await talk.says(MEMBER, "it is for training people")
    assert guess.body.splitlines()[-1].endswith("Is that right? Please answer yes or no.")
    (said,) = await talk.says(MEMBER, "https://www.example.org/handbook.pdf")
    assert said.body.splitlines()[-1].endswith("Is that right? Please answer yes or no.")
    assert kinds(await talk.says(MEMBER, "yes")) == ["suggestion.ask.languages"]


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("https://www.example.org/handbook", "https…"),
        ("www.example.org", "www…"),
        ("see https://www.example.org", "see"),
        ("@ben:hub.test", "…"),
    ],
)
def test_an_address_leaves_no_empty_quotation(said: str, quoted: str):
    assert quote(said) == quoted
