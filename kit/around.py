"""What may stand around what people say without changing it: please, could you, my, show me."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from kit.words import HAN, fold, is_han

_UNIT = re.compile(f"[{HAN}]|[^\\s{HAN}]+")
_LONGEST = 16  # words or Chinese characters of a command with what stands around it

Units = tuple[str, ...]


class Around:
    """Takes away polite words, and what only says that somebody wants or has something."""

    def __init__(self, polite: Iterable[str] = (), owning: Iterable[str] = ()) -> None:
        """Know *polite* words and *owning* ones, in all languages; each may be a phrase."""
        self._polite = {_units(phrase) for phrase in polite}
        self._all = self._polite | {_units(phrase) for phrase in owning}
        self._longest = max(map(len, self._all), default=0)

    def cores(self, text: str) -> Iterator[str]:
        """Give *text* folded, in ever fewer words: whole, then without what stands around it."""
        units = _units(text)
        if len(units) > _LONGEST:
            return
        fronts = self._fronts(units)
        backs = [len(units) - size for size in self._fronts(units[::-1], turned=True)]
        spans = [(back - front, front, back) for front in fronts for back in backs if front < back]
        for _size, front, back in sorted(spans, reverse=True):
            yield _joined(units[front:back])

    def bare(self, text: str, *, behind: bool = True) -> str:
        """Give *text* as it was typed, without polite words before it, and if asked *behind* it."""
        words = text.split(" ")
        while cut := self._polite_end(words):
            words = words[cut:]
        while behind and (cut := self._polite_end(words[::-1], turned=True)):
            words = words[:-cut]
        return " ".join(words).strip(" ,،，:")

    def is_polite(self, text: str) -> bool:
        """Tell whether *text* holds polite words and nothing else."""
        units = _units(text)
        ends = {0}
        for end in range(1, len(units) + 1):
            if any(units[begin:end] in self._polite for begin in ends):
                ends.add(end)
        return len(units) in ends

    def within(self, text: str, fits: Callable[[str], bool]) -> str:
        """Give *text* as it was typed, without words before it, if only so it *fits*."""
        words = text.split(" ")
        for size in range(1, min(len(words), self._longest + 1)):
            units = _units(" ".join(words[:size]))
            rest = " ".join(words[size:])
            if not fits(text) and len(units) in self._fronts(units) and fits(rest):
                return rest
        return text

    def _polite_end(self, words: Sequence[str], *, turned: bool = False) -> int:
        """Count the words at the beginning that are a polite phrase."""
        for size in range(min(self._longest, len(words) - 1), 0, -1):
            begin = words[:size][::-1] if turned else words[:size]
            if _units(" ".join(begin)) in self._polite:
                return size
        return 0

    def _fronts(self, units: Units, *, turned: bool = False) -> list[int]:
        """List how many units may be taken away at the beginning."""
        found = [0]
        for front in found:
            for size in range(1, min(self._longest, len(units) - front) + 1):
                phrase = units[front : front + size]
                known = phrase[::-1] if turned else phrase
                if known in self._all and front + size not in found:
                    found.append(front + size)
        return found


def _units(text: str) -> Units:
    return tuple(_UNIT.findall(fold(text)))


def _joined(units: Sequence[str]) -> str:
    """Write units as ``fold`` does: a space between words, none between Chinese characters."""
    text = "".join(unit if is_han(unit) else f" {unit} " for unit in units)
    return " ".join(text.split())
