"""The library index: in memory, one per process, filled from the tables."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from threading import Lock

from language.meaning import Encoder
from search.concepts import Concept, Concepts, Group
from search.document import Document
from search.nearby import Nearby
from search.provisions import Provision, Provisions
from search.query import Filters, Query
from search.ranking import score
from search.shelf import Shelf
from search.situations import Situation, Situations
from search.units import ParsedQuery, Unit
from search.wording import Wording

_LOOKED_INTO = 10  # items, for the provision that answers
_ANYWHERE = "global"  # the region of what holds for everybody
# What an item of another region counts: an instrument of one's own, or of all, comes first.
_ELSEWHERE = 0.5
_MOST_SHOWN = 3  # provisions of one item
_SURE_CUES = 2


@dataclass(frozen=True, slots=True)
class Found:
    """Ids, best first, and the topics near the question.

    Of a topic that nothing is on, ``concepts`` are those next to it. ``outside`` is what was asked
    for instead of legal aid, when there is no answer for that reason; ``meanings`` are what a name
    may stand for, when it is not all one thing; ``topics`` are those
    that the question names. ``provisions`` are those of the items that answer it, by item;
    if it *told* of a situation, they are for that. ``lacking`` is what it names by number and
    nothing is known of.
    """

    ids: Sequence[str]
    concepts: Sequence[Concept]
    outside: Concept | None = None
    meanings: Sequence[Concept] = ()
    topics: Sequence[Concept] = ()
    provisions: Mapping[str, Sequence[Provision]] = field(default_factory=dict)
    told: bool = False
    lacking: Provision | None = None


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
        situations: Situations | None = None,
    ) -> None:
        """Begin with an empty library; *questions* are what items are known to answer, by id.

        Where there is an *encoder*, they are compared by meaning too.
        """
        self.concepts = concepts
        self._filters = filters
        self._wording = Wording(concepts, filters)
        self._filled: Shelf | None = None
        self._filling = Lock()
        self._kept: Sequence[Document] = ()
        self._nearby = Nearby(questions or {}, encoder)
        self.provisions = provisions or Provisions()
        self._situations = situations or Situations()
        self._regions: dict[str, frozenset[str]] = {}
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
        for document in documents:
            self._regions.pop(document.id, None)
            if not document.retired:
                self._regions[document.id] = frozenset(document.regions)

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
            answer = replace(answer, scores=weighed)
        return self._with_provisions(self._ranked(answer, region), region)

    def search(self, query: Query | str, language: str, region: str | None = None) -> Found:
        """Answer a question: at most 200 items; those in the reader's language and region win ties.

        Whatever is typed gives a result; a question about something else gives an empty one. Words
        alone count.
        """
        answer = self._search(self.asked(query), language, region)
        return self._with_provisions(self._ranked(answer, region), region)

    def tells(self, words: str) -> bool:
        """Say whether *words* tell for sure of a situation of somebody accused or held."""
        return bool(self._situations.told(words, _SURE_CUES))

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

    def _ranked(self, answer: _Answer, region: str | None) -> _Answer:
        """Put the best first; what is of another region behind, but where a place is named."""
        scores = answer.scores
        if not scores:
            return answer
        if not (answer.exact or region is None or _names_source(answer.units)):
            scores = {
                each: score * (_ELSEWHERE if self._is_elsewhere(each, region) else 1.0)
                for each, score in scores.items()
            }
        return replace(answer, found=replace(answer.found, ids=_best(scores)))

    def _is_elsewhere(self, item: str, *near: str) -> bool:
        return self._regions[item].isdisjoint({_ANYWHERE, *near})

    def _with_provisions(self, answer: _Answer, region: str | None) -> Found:
        """Put first what is named by number, else what is for the situation that is told of.

        In all else what answers the question is named.
        """
        found, asked = answer.found, answer.asked
        numbered = {} if asked.filtered else self.provisions.numbered(asked.words)
        if numbered:
            place = {each: number for number, each in enumerate(found.ids)}
            first = sorted(numbered, key=lambda each: place.get(each, len(place)))
            ids = [*first, *(each for each in found.ids if each not in numbered)]
            return replace(found, ids=ids, outside=None, meanings=(), provisions=numbered)
        if not asked.filtered and (lacking := self.provisions.lacking(asked.words)):
            ids = [*dict.fromkeys([lacking.item, *found.ids])]
            return replace(found, ids=ids, outside=None, meanings=(), lacking=lacking)
        told = () if asked.filtered else self._situations.told(asked.words)
        if told and (for_it := self._answering(told, answer, region)):
            ids = [*dict.fromkeys([*self._named(answer), *for_it, *found.ids])]
            return replace(found, ids=ids, outside=None, meanings=(), provisions=for_it, told=True)
        nearest = {
            each: provisions
            for each in found.ids[:_LOOKED_INTO]
            if (provisions := self.provisions.nearest(each, answer.units))
        }
        return replace(found, provisions=nearest)

    def _named(self, answer: _Answer) -> Sequence[str]:
        """Give the item that is named, if there is one."""
        if self.names_item(answer.asked.words):
            return answer.found.ids[:1]
        one = self.named(answer.asked.words)
        return [one] if one else ()

    def _answering(
        self, told: Sequence[Situation], answer: _Answer, region: str | None
    ) -> Mapping[str, Sequence[Provision]]:
        """List what answers, by item, without items of another region than one is in or names."""
        named = {
            term.removeprefix("region:")
            for unit in answer.units
            for term in unit.terms
            if term.startswith("region:")
        }
        near = named or ({region} if region else set())
        found: dict[str, dict[Provision, None]] = {}
        for item, provisions in chain.from_iterable(each.provisions.items() for each in told):
            if item in self._regions and not (near and self._is_elsewhere(item, *near)):
                found.setdefault(item, {}).update(dict.fromkeys(provisions))
        return {item: [*provisions][:_MOST_SHOWN] for item, provisions in found.items()}

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


def _names_source(units: Iterable[Unit]) -> bool:
    """Tell whether a place, a publisher, a kind of text or a title is asked for."""
    sources = (f"{Group.PLACE}:", f"{Group.ORGANISATION}:", f"{Group.KIND}:", "word:known-as-")
    terms = (term for unit in units for term, share in unit.terms.items() if share == 1)
    return any(term.startswith(sources) for term in terms)


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
