"""A question to an expert is put to one theme of the network, or to none."""

from __future__ import annotations

import pytest

from tests.harness import understanding


@pytest.mark.parametrize(
    ("said", "language", "theme"),
    [
        ("How do others reach people in prison?", "en", "prisons"),
        ("How do others pay for duty lawyers?", "en", "early-access"),
        ("How do you argue against the death penalty for the mentally ill?", "en", "death-penalty"),
        ("¿Cómo se preparan otros para las audiencias en las cárceles?", "es", "prisons"),
        ("Comment défendre les mineurs devant le tribunal ?", "fr", "child-justice"),
        ("Como funcionam as medidas para crianças e adolescentes?", "pt", "child-justice"),
        ("Как обжаловать заключение под стражу несовершеннолетнего?", "ru", "pretrial-detention"),
        ("ما المعايير الخاصة بعقوبة الإعدام؟", "ar", "death-penalty"),
        ("未成年人如何辩护？", "zh", "child-justice"),
        # What names a document, a court or legal aid in general names no theme.
        ("Which standards require counsel at disciplinary hearings?", "en", None),
        ("Qu'en disent les tribunaux et les avocats chez vous ?", "fr", None),
        ("I would like to know how you speak with the press", "en", None),
    ],
)
def test_a_question_leads_to_the_theme_that_it_names_most_of(said, language, theme):
    read = understanding()
    assert (read.theme(said), read.written_in(said)) == (theme, language)


def test_what_is_written_in_no_one_language_has_none():
    assert [understanding().written_in(said) for said in ("67/187", "UNODC 2016", "?")] == [
        None
    ] * 3
