"""Reading from when until when somebody is away: "from the 1st to the 10th of December"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

from bot.understanding.answers import StretchWords
from bot.understanding.moments import MomentReader
from bot.understanding.writing import every
from kit.moments import NoMoment, Reading
from kit.words import clean, is_han

Read: TypeAlias = Callable[[str], Reading]
_LONGEST = 200  # characters
_NUMBER = re.compile(r"\d+[^\W\d_]{0,3}")
_SMALL = 3  # letters of words beside a number that is a day of the month named later


class Stretches:
    """Knows the words before the first and the last day of a stretch of time."""

    def __init__(self, words: StretchWords, moments: MomentReader) -> None:
        self._moments = moments
        self._since = _any(word for _language, word in every(words.since))
        self._until = _any(word for _language, word in every(words.until))
        self._onwards = re.compile(rf"(?:{_any(w for _l, w in every(words.onwards)).pattern})$")

    def read(
        self, said: str, language: str, now: datetime, zone: str
    ) -> tuple[Reading, Reading | None] | None:
        """Return when a stretch begins, and ends if that is said; None if no beginning is told."""

        def moment(text: str) -> Reading:
            return self._moments.read(text, language, now, zone)

        def begins(text: str) -> Reading:
            return self._moments.begin(text, language, now, zone)

        said = clean(said)[:_LONGEST]
        for rest in self._behind_since(said):
            for until in self._until.finditer(rest):
                first, last = rest[: until.start()].strip(), begins(rest[until.end() :].strip())
                if not first or isinstance(last, NoMoment):
                    continue
                begin = _first(first, rest[until.end() :].strip(), moment)
                if not isinstance(begin, NoMoment):
                    return begin, last
        for rest in self._behind_since(said):
            begin = begins(self._onwards.sub("", rest).strip())
            if not isinstance(begin, NoMoment):
                return begin, None
        return None

    def _behind_since(self, said: str) -> Iterator[str]:
        """Give what stands behind each word that begins a stretch, the nearest first."""
        for found in self._since.finditer(said):
            yield said[found.end() :].strip()


def _first(said: str, last: str, moment: Read) -> Reading:
    """Read the first day, which may be a number of the month that the last one names."""
    number = _NUMBER.search(said)
    letters = re.sub(r"\d", "", said)
    alone = all(len(word) <= _SMALL for word in letters.split())
    if number and alone and not is_han(letters.strip()):
        for end in range(len(last.split()), 0, -1):
            beside = " ".join(last.split()[:end])
            reading = moment(_NUMBER.sub(number[0], beside, count=1))
            if not isinstance(reading, NoMoment):
                return reading
    return moment(said)


def _any(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(set(words), key=len, reverse=True)
    return re.compile("|".join(map(_written, longest_first)), re.IGNORECASE)


def _written(word: str) -> str:
    return re.escape(word) if is_han(word) else rf"(?<!\w){re.escape(word)}(?!\w)"
