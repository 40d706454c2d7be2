"""Noticing people who look for a lawyer of their own; cautious, for most who write are lawyers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.understanding.answers import Answers
from bot.understanding.writing import Writing, is_han


class Seeking:
    """Phrases of all languages together: in need, people write in the one they have."""

    def __init__(self, writing: Writing, answers: Answers) -> None:
        self._writing = writing
        self._phrases = {
            part: frozenset(map(self._read, phrases)) for part, phrases in answers.seeking.items()
        }
        sizes = (len(p.split()) for phrases in self._phrases.values() for p in phrases)
        self._longest = max(sizes)

    def read(self, said: str) -> bool:
        """Tell whether somebody asks for a lawyer for themselves or for somebody close."""
        pieces = self._writing.pieces(said)
        found = {part for part, phrases in self._phrases.items() if self._holds(pieces, phrases)}
        return "unless" not in found and (
            "enough" in found or {"need", "lawyer"} <= found or {"kin", "trouble"} <= found
        )

    def _read(self, phrase: str) -> str:
        return " ".join(map(self._writing.stem, self._writing.pieces(phrase)))

    def _holds(self, pieces: Sequence[str], phrases: frozenset[str]) -> bool:
        words = [self._writing.stem(piece) for piece in pieces]
        spans = {
            " ".join(words[start : start + size])
            for start in range(len(words))
            for size in range(1, self._longest + 1)
        }
        if spans & phrases:
            return True
        han = [piece for piece in pieces if is_han(piece)]
        return any(phrase in piece for phrase in filter(is_han, phrases) for piece in han)
