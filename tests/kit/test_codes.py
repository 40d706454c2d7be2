"""The numbers of requests as people read and type them."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.codes import COUNT, FIRST, SIGNS, Codes, code, read_code


@given(st.integers(FIRST, FIRST + COUNT - 1))
def test_every_code_is_read_back_in_either_case(number: int):
    written = code(number)
    assert (len(written), {*written} <= {*SIGNS}, written[0].isdigit()) == (4, True, False)
    assert (read_code(written), read_code(f"#{written.lower()}.")) == (number, number)


@pytest.mark.parametrize("said", ["7", "#7", "\u0667", "999999999"])
def test_numbers_from_before_stay_what_they_are(said: str):
    number = read_code(said)
    assert (code(number), number < FIRST) == (str(number), True)


@pytest.mark.parametrize("said", ["", "BCD", "BCDFG", "2BCD", "ABCD", "BCDE", "BC1D", "two"])
def test_what_is_no_code_is_refused(said: str):
    with pytest.raises(ValueError):  # noqa: PT011 -- it says what was said, which may be anything
        read_code(said)


def test_numbers_are_drawn_from_all_of_them():
    codes = Codes(Random(7))
    many = [codes.draw() for _each in range(2_000)]
    assert all(FIRST <= number < FIRST + COUNT for number in many)
    assert len({(number - FIRST) * 20 // COUNT for number in many}) == 20
