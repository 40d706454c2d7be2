"""Reading where people meet: "at the town hall", "Room 5", "in Nairobi"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from bot.understanding.answers import VenueWords
from bot.understanding.writing import every
from kit.words import HAN, clean, fold, is_han

_LONGEST = 80  # characters
_MOST_WORDS = 8
_INFLECTED = frozenset({"ru"})
_SIGNS = " ,.;:،؛，；。"


class Venues:
    """Knows a place by what it is called, or by a capital behind the word for "at"."""

    def __init__(self, words: VenueWords) -> None:
        self._before = {
            language: re.compile("|".join(_written(before)), re.IGNORECASE)
            for language, before in words.before.items()
        }
        known = "|".join(_written(fold(word) for _language, word in every(words.known)))
        self._known = re.compile(rf"(?<![^\W{HAN}])(?:{known})")

    def read(self, said: str, languages: Collection[str]) -> str:
        """Take the place, without the word for "at"; "" if all of *said* is no place."""
        said = clean(said).strip(_SIGNS)
        if len(said) > _LONGEST or len(said.split()) > _MOST_WORDS:
            return ""
        place, named = self._behind_at(said, languages)
        if place and (place[0].isupper() or self._known.search(fold(place))):
            return named
        folded = fold(said)
        found = list(self._known.finditer(folded))
        at_edge = found and (found[0].start() == 0 or found[-1].end() == len(folded))
        return said if at_edge else ""

    def behind(self, said: str, languages: Collection[str]) -> tuple[str, str]:
        """Part what ends with "at" and a place that is called one; both are "" if it does not."""
        said = clean(said).strip(_SIGNS)
        for before in self._words(languages).values():
            for found in before.finditer(said):
                front, place = said[: found.start()], said[found.end() :].strip()
                if front.strip() and (front[-1] == " " or is_han(place)) and self._is_called(place):
                    return front.rstrip(_SIGNS), self.read(said[found.start() :], languages)
        return "", ""

    def _is_called(self, place: str) -> bool:
        """Tell whether a place is called one: by a capital or a number, where that tells."""
        if len(place.split()) > _MOST_WORDS or not self._known.search(fold(place)):
            return False
        cased = place.upper() != place.lower()
        return not cased or any(map(str.isdecimal, place)) or place[0].isupper()

    def _behind_at(self, said: str, languages: Collection[str]) -> tuple[str, str]:
        """Find the place behind "at", and how it is called: with "at" where nouns are inflected."""
        for language, before in self._words(languages).items():
            if found := before.match(said):
                place = said[found.end() :].strip()
                return place, said if language in _INFLECTED else place
        return "", ""

    def _words(self, languages: Collection[str]) -> Mapping[str, re.Pattern[str]]:
        return {spoken: words for spoken, words in self._before.items() if spoken in languages}


def _written(words: Iterable[str]) -> list[str]:
    return [
        re.escape(word) + ("" if is_han(word) or word.endswith("'") else r"(?!\w)")
        for word in sorted(words, key=len, reverse=True)
    ]
