import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.analysis import pieces, terms, tokens
from language.chinese import simplified
from language.stems import stem, stems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Côte d'Ivoire", ["cote", "d", "ivoire"]),
        ("snake_case", ["snake", "case"]),
        ("GMT+3, ares67", ["gmt", "3", "ares", "67"]),
        ("我住在 肯尼亞 Nairobi", ["我住在", "肯尼亚", "nairobi"]),
        ("Кения!", ["кения"]),
        ("... 👍", []),
    ],
)
def test_pieces(text, expected):
    assert pieces(text) == expected


@given(st.text())
def test_search_and_talk_cut_a_text_at_the_same_places(text):
    plain = "".join(c for c in text if c.isascii())
    assert [token.text for token in tokens(plain)] == [
        str(int(piece)) if piece.isdecimal() else piece[:64] for piece in pieces(plain)
    ]


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("prisoners", "prisoner", "en"),
        ("prisión", "prision", "es"),
        ("prisões", "prisão", "pt"),
        ("المساعدة", "للمساعده", "ar"),
        ("والمتهمين", "المتهم", "ar"),
        ("правилам", "правила", "ru"),
        ("審", "审", "zh"),
        ("한국", "한국", "ko"),
    ],
)
def test_forms_of_a_word_meet(one, other, language):
    assert tokens(one, language)[0].meets(tokens(other)[0])


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("law", "lawn", "en"),
        ("juez", "juicio", "es"),
        ("المحكمة", "الحكم", "ar"),
        ("суд", "судно", "ru"),
        ("审", "讯", "zh"),
    ],
)
def test_other_words_do_not_meet(one, other, language):
    assert not tokens(one, language)[0].meets(tokens(other)[0])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["Казахстан", "Казахстана", "Казахстане"], "казахстан"),
        (["Нигер", "Нигера", "Нигером"], "нигер"),
        (["Нигерия", "Нигерии"], "нигери"),
        (["ليبيا", "ليبي"], "ليب"),
        (["قاضيا", "قاض", "القاضي"], "قاض"),
        (["肯尼亚"], "肯尼亚"),
        (["Kenya"], "kenya"),
    ],
)
def test_a_name_has_one_stem_whatever_its_ending(words, expected):
    assert {stem(piece) for word in words for piece in pieces(word)} == {expected}


@pytest.mark.parametrize("word", ["права", "المساعده", "lawyers"])
def test_the_stem_of_a_name_is_one_of_the_stems_that_are_searched(word):
    assert stem(word, "en") in set(stems(word))


def test_function_words_are_known_with_and_without_their_accents():
    assert [(t.text, t.stop) for t in tokens("¿Qué es un juez, y que no?")] == [
        ("que", True),
        ("es", True),
        ("un", True),
        ("juez", False),
        ("y", True),
        ("que", True),
        ("no", True),
    ]


def test_chinese_is_indexed_in_pairs_that_stop_at_other_words():
    assert [*terms(tokens("审前羁押 of 人"))] == [{"审前"}, {"前羁"}, {"羁押"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("國際權利審訊", "国际权利审讯"),
        ("瀆職與詰問", "渎职与诘问"),
        ("plain", "plain"),
        ("法律", "法律"),
    ],
)
def test_traditional_characters_are_read_as_simplified_ones(text, expected):
    assert simplified(text) == expected
