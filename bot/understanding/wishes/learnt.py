"""What was learnt of the examples, as numbers that are mapped from a file."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import log, sqrt

from bot.understanding.wishes.features import Features, vocabulary
from bot.understanding.wishes.lesson import Lesson
from bot.understanding.wishes.sparse import Column, SparseRows, SparseTable, Value

_SMOOTH = 0.02
_ALIGNED = 8  # bytes, as the largest number


@dataclass(frozen=True, slots=True)
class Learnt:
    """The numbers of each wish and each feature.

    A wish has its place among the *wishes*, a feature its place among the *keys*, which are in
    order. *floor* is how unlikely each wish makes a feature that none of its examples has.
    """

    words: Sequence[str]
    wishes: Sequence[str]
    floor: Sequence[float]
    keys: Column
    rarity: Value
    wish_of: Column
    """The wish of each example."""
    holding: SparseRows
    """For each feature, how much it weighs in which examples."""
    beyond: SparseRows
    """For each feature, how much likelier than *floor* which wishes make it."""

    def number(self, feature: str) -> int | None:
        """Find the number of a feature, if an example has it."""
        key = _key(feature)
        place = bisect_left(self.keys, key)
        return place if place < len(self.keys) and self.keys[place] == key else None

    def weighed(
        self, row: Iterable[tuple[int, float]], strange: Iterable[float] = ()
    ) -> Mapping[int, float]:
        """Let what is rare count more, each sentence the same; words nobody knows dilute it."""
        return _weighed(self.rarity, len(self.wish_of), row, strange)

    def packed(self) -> Sequence[bytes]:
        """Write it: a length, what is text, then each row of numbers at a multiple of 8 bytes."""
        rows = [memoryview(each) for each in self._rows()]
        head = {
            "words": self.words,
            "wishes": self.wishes,
            "floor": self.floor,
            "rows": [(each.format, len(each)) for each in rows],
        }
        text = json.dumps(head).encode("ascii")
        numbers = [each.tobytes() for each in rows]
        parts = [len(text).to_bytes(_ALIGNED) + text, *numbers]
        return [each + bytes(-len(each) % _ALIGNED) for each in parts]

    @classmethod
    def unpacked(cls, content: memoryview) -> Learnt:
        """Read what was packed."""
        size = int.from_bytes(content[:_ALIGNED])
        head = json.loads(bytes(content[_ALIGNED : _ALIGNED + size]))
        start = _padded(_ALIGNED + size)
        rows = []
        for kind, count in head["rows"]:
            end = start + count * array(kind).itemsize
            rows.append(content[start:end].cast(kind))
            start = _padded(end)
        keys, rarity, wish_of, *sparse = rows
        return cls(
            head["words"],
            head["wishes"],
            head["floor"],
            keys,
            rarity,
            wish_of,
            SparseRows(*sparse[:3]),
            SparseRows(*sparse[3:]),
        )

    def _rows(self) -> Iterable[Column | Value]:
        yield from (self.keys, self.rarity, self.wish_of)
        for rows in (self.holding, self.beyond):
            yield from (rows.ends, rows.columns, rows.values)


def learn(lesson: Lesson) -> Learnt:
    """Learn, which takes about two seconds."""
    examples = lesson.examples
    words = vocabulary(example.said for example in examples)
    features = Features(lesson.senses, words)
    read = [features.of(example.said, example.language) for example in examples]
    key_of = {feature: _key(feature) for feature in set().union(*read)}
    keys = array("Q", sorted({*key_of.values()}))
    number_of = {key: number for number, key in enumerate(keys)}
    numbers = {feature: number_of[key] for feature, key in key_of.items()}
    table = SparseTable()
    for row in read:
        table.append([numbers[feature] for feature in row], row.values())
    said = table.rows()
    rarity = array("f", (log((len(examples) + 1) / (n + 0.5)) for n in said.heights(len(keys))))
    table = SparseTable()
    for place in range(len(said)):
        weights = _weighed(rarity, len(examples), said[place])
        table.append(weights, weights.values())
    holding = table.rows().transposed(len(keys))
    wishes = [*dict.fromkeys(example.wish for example in examples)]
    places = {wish: place for place, wish in enumerate(wishes)}
    wish_of = array("H", (places[example.wish] for example in examples))
    beyond, floor = _likelihoods(holding, wish_of, len(wishes))
    return Learnt(words, wishes, floor, keys, rarity, wish_of, holding, beyond)


def _likelihoods(
    holding: SparseRows, wish_of: array[int], wishes: int
) -> tuple[SparseRows, Sequence[float]]:
    """Say how much likelier each feature makes a wish (multinomial naive Bayes)."""
    whole = [_SMOOTH * len(holding)] * wishes
    table = SparseTable()
    for number in range(len(holding)):
        shares: dict[int, float] = defaultdict(float)
        for place, value in holding[number]:
            shares[wish_of[place]] += value
        for wish, share in shares.items():
            whole[wish] += share
        table.append(shares, (log((s + _SMOOTH) / _SMOOTH) for s in shares.values()))
    return table.rows(), [-log(each) for each in whole]


def _weighed(
    rarity: Value,
    examples: int,
    row: Iterable[tuple[int, float]],
    strange: Iterable[float] = (),
) -> Mapping[int, float]:
    rarest = log((examples + 1) / 0.5)
    weighed = {number: value * rarity[number] for number, value in row}
    unknown = [value * rarest for value in strange]
    length = sqrt(sum(value * value for value in (*weighed.values(), *unknown))) or 1.0
    return {number: value / length for number, value in weighed.items()}


def _key(feature: str) -> int:
    name = feature.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=_ALIGNED).digest())


def _padded(size: int) -> int:
    return size + -size % _ALIGNED
