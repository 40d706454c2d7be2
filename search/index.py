"""The library index: in memory, one per process, filled from the tables."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from language.meaning import Encoder
from search.concepts import Concept, Concepts, Group
from search.document import Document
from search.nearby import Nearby
from search.provisions import Provision, Provisions
from search.query import Filters, Query
from search.ranking import score
from search.shelf import Shelf
from search.units import ParsedQuery, Unit
from search.wording import Wording

_LOOKED_INTO = 10  # items, for the provision that answers


@dataclass(frozen=True, slots=True)
class Found:
    """Ids, best first, and the topics near the question.

    Of a topic that nothing is on, ``concepts`` are those next to it. ``outside`` is what was asked
    for instead of legal aid, when there is no answer for that reason; ``meanings`` are what a name
    may stand for, when it is not all one thing; ``topics`` are those
    that the question names. ``provisions`` are those of the items that answer it, by item.
    """

    ids: Sequence[str]
    concepts: Sequence[Concept]
    outside: Concept | None = None
    meanings: Sequence[Concept] = ()
    topics: Sequence[Concept] = ()
    provisions: Mapping[str, Sequence[Provision]] = field(default_factory=dict)


class LibraryIndex:
    """Finds library items. Searching is quick enough for the event loop; ``update`` is not.

    ``update`` runs in a thread while searches go on; each search sees all of an update or nothing.
    """

    def __init__(
        self,
        concepts: Concepts,
        filters: Filters,
        questions: Mapping[str, Sequence[str]] | None = None,
        encoder: Encoder | None = None,
        provisions: Provisions | None = None,
    ) -> None:
        """Begin with an empty library; *questions* are what items are known to answer, by id.

        Where there is an *encoder*, they are compared by meaning too.
        """
        self.concepts = concepts
        self._filters = filters
        self._wording = Wording(concepts, filters.languages)
        self._filled: Shelf | None = None
        self._filling = Lock()
        self._kept: Sequence[Document] = ()
        self._nearby = Nearby(questions or {}, encoder)
        self.provisions = provisions or Provisions()
        places = [concept for concept in concepts.all if concept.group is Group.PLACE]
        self._countries = {each.slug: each for each in places if each.slug.isupper()}

    def keep(self, documents: Sequence[Document]) -> None:
        """Begin with these, which are indexed when something is first looked up or by ``fill``."""
        self._kept = documents

    def fill(self) -> Shelf:
        """Index what was kept, once, in whichever thread needs it first."""
        if self._filled is None:
            with self._filling:
                if self._filled is None:
                    shelf = Shelf(self.concepts)
                    self._put(shelf, self._kept)
                    self._kept, self._filled = (), shelf
        return self._filled

    def update(self, documents: Iterable[Document]) -> None:
        """Add documents, or replace those with their ids; retired ones are taken out."""
        self._put(self.fill(), list(documents))

    def _put(self, shelf: Shelf, documents: Sequence[Document]) -> None:
        shelf.put(map(self.provisions.told, documents))
        self._nearby.put(documents)
        self.provisions.put(documents)

    async def look_up(
        self, query: Query | str, language: str, region: str | None = None, *, add: bool
    ) -> Found:
        """Search, and let what items mean decide their order.

        *add* those that answer without sharing a word: only for what is a look-up for sure, since
        the nearest to anything else is near, too.
        """
        asked = self.asked(query)
        answer = self._search(asked, language, region)
        if not answer.exact:
            weighed = await self._nearby.weigh(answer.scores, asked.words, add=add)
            answer = replace(answer, found=replace(answer.found, ids=_best(weighed)))
        return self._with_provisions(answer)

    def search(self, query: Query | str, language: str, region: str | None = None) -> Found:
        """Answer a question: at most 200 items; those in the reader's language and region win ties.

        Whatever is typed gives a result; a question about something else gives an empty one. Words
        alone count.
        """
        return self._with_provisions(self._search(self.asked(query), language, region))

    def names_item(self, words: str) -> bool:
        """Tell whether *words* name an item: by its symbol, or by what it is best known as."""
        units = self.fill().view.reader.read(words).units
        return any(unit.symbols or any(map(_is_title, unit.terms)) for unit in units)

    def named(self, words: str) -> str | None:
        """Find the one item whose symbol, or all of one of whose names, is among *words*."""
        view, nothing = self.fill().view, Query("")
        question = view.reader.read(words)
        symbols = [unit for unit in question.units if any("/" in key for key in unit.symbols)]
        if symbols:
            hits = view.candidates(replace(question, units=symbols), nothing)
            return hits[0].id if len(hits) == 1 else None
        if not question.units:
            return None
        said = {term for unit in question.units for term, share in unit.terms.items() if share == 1}
        lengths = {
            hit.id: max((_length(name, said, view.weight) for name in hit.names), default=0.0)
            for hit in view.candidates(question, nothing)
        }
        best = max(lengths.values(), default=0.0)
        found = [each for each, length in lengths.items() if length == best > 0]
        return found[0] if len(found) == 1 else None

    def country(self, words: str) -> str | None:
        """Tell which country (ISO 3166-1 alpha-2) *words* name, if they name nothing else."""
        units = self.fill().view.reader.read(words).units
        if len(units) != 1:
            return None
        named = {code for code in self._countries if units[0].terms.get(f"{Group.PLACE}:{code}")}
        return named.pop() if len(named) == 1 else None

    def country_name(self, code: str) -> str:
        """Give a name under which a country is found; what is unknown stands for itself."""
        known = self._countries.get(code)
        return known.label("en") if known else code

    def asked(self, query: Query | str) -> Query:
        """Read the filters that *query* has, in words or as in ``year:2010..``."""
        return self._wording.read(self._filters.read(query)) if isinstance(query, str) else query

    def _search(self, asked: Query, language: str, region: str | None) -> _Answer:
        """Answer by words."""
        view = self.fill().view
        question = view.reader.read(asked.words)
        if question.outside:
            outside = Found((), self._near(question), question.outside, question.meanings)
            return _Answer(asked, outside)
        if not question.units:
            return _Answer(asked, Found(view.all(asked) if asked.filtered else (), ()))
        candidates = view.candidates(question, asked)
        scores = score(question, candidates, view.weight, language, region)
        exact = asked.filtered or any(unit.symbols for unit in question.units)
        found = Found(
            _best(scores),
            self._near(question),
            meanings=question.meanings,
            topics=question.topics,
        )
        return _Answer(asked, found, question.units, scores, exact=exact)

    def _with_provisions(self, answer: _Answer) -> Found:
        """Put what is named by number first, and name what answers the question in all else."""
        found = answer.found
        numbered = {} if answer.asked.filtered else self.provisions.numbered(answer.asked.words)
        if numbered:
            place = {each: number for number, each in enumerate(found.ids)}
            first = sorted(numbered, key=lambda each: place.get(each, len(place)))
            ids = [*first, *(each for each in found.ids if each not in numbered)]
            return replace(found, ids=ids, outside=None, meanings=(), provisions=numbered)
        nearest = {
            each: provisions
            for each in found.ids[:_LOOKED_INTO]
            if (provisions := self.provisions.nearest(each, answer.units))
        }
        return replace(found, provisions=nearest)

    def neighbours(self, subjects: Iterable[str]) -> set[str]:
        """Give the subjects of the library that are one step away from these."""
        return self.concepts.neighbours(subjects)

    def _near(self, question: ParsedQuery) -> list[Concept]:
        related = question.outside.related if question.outside else ()
        named = {slug: self.concepts.topics[slug] for slug in related}
        named |= {concept.slug: concept for concept in question.topics}
        near = list(named.values()) or self.concepts.nearest(question.tokens)
        return list({each.slug: each for topic in near for each in self._held(topic)}.values())

    def _held(self, topic: Concept) -> list[Concept]:
        """Give a topic if there is something on it, else those next to it that have something."""
        rarity = self.fill().view.rarity
        beside = [self.concepts.topics[slug] for slug in (*topic.broader, *topic.related)]
        nearest = [topic] if rarity(topic.term) is not None else beside
        return [each for each in nearest if rarity(each.term) is not None]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What words find, how well, and whether it is *exact*: nothing else can be meant."""

    asked: Query
    found: Found
    units: Sequence[Unit] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    exact: bool = True


def _is_title(term: str) -> bool:
    return term.startswith("word:known-as-")


def _length(
    name: Sequence[frozenset[str]], said: Container[str], weight: Callable[[str], float]
) -> float:
    """Say how much a name tells, if all of it is *said*."""
    whole = all(any(term in said for term in unit) for unit in name)
    return sum(min(map(weight, unit)) for unit in name) if whole else 0.0


def _best(scores: Mapping[str, float]) -> Sequence[str]:
    return sorted(scores, key=lambda each: scores[each], reverse=True)
