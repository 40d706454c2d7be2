"""The shape of ``concepts.yaml`` and ``kinds.yaml``: names of things in several languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from search.concepts import Concept, Group

Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
Called = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class _Named(BaseModel):
    """What has names: a key for each language, the first name of each is its label."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[Code, Called]

    broader: tuple[Slug, ...] = ()
    related: tuple[Slug, ...] = ()
    subjects: tuple[Slug, ...] = ()
    regions: tuple[Slug, ...] = ()

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Language -> names."""
        return self.__pydantic_extra__

    def concept(self, group: Group, slug: str) -> Concept:
        """Give it as search knows it."""
        links = (self.broader, self.related, self.subjects, self.regions)
        return Concept(slug, group, self.names, *links)


class _Listed(_Named):
    id: Slug


class ConceptFile(BaseModel):
    """Things by their groups; those that are linked to each other are lists with an id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1]
    concepts: tuple[_Listed, ...] = ()
    outside: tuple[_Listed, ...] = ()
    kinds: dict[Slug, _Named] = {}
    organisations: dict[Slug, _Named] = {}
    places: dict[Slug, _Named] = {}
    words: dict[Slug, _Named] = {}

    def all(self) -> Iterator[Concept]:
        """Give everything the file names."""
        for row in self.concepts:
            yield row.concept(Group.TOPIC, row.id)
        for row in self.outside:
            yield row.concept(Group.OUTSIDE, row.id)
        for group, named in (
            (Group.KIND, self.kinds),
            (Group.ORGANISATION, self.organisations),
            (Group.PLACE, self.places),
            (Group.WORD, self.words),
        ):
            for slug, entry in named.items():
                yield entry.concept(group, slug)

    def lost(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Find links that lead to no topic of the file, and topics that are there twice."""
        topics = [row.id for row in self.concepts]
        for part in ("concepts", "outside"):
            for place, row in enumerate(getattr(self, part)):
                if part == "concepts" and row.id in topics[:place]:
                    yield (part, place, "id"), f"declared more than once: {row.id}"
                for link in ("broader", "related"):
                    for number, slug in enumerate(getattr(row, link)):
                        if slug not in topics:
                            yield (part, place, link, number), f"no such topic: {slug}"
