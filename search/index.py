"""The library index: in memory, one per process, filled from the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from language.meaning import Encoder
from search.concepts import Concept, Concepts
from search.document import Document
from search.nearby import Nearby
from search.query import Filters, Query
from search.ranking import score
from search.shelf import Shelf
from search.units import ParsedQuery


@dataclass(frozen=True, slots=True)
class Found:
    """Ids, best first, and the topics near the question.

    Of a topic that nothing is on, ``concepts`` are those next to it. ``outside`` is what was asked
    for instead of legal aid, when there is no answer for that reason; ``meanings`` are what a name
    may stand for, when it is not all one thing; ``topics`` are those
    that the question names.
    """

    ids: Sequence[str]
    concepts: Sequence[Concept]
    outside: Concept | None = None
    meanings: Sequence[Concept] = ()
    topics: Sequence[Concept] = ()


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
    ) -> None:
        """Begin with an empty library; *questions* are what items are known to answer, by id.

        Where there is an *encoder*, they are compared by meaning too.
        """
        self.concepts = concepts
        self._filters = filters
        self._shelf = Shelf(concepts)
        self._nearby = Nearby(questions or {}, encoder)

    def update(self, documents: Iterable[Document]) -> None:
        """Add documents, or replace those with their ids; retired ones are taken out."""
        listed = list(documents)
        self._shelf.put(listed)
        self._nearby.put(listed)

    async def look_up(
        self, query: Query | str, language: str, region: str | None = None, *, add: bool
    ) -> Found:
        """Search, and let what items mean decide their order.

        *add* those that answer without sharing a word: only for what is a look-up for sure, since
        the nearest to anything else is near, too.
        """
        asked = self._asked(query)
        found, scores, exact = self._search(asked, language, region)
        if exact:
            return found
        weighed = await self._nearby.weigh(scores, asked.words, add=add)
        return replace(found, ids=_best(weighed))

    def search(self, query: Query | str, language: str, region: str | None = None) -> Found:
        """Answer a question: at most 200 items; those in the reader's language and region win ties.

        Whatever is typed gives a result; a question about something else gives an empty one. Words
        alone count.
        """
        return self._search(self._asked(query), language, region)[0]

    def names_item(self, words: str) -> bool:
        """Tell whether *words* name an item: by its symbol, or by what it is best known as."""
        units = self._shelf.view.reader.read(words).units
        return any(unit.symbols or any(map(_is_title, unit.terms)) for unit in units)

    def _asked(self, query: Query | str) -> Query:
        return self._filters.read(query) if isinstance(query, str) else query

    def _search(
        self, asked: Query, language: str, region: str | None
    ) -> tuple[Found, Mapping[str, float], bool]:
        """Answer by words; give the scores too, and whether nothing else can be meant."""
        view = self._shelf.view
        question = view.reader.read(asked.words)
        if question.outside:
            outside = Found((), self._near(question), question.outside, question.meanings)
            return outside, {}, True
        if not question.units:
            return Found(view.all(asked) if asked.filtered else (), ()), {}, True
        candidates = view.candidates(question, asked)
        scores = score(question, candidates, view.weight, language, region)
        exact = asked.filtered or any(unit.symbols for unit in question.units)
        found = Found(
            _best(scores),
            self._near(question),
            meanings=question.meanings,
            topics=question.topics,
        )
        return found, scores, exact

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
        rarity = self._shelf.view.rarity
        beside = [self.concepts.topics[slug] for slug in (*topic.broader, *topic.related)]
        nearest = [topic] if rarity(topic.term) is not None else beside
        return [each for each in nearest if rarity(each.term) is not None]


def _is_title(term: str) -> bool:
    return term.startswith("word:known-as-")


def _best(scores: Mapping[str, float]) -> Sequence[str]:
    return sorted(scores, key=lambda each: scores[each], reverse=True)
