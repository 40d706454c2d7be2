"""How each language writes clocks, names and lists, and which one somebody begins in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from babel.lists import format_list

from bot.say.i18n import Words, catalog_directory
from bot.service.wiring import discover
from bot.understanding.wishes import load_wishes
from kit.network import Network
from kit.times import Clocks, When
from tests.harness import catalogs, network

NOON = datetime(2027, 3, 9, 12, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "language", "expected"),
    [
        ("Europe/Vienna", "en", "13:10 Vienna"),
        ("America/Argentina/Buenos_Aires", "en", "09:10 Buenos Aires"),
        ("America/New_York", "en", "07:10 New York"),
        ("Asia/Kolkata", "en", "17:40 Kolkata"),
        ("Asia/Kathmandu", "en", "17:55 Kathmandu"),
        ("Europe/Kyiv", "en", "14:10 Kyiv"),
        ("Africa/Dakar", "fr", "12:10 Dakar"),
        ("Europe/Vienna", "es", "13:10 Viena"),
        ("Africa/Cairo", "fr", "14:10 Le Caire"),
        ("Europe/Moscow", "ru", "15:10 Москва"),
        ("Asia/Shanghai", "zh", "20:10 上海"),
        ("Africa/Cairo", "ar", "14:10 القاهرة"),
        ("UTC", "ar", "12:10 UTC"),
        ("Etc/UTC", "en", "12:10 UTC"),
    ],
)
def test_clocks_name_the_city(zone, language, expected):
    assert catalogs().reader(language).clock(NOON, zone) == expected


@pytest.mark.parametrize(
    ("zones", "language", "expected"),
    [
        (["Europe/Vienna", "Asia/Bangkok"], "en", "13:10 Vienna, 19:10 Bangkok"),
        (["Asia/Bangkok", "Pacific/Auckland"], "en", "19:10 Bangkok, Wed 01:10 Auckland"),
        (["Asia/Bangkok", "Pacific/Auckland"], "zh", "19:10 曼谷, 周三01:10 奥克兰"),
    ],
)
def test_clocks_name_the_weekday_where_it_is_another(zones, language, expected):
    assert Clocks(NOON, zones).render(catalogs().reader(language)).plain == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Tuesday, March 9, 2027, 13:10 Vienna"),
        ("es", "martes, 9 de marzo de 2027, 13:10 Viena"),
        ("fr", "mardi 9 mars 2027, 13:10 Vienne"),
        ("pt", "terça-feira, 9 de março de 2027 13:10 Viena"),
        ("ar", "الثلاثاء، 9 مارس 2027، 13:10 فيينا"),
        ("ru", "вторник, 9 марта 2027\u202fг., 13:10 Вена"),
        ("zh", "2027年3月9日星期二 13:10 维也纳"),
    ],
)
def test_moments(language, expected):
    assert catalogs().reader(language).moment(NOON, "Europe/Vienna") == expected


def test_a_moment_is_in_the_readers_zone_else_in_the_given_else_in_utc():
    own, none = catalogs().reader("en", "Africa/Nairobi"), catalogs().reader("en")
    nodes = [When(NOON, "Africa/Accra"), When(NOON), When(NOON, "Africa/Accra", there=True)]
    shown = [node.render(reader).plain for node in nodes for reader in (own, none)]
    assert [text.rpartition(", ")[2] for text in shown] == [
        *("15:10 Nairobi", "12:10 Accra"),
        *("15:10 Nairobi", "12:10 UTC"),
        *("12:10 Accra", "12:10 Accra"),
    ]


@pytest.mark.parametrize(
    ("language", "two", "three"),
    [
        ("en", "a and b", "a, b, and c"),
        ("es", "a y b", "a, b y c"),
        ("fr", "a et b", "a, b et c"),
        ("pt", "a e b", "a, b e c"),
        ("ar", "a وb", "a وb وc"),
        ("ru", "a и b", "a, b и c"),
        ("zh", "a和b", "a、b和c"),
    ],
)
def test_lists(language, two, three):
    reader = catalogs().reader(language)
    assert [reader.sequence(list("abc"[:size])) for size in range(4)] == ["", "a", two, three]
    longer = [list("{0}bcdef"[:size]) for size in range(4, 8)]
    assert [*map(reader.sequence, longer)] == [
        format_list(each, locale=language) for each in longer
    ]


@pytest.mark.parametrize(
    ("kind", "code", "language", "expected"),
    [
        ("territory", "CI", "fr", "Côte d’Ivoire"),
        ("territory", "CN", "zh", "中国"),
        ("language", "sw", "pt", "suaíli"),
        ("language", "xx", "en", "xx"),
        ("zone", "Pacific/Port_Moresby", "en", "Port Moresby"),
    ],
)
def test_names(kind, code, language, expected):
    assert catalogs().reader(language).name(kind, code) == expected


@pytest.mark.parametrize("language", ["sw", "xx", ""])
def test_an_unknown_language_gets_english(language):
    reader = catalogs().reader(language)
    sentence = "Cancelled. Nothing was saved."
    assert (reader.language, reader.gettext(sentence), reader.command("find")) == (
        "en",
        sentence,
        "find",
    )
    assert catalogs().reader("fr").gettext(sentence) != sentence


def test_a_sentence_without_a_translation_stays_english():
    assert catalogs().reader("fr").gettext("Nobody translated this.") == "Nobody translated this."


def test_direction():
    languages = network().languages
    assert [c for c in languages if catalogs().reader(c).right_to_left] == ["ar"]


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("hello", "en"),
        ("good morning everybody", "en"),
        ("hola, ¿qué tal?", "es"),
        ("Bonjour à tous", "fr"),
        ("olá", "pt"),
        ("مرحبا", "ar"),
        ("здравствуйте", "ru"),
        ("你好", "zh"),
        ("chercher la garde à vue", "fr"),
        # A small word of another language decides nothing.
        ("le robaron el expediente a mi cliente", "es"),
        ("me detuvo un policia", "es"),
        ("a quien le escribo para un taller", "es"),
        ("no entiendo nada", "es"),
        ("sou advogada em luanda", "pt"),
        ("como faço para participar", "pt"),
        ("ma soeur est au tribunal demain", "fr"),
        # Somebody, a room, or a page is named alike in every language.
        ("mute @maria.garcia-herrera:derechos.test please", "en"),
        ("please open #sala-de-espera:derechos.test", "en"),
        ("can you read https://example.org/derechos/de/las/personas", "en"),
        ("@maria.garcia:derechos.test", None),
        ("67/187", None),
        ("Mandela", None),
        ("", None),
    ],
)
def test_a_text_tells_its_language(said, language):
    assert catalogs().spoken.of(said) == language


def test_the_sentences_that_people_say_tell_their_language():
    known = {each.path for feature in discover() for each in (*feature.commands, *feature.answers)}
    files = load_wishes(catalog_directory(), ("en", "es", "fr", "pt"), known)
    told = [
        (language, catalogs().spoken.of(said))
        for language, file in files.items()
        for sentences in file.wishes.values()
        for said in sentences
    ]
    right = sum(told_one == language for language, told_one in told) / len(told)
    wrong = sum(told_one not in {language, None} for language, told_one in told) / len(told)
    assert right > 0.95
    assert wrong < 0.02


def test_a_word_of_two_languages_tells_none():
    words = Words({"en": {"more": ["more", "plus"]}, "fr": {"more": ["plus", "encore"]}})
    assert [words.only(said) for said in ("plus", "more", "encore", "more encore")] == [
        None,
        "en",
        "fr",
        None,
    ]


def test_a_path_without_words_is_said_as_it_is():
    words = Words({"en": {"find": ["look up"]}, "fr": {}})
    assert [words.shown("find", "en"), words.shown("find", "fr")] == ["look up", "find"]
    assert words.ways("find") == {"find", "look up"}


def test_the_network_is_written_in_the_same_languages():
    declared: Network = network()
    assert catalogs().languages == list(declared.languages)
