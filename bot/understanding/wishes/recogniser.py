"""Which wish a sentence is: weighed against examples of each, by their features."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import exp, sqrt

from bot.understanding.wishes.features import Features, is_word
from bot.understanding.wishes.learnt import Learnt, learn
from bot.understanding.wishes.lesson import Lesson
from language.meaning import Encoder

_NEAREST = 3  # examples of a wish that count, the nearest twice
_NEAR, _TOGETHER = 10.0, 0.4  # what the nearest and what all examples together weigh
# What the nearest by words and by meaning weigh, where both are known.
_NEAR_BESIDE, _MEANT = 5.0, 12.0
_LISTED = 5
_COMMON = 0.06  # of all examples: what more of them have tells none from another, and takes long


@dataclass(frozen=True, slots=True)
class Guess:
    """A wish that a sentence may be, and how likely it is, from 0 to 1."""

    wish: str
    likely: float


class Recogniser:
    """Compares a sentence with the nearest examples of each wish, and with all of them together."""

    def __init__(
        self, lesson: Lesson, learnt: Learnt | None = None, encoder: Encoder | None = None
    ) -> None:
        """Know the *lesson*: by what was *learnt* of it, else it is learnt here."""
        self._learnt = learnt or learn(lesson)
        self._features = Features(lesson.senses, self._learnt.words)
        self._most = _COMMON * len(self._learnt.wish_of)
        self._meant = encoder.likeness(_NEAREST, "wishes") if encoder else None
        if self._meant is not None:
            self._meant.put(lesson.sentences)

    async def read(
        self,
        said: str,
        language: str,
        prior: Mapping[str, float],
        apart: Collection[str] = (),
    ) -> list[Guess]:
        """List what *said* may wish for, the likeliest first; those kept *apart* are not meant.

        *prior* is what speaks for a wish beside the words, in units of log odds.
        """
        row, strange = self._numbered(self._features.of(said, language))
        weighed = self._learnt.weighed(row, strange)
        near, together = self._nearest(weighed), self._together(weighed)
        known = sqrt(sum(value * value for value in weighed.values()))  # 1 if all words are
        meant = await self._meant.to(said) if self._meant else {}
        weight = _NEAR_BESIDE if meant else _NEAR
        scores = {
            wish: known * (weight * near.get(number, 0.0) + _TOGETHER * together[number])
            + _MEANT * meant.get(wish, 0.0)
            + prior.get(wish, 0.0)
            for number, wish in enumerate(self._learnt.wishes)
            if wish not in apart
        }
        most = max(scores.values())
        raised = {wish: exp(score - most) for wish, score in scores.items()}
        whole = sum(raised.values())
        best = nlargest(_LISTED, raised, key=lambda wish: raised[wish])
        return [Guess(wish, raised[wish] / whole) for wish in best]

    def _numbered(self, row: Mapping[str, float]) -> tuple[list[tuple[int, float]], list[float]]:
        """Give the number of each feature that was learnt, and what words weigh that were not."""
        known: list[tuple[int, float]] = []
        strange: list[float] = []
        for name, value in row.items():
            if (number := self._learnt.number(name)) is not None:
                known.append((number, value))
            elif is_word(name):
                strange.append(value)
        return known, strange

    def _nearest(self, row: Mapping[int, float]) -> Mapping[int, float]:
        """Give the likeness of the nearest examples of each wish, from 0 to 1."""
        likeness: dict[int, float] = defaultdict(float)
        holding, wish_of = self._learnt.holding, self._learnt.wish_of
        for number, value in row.items():
            if holding.width(number) <= self._most:
                for place, other in holding[number]:
                    likeness[place] += value * other
        found: dict[int, list[float]] = defaultdict(list)
        for place, alike in likeness.items():
            found[wish_of[place]].append(alike)
        best = {wish: nlargest(_NEAREST, alike) for wish, alike in found.items()}
        return {wish: (sum(top) + top[0]) / (_NEAREST + 1) for wish, top in best.items()}

    def _together(self, row: Mapping[int, float]) -> Sequence[float]:
        """Give the log likelihood of the features under each wish (multinomial naive Bayes)."""
        whole = sum(row.values())
        found = [whole * floor for floor in self._learnt.floor]
        for number, value in row.items():
            for wish, beyond in self._learnt.beyond[number]:
                found[wish] += value * beyond
        return found
