"""Reading which event is chosen instead of which: "take 4 instead of 3", "swap 3 for 4"."""

from __future__ import annotations

import re

from bot.understanding.answers import Words
from bot.understanding.writing import every
from kit.words import HAN, clean, is_han, unaccented

_LONGEST = 120  # characters
_HOLE = re.compile(r"\{(new|old)\}")
# Words that may stand before a number: "the session on 4" is none of them.
_BEFORE = rf"(?:[^\W\d{HAN}]+\s+){{0,3}}[{HAN}]{{0,3}}[#№]?"


class Swaps:
    """Knows ways to say it, in which both numbers stand."""

    def __init__(self, words: Words) -> None:
        """Learn them; what stands between the words may be a sign."""
        self._ways = [re.compile(_written(way), re.IGNORECASE) for _language, way in every(words)]

    def read(self, said: str) -> tuple[int, int] | None:
        """Return the number that is wanted, and that which is not; None where none is."""
        bare = unaccented(clean(said)[:_LONGEST])
        found = next(filter(None, (way.search(bare) for way in self._ways)), None)
        return (int(found["new"]), int(found["old"])) if found else None


def _written(way: str) -> str:
    parts = []
    for word in way.split():
        if hole := _HOLE.fullmatch(word):
            parts.append(rf"{_BEFORE}(?P<{hole[1]}>\d{{1,9}})(?!\d)")
        else:
            bare = re.escape(unaccented(word))
            parts.append(bare if is_han(word) else rf"(?<!\w){bare}(?!\w)")
    return r"[\s,،，]*".join(parts)
