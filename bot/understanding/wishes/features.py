"""What a sentence is compared by: words, their letters, and what they mean in any language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from math import sqrt
from typing import TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.wishes.skeleton import skeleton
from kit.words import USER_ID, WEB_ADDRESS, clean
from language.analysis import Token, tokens
from language.chinese import simplified

Senses: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
"""Language -> a sense, the same in all of them -> the words and phrases that have it."""

_Phrase: TypeAlias = tuple[tuple[frozenset[str], ...], str, str]
"""The forms of each word, the sense, and the language."""

LONGEST = 300  # characters that are read
_QUESTION = re.compile("[?？؟]")
_DIGIT = re.compile(r"\d")
_WORD, _PAIR, _LETTERS, _SENSE, _SENSES, _SKELETON = 1.0, 0.8, 0.3, 3.0, 3.0, 0.4
_LENGTH = 0.5
_LENGTHS = (1, 3, 6)  # words: a name, a phrase, a short sentence
_SHORTEST_FUZZY, _LONG = 5, 8


class Features:
    """Reads sentences of seven languages as weighted features that languages share."""

    def __init__(self, senses: Senses, words: Iterable[str]) -> None:
        """Know the *senses*, and how *words* are spelt."""
        self._first: dict[str, list[_Phrase]] = defaultdict(list)
        self._han: list[tuple[str, str]] = []
        self._known = set(words)
        self._spelt: dict[str, list[str]] = defaultdict(list)
        for language, named in senses.items():
            for sense, said in named.items():
                for phrase in said:
                    self._learn(language, sense, phrase)
        self._han.sort(key=lambda pair: -len(pair[0]))
        for word in sorted(self._known):
            if len(word) >= _SHORTEST_FUZZY - 1 and word.isalpha():
                self._spelt[word[0]].append(word)

    def _learn(self, language: str, sense: str, phrase: str) -> None:
        found = tokens(phrase)
        if any(token.chinese for token in found):
            self._han.append((simplified(clean(phrase)).casefold(), sense))
            return
        if found:
            self._known.update(token.text for token in found)
            wanted = tuple(token.forms for token in found)
            for form in wanted[0]:
                self._first[form].append((wanted, sense, language))

    def of(self, text: str, language: str) -> Mapping[str, float]:
        """Give the features of *text*, each with its weight."""
        plain, marks = _marked(text)
        found = [self._spelled(token) for token in tokens(plain)]
        seen: dict[str, float] = defaultdict(float)
        for token in found:
            share = _WORD / sqrt(len(token.forms))
            for form in token.forms:
                seen[f"w:{form}"] += share
            for letters in _letters(token):
                seen[letters] += _LETTERS
        for first, second in pairwise(found):
            seen[f"b:{min(first.forms)}_{min(second.forms)}"] += _PAIR
        senses = sorted(set(self._senses(plain, found, language)) | marks)
        for sense in senses:
            seen[f"s:{sense}"] += _SENSE
        for pair in combinations(senses, 2):
            seen["p:" + "+".join(pair)] += _SENSES
        if bones := skeleton(plain, language):
            for part in bones.split():
                seen[f"k:{part}"] += 1
                for letters in _grams(f"<{part}>", (3, 4)):
                    seen[f"g:{letters}"] += _SKELETON
        seen[_length(len(found))] += _LENGTH
        return seen

    def _spelled(self, token: Token) -> Token:
        """Put the known word in place of one with a typing fault."""
        word = token.text
        if (
            len(word) < _SHORTEST_FUZZY
            or word in self._known
            or not word.isalpha()
            or token.chinese
        ):
            return token
        near = self._spelt.get(word[0], ())
        limit = 2 if len(word) >= _LONG else 1
        best = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=limit)
        return tokens(best[0])[0] if best else token

    def _senses(self, plain: str, found: Sequence[Token], language: str) -> Iterator[str]:
        for place, token in enumerate(found):
            here: dict[str, list[str]] = defaultdict(list)
            for form in token.forms:
                for wanted, sense, spoken in self._first.get(form, ()):
                    after = found[place + 1 : place + len(wanted)]
                    if len(after) == len(wanted) - 1 and all(
                        not forms.isdisjoint(t.forms)
                        for forms, t in zip(wanted[1:], after, strict=True)
                    ):
                        here[spoken].append(sense)
            own = here.get(language)
            yield from own or (sense for senses in here.values() for sense in senses)
        if any(token.chinese for token in found):
            han = simplified(plain)
            yield from (sense for phrase, sense in self._han if phrase in han)


def vocabulary(phrases: Iterable[str]) -> Sequence[str]:
    """List the words of *phrases*, but those in Chinese, which has no typing faults."""
    return sorted({t.text for phrase in phrases for t in tokens(phrase) if not t.chinese})


def is_word(feature: str) -> bool:
    """Tell whether a feature is a whole word."""
    return feature.startswith("w:")


def _marked(text: str) -> tuple[str, set[str]]:
    """Take out what stands for itself: people, addresses; note them, questions and digits."""
    plain = clean(text)[:LONGEST].casefold()
    marks = set()
    for mark, pattern in (("USER", USER_ID), ("ADDRESS", WEB_ADDRESS)):
        plain, count = pattern.subn(" ", plain)
        if count:
            marks.add(mark)
    if _QUESTION.search(plain):
        marks.add("QUESTION")
    if _DIGIT.search(plain):
        marks.add("DIGIT")
    return plain, marks


def _length(size: int) -> str:
    return f"n:{next((most for most in _LENGTHS if size <= most), 'many')}"


def _letters(token: Token) -> Iterator[str]:
    if not token.chinese and token.text.isalpha():
        yield from (f"c:{gram}" for gram in _grams(f"<{token.text}>", (3, 4)))


def _grams(word: str, sizes: Sequence[int]) -> Iterator[str]:
    for size in sizes:
        for start in range(len(word) - size + 1):
            yield word[start : start + size]
