"""What a reader of a format finds in a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar

from kit.errors import BadFile

MOST_ENTRIES = 10_000

Fields = Mapping[str, Any]
"""Fields of ``bot.starter.Resource``. One that is absent is not spoken of."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a file, and the line it begins in."""

    line: int
    fields: Fields


class Writer(Protocol):
    """A module that writes one format."""

    def write(self, items: Iterable[Fields]) -> str:
        """Write what the format can hold of *items*, whose fields are all there."""


class Format(Writer, Protocol):
    """A module that reads one format too."""

    def read(self, text: str) -> Iterator[Entry]:
        """Find the entries; raises BadFile where the text is not of this format."""


def bad(line: int, why: str) -> BadFile:
    """Say which line of a file cannot be read, and why."""
    return BadFile(f"line {line}: {why}")


_Found = TypeVar("_Found")


def limited(found: Iterator[_Found]) -> Iterator[_Found]:
    """Pass on as many as a library is meant to have; raises BadFile if there are more."""
    yield from islice(found, MOST_ENTRIES)
    if next(found, None) is not None:
        raise BadFile(f"more than {MOST_ENTRIES:,} entries: cut the file in parts")
