"""Leaving out of an answer what it says is not so, is not so any more, or is about others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import TypeAlias

from bot.understanding.answers import Answers, Words
from bot.understanding.writing import CLAUSES, LONGEST, Writing
from kit.words import is_han
from language.scripts import language_of_script

_MOST_AMBIGUOUS = 2  # letters: "no" is a no in Spanish, and "in the" in Portuguese
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_AND = "و"  # written together with the word after it

Phrase: TypeAlias = tuple[str, ...]


class _Kind(Enum):
    NOT = "not"
    APART = "apart"  # of the past, or about somebody else
    ANEW = "anew"
    SPARED = "spared"


_Phrases: TypeAlias = Mapping[Phrase, _Kind]


class Clauses:
    """Reads by words, not grammar: a clause is denied from the word on that denies it.

    One that ends with that word is denied as a whole. What is asked back does no harm.
    """

    def __init__(self, writing: Writing, answers: Answers) -> None:
        self._writing = writing
        clauses, declining = answers.clauses, answers.declining
        spoken = clauses.denial.keys()
        self._phrases = self._by_language(
            spoken,
            [
                ({"": answers.seeking["kin"]}, _Kind.APART),
                (clauses.others, _Kind.APART),
                (clauses.past, _Kind.APART),
                (clauses.denial, _Kind.NOT),
                (clauses.anew, _Kind.ANEW),
                (clauses.spared, _Kind.SPARED),
            ],
        )
        declined = [(declining.denial, _Kind.NOT), (declining.spared, _Kind.SPARED)]
        self._declining = {
            language: phrases
            | {phrase: _Kind.ANEW for phrase, _ in self._read({language: clauses.anew[language]})}
            for language, phrases in self._by_language(spoken, declined).items()
        }
        tables = (*self._phrases.values(), *self._declining.values())
        self._longest = max(len(phrase) for phrases in tables for phrase in phrases)
        trouble = self._read({"": answers.seeking["trouble"]})
        self._trouble = frozenset(phrase for phrase, _only in trouble)
        self._longest_trouble = max(map(len, self._trouble))

    def asserted(self, said: str, language: str) -> str:
        """Return what *said* claims of its author today, or *said* itself if that is all of it."""
        return self._kept(said, self._phrases.get(language, self._phrases["en"]), language)

    def wished(self, said: str, language: str) -> str:
        """Return what *said* does not decline, or *said* itself if that is all of it.

        Small words are nothing.
        """
        phrases = self._declining.get(language, self._declining["en"])
        kept = self._kept(said, phrases, language)
        return kept if kept == said or self._writing.terms(kept, language) else ""

    def undenied(self, said: str, language: str) -> str:
        """Return *said* without the words that deny something, or *said* itself without any."""
        phrases = self._phrases.get(language, self._phrases["en"])
        kept: list[str] = []
        units, place = self._units(said[:LONGEST]), 0
        while place < len(units):
            size, kind = self._at(units, place, phrases)
            kept += units[place : place + size] if kind is not _Kind.NOT else ()
            place += size
        return _written(kept) if len(kept) < len(units) else said

    def _by_language(
        self, spoken: Iterable[str], listed: Iterable[tuple[Words, _Kind]]
    ) -> dict[str, dict[Phrase, _Kind]]:
        read = [(*found, kind) for words, kind in listed for found in self._read(words)]
        return {
            language: {phrase: kind for phrase, only, kind in read if only in {None, language}}
            for language in spoken
        }

    def _kept(self, said: str, phrases: _Phrases, language: str) -> str:
        kept: list[str] = []
        whole = True
        for clause in CLAUSES.split(said[:LONGEST]):
            for part in self._parts(self._units(clause), phrases):
                left = self._left(part, phrases, language)
                whole = whole and left == part
                kept.append(_written(left))
        return said if whole else ", ".join(filter(None, kept))

    def _parts(self, units: Sequence[str], phrases: _Phrases) -> Iterable[Sequence[str]]:
        """Cut at the words with which people begin anew: but, now."""
        begin, place = 0, 0
        while place < len(units):
            size, kind = self._at(units, place, phrases)
            if kind is _Kind.ANEW:
                yield units[begin:place]
                begin = place + size
            place += size
        yield units[begin:]

    def _left(self, units: Sequence[str], phrases: _Phrases, language: str) -> Sequence[str]:
        place = 0
        suffered = self._tells_of_trouble(units)
        while place < len(units):
            size, kind = self._at(units, place, phrases)
            if kind is _Kind.NOT or (kind is _Kind.APART and not suffered):
                after = _written(units[place + size :])
                return units[:place] if self._writing.terms(after, language) else ()
            place += size
        return units

    def _tells_of_trouble(self, units: Sequence[str]) -> bool:
        """Tell whether prison or a trial is spoken of: who was there knows it from their life."""
        sizes = range(1, self._longest_trouble + 1)
        spans = (tuple(units[at : at + size]) for at in range(len(units)) for size in sizes)
        return not self._trouble.isdisjoint(spans)

    def _at(self, units: Sequence[str], place: int, phrases: _Phrases) -> tuple[int, _Kind | None]:
        """Find the longest phrase that stands at *place*."""
        for size in range(min(self._longest, len(units) - place), 0, -1):
            if kind := phrases.get(tuple(units[place : place + size])):
                return size, kind
        return 1, None

    def _read(self, words: Words) -> Iterable[tuple[Phrase, str | None]]:
        """Cut phrases up, each with the only language in which it means that, if it is short."""
        for spoken, listed in words.items():
            for word in listed:
                phrase = tuple(self._units(word))
                alone = "".join(phrase)
                short = len(alone) <= _MOST_AMBIGUOUS and alone.isascii()
                only = spoken if short else None
                yield phrase, only
                if language_of_script(word) == "ar":
                    yield (_AND + phrase[0], *phrase[1:]), only

    def _units(self, text: str) -> list[str]:
        pieces = self._writing.pieces(text)
        return [unit for piece in pieces for unit in (piece if is_han(piece) else [piece])]


def _written(units: Sequence[str]) -> str:
    return _BETWEEN_HAN.sub("", " ".join(units))
