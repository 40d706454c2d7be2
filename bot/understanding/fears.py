"""Noticing who fears that an authority learns what they write, or what a complaint may bring."""

from __future__ import annotations

from collections.abc import Sequence

from bot.understanding.answers import FearWords
from bot.understanding.distress import spelt_out
from bot.understanding.seeking import Seeking
from bot.understanding.writing import Writing
from kit.understanding import Fear
from language.cues import Cues, Span

_ANY_ENDING = "*"
_CLOSE = 16  # characters from a colleague to what was done to them: their name, or "has just been"
_SEEN = frozenset({"who", "learn", "mine"})
_OF_A_CLIENT = frozenset({"case", "working", "introducing"})


class FearReader:
    """Words of all languages together: in fear, people write in the one they have."""

    def __init__(self, writing: Writing, words: FearWords, seeking: Seeking) -> None:
        self._writing, self._seeking = writing, seeking
        kinds = {kind: getattr(words, kind) for kind in type(words).model_fields}
        self._cues = Cues({kind: spelt_out(rows, self._cue) for kind, rows in kinds.items()})

    def read(self, said: str) -> Fear | None:
        """Read what whoever writes fears for themselves or for somebody close."""
        cues = self._cues.find(" ".join(self._writing.pieces(said)))
        found = cues.keys()
        if "taken" in found or _close(cues.get("colleague", ()), cues.get("seized", ())):
            return Fear.COLLEAGUE
        if found >= _SEEN:
            return Fear.SEEN
        complains = "complain" in found and not found.isdisjoint({"unnamed", "risk"})
        if not complains and "revenge" not in found:
            return None
        return None if self._seeking.parts(said) & _OF_A_CLIENT else Fear.REPRISAL

    def _cue(self, phrase: str) -> str:
        return self._writing.plain(phrase) + (_ANY_ENDING if phrase.endswith(_ANY_ENDING) else "")


def _close(first: Sequence[Span], then: Sequence[Span]) -> bool:
    """Tell whether one of *then* begins a word or two behind one of *first*."""
    return any(0 <= begin - end <= _CLOSE for _begin, end in first for begin, _end in then)
