"""Noticing who fears that an authority learns what they write, or what a complaint may bring."""

from __future__ import annotations

from bot.understanding.answers import FearWords
from bot.understanding.distress import spelt_out
from bot.understanding.seeking import Seeking
from bot.understanding.writing import Writing
from kit.understanding import Fear
from language.cues import Cues

_ANY_ENDING = "*"
_SEEN = frozenset({"who", "learn", "mine"})
_OF_A_CLIENT = frozenset({"case", "working", "introducing"})


class FearReader:
    """Words of all languages together: in fear, people write in the one they have."""

    def __init__(self, writing: Writing, words: FearWords, seeking: Seeking) -> None:
        self._writing, self._seeking = writing, seeking
        kinds = {kind: getattr(words, kind) for kind in type(words).model_fields}
        self._cues = Cues({kind: map(self._cue, spelt_out(rows)) for kind, rows in kinds.items()})

    def read(self, said: str) -> Fear | None:
        """Read what whoever writes fears for themselves or for somebody close."""
        found = self._cues.find(" ".join(self._writing.pieces(said))).keys()
        if found >= _SEEN:
            return Fear.SEEN
        complains = "complain" in found and not found.isdisjoint({"unnamed", "risk"})
        if not complains and "revenge" not in found:
            return None
        return None if self._seeking.parts(said) & _OF_A_CLIENT else Fear.REPRISAL

    def _cue(self, phrase: str) -> str:
        return self._writing.plain(phrase) + (_ANY_ENDING if phrase.endswith(_ANY_ENDING) else "")
