"""What a notice is about, so that it is taken back when that is over: a closed set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from kit.stored import Written


@dataclass(frozen=True, slots=True)
class OfEvent(Written):
    """An event, by its number."""

    prefix: ClassVar[str] = "events:"
    number: int


@dataclass(frozen=True, slots=True)
class OfRequest(Written):
    """A request to experts, by its number."""

    prefix: ClassVar[str] = "experts:"
    number: int


@dataclass(frozen=True, slots=True)
class OfAnnouncement(Written):
    """An announcement to the network, by its number."""

    prefix: ClassVar[str] = "news:"
    number: int


Subject: TypeAlias = OfEvent | OfRequest | OfAnnouncement


def read_subject(written: str) -> Subject | None:
    """Read a subject as the tables have it; None where a notice stands for itself."""
    prefix, colon, rest = written.partition(":")
    match prefix + colon:
        case OfEvent.prefix if rest.isdecimal():
            return OfEvent(int(rest))
        case OfRequest.prefix if rest.isdecimal():
            return OfRequest(int(rest))
        case OfAnnouncement.prefix if rest.isdecimal():
            return OfAnnouncement(int(rest))
        case _:
            return None
