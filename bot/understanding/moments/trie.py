"""Phrases with holes, as one tree: what stands at a place of a text is found in one walk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple, Protocol

from bot.understanding.moments.tokens import TextPiece, cut
from kit.words import clean

_PIECE = re.compile(r"[\[\]()|]|\{\w+\}|[^\[\]()|{}]+")
_CLOSING = {"[": "]", "(": ")"}
_HOLE = re.compile(r"\{(\w+)\}")


class Hole(NamedTuple):
    """A place in a phrase that something of a kind fills."""

    name: str


Phrase = tuple["str | Hole", ...]


class PhraseMatch(NamedTuple):
    """What stands at a place: where it ends, what it means, and what fills its holes."""

    end: int
    value: Any
    holes: Mapping[str, Any]


class Filling(Protocol):
    """A text in which holes can be filled."""

    tokens: Sequence[TextPiece]

    def fill(self, hole: str, at: int) -> Sequence[tuple[int, Any]]:
        """List what of a kind stands at a place: where it ends, and its value."""


@dataclass(slots=True)
class Trie:
    """A node: what may follow, and what it means to end here."""

    words: dict[str, Trie] = field(default_factory=dict)
    holes: dict[str, Trie] = field(default_factory=dict)
    values: list[Any] = field(default_factory=list)

    def add(self, written: str, value: Any) -> None:
        """Learn all phrases that *written* stands for; raises ValueError for one that is none."""
        for phrase in phrases(written):
            node = self
            for element in phrase:
                if isinstance(element, Hole):
                    node = node.holes.setdefault(element.name, Trie())
                else:
                    node = node.words.setdefault(element, Trie())
            if value not in node.values:
                node.values.append(value)

    def walk(self, text: Filling, at: int) -> Iterator[PhraseMatch]:
        """Find every phrase that stands at a place."""
        open_: list[tuple[Trie, int, dict[str, Any]]] = [(self, at, {})]
        while open_:
            node, place, holes = open_.pop()
            for value in node.values:
                yield PhraseMatch(place, value, holes)
            if place >= len(text.tokens):
                continue
            if (after := node.words.get(text.tokens[place].text)) is not None:
                open_.append((after, place + 1, holes))
            for name, following in node.holes.items():
                for end, value in text.fill(name, place):
                    if holes.get(name, value) == value:
                        open_.append((following, end, {**holes, name: value}))


def phrases(written: str) -> list[Phrase]:
    """Write out "[the] {day} (of|in) {month}"; raises ValueError where brackets do not match."""
    pieces = _PIECE.findall(written)
    if "".join(pieces) != written:
        raise ValueError("a brace without its other half")
    found, left = _alternatives(pieces, "")
    if left:
        raise ValueError("a bracket without its other half")
    return [phrase for phrase in found if phrase]


def _alternatives(pieces: list[str], closing: str) -> tuple[list[Phrase], list[str]]:
    """Read up to *closing*; returns the phrases, and the pieces after it."""
    done: list[Phrase] = []
    parts: list[list[Phrase]] = []
    while pieces:
        piece, *pieces = pieces
        if piece == closing:
            return [*done, *_joined(parts)], pieces
        if piece == "|":
            done += _joined(parts)
            parts = []
        elif piece in _CLOSING:
            inner, pieces = _alternatives(pieces, _CLOSING[piece])
            parts.append([*inner, ()] if piece == "[" else inner)
        elif piece in _CLOSING.values():
            return done, [piece, *pieces]
        elif hole := _HOLE.fullmatch(piece):
            parts.append([(Hole(hole[1]),)])
        else:
            parts.append([tuple(token.text for token in cut(clean(piece)))])
    if closing:
        raise ValueError("a bracket without its other half")
    return [*done, *_joined(parts)], []


def _joined(parts: list[list[Phrase]]) -> list[Phrase]:
    return [tuple(element for part in parts for element in part) for parts in product(*parts)]
