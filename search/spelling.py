"""Forgiving typing faults: the nearest word that occurs in the library or names a concept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 5
_LONG = 9
_VERY_LONG = 14
_EDGE = 2


class Spelling:
    """Words filed by how they begin and how they end.

    A fault or two rarely touch both, so only a small share of the words is ever compared.
    Words may be learned in one thread while another asks.
    """

    def __init__(self) -> None:
        """Begin with no words."""
        self._files: dict[str, set[str]] = {}

    def add(self, words: Iterable[str]) -> None:
        """Learn words."""
        for word in words:
            if len(word) >= _SHORTEST:
                for edge in _edges(word):
                    self._files.setdefault(edge, set()).add(word)

    def nearest(self, word: str) -> str | None:
        """Give the closest word: one fault in a word, two in a long one, three in a very long."""
        if len(word) < _SHORTEST:
            return None
        faults = 1 + (len(word) >= _LONG) + (len(word) >= _VERY_LONG)
        # One call in C: a set that another thread adds to must not be walked in Python.
        near = sorted(set[str]().union(*(self._files.get(edge, ()) for edge in _edges(word))))
        found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=faults)
        return found[0] if found else None


def _edges(word: str) -> Iterator[str]:
    yield f"{word[:_EDGE]}-"
    yield f"-{word[-_EDGE:]}"
