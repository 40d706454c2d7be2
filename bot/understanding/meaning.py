"""Finding which of a few choices a sentence is about, by the words each choice is known by."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

from bot.understanding.clauses import Clauses
from bot.understanding.names import typing_faults
from bot.understanding.writing import Writing
from kit.words import is_han
from language.stems import rules

_ALTERNATIVES = re.compile(r"\s*[/／,，、،;；()（）]\s*")
_EVIDENCE = 0.35  # of the weight of a word that one choice alone is known by
_AHEAD = 1.15  # how far the best choice must lead
_SAME_START = 0.75  # prosecutor, prosecution
_ABOUT = 0.2  # of the words said must be known
_NAMED = 0.5  # of the words of a phrase must be said: "behind" is not "women behind bars"

Choices = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """What a set of choices is known by: phrases of weighted terms."""

    phrases: Sequence[tuple[str, tuple[str, ...]]]
    holding: Mapping[str, Sequence[int]]
    weight: Mapping[str, float]
    spelt: Mapping[str, Sequence[str]]

    def whole(self, terms: Sequence[str]) -> set[str]:
        """Find the choices that have these terms and no others for a phrase."""
        places = self.holding.get(terms[0], ())
        said = tuple(sorted(terms))
        return {self.phrases[place][0] for place in places if self.phrases[place][1] == said}

    def known(self, term: str) -> str | None:
        """Find *term*, or the one it was meant to be."""
        if term in self.weight:
            return term
        limit = typing_faults(term[1:])  # a stem is shorter than its word: be stricter
        if is_han(term) or not limit:
            return None
        near = self.spelt.get(term[0], ())
        if best := process.extractOne(term, near, scorer=OSA.distance, score_cutoff=limit):
            return best[0]
        alike = process.extractOne(
            term, near, scorer=Prefix.normalized_similarity, score_cutoff=_SAME_START
        )
        return alike[0] if alike else None


class Meaning:
    """Weighs what was said for each choice; a narrow lead is no answer."""

    def __init__(self, writing: Writing, clauses: Clauses) -> None:
        self._writing = writing
        self._clauses = clauses
        self._lexicon = lru_cache(maxsize=32)(self._learnt)

    def learn(self, choices: Mapping[str, Sequence[str]], language: str) -> _Lexicon:
        """Learn by what words choices are known, before or when somebody asks for one of them."""
        known = tuple((value, tuple(words)) for value, words in choices.items())
        return self._lexicon(known, rules(language))

    def choose(self, said: str, choices: Mapping[str, Sequence[str]], language: str) -> str | None:
        """Find the one choice that *said* is about."""
        lexicon = self.learn(choices, language)
        terms = self._writing.terms(self._clauses.asserted(said, language), language)
        if not terms:
            return None
        found = {term for term in map(lexicon.known, terms) if term}
        if len(found) < _ABOUT * len(terms):
            return None
        if len(whole := lexicon.whole(terms)) == 1:
            return whole.pop()
        return _best(self._weigh(lexicon, found), _EVIDENCE * _weight(len(choices)))

    def _learnt(self, choices: Choices, language: str) -> _Lexicon:
        phrases: dict[tuple[str, tuple[str, ...]], None] = {}
        for value, words in choices:
            for word in words:
                for phrase in {word, *_ALTERNATIVES.split(word)}:
                    phrases[value, tuple(sorted(self._writing.terms(phrase, language)))] = None
        listed = [(value, terms) for value, terms in phrases if terms]
        holding: dict[str, list[int]] = defaultdict(list)
        for place, (_, terms) in enumerate(listed):
            for term in terms:
                holding[term].append(place)
        weight = {
            term: _weight(len(choices) / len({listed[p][0] for p in places}))
            for term, places in holding.items()
        }
        spelt: dict[str, list[str]] = defaultdict(list)
        for term in weight:
            if not is_han(term):
                spelt[term[0]].append(term)
        return _Lexicon(listed, holding, weight, spelt)

    def _weigh(self, lexicon: _Lexicon, found: set[str]) -> dict[str, float]:
        """Add up the terms found, each counting as much as a phrase it stands in was said."""
        weight = lexicon.weight
        counts: dict[str, dict[str, float]] = defaultdict(dict)
        for place in {place for term in found for place in lexicon.holding[term]}:
            value, terms = lexicon.phrases[place]
            said = found.intersection(terms)
            if len(said) < _NAMED * len(terms):
                continue
            share = _sum(weight, said) / _sum(weight, terms)
            for term in said:
                counts[value][term] = max(share, counts[value].get(term, 0))
        return {
            value: sum(weight[term] * share for term, share in shares.items())
            for value, shares in counts.items()
        }


def _sum(weight: Mapping[str, float], terms: Iterable[str]) -> float:
    return sum(weight[term] for term in terms)


def _weight(rarity: float) -> float:
    return log(rarity) + 0.1  # a word that all choices share still tells an answer from nonsense


def _best(scores: Mapping[str, float], enough: float) -> str | None:
    ranked = sorted(scores, key=lambda value: scores[value], reverse=True)
    if not ranked or scores[ranked[0]] < enough:
        return None
    if len(ranked) > 1 and scores[ranked[0]] < _AHEAD * scores[ranked[1]]:
        return None
    return ranked[0]
