"""Reading who stands on the other side of a matter: "the prosecution"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.understanding.answers import Words
from bot.understanding.writing import LONGEST, Writing, every
from kit.network import Opponent
from kit.words import fold


class Opponents:
    """Knows them by their words."""

    def __init__(
        self,
        words: Mapping[Opponent, Words],
        writing: Writing,
        choice: Callable[[str, Mapping[str, Sequence[str]], str], str | None],
    ) -> None:
        self._words: dict[str, list[str]] = {
            kind: [word for _code, word in every(said)] for kind, said in words.items()
        }
        self._writing, self._choice = writing, choice

    def read(self, said: str, language: str) -> Opponent | None:
        """Read who is named, or meant."""
        if named := self.named(said, language):
            return named
        meant = self._choice(said, self._words, language)
        return Opponent(meant) if meant else None

    def named(self, said: str, language: str) -> Opponent | None:
        """Read one of the words for them, with no other that tells something beside it."""
        for kind, words in self._words.items():
            if fold(said) in map(fold, words):
                return Opponent(kind)
        told = set(self._writing.terms(said[:LONGEST], language))
        for kind, words in self._words.items():
            if told and any(told == set(self._writing.terms(word, language)) for word in words):
                return Opponent(kind)
        return None
