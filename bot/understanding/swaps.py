"""Reading which event is chosen instead of which: "take 4 instead of 3", "swap 3 for 4"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from bot.understanding.answers import Words
from bot.understanding.writing import every
from kit.words import HAN, clean, is_han, unaccented

_LONGEST = 120  # characters
_NUMBER = re.compile(r"\d+")
_BOTH = 2
_HOLE = re.compile(r"\{(new|old)\}")
# Words that may stand before a number: "the session on 4" is none of them.
_BEFORE = rf"(?:[^\W\d{HAN}]+\s+){{0,3}}[{HAN}]{{0,3}}[#№]?"


class Swaps:
    """Knows ways to say it, in which both numbers stand."""

    def __init__(self, words: Words) -> None:
        """Learn them; what stands between the words may be a sign."""
        self._words = words

    @cached_property
    def _ways(self) -> Sequence[re.Pattern[str]]:
        """Compile them when two numbers are first said: that takes longer than all that is read."""
        written = (_written(way) for _language, way in every(self._words))
        return [re.compile(way, re.IGNORECASE) for way in written]

    def read(self, said: str) -> tuple[int, int] | None:
        """Return the number that is wanted, and that which is not; None where none is."""
        bare = unaccented(clean(said)[:_LONGEST])
        if len(_NUMBER.findall(bare)) < _BOTH:
            return None
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
