import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.words import clean, fold, number, quote, split_list, without_quote


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("find", "find"),
        ("  find \t mandela  ", "find mandela"),
        ("ｆｉｎｄ　６７", "find 67"),
        ("\u200ffind\u200e", "find"),
        ("\u2068find\u2069", "find"),
        ("so\u00adft", "soft"),
        ("\ufefffind", "find"),
        ("a\u00a0b", "a b"),
        ("“hello” ‘you’ «там»", '"hello" \'you\' "там"'),
        ("one\ntwo", "one\ntwo"),
        ("статья №7", "статья No 7"),
        ("artículo nº7", "artículo no 7"),
        ("a\x00b\x1b[0m", "ab[0m"),
        ("", ""),
    ],
)
def test_clean(text, expected):
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FIND", "find"),
        ("Détenu", "detenu"),
        ("Straße", "strasse"),
        ("Ёлка", "елка"),
        ("الأمن", "الامن"),
        ("مُحَامٍ", "محام"),
        ("قانونيّة", "قانونيه"),
        ("محـــامي", "محامي"),
        ("find, please!", "find please"),
        ("not-going", "not going"),
        ("查找", "查找"),
        ("...", ""),
        ("İstanbul", "istanbul"),
    ],
)
def test_fold(text, expected):
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", 2),
        ("٢", 2),
        ("۱۲", 12),
        ("२", 2),
        ("２", 2),
        ("二", None),
        ("2.", 2),
        ("#2", 2),
        ("(2)", 2),
        ("[12]", 12),
        (" 007 ", 7),
        ("\u200f٣\u200e", 3),
        ("0", 0),
        ("-1", None),
        ("1.5", None),
        ("1,2", None),
        ("²", 2),
        ("½", None),
        ("123456789", 123456789),
        ("1234567890", None),
        ("", None),
        ("two", None),
    ],
)
def test_number(text, expected):
    assert number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1, 10", ["1", "10"]),
        ("١، ١٠", ["١", "١٠"]),
        ("1，10、3", ["1", "10", "3"]),
        ("a; b；c", ["a", "b", "c"]),
        ("one\ntwo", ["one", "two"]),
        (",, ,", []),
        ("children and women", ["children and women"]),
    ],
)
def test_split_list(text, expected):
    assert split_list(text) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("> <@a:test> first\n> second\n\nanswer", "answer"),
        ("answer", "answer"),
        ("answer\n> not a quote before it", "answer\n> not a quote before it"),
        ("> only a quote", ""),
        ("", ""),
    ],
)
def test_without_quote(body, expected):
    assert without_quote(body) == expected


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_nothing_invisible_is_left(text):
    # Marks and separators that a person cannot see would make two equal words differ.
    left = {unicodedata.category(letter) for letter in clean(text) if letter != "\n"}
    assert left & {"Cc", "Cf", "Zl", "Zp", "Cs"} == set()


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzабвгдежзиклмнопрст"))
def test_folding_ignores_case(text):
    assert fold(text.upper()) == fold(text)


@given(st.integers(0, 999_999_999), st.sampled_from("0٠۰०০０"))
def test_a_number_is_read_in_the_digits_of_any_script(value, zero):
    written = "".join(chr(ord(zero) + int(digit)) for digit in str(value))
    assert number(written) == value


@given(st.text())
def test_reading_never_raises(text):
    assert number(text) is None or number(text) >= 0
    assert all(part == part.strip() and part for part in split_list(text))
    assert not without_quote(text).startswith("\n")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("bail", "bail"),
        ("bail in Kenya", "bail in Kenya"),
        ("bail in Kenya now", "bail in Kenya…"),
        ("bail\nin   Kenya", "bail in Kenya"),
        (
            "see https://x.example/y www.x.example @a:b.example !r:b.example evil.com 10.0.0.1 now",
            "see now",
        ),
        ("session #3 of #a:b.example", "session #3 of"),
        ("x" * 60, "x" * 40 + "…"),
        ("在警察局被拘留的人有权立即见律师吗", "在警察局被拘留的人有权立…"),
        ("ﷺ" * 60, "صلى الله عليه…"),
        ("", ""),
    ],
)
def test_no_more_than_three_words_are_repeated(said, shown):
    assert quote(said) == shown
