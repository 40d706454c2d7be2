"""Finding which kind of thing a text names: "training", "a workshop on bail"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.understanding.answers import Words
from bot.understanding.writing import every
from kit.words import clean, fold, is_han

_LONGEST = 240  # characters


class Kinds:
    """Knows kinds by their words; of several that a text names the first counts."""

    def __init__(self, words: Mapping[str, Words]) -> None:
        self._kinds = {fold(word): kind for kind, said in words.items() for _, word in every(said)}
        longest_first = sorted(self._kinds, key=len, reverse=True)
        self._any = re.compile("|".join(map(_written, longest_first)))

    def named(self, said: str) -> str | None:
        """Read a kind and nothing else."""
        return self._kinds.get(fold(clean(said)[:_LONGEST]))

    def mentioned(self, said: str) -> str | None:
        """Find the kind that is named first within a text."""
        found = self._any.search(fold(clean(said)[:_LONGEST]))
        return self._kinds[found[0]] if found else None


def _written(word: str) -> str:
    return re.escape(word) if is_han(word) else rf"(?<!\w){re.escape(word)}(?!\w)"
