import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.words import is_han
from language.lookalikes import skeleton
from language.scripts import is_disguised, language_of_script


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("مرحبا", "ar"),
        ("привет", "ru"),
        ("你好", "zh"),
        ("hello", None),
        ("مرحبا ILAN", "ar"),
        ("hello мир again", None),
        ("123 !?", None),
        ("", None),
        ("नमस्ते", None),
    ],
)
def test_language_of_script(text, expected):
    assert language_of_script(text) == expected


@given(st.text())
def test_no_text_is_taken_for_a_language_of_another_script(text):
    assert language_of_script(text) in {None, "ar", "ru", "zh"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", False),
        ("да, yes", False),
        ("уеs", True),  # the first two letters are Cyrillic
        ("<b>yes</b>", True),
        ("&#121;es", True),
        ("", False),
    ],
)
def test_a_text_that_is_not_what_it_looks_like(text, expected):
    assert is_disguised(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("审", True),
        ("審a", True),
        ("𠮷", True),
        ("a审", False),
        ("한", False),
        ("か", False),
        ("", False),
    ],
)
def test_han(text, expected):
    assert is_han(text) is expected


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Moderators", "М0DERАТОRS"),
        ("Moderators", "Rnoderators"),
        ("Moderators", "Ｍｏｄｅｒａｔｏｒｓ"),
        ("Moderators", "mode-rators!"),
        ("Welcome", "ᎳᎬLСОМЕ"),
        ("Lobby", "1obby"),
        ("Café", "cafe"),
    ],
)
def test_names_that_look_the_same_have_one_skeleton(text, other):
    assert skeleton(text) == skeleton(other)


def test_names_that_look_otherwise_have_none_in_common():
    names = ["Moderators", "Modern courts", "Prisons", "Prison", "Тюрьмы", "السجون", "监狱", "Bail"]
    assert len({skeleton(name) for name in names}) == len(names)
