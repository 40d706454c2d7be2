"""How people type the number of a request: short, and it tells nothing of how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from random import Random

from kit.words import clean, number

# Without vowels, which make words, and without what looks alike.
LETTERS = "BCDFGHJKMNPQRSTVWXZ"
SIGNS = LETTERS + "23456789"
# Numbers below are from before there were codes, and are said as they are.
FIRST = 1_000_000_000
DIGITS = 12  # by which people tell one key from another on a telephone
COUNT = len(LETTERS) * len(SIGNS) ** 3


@dataclass(frozen=True, slots=True)
class Codes:
    """Draws numbers that say nothing of those before."""

    random: Random

    def draw(self) -> int:
        """Draw one of some 374 000."""
        return FIRST + self.random.randrange(COUNT)


def code(number: int) -> str:
    """Write a number as people type it: a letter and three letters or digits."""
    if number < FIRST:
        return str(number)
    rest, signs = number - FIRST, ""
    for _place in range(3):
        rest, place = divmod(rest, len(SIGNS))
        signs = SIGNS[place] + signs
    return LETTERS[rest] + signs


def read_code(said: str) -> int:
    """Read what ``code`` wrote, in either case; raises ValueError."""
    said = clean(said).strip("#.,:;،؛：()[] ")
    if (plain := number(said)) is not None:
        return plain
    signs = said.upper()
    if len(signs) != 4 or signs[0] not in LETTERS:  # noqa: PLR2004 -- a letter and three signs
        raise ValueError(said)
    value = LETTERS.index(signs[0])
    for sign in signs[1:]:
        value = value * len(SIGNS) + SIGNS.index(sign)
    return FIRST + value


def fours(code: str) -> str:
    """Write a long code in groups of four, as people read it out and compare it."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def numbers(key: str) -> str:
    """Give what stands for a key where people read it out: twelve digits, in groups of four."""
    least = 10 ** (DIGITS - 1)  # with a zero in front they are written like telephone numbers
    value = least + int.from_bytes(sha256(key.encode()).digest()) % (10 * least - least)
    return fours(str(value))


def read_numbers(said: str) -> str:
    """Read what ``numbers`` wrote, in the digits of any script and however it is grouped."""
    return fours("".join(str(int(sign)) for sign in said if sign.isdecimal()))
