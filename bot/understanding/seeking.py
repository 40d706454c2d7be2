"""Noticing people who look for a lawyer of their own; cautious, for most who write are lawyers."""

from __future__ import annotations

from bot.understanding.answers import Answers
from bot.understanding.writing import Writing
from kit.understanding import Emergency
from kit.words import is_han
from language.stems import stem

# By the parts of ``seeking`` that tell of it, the gravest first.
_URGENT = {
    "violence": Emergency.VIOLENCE,
    "beaten": Emergency.BEATEN,
    "removal": Emergency.REMOVAL,
    "trouble": Emergency.ARREST,
}


class Seeking:
    """Phrases of all languages together: in need, people write in the one they have."""

    def __init__(self, writing: Writing, answers: Answers) -> None:
        self._writing = writing
        self._phrases = {
            part: frozenset(map(self._read, phrases)) for part, phrases in answers.seeking.items()
        }
        sizes = (len(p.split()) for phrases in self._phrases.values() for p in phrases)
        self._longest = max(sizes)

    def read(self, said: str, *, member: bool) -> bool:
        """Tell whether somebody asks for a lawyer for themselves or for somebody close.

        A member who needs something about lawyers is at work.
        """
        found = self._found(said)
        urgent = not found.isdisjoint(_URGENT)
        if not found.isdisjoint({"unless", "working"}):
            return False
        if "enough" in found or ("kin" in found and urgent):
            return True
        if member:
            return False
        alone = not found.isdisjoint({"plea", "poor"}) and (urgent or "summons" in found)
        return alone or ("lawyer" in found and not found.isdisjoint({"need", "poor"}))

    def practises(self, said: str) -> bool:
        """Tell whether somebody says that they do the work."""
        return "working" in self._found(said)

    def erases(self, said: str) -> bool:
        """Tell whether what is kept is to be gone; who does the work may mean a client's record."""
        found = self._found(said)
        return "erase" in found and "working" not in found

    def emergency(self, said: str) -> Emergency | None:
        """Read what cannot wait: the gravest of what is named."""
        found = self._found(said)
        return next((what for part, what in _URGENT.items() if part in found), None)

    def _found(self, said: str) -> set[str]:
        """List the parts of the phrases in *said*."""
        pieces = self._writing.pieces(said)
        words = [stem(piece) for piece in pieces]
        spans = {
            " ".join(words[start : start + size])
            for start in range(len(words))
            for size in range(1, self._longest + 1)
        }
        # Chinese puts no space between words: a phrase may stand anywhere in a piece.
        han = list(filter(is_han, pieces))
        return {
            part
            for part, phrases in self._phrases.items()
            if spans & phrases or any(phrase in piece for piece in han for phrase in phrases)
        }

    def _read(self, phrase: str) -> str:
        return " ".join(map(stem, self._writing.pieces(phrase)))
