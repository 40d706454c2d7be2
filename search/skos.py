"""Concepts from a thesaurus of the operator's, in SKOS as RDF/XML (W3C SKOS Reference, 2009)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat

from kit.errors import BadConfiguration
from kit.words import clean
from search.concepts import Concept, Group

_LARGEST = 64_000_000  # bytes
_DEEPEST = 12
_MOST = 50_000  # concepts
_LONGEST = 120  # characters of a name
_PART = 64_000  # bytes
_LONGEST_TAG = 1_000_000  # bytes, of a comment too

_SKOS = "http://www.w3.org/2004/02/skos/core# "
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_ABOUT, _RESOURCE, _TYPE = f"{_RDF}about", f"{_RDF}resource", f"{_RDF}type"
_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"
_CONCEPT = f"{_SKOS}Concept"
# The preferred name is the label; hidden ones are how people misspell it.
_NAMES = (f"{_SKOS}prefLabel", f"{_SKOS}altLabel", f"{_SKOS}hiddenLabel")
_LINKS = {f"{_SKOS}broader": "broader", f"{_SKOS}related": "related"}
_ADDRESS = re.compile(r"[^\s|]{1,300}")  # both signs part terms in the index


def load_thesaurus(path: Path, languages: Collection[str]) -> list[Concept]:
    """Read the concepts that have a name in one of *languages*; each is known by its address.

    Raises:
        BadConfiguration: the file cannot be read, is too large or too deep, has a tag or comment
            without end, or declares a document type, which could make entities expand without end.
    """
    reader = _Reader(frozenset(languages))
    try:
        if path.stat().st_size > _LARGEST:
            _refuse(f"larger than {_LARGEST // 1_000_000} MB")
        with path.open("rb") as file:
            _feed(reader.parser, file)
    except (OSError, expat.ExpatError, _RefusedError) as error:
        where = f"{path}:{reader.parser.CurrentLineNumber}"
        message = f"{where}: not a SKOS thesaurus in RDF/XML: {error}"
        raise BadConfiguration(message) from error
    return reader.concepts()


def _feed(parser: expat.XMLParserType, file: IO[bytes]) -> None:
    """Give *file* to the parser in parts.

    Up to version 2.5, expat begins a tag that is not whole yet anew with each part: a tag of the
    size of the file would take time quadratic in it (CVE-2023-52425).
    """
    fed = 0
    while part := file.read(_PART):
        parser.Parse(part, False)
        fed += len(part)
        if fed - parser.CurrentByteIndex > _LONGEST_TAG:
            _refuse(f"a tag or comment longer than {_LONGEST_TAG // 1_000_000} MB")
    parser.Parse(b"", True)


class _RefusedError(Exception):
    """Something that a thesaurus has no need of."""


def _refuse(why: str) -> NoReturn:
    raise _RefusedError(why)


@dataclass(slots=True)
class _Entry:
    concept: bool
    names: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)


class _Reader:
    """Follows the elements: descriptions below the root, their properties below them."""

    def __init__(self, languages: frozenset[str]) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = lambda *_: _refuse("it declares a document type")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._languages = languages
        self._entries: dict[str, _Entry] = {}
        self._path: list[str] = []
        self._entry: _Entry | None = None
        self._language = ""
        self._said: list[str] = []

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._path.append(name)
        depth = len(self._path)
        if depth > _DEEPEST or len(self._entries) > _MOST:
            _refuse(f"deeper than {_DEEPEST} elements, or more than {_MOST} concepts")
        match depth:
            case 2:
                about = attributes.get(_ABOUT, "")
                known = self._entries.get(about) or _Entry(concept=False)
                self._entry = known if _ADDRESS.fullmatch(about) else None
                if self._entry:
                    self._entries[about] = known
                    known.concept = known.concept or name == _CONCEPT
            case 3:
                self._said = []
                self._language = attributes.get(_LANGUAGE, "").partition("-")[0].casefold()
                self._link(attributes.get(_RESOURCE))
            case 4:
                self._link(attributes.get(_ABOUT))  # the other concept may be written inside

    def _link(self, target: str | None) -> None:
        name = self._path[2]
        if self._entry and target:
            if name == _TYPE:
                self._entry.concept |= target == _CONCEPT.replace(" ", "")
            elif name in _LINKS:
                self._entry.links.setdefault(_LINKS[name], []).append(target)

    def _text(self, text: str) -> None:
        self._said.append(text)

    def _end(self, name: str) -> None:
        if len(self._path) == 3 and self._entry and name in _NAMES:  # noqa: PLR2004 -- a property
            said = clean("".join(self._said))
            if said and len(said) <= _LONGEST and self._language in self._languages:
                self._entry.names.setdefault(self._language, {}).setdefault(name, []).append(said)
        self._path.pop()

    def concepts(self) -> list[Concept]:
        """Give what is a concept and has names; links to anything else lead nowhere."""
        known = {
            address: entry
            for address, entry in self._entries.items()
            if entry.concept and entry.names
        }
        return [
            Concept(
                address,
                Group.TOPIC,
                {
                    language: list(dict.fromkeys(n for kind in _NAMES for n in by.get(kind, ())))
                    for language, by in entry.names.items()
                },
                **{
                    link: tuple(t for t in dict.fromkeys(targets) if t in known and t != address)
                    for link, targets in entry.links.items()
                },
            )
            for address, entry in known.items()
        ]
