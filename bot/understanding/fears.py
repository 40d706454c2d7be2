"""Noticing who fears that the police or an authority learns what they write to the hub."""

from __future__ import annotations

from bot.understanding.answers import FearWords
from bot.understanding.distress import spelt_out
from bot.understanding.writing import Writing
from language.cues import Cues

_ANY_ENDING = "*"


class FearReader:
    """Words of all languages together: who, that they learn it, and what is mine."""

    def __init__(self, writing: Writing, words: FearWords) -> None:
        self._writing = writing
        kinds = {"who": words.who, "learn": words.learn, "mine": words.mine}
        self._cues = Cues({kind: map(self._cue, spelt_out(rows)) for kind, rows in kinds.items()})

    def read(self, said: str) -> bool:
        """Tell whether somebody asks if an authority learns that, or what, they write here."""
        found = self._cues.find(" ".join(self._writing.pieces(said)))
        return found.keys() >= {"who", "learn", "mine"}

    def _cue(self, phrase: str) -> str:
        return self._writing.plain(phrase) + (_ANY_ENDING if phrase.endswith(_ANY_ENDING) else "")
