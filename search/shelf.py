"""One tantivy index in memory, with what is learned from the documents in it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, cast

import tantivy
from tantivy import Occur

from search.concepts import Concepts
from search.document import Document, entry
from search.query import Query
from search.ranking import Hit
from search.spelling import Spelling
from search.units import ParsedQuery, QueryParser, Unit

MOST_HITS = 200
_WEIGHED = 40  # candidates whose names are compared; what follows keeps the order of the index
_WRITER_MEMORY = 64_000_000  # bytes
_FIELDS = {"name": 1.0, "tag": 0.9, "body": 0.6}  # how much a match counts by where it stands


class _Known(NamedTuple):
    """What ranking needs of every hit."""

    id: str
    languages: frozenset[str]
    regions: frozenset[str]


class View:
    """Documents as they were at one moment. Scores are sums of the weights of answered units."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        known: Sequence[_Known],
        schema: tantivy.Schema,
        concepts: Concepts,
        spelling: Spelling,
    ) -> None:
        """Look through *searcher*, which does not change."""
        self._searcher = searcher
        self._known = known
        self._schema = schema
        self._rarities: dict[str, float | None] = {}
        self.reader = QueryParser(concepts, spelling, self.rarity, self._has_symbol)

    def rarity(self, term: str) -> float | None:
        """Say how rare a term is, from 0 (in every document) to 1 (in one); None if in none."""
        if term not in self._rarities:
            documents = sum(self._searcher.doc_freq(name, term) for name in _FIELDS)
            everything = self._searcher.num_docs + 1
            rare = math.log(everything / (documents + 0.5)) / math.log(everything + 1)
            self._rarities[term] = min(1.0, max(0.0, rare)) if documents else None
        return self._rarities[term]

    def weight(self, term: str) -> float:
        """Say how much a term of a name counts: the rarer the more."""
        return 0.1 + (self.rarity(term) or 0.0)

    def _has_symbol(self, key: str) -> bool:
        return bool(self._searcher.doc_freq("symbol", key))

    def all(self, query: Query) -> list[str]:
        """List what passes the filters, newest first."""
        filters = list(self._filters(query))
        result = self._searcher.search(
            tantivy.Query.boolean_query(filters), MOST_HITS, order_by_field="year"
        )
        return [each.id for each in self._look_up([address for _year, address in result.hits])]

    def _look_up(self, addresses: list[tantivy.DocAddress]) -> list[_Known]:
        # A column of numbers: to unpack stored documents takes longer than the search.
        numbers = cast("list[int]", self._searcher.fast_field_values("number", addresses))
        return [self._known[number] for number in numbers]

    def candidates(self, question: ParsedQuery, query: Query) -> list[Hit]:
        """Find documents that pass the filters and answer some of the question, best first."""
        asked = [(Occur.Should, self._unit(unit)) for unit in question.units]
        clauses = [(Occur.Must, tantivy.Query.boolean_query(asked)), *self._filters(query)]
        result = self._searcher.search(tantivy.Query.boolean_query(clauses), MOST_HITS)
        found = self._look_up([address for _score, address in result.hits])
        return [
            Hit(
                each.id,
                score,
                each.languages,
                each.regions,
                self._names(address) if place < _WEIGHED else [],
            )
            for place, ((score, address), each) in enumerate(zip(result.hits, found, strict=True))
        ]

    def _names(self, address: tantivy.DocAddress) -> list[list[frozenset[str]]]:
        names = self._searcher.doc(address)["names"][0].split("\n")
        return [[frozenset(unit.split("|")) for unit in name.split()] for name in names]

    def _unit(self, unit: Unit) -> tantivy.Query:
        """Let a document score the best of what it has for this unit, whatever else it has."""
        options = [
            self._term(field, term, unit.weight * share * counts)
            for term, share in unit.terms.items()
            for field, counts in _FIELDS.items()
            if self.rarity(term) is not None
        ]
        options += [self._term("wide", term, unit.weight * s) for term, s in unit.narrower.items()]
        options += [self._term("symbol", key, unit.weight) for key in unit.symbols]
        return tantivy.Query.disjunction_max_query(options)

    def _term(self, field: str, term: str, score: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, field, term, "basic")
        return tantivy.Query.const_score_query(query, score)

    def _filters(self, query: Query) -> Iterator[tuple[Occur, tantivy.Query]]:
        """Give the conditions, which add nothing to the score."""
        for key, values in (
            ("kind", query.kinds),
            ("language", query.languages),
            ("region", query.regions),
            ("topic", query.topics),
            ("organisation", query.organisations),
        ):
            if values:
                wanted = [f"{key}:{value}" for value in sorted(values)]
                terms = tantivy.Query.term_set_query(self._schema, "filter", wanted)
                yield Occur.Must, tantivy.Query.const_score_query(terms, 0.0)
        if query.years:
            first, last = query.years
            years = tantivy.Query.range_query(
                self._schema, "year", tantivy.FieldType.Integer, max(1, first), last
            )
            yield Occur.Must, tantivy.Query.const_score_query(years, 0.0)


class Shelf:
    """Documents, each an entry of terms, and the view of them as they were after the last change.

    Views may be used in any thread while ``put`` runs in one.
    """

    def __init__(self, concepts: Concepts) -> None:
        """Begin empty."""
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
        builder.add_text_field("names", stored=True, tokenizer_name="raw", index_option="basic")
        for name in (*_FIELDS, "symbol", "wide", "filter"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
        builder.add_integer_field("year", indexed=True, fast=True)
        builder.add_integer_field("number", fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        self._writer = self._index.writer(_WRITER_MEMORY, 1)
        self._concepts = concepts
        self._numbers: dict[str, int] = {}
        self._known: list[_Known] = []
        self._spelling = Spelling()
        self._spelling.add(concepts.vocabulary)
        self.view = self._looked_at()

    def _looked_at(self) -> View:
        searcher = self._index.searcher()
        return View(searcher, self._known, self._schema, self._concepts, self._spelling)

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents in place of those with the same ids; retired ones only go."""
        for document in documents:
            self._writer.delete_documents_by_term("id", document.id)
            if not document.retired:
                self._add(document)
        self._writer.commit()
        self._index.reload()
        self.view = self._looked_at()

    def _add(self, document: Document) -> None:
        made = entry(document, self._concepts)
        self._spelling.add(made.words)
        row = tantivy.Document()
        row.add_text("id", document.id)
        row.add_integer("number", self._number(document))
        row.add_text("names", "\n".join(" ".join("|".join(u) for u in name) for name in made.names))
        for name, terms in made.fields.items():
            row.add_text(name, " ".join(terms))
        row.add_integer("year", document.year or 0)
        self._writer.add_document(row)

    def _number(self, document: Document) -> int:
        """Number a document once and for all: older views go on using the number."""
        known = _Known(document.id, frozenset(document.titles), frozenset(document.regions))
        number = self._numbers.setdefault(document.id, len(self._known))
        self._known[number : number + 1] = [known]
        return number
