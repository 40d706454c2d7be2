"""Which wish a sentence is: weighed against examples of each, by their features."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import exp, log, sqrt

from bot.understanding.wishes.features import Features, is_word
from bot.understanding.wishes.files import WishFile
from bot.understanding.wishes.sparse import SparseRows
from language.meaning import Encoder

_NEAREST = 3  # examples of a wish that count, the nearest twice
_NEAR, _TOGETHER = 10.0, 0.4  # what the nearest and what all examples together weigh
# What the nearest by words and by meaning weigh, where both are known.
_NEAR_BESIDE, _MEANT = 5.0, 12.0
_SMOOTH = 0.02
_LISTED = 5
_COMMON = 0.06  # of all examples: what more of them have tells none from another, and takes long


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, and what it wishes for."""

    wish: str
    language: str
    said: str


@dataclass(frozen=True, slots=True)
class Guess:
    """A wish that a sentence may be, and how likely it is, from 0 to 1."""

    wish: str
    likely: float


class Recogniser:
    """Compares a sentence with the nearest examples of each wish, and with all of them together."""

    def __init__(
        self, examples: Sequence[Example], features: Features, encoder: Encoder | None = None
    ) -> None:
        """Learn from *examples*: about a second for seven thousand. The *encoder* does later."""
        self._features = features
        self._meant = encoder.likeness(_NEAREST, "wishes") if encoder else None
        if self._meant is not None:
            sentences: dict[str, list[str]] = defaultdict(list)
            for example in examples:
                sentences[example.wish].append(example.said)
            self._meant.put(sentences)
        wishes = dict.fromkeys(example.wish for example in examples)
        self._wishes = list(wishes)
        numbers = {wish: number for number, wish in enumerate(wishes)}
        self._wish_of = array("H", (numbers[example.wish] for example in examples))
        said = SparseRows()
        numbering: defaultdict[str, int] = defaultdict()
        numbering.default_factory = numbering.__len__
        for example in examples:
            row = features.of(example.said, example.language)
            said.append(map(numbering.__getitem__, row), row.values())
        self._number = dict(numbering)
        self._most = _COMMON * len(examples)
        self._rarest = log((len(examples) + 1) / 0.5)
        self._rarity = array(
            "f", (log((len(examples) + 1) / (n + 0.5)) for n in said.heights(len(self._number)))
        )
        weighed = SparseRows()
        for place in range(len(said)):
            weights = self._weighed(said[place])
            weighed.append(weights, weights.values())
        self._holding = weighed.transposed(len(self._number))
        self._learn_wishes()

    def _learn_wishes(self) -> None:
        """Learn how much likelier each feature makes a wish (multinomial naive Bayes)."""
        whole = [_SMOOTH * len(self._number)] * len(self._wishes)
        self._beyond = SparseRows()
        for number in range(len(self._number)):
            shares: dict[int, float] = defaultdict(float)
            for place, value in self._holding[number]:
                shares[self._wish_of[place]] += value
            for wish, share in shares.items():
                whole[wish] += share
            self._beyond.append(shares, (log((s + _SMOOTH) / _SMOOTH) for s in shares.values()))
        self._floor = [-log(each) for each in whole]

    @classmethod
    def of(
        cls,
        files: Mapping[str, WishFile],
        ways: Callable[[str], Iterable[tuple[str, str]]] | None = None,
        encoder: Encoder | None = None,
    ) -> Recogniser:
        """Learn from the files of all languages; *ways* gives language and words of a wish."""
        examples = [
            Example(wish, language, said)
            for language, file in files.items()
            for wish, sentences in file.wishes.items()
            for said in sentences
        ]
        if ways is not None:
            wishes = dict.fromkeys(example.wish for example in examples)
            examples += [Example(wish, *way) for wish in wishes for way in ways(wish)]
        senses = {language: file.senses for language, file in files.items()}
        features = Features(senses, [example.said for example in examples])
        return cls(examples, features, encoder)

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
        weighed = self._weighed(row, strange)
        near, together = self._nearest(weighed), self._together(weighed)
        known = sqrt(sum(value * value for value in weighed.values()))  # 1 if all words are
        meant = await self._meant.to(said) if self._meant else {}
        weight = _NEAR_BESIDE if meant else _NEAR
        scores = {
            wish: known * (weight * near.get(number, 0.0) + _TOGETHER * together[number])
            + _MEANT * meant.get(wish, 0.0)
            + prior.get(wish, 0.0)
            for number, wish in enumerate(self._wishes)
            if wish not in apart
        }
        most = max(scores.values())
        raised = {wish: exp(score - most) for wish, score in scores.items()}
        whole = sum(raised.values())
        best = nlargest(_LISTED, raised, key=lambda wish: raised[wish])
        return [Guess(wish, raised[wish] / whole) for wish in best]

    def _numbered(self, row: Mapping[str, float]) -> tuple[list[tuple[int, float]], list[float]]:
        """Give the number of each feature that was learnt, and what words weigh that were not."""
        known = [(self._number[name], value) for name, value in row.items() if name in self._number]
        strange = [v for name, v in row.items() if name not in self._number and is_word(name)]
        return known, strange

    def _weighed(
        self, row: Iterable[tuple[int, float]], strange: Iterable[float] = ()
    ) -> Mapping[int, float]:
        """Let what is rare count more, each sentence the same; words nobody knows dilute it."""
        weighed = {number: value * self._rarity[number] for number, value in row}
        unknown = [value * self._rarest for value in strange]
        length = sqrt(sum(value * value for value in (*weighed.values(), *unknown))) or 1.0
        return {number: value / length for number, value in weighed.items()}

    def _nearest(self, row: Mapping[int, float]) -> Mapping[int, float]:
        """Give the likeness of the nearest examples of each wish, from 0 to 1."""
        likeness: dict[int, float] = defaultdict(float)
        for number, value in row.items():
            if self._holding.width(number) <= self._most:
                for place, other in self._holding[number]:
                    likeness[place] += value * other
        found: dict[int, list[float]] = defaultdict(list)
        for place, alike in likeness.items():
            found[self._wish_of[place]].append(alike)
        best = {wish: nlargest(_NEAREST, alike) for wish, alike in found.items()}
        return {wish: (sum(top) + top[0]) / (_NEAREST + 1) for wish, top in best.items()}

    def _together(self, row: Mapping[int, float]) -> Sequence[float]:
        """Give the log likelihood of the features under each wish (multinomial naive Bayes)."""
        whole = sum(row.values())
        found = [whole * floor for floor in self._floor]
        for number, value in row.items():
            for wish, beyond in self._beyond[number]:
                found[wish] += value * beyond
        return found
