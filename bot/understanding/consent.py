"""Telling a plain yes and a plain no from everything else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.answers import Answers
from bot.understanding.names import typing_faults
from bot.understanding.writing import Writing, every
from kit.words import is_han

_QUESTION = re.compile("[?؟？]")
_SEVERAL = re.compile(r"(.)\1{2,}")
_DOUBLE = re.compile(r"(.)\1+")
_LONGEST = 100
_SIGNS = {"👍": " yes ", "✅": " yes ", "👌": " yes ", "👎": " no ", "❌": " no "}


class Consent:
    """Yes and no in every language; an answer counts only if nothing in it is left over."""

    def __init__(self, writing: Writing, answers: Answers) -> None:
        self._writing = writing
        self._meaning: dict[tuple[str, ...], frozenset[bool]] = {}
        for words, meant in ((answers.polite, []), (answers.no, [False]), (answers.yes, [True])):
            meaning = frozenset(meant)
            self._meaning.update({self._units(word): meaning for _, word in every(words)})
        self._longest = max(map(len, self._meaning))
        self._noes = {
            "".join(units) for units, meaning in self._meaning.items() if _is_no(units, meaning)
        }
        self._plain = {
            " ".join(units): all(meaning) for units, meaning in self._meaning.items() if meaning
        }

    def read(self, said: str) -> bool | None:
        """Read a plain yes or no; a question, a condition or a doubt is neither."""
        if len(said) > _LONGEST or _QUESTION.search(said):
            return None
        for sign, word in _SIGNS.items():
            said = said.replace(sign, word)
        plain = self._writing.plain(_unmarked(said))
        for written in (plain, _SEVERAL.sub(r"\1", plain), _DOUBLE.sub(r"\1", plain)):
            if meant := self._cover(self._units(written)):
                return all(meant) if len(meant) == 1 else None
        return self._mistyped(" ".join(self._units(plain)))

    def refuses(self, said: str) -> bool:
        """Tell whether *said* is a no, or has a word in it that is one and is neither a yes."""
        meant = self.read(said)
        if meant is not None or _QUESTION.search(said):
            return meant is False
        return not self._noes.isdisjoint(self._units(said))

    def _units(self, text: str) -> tuple[str, ...]:
        pieces = self._writing.pieces(_unmarked(text))
        return tuple(unit for piece in pieces for unit in (piece if is_han(piece) else [piece]))

    def _cover(self, units: tuple[str, ...]) -> frozenset[bool]:
        """Read *units* as the fewest known phrases; empty if any of it is unknown.

        "No, I do not | consent" is as short as "no | I do not consent", which agrees with itself.
        """
        reached: list[dict[frozenset[bool], int]] = [{frozenset(): 0}]
        for end in range(1, len(units) + 1):
            covers: dict[frozenset[bool], int] = {}
            for start in range(max(0, end - self._longest), end):
                meaning = self._meaning.get(units[start:end])
                if meaning is None:
                    continue
                for before, phrases in reached[start].items():
                    meant = before | meaning
                    covers[meant] = min(phrases + 1, covers.get(meant, phrases + 1))
            reached.append(covers)
        ranks = {meant: (phrases, len(meant)) for meant, phrases in reached[-1].items()}
        best = min(ranks.values(), default=None)
        return frozenset().union(*(meant for meant, rank in ranks.items() if rank == best))

    def _mistyped(self, said: str) -> bool | None:
        limit = 0 if is_han(said) else min(1, typing_faults(said))
        near = [
            phrase
            for phrase, _, _ in process.extract(
                said, self._plain.keys(), scorer=OSA.distance, score_cutoff=limit, limit=5
            )
            if limit and phrase[0] == said[0]  # a "not" may hide in a first letter
        ]
        meant = {self._plain[phrase] for phrase in near}
        return meant.pop() if len(meant) == 1 else None


def _is_no(units: Sequence[str], meaning: frozenset[bool]) -> bool:
    return len(units) == 1 and meaning == {False}


def _unmarked(text: str) -> str:
    """Leave out apostrophes, as people do: dont, jaccepte."""
    return text.replace("'", "").replace("’", "")
