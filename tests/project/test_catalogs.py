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

NO_BREAK = "\N{NO-BREAK SPACE}"
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


SIGNS = {
    "zh": re.compile(r"(?<=[\u4e00-\u9fff）”」X])[,;:?!](?!\w)|[()]"),
    "ar": re.compile(r"(?<=[\u0600-\u06ffX])\s?[,;?](?!\w)"),
    "fr": re.compile(r"(?<!\s)[;?!»]|(?<=\w):(?!\S)|«(?!\s)"),
}


def foreign_signs(language: str, text: str) -> list[str]:
    """List signs that the language writes in another way, or without the space they need."""
    known = SIGNS.get(language)
    return known.findall(re.sub(r"\{\w*\}", "X", text)) if known else []


@languages
def test_signs_are_those_of_the_language(language):
    assert [
        (form, s) for _, form, _ in texts(language) if (s := foreign_signs(language, form))
    ] == []


@pytest.mark.parametrize(
    ("language", "text", "signs"),
    [
        ("zh", "前往: {room}", [":"]),
        ("zh", "前往：{room}（{n}），14:10", []),
        ("ar", "أين, ومتى?", [",", "?"]),
        ("ar", "أين، ومتى؟", []),
        ("fr", "Où? Quand : demain", ["?"]),
        ("fr", "Lequel: {n}", [":"]),
        ("fr", "« Où » : à 14:10 !", []),
    ],
)
def test_a_foreign_sign_is_noticed(language, text, signs):
    assert foreign_signs(language, text) == signs


FAMILIAR = {  # to one person, against locales/STYLE.md
    "ar": r"(?<!\w)(أجب|اكتب|قل|أرسل|اختر|ابحث|يمكنك|عليك|إليك|عنك|بلدك|اسمك)(?!\w)",
    "es": r"\b(tú|tu|tus|ti|contigo|puedes)\b",
    "fr": r"\b(tu|toi|ton|tes)\b",
    "pt": r"\b(tu|teu|tua|ti|contigo)\b",
    "ru": r"\b[Тт](ы|ебя|ебе|вой|воя|вои)\b",
    "zh": "你(?!们)",
}


@pytest.mark.parametrize("language", FAMILIAR)
def test_nobody_is_addressed_as_a_friend(language):
    assert [form for _, form, _ in texts(language) if re.search(FAMILIAR[language], form)] == []


def test_an_address_as_of_a_friend_is_noticed():
    friendly = {"ar": "أجب بنعم", "es": "Diga tu país", "fr": "Dis ton pays", "pt": "o teu país"}
    friendly |= {"ru": "Где ты живёшь?", "zh": "你可以进入"}
    assert [one for one in FAMILIAR if not re.search(FAMILIAR[one], friendly[one])] == []


OTHER_MODERATORS = (
    "(?<!总)(?<!资料)(?<!服务器)(?<!协)管理员"  # beside steward, curator, administrator
)


def test_a_moderator_has_one_name_in_chinese():
    assert [form for _, form, _ in texts("zh") if re.search(OTHER_MODERATORS, form)] == []


def test_another_name_of_a_moderator_is_noticed():
    said = ["请联系管理员", "请联系协管员", "总管理员", "资料管理员", "服务器管理员"]
    assert [each for each in said if re.search(OTHER_MODERATORS, each)] == said[:1]


def test_no_line_breaks_before_a_sign_that_french_sets_apart():
    reader = Catalogs(LOCALES, ["fr"], prefix="!", zones={}).reader("fr")
    said = [reader.gettext(m.id) for m in sentences(read("fr")) if isinstance(m.id, str)]
    assert [text for text in said if re.search(" [;:?!»]|« ", text)] == []
    assert sum(NO_BREAK in text for text in said) > 100  # the catalogs have plain ones


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
            said = reader.ngettext(*message.id, n).replace(NO_BREAK, " ")
            assert said == forms(message.string)[place]


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
