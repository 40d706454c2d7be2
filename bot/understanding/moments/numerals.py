"""Chinese numerals: 二十三, and years by their digits: 二〇二七."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.understanding.moments.tokens import TextPiece

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TEN = "十"
_YEAR = 4


def numbers(tokens: Sequence[TextPiece], at: int) -> Iterator[tuple[int, int]]:
    """Read a number below a hundred at a place: where it ends, and its value."""
    text = [token.text for token in tokens[at : at + 3]] + [""] * 3
    first, second, third = text[:3]
    if first == _TEN:
        yield at + 1, 10
        if _DIGITS.get(second, 0):
            yield at + 2, 10 + _DIGITS[second]
    elif first in _DIGITS:
        yield at + 1, _DIGITS[first]
        if second == _TEN:
            yield at + 2, _DIGITS[first] * 10
            if _DIGITS.get(third, 0):
                yield at + 3, _DIGITS[first] * 10 + _DIGITS[third]


def named() -> Mapping[str, int]:
    """List the names of the numbers from 1 to 99."""
    signs = {value: sign for sign, value in reversed(_DIGITS.items())}
    found = {}
    for number in range(1, 100):
        tens, ones = divmod(number, 10)
        name = (signs[tens] if tens > 1 else "") + (_TEN if tens else "")
        found[name + (signs[ones] if ones else "")] = number
    return found


def years(tokens: Sequence[TextPiece], at: int) -> Iterator[tuple[int, int]]:
    """Read a year that is written digit by digit."""
    digits = [token.text for token in tokens[at : at + _YEAR]]
    if len(digits) == _YEAR and all(digit in _DIGITS for digit in digits):
        yield at + _YEAR, int("".join(str(_DIGITS[digit]) for digit in digits))
