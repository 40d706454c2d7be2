"""What languages call themselves is what CLDR says."""

from __future__ import annotations

import pytest
from babel import Locale

from language.autonyms import TABLE, autonyms
from tests.project.autonyms import table


def test_the_table_is_current():
    assert TABLE.read_text("utf-8") == table(), "run: make docs"


@pytest.mark.parametrize(
    ("code", "name"), [("sw", "Kiswahili"), ("fa", "فارسی"), ("khq", "Koyra ciini"), ("zh", "中文")]
)
def test_a_language_has_its_own_name(code, name):
    assert autonyms()[code] == name == Locale.parse(code).get_display_name(code)


def test_a_language_of_which_cldr_has_nothing_has_none():
    assert "tlh" not in autonyms()
