"""How an item of the library is named, and which language its title is in."""

import pytest

from actions.curation.collection import slug, title_language
from kit.words import clean


@pytest.mark.parametrize(
    ("title", "kind", "expected"),
    [
        ("L'aide juridique en région", "report", "l-aide-juridique-en"),
        ("法律援助手册", "handbook", "handbook"),
        ("67/187", "case_law", "case-law-67-187"),
        ("Légalaidwithoutanyspaceatallinthisverylongword", "report", "report"),
    ],
)
def test_ids_can_be_said(title, kind, expected):
    assert slug(clean(title), kind) == expected


@pytest.mark.parametrize(
    ("title", "languages", "spoken", "expected"),
    [
        ("Duty lawyers", ("en", "es"), "es", "es"),
        ("Duty lawyers", ("en",), "es", "en"),
        ("Duty lawyers", ("ar",), "ru", "en"),
        ("Руководство", ("en", "ru"), "en", "ru"),
    ],
)
def test_the_language_of_a_title_is_guessed(title, languages, spoken, expected):
    assert title_language(title, languages, spoken) == expected
