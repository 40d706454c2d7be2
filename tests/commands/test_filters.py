"""A search says which filters it understood, and help names some in the words of the reader."""

from __future__ import annotations

import re

import pytest

from tests.harness import Talk, index, scene

READER = "@reader:test"
NARROWED = "Leave these words out to search everything."


@scene
async def reader(talk: Talk) -> None:
    await talk.member(READER)


@pytest.mark.parametrize(
    "said", ["find torture in French since 2010", "torture in French since 2010"]
)
async def test_what_a_search_was_narrowed_to_is_said_first(reader: Talk, said: str):
    [heard] = await reader.says(READER, said)
    first, *found = heard.body.splitlines()
    assert first == f"Searched only in: French and 2010 or later. {NARROWED}"
    assert (heard.kind, found[1]) == (
        "find.results",
        f"{len(index().search(said, 'en').ids)} items found.",
    )


@pytest.mark.parametrize(
    ("language", "said", "first"),
    [
        ("en", "treaties for Africa since 2010", []),
        ("es", "tratados de África desde 1980", ["achpr-charter-1981"]),
        ("fr", "conventions pour l'Afrique depuis 1980", ["achpr-charter-1981"]),
        ("pt", "relatórios desde 2010", ["workload-study-2023", "world-day-2020"]),
        ("ru", "доклады с 2010 года", ["workload-study-2023", "world-day-2020"]),
        ("zh", "仅限联合国", ["unga-78-227", "istanbul-protocol-2022"]),
        ("ar", "معاهدات منذ 1960", ["crpd-2006", "arab-charter-2004"]),
    ],
)
async def test_filters_alone_are_a_search(reader: Talk, language: str, said: str, first: list[str]):
    await reader.says(READER, f"language {language}")
    [heard] = await reader.says(READER, said)
    kind = "find.results" if first else "error.not_found"
    assert (heard.kind, list(heard.ids[:2])) == (kind, first)


async def test_nothing_found_says_what_it_was_narrowed_to(reader: Talk):
    [heard] = await reader.says(READER, "find only treaties between 1800 and 1810")
    first = heard.body.splitlines()[0]
    assert first == f"Searched only in: treaty and 1800 to 1810. {NARROWED}"
    assert heard.kind == "error.not_found"


async def test_a_search_without_filters_names_none(reader: Talk):
    [heard] = await reader.says(READER, "find torture")
    assert heard.body.splitlines()[0].endswith("items found.")


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "ru", "zh", "ar"])
async def test_each_filter_that_help_names_is_understood(reader: Talk, language: str):
    words = {"en": "help find", "es": "ayuda buscar", "fr": "aide chercher", "pt": "ajuda buscar"}
    words |= {"ru": "помощь найти", "zh": "帮助 查找", "ar": "مساعدة ابحث"}
    await reader.says(READER, f"language {language}")
    [heard] = await reader.says(READER, words[language])
    examples = re.split("[,،、，]", re.split("[:：]", heard.body)[-1])
    read = [index().asked(each.strip()) for each in examples]
    assert [(q.words, q.years, {*q.languages}, {*q.organisations}) for q in read] == [
        ("", (2010, 9999), set(), set()),
        ("", None, {"ar"}, set()),
        ("", None, set(), {"un"}),
    ]
