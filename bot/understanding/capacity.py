"""Reading for how many people there is room: "30 places", "at most 50 people"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.understanding.answers import CapacityWords, Words
from bot.understanding.writing import every
from kit.words import clean, fold, is_han

_LONGEST = 60  # characters


class Capacity:
    """Knows such a number by a word on either side of it; nothing else may be beside them."""

    def __init__(self, words: CapacityWords, numbers: Mapping[str, int]) -> None:
        """Know *words*, and *numbers* by their folded names."""
        self._numbers = numbers
        most, people, named = (
            "|".join(_written(known))
            for known in (_folded(words.most), _folded(words.people), {*numbers})
        )
        self._pattern = re.compile(
            rf"(?P<most>(?:(?:{most})\s*)+)?(?P<number>\d{{1,6}}|{named})\s*(?P<people>{people})?"
            rf"\s*(?P<last>{most})?"
        )

    def read(self, said: str) -> int | None:
        """Read the number; None if nothing tells that it counts people."""
        if len(said) > _LONGEST or any(sign in said for sign in "/:"):
            return None
        found = self._pattern.fullmatch(fold(clean(said)))
        if found is None or not (found["most"] or found["people"] or found["last"]):
            return None
        said = found["number"]
        return int(said) if said.isdecimal() else self._numbers[said]


def _folded(words: Words) -> set[str]:
    return {fold(word) for _language, word in every(words)}


def _written(known: set[str]) -> list[str]:
    return [
        re.escape(word) + ("" if is_han(word) else r"\b")
        for word in sorted(known, key=len, reverse=True)
    ]
