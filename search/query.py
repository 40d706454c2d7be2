"""What a person asks for: words, and filters such as ``kind:`` or ``year:2016..``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, get_args

from kit.network import Network
from kit.words import clean, fold
from search.concepts import Concept, Group
from search.filter_file import FilterFile, Key
from search.places import language_names

_FILTER = re.compile(r"(?P<key>[^\W\d_]+):[ ]?(?:\"(?P<quoted>[^\"]*)\"|(?P<rest>\S.*))")
_YEARS = re.compile(r"(\d{4})?(\.\.|…|-|–)?(\d{4})?")
_LONGEST_VALUE = 6  # words
_LONGEST_QUERY = 400  # characters
FOREVER = 9999  # the last year there is

Span: TypeAlias = tuple[int, int]
"""The first year and the last, both included; 1 and FOREVER are no bounds."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. An empty filter lets everything pass.

    ``topics`` are library subjects; ``organisations`` are who published it, by their slugs.
    """

    words: str
    kinds: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    years: Span | None = None

    @property
    def filtered(self) -> bool:
        """Whether there is any filter."""
        chosen = self.kinds, self.languages, self.regions, self.topics, self.organisations
        return any(chosen) or self.years is not None


class Filters:
    """The values filters may have, under every name they have in seven languages."""

    def __init__(
        self, concepts: Iterable[Concept], network: Network, files: Iterable[FilterFile]
    ) -> None:
        """Collect kinds, regions and topics from *concepts*, rooms and languages from *network*.

        The *files* are how people say them in each language.
        """
        self.files = tuple(files)
        self._key_of = {
            fold(word): key
            for file in self.files
            for key, words in file.keys.items()
            for word in words
        }
        self._values: dict[str, dict[str, frozenset[str]]] = {key: {} for key in get_args(Key)}
        for concept in concepts:
            names = [concept.slug, *(name for names in concept.names.values() for name in names)]
            if concept.group is Group.KIND:
                self._learn("kind", names, [concept.slug])
            elif concept.group is Group.PLACE:
                self._learn("region", names, concept.regions)
            elif concept.group is Group.TOPIC:
                self._learn("topic", names, concept.subjects)
        for room in network.rooms.values():
            self._learn("topic", [room.slug, *room.names.values(), *room.words], room.subjects)
        for subject in network.subject_rooms:
            self._learn("topic", [subject], [subject])
        spoken = (*network.languages, *network.content_languages)
        for code, names in language_names(spoken, network.languages).items():
            self._learn("language", names, [code])

    @property
    def languages(self) -> Mapping[str, frozenset[str]]:
        """Languages by their names, folded and without spaces."""
        return self._values["language"]

    def _learn(self, key: str, names: Iterable[str], values: Sequence[str]) -> None:
        known, meant = self._values[key], frozenset(values)
        if not meant:
            return
        for name in map(_plain, names):
            known[name] = known[name] | meant if name in known else meant  # most names share it

    def read(self, text: str) -> Query:
        """Take the filters out of *text*. What cannot be read as a filter stays among the words."""
        rest = clean(text[:_LONGEST_QUERY]).replace("\n", " ")
        found: dict[str, frozenset[str]] = {}
        years: Span | None = None
        for match, key in list(self._candidates(rest))[::-1]:
            for value, end in _readings(match):
                span = years_of(value) if key == "year" else None
                values = self._values[key].get(_plain(value))
                if span or values:
                    years = span or years
                    found[key] = found.get(key, frozenset()) | (values or frozenset())
                    rest = f"{rest[: match.start()]} {rest[end:]}"
                    break
        return Query(
            words=" ".join(rest.split()),
            kinds=found.get("kind", frozenset()),
            languages=found.get("language", frozenset()),
            regions=found.get("region", frozenset()),
            topics=found.get("topic", frozenset()),
            years=years,
        )

    def _candidates(self, text: str) -> Iterator[tuple[re.Match[str], str]]:
        for start in (found.start() for found in re.finditer(r"[^\W\d_]+:", text)):
            match = _FILTER.match(text, start)
            if match and (key := self._key_of.get(fold(match["key"]))):
                yield match, key


def years_of(value: str) -> Span | None:
    """Read "2016", "2016..", "..2016" or "2012..2016"; both ends count."""
    match = _YEARS.fullmatch(value.strip())
    if not match or not (match[1] or match[3]):
        return None
    first = int(match[1] or 1)
    return (first, int(match[3] or FOREVER)) if match[2] else (first, first)


def _plain(name: str) -> str:
    return fold(name).replace(" ", "")


def _readings(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Give what may be the value, longest first, with the place where it ends."""
    if match["quoted"] is not None:
        yield match["quoted"], match.end()
        return
    words = list(re.finditer(r"\S+", match["rest"]))[:_LONGEST_VALUE]
    for last in reversed(words):
        yield match["rest"][: last.end()], match.start("rest") + last.end()
