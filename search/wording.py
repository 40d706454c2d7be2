"""Filters in words of seven languages: "treaties for Africa since 2010", "in Arabic", "only UN"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from kit.words import fold, is_han
from language.analysis import tokens
from search.concepts import Concept, Concepts, Group, Mention, spelt_out
from search.filter_file import FilterFile, expression
from search.query import FOREVER, Filters, Query, Span

_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_SIGNS = r"[\s,.;:!?،؛؟。，：]"


class Wording:
    """Takes filters out of words. Only whole and plain ones: what is unclear stays in the query."""

    def __init__(self, concepts: Concepts, filters: Filters) -> None:
        """Know names of *concepts*, and the languages and the words of *filters*."""
        self._concepts = concepts
        self._languages = filters.languages
        files = filters.files
        endings = chain.from_iterable(file.endings.items() for file in files)
        self._endings = [(fold(end), fold(called)) for end, called in endings]
        only = [each for file in files for each in file.only_word()]
        self._only_word = re.compile("|".join(only), re.IGNORECASE) if only else None
        self._spoken_of = [*_spoken_of(files)]
        self._spans = [*_spans(files)]

    def read(self, query: Query) -> Query:
        """Give *query* with the filters that its words say, and without these words."""
        words, years = self._years(query.words)
        words, languages = self._spoken(words)
        said = replace(
            query,
            words=" ".join(words.split()),
            years=query.years or years,
            languages=query.languages | languages,
        )
        if (narrowed := self._only(said)) is not None:
            return narrowed
        if years or languages:
            return self._named(said, "", said.words) or said
        return query

    def _spoken(self, words: str) -> tuple[str, frozenset[str]]:
        for pattern in self._spoken_of:
            match = pattern.search(words)
            names = self._nominative(fold(match[1])) if match else ()
            found = next((self._languages[name] for name in names if name in self._languages), None)
            if match and found:
                return f"{words[: match.start()]} {words[match.end() :]}", found
        return words, frozenset()

    def _nominative(self, name: str) -> Sequence[str]:
        """Give what a language may be called: "на арабском" is of арабский."""
        declined = [(end, to) for end, to in self._endings if name.endswith(end)]
        return [name, *(f"{name.removesuffix(end)}{to}" for end, to in declined)]

    def _years(self, words: str) -> tuple[str, Span | None]:
        plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in words)
        for pattern, before, after in self._spans if _YEAR.search(plain) else ():
            if match := pattern.search(plain):
                named = [int(year) for year in match.groups()]
                first, last = max(1, named[0] + before), min(FOREVER, named[-1] + after)
                if first <= last:
                    return f"{plain[: match.start()]} {plain[match.end() :]}", (first, last)
        return words, None

    def _only(self, query: Query) -> Query | None:
        """Read "torture, only UN" or "UN only": all that is said beside the word is a filter."""
        match = self._only_word.search(query.words) if self._only_word else None
        if match is None:
            return None
        before, after = query.words[: match.start()].strip(), query.words[match.end() :].strip()
        if after:
            return self._named(query, before, after)
        pieces = before.split()
        cuts = (len(" ".join(pieces[:place])) for place in range(len(pieces)))
        found = (self._named(query, before[:cut], before[cut:]) for cut in cuts)
        return next((each for each in found if each is not None), None)

    def _named(self, query: Query, rest: str, said: str) -> Query | None:
        """Filter by what is *said*, if it is nothing but kinds of texts, places and publishers."""
        found = tokens(spelt_out(said))
        content = {place for place, token in enumerate(found) if not token.stop}
        chosen: list[Mention] = []
        for mention in filter(_narrows, self._concepts.mentions(found)):
            same = next((each for each in chosen if each.places == mention.places), None)
            taken = {place for each in chosen for place in each.places}
            if same.exact == mention.exact if same else taken.isdisjoint(mention.places):
                chosen.append(mention)
        named = [mention.concept for mention in chosen]
        covered = {place for mention in chosen for place in mention.places}
        if not content or not content <= covered:
            return None
        return replace(
            query,
            words=rest,
            kinds=query.kinds | _slugs(named, Group.KIND),
            regions=query.regions | {r for each in named for r in each.regions},
            organisations=query.organisations | _slugs(named, Group.ORGANISATION),
        )


def _narrows(mention: Mention) -> bool:
    """Tell whether items can be filtered by it; by no country, since items are of regions."""
    concept = mention.concept
    region = concept.group is Group.PLACE and bool(concept.regions) and not concept.slug.isupper()
    return region or concept.group in {Group.KIND, Group.ORGANISATION}


def _slugs(concepts: Iterable[Concept], group: Group) -> frozenset[str]:
    return frozenset(each.slug for each in concepts if each.group is group)


def _spans(files: Sequence[FilterFile]) -> Iterator[tuple[re.Pattern[str], int, int]]:
    """List patterns of years, with what is added to the first and the last they name."""
    for first, last, phrases in (
        (0, 0, [file.between for file in files]),
        (0, FOREVER, [file.since for file in files]),
        (1, FOREVER, [file.after for file in files]),
        (-FOREVER, -1, [file.before for file in files]),
        (-FOREVER, 0, [file.until for file in files]),
    ):
        for phrase in chain(*phrases):
            yield expression(phrase), first, last


def _spoken_of(files: Sequence[FilterFile]) -> Iterator[re.Pattern[str]]:
    """List patterns of a language: at the end, or at the beginning, before a sign if parted."""
    for file in files:
        for phrase in file.ends:
            yield expression(phrase, back=rf"{_SIGNS}*$")
        for phrase in file.begins:
            parted = "" if any(map(is_han, phrase)) else r"\s*[,:،：]"
            yield expression(phrase, front="^", back=parted)
