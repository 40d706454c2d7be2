"""The seven languages are complete, and every catalog counts as its language does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message

from bot.say.i18n import Catalogs
from tests.project import catalogs
from tests.project.catalogs import LOCALES, PLURALS

COUNTS = (0, 1, 2, 3, 5, 11, 21, 100)
ORDER = ("zero", "one", "two", "few", "many", "other")
FOREIGN = re.compile(
    r"<\s*/?\s*\w+|&#?\w+;|https?:|www\.|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
languages = pytest.mark.parametrize("language", PLURALS)


@cache
def extracted() -> Catalog:
    return catalogs.extract()


@cache
def read(language: str) -> Catalog:
    return catalogs.read(language)


def sentences(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def holes(text: str) -> list[str]:
    return sorted(hole for _literal, hole, _spec, _conversion in Formatter().parse(text) if hole)


def categories(language: str) -> dict[int, set[str]]:
    """Say which CLDR categories each plural form of the catalog in use serves."""
    rule = Catalogs(LOCALES, [language], prefix="!", zones={}).reader(language)._catalog.plural
    served: dict[int, set[str]] = {}
    for n in range(1_000):
        served.setdefault(rule(n), set()).add(Locale.parse(language).plural_form(n))
    return served


def texts(language: str) -> Iterator[tuple[str, str, int]]:
    """List each translated form with the English it stands for and its place."""
    for message in sentences(read(language)):
        english = forms(message.id)[-1]
        for place, form in enumerate(forms(message.string)):
            yield english, form, place


def differing_holes(english: str, form: str, served: set[str]) -> bool:
    wanted, found = holes(english), holes(form)
    if served <= {"zero", "one", "two"}:  # where the word itself may say how many
        wanted, found = ([hole for hole in side if hole != "n"] for side in (wanted, found))
    return wanted != found


def faults(text: str) -> list[str]:
    found = [match.group() for match in FOREIGN.finditer(text)]
    return found + (["space at an end"] if text != text.strip() else [])


@languages
def test_every_sentence_is_translated_and_nothing_else_is(language):
    catalog = read(language)
    assert {message.id for message in sentences(catalog)} == {
        message.id for message in sentences(extracted())
    }
    blank = [m.id for m in sentences(catalog) if not all(forms(m.string or ""))]
    fuzzy = [m.id for m in catalog if m.fuzzy]
    assert (blank, fuzzy, dict(catalog.obsolete)) == ([], [], {})


def test_the_template_is_current(tmp_path):
    file = tmp_path / "messages.pot"
    catalogs._write(file, extracted())
    assert (LOCALES / "messages.pot").read_text("utf-8") == (
        catalogs.header("") + file.read_text("utf-8")
    )


def test_there_is_a_catalog_for_every_language_but_english():
    assert {path.parts[-3] for path in LOCALES.glob("*/LC_MESSAGES/messages.po")} == {*PLURALS}


@languages
def test_holes_are_those_of_the_english(language):
    served = categories(language)
    wrong = [
        (english, form)
        for english, form, place in texts(language)
        if differing_holes(english, form, served[place] if "{n}" in english else {"other"})
    ]
    assert wrong == []


def test_a_wrong_hole_is_noticed():
    assert differing_holes("{n} rooms for {who}", "{n} salas", {"other"})
    assert differing_holes("{n} rooms", "salas", {"other"})
    assert differing_holes("{said}?", "{sagt}?", {"one"})
    assert not differing_holes("{n} rooms", "una sala", {"one"})


@languages
def test_the_header_says_the_plural_rule(language):
    assert catalogs.path(language).read_text("utf-8").startswith(catalogs.header(language))


@languages
def test_numbers_take_the_form_that_cldr_names(language):
    served = categories(language)
    assert [len(names) for names in served.values()] == [1] * len(served)
    in_order = [name for name in ORDER if {name} in served.values()]
    rule = Catalogs(LOCALES, [language], prefix="!", zones={}).reader(language)._catalog.plural
    locale = Locale.parse(language)
    assert {n: in_order[rule(n)] for n in COUNTS} == {n: locale.plural_form(n) for n in COUNTS}


@languages
def test_every_counted_sentence_has_all_forms(language):
    needed = len(categories(language))
    counted = [m for m in sentences(read(language)) if not isinstance(m.id, str)]
    assert {len(forms(m.string)) for m in counted} <= {needed}


@pytest.mark.parametrize("n", COUNTS)
@languages
def test_counted_sentences_are_written_in_the_right_form(language, n):
    reader = Catalogs(LOCALES, [language], prefix="!", zones={}).reader(language)
    place = reader._catalog.plural(n)
    for message in sentences(read(language)):
        if not isinstance(message.id, str):
            assert reader.ngettext(*message.id, n) == forms(message.string)[place]


@languages
def test_translations_are_plain_text(language):
    wrong = {form: found for _en, form, _place in texts(language) if (found := faults(form))}
    assert wrong == {}


def test_the_english_is_plain_text():
    every = [form for message in sentences(extracted()) for form in forms(message.id)]
    assert {form: found for form in every if (found := faults(form))} == {}


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "see https://x.test", "x\u200f", "\u2068x", " x", "x ", "a&nbsp;b"]
)
def test_a_text_that_is_not_plain_is_noticed(text):
    assert faults(text) != []
