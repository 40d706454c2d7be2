"""Reading how often something comes, and when that ends: "every week until 3 June", "10 times"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import get_args

from babel.dates import get_day_names

from bot.understanding.answers import RecurringWords, Weekday, Words
from bot.understanding.writing import every
from kit.recurring import Often, Recurring
from kit.words import HAN, clean, fold, is_han, unaccented

_LONGEST = 120  # characters
_SIGNS = r"[\s,;.،؛，。–—-]*"


class RecurringReader:
    """Knows each part by its words; what else is said has to be the day on which it ends."""

    def __init__(self, words: RecurringWords, numbers: Mapping[str, int]) -> None:
        """Know *words*, and *numbers* by their folded names."""
        self._numbers = numbers
        self._often: Mapping[Often, re.Pattern[str]] = {
            Often(name): re.compile(f"{_SIGNS}(?:{_any(said)}){_SIGNS}", re.IGNORECASE)
            for name, said in words.every.items()
        }
        self._until = re.compile(f"{_SIGNS}(?:{_any(words.until)})\\s*", re.IGNORECASE)
        self._times = re.compile(
            rf"{_SIGNS}(\d{{1,3}}|{_any({'': (*numbers,)})})\s*(?:{_any(words.times)}){_SIGNS}",
            re.IGNORECASE,
        )
        self._whole = {fold(word): False for _, word in every(words.one)}
        self._whole |= {fold(word): True for _, word in every(words.all)}
        self._endless = {fold(word) for _, word in every(words.endless)}
        named = [
            *every(words.series),
            *(each for often in words.every.values() for each in every(often)),
        ]
        self._series = re.compile(rf"(?<![^\W{HAN}])(?:{_any(_grouped(named))})", re.IGNORECASE)
        self._called = {language: listed[0] for language, listed in words.series.items()}
        self._days = {
            unaccented(word): get_day_names("wide", locale=language)[get_args(Weekday).index(day)]
            for day, spoken in words.days.items()
            for language, word in every(spoken)
        }
        onto = f"(?:(?:{_any(words.onto)})\\s*)*"
        plurals = _any({"": tuple(self._days)})
        self._each = re.compile(rf"(?<![^\W{HAN}]){onto}({plurals})", re.IGNORECASE)

    def read(self, said: str) -> Recurring | None:
        """Read all of *said*; None if a part of it means nothing here."""
        rest = unaccented(clean(said)[:_LONGEST])
        often, times = None, None
        for name, pattern in self._often.items():
            if found := pattern.match(rest):
                often, rest = name, rest[found.end() :]
                break
        if found := self._times.fullmatch(rest):
            said = fold(found[1])
            times, rest = int(said) if said.isdecimal() else self._numbers[said], ""
        elif found := self._until.match(rest):
            rest = rest[found.end() :]
        elif rest or often is None:
            return None
        return Recurring(often, times, rest.strip())

    def whole(self, said: str) -> bool | None:
        """Tell whether all that follows is meant, or one alone; None if neither is said."""
        return self._whole.get(fold(said))

    def endless(self, said: str) -> bool:
        """Tell whether *said* is that something has no end."""
        return fold(said) in self._endless

    def series(self, said: str, language: str) -> tuple[str, str]:
        """Read whether a whole series is named; returns how it is called, or "", and what is left.

        The days on which it comes are left as one such day.
        """
        rest = unaccented(clean(said))
        each = self._each.sub(lambda found: f" {self._days[found[1].casefold()]} ", rest)
        left = self._series.sub(" ", each)
        if left == rest:
            return "", said
        return self._called.get(language, self._called["en"]), " ".join(left.split())


def _grouped(words: Iterable[tuple[str, str]]) -> Words:
    return {"": tuple(word for _language, word in words)}


def _any(words: Words) -> str:
    known = {unaccented(word) for _language, word in every(words)}
    return "|".join(
        re.escape(word) + ("" if is_han(word) else r"(?!\w)")
        for word in sorted(known, key=len, reverse=True)
    )
