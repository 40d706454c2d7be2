"""Which filters were understood, so that nobody wonders what a search left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kit.network import Network
from kit.text import Figure, Label, Name, Node, Series, _
from search.concepts import Concept, Concepts, Group
from search.query import FOREVER, Query, Span


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Says what a search was narrowed to."""

    network: Network
    concepts: Concepts

    def of(self, query: Query) -> list[Node]:
        """Name the filters of *query*, if it has any."""
        if not query.filtered:
            return []
        filters = Series([*self._named(query)])
        return [
            _(
                "Searched only in: {filters}. Leave these words out to search everything.",
                filters=filters,
            )
        ]

    def _named(self, query: Query) -> Iterator[Node]:
        yield from (Label(self.network.kinds[kind]) for kind in sorted(query.kinds))
        yield from (Label(self.network.regions[slug].names) for slug in sorted(query.regions))
        for each in self.concepts.all:
            publisher = each.group is Group.ORGANISATION and each.slug in query.organisations
            if publisher or (
                each.group is Group.TOPIC and query.topics.intersection(each.subjects)
            ):
                yield _label(each)
        yield from (Name("language", code) for code in sorted(query.languages))
        if query.years:
            yield _years(query.years)


def _label(concept: Concept) -> Node:
    return Label({language: names[0] for language, names in concept.names.items()})


def _years(span: Span) -> Node:
    first, last = map(Figure, span)
    if span[1] == FOREVER:
        return _("{year} or later", year=first)
    if span[0] == 1:
        return _("{year} or earlier", year=last)
    return first if span[0] == span[1] else _("{first} to {last}", first=first, last=last)
