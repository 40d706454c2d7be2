"""Which wish a sentence is: weighed against examples of each, by their features."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import exp, log, sqrt

from bot.understanding.wishes.features import Features, is_word
from bot.understanding.wishes.files import WishFile

_NEAREST = 3  # examples of a wish that count, the nearest twice
_NEAR, _TOGETHER = 10.0, 0.4  # what the nearest and what all examples together weigh
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

    def __init__(self, examples: Sequence[Example], features: Features) -> None:
        """Learn from *examples*: about a second for four thousand."""
        self._features = features
        self._wish_of = [example.wish for example in examples]
        rows = [features.of(example.said, example.language) for example in examples]
        spread = Counter(name for row in rows for name in row)
        self._rarity = {name: log((len(rows) + 1) / (n + 0.5)) for name, n in spread.items()}
        self._rarest = log((len(rows) + 1) / 0.5)
        self._holding: dict[str, list[tuple[int, float]]] = defaultdict(list)
        shares: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for place, row in enumerate(rows):
            share = shares[self._wish_of[place]]
            for name, value in self._weighed(row).items():
                self._holding[name].append((place, value))
                share[name] += value
        most = _COMMON * len(rows)
        self._holding = {n: held for n, held in self._holding.items() if len(held) <= most}
        self._beyond: dict[str, dict[str, float]] = defaultdict(dict)
        self._floor: dict[str, float] = {}
        for wish, share in shares.items():
            self._floor[wish] = -log(sum(share.values()) + _SMOOTH * len(self._rarity))
            for name, value in share.items():
                self._beyond[name][wish] = log((value + _SMOOTH) / _SMOOTH)

    @classmethod
    def of(
        cls,
        files: Mapping[str, WishFile],
        ways: Callable[[str], Iterable[tuple[str, str]]] | None = None,
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
        return cls(examples, Features(senses, [example.said for example in examples]))

    def read(
        self,
        said: str,
        language: str,
        prior: Mapping[str, float],
        apart: Collection[str] = (),
    ) -> list[Guess]:
        """List what *said* may wish for, the likeliest first; those kept *apart* are not meant.

        *prior* is what speaks for a wish beside the words, in units of log odds.
        """
        row = self._weighed(self._features.of(said, language))
        near, together = self._nearest(row), self._together(row)
        known = sqrt(sum(value * value for value in row.values()))  # 1 if all words are
        scores = {
            wish: known * (_NEAR * near.get(wish, 0.0) + _TOGETHER * value) + prior.get(wish, 0.0)
            for wish, value in together.items()
            if wish not in apart
        }
        most = max(scores.values())
        raised = {wish: exp(score - most) for wish, score in scores.items()}
        whole = sum(raised.values())
        best = nlargest(_LISTED, raised, key=lambda wish: raised[wish])
        return [Guess(wish, raised[wish] / whole) for wish in best]

    def _weighed(self, row: Mapping[str, float]) -> Mapping[str, float]:
        """Let what is rare count more, each sentence the same; words nobody knows dilute it."""
        weighed = {n: v * self._rarity[n] for n, v in row.items() if n in self._rarity}
        strange = [v * self._rarest for n, v in row.items() if n not in weighed and is_word(n)]
        length = sqrt(sum(value * value for value in (*weighed.values(), *strange))) or 1.0
        return {name: value / length for name, value in weighed.items()}

    def _nearest(self, row: Mapping[str, float]) -> Mapping[str, float]:
        """Give the likeness of the nearest examples of each wish, from 0 to 1."""
        likeness: dict[int, float] = defaultdict(float)
        for name, value in row.items():
            for place, other in self._holding.get(name, ()):
                likeness[place] += value * other
        found: dict[str, list[float]] = defaultdict(list)
        for place, alike in likeness.items():
            found[self._wish_of[place]].append(alike)
        best = {wish: nlargest(_NEAREST, alike) for wish, alike in found.items()}
        return {wish: (sum(top) + top[0]) / (_NEAREST + 1) for wish, top in best.items()}

    def _together(self, row: Mapping[str, float]) -> Mapping[str, float]:
        """Give the log likelihood of the features under each wish (multinomial naive Bayes)."""
        whole = sum(row.values())
        found = {wish: whole * floor for wish, floor in self._floor.items()}
        for name, value in row.items():
            for wish, beyond in self._beyond.get(name, {}).items():
                found[wish] += value * beyond
        return found
