"""Which room is meant: a closed set of keys, each written in one way in the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from kit.stored import Unreadable, Written


@dataclass(frozen=True, slots=True)
class Direct(Written):
    """A person's own chat with the hub."""

    prefix: ClassVar[str] = "direct:"
    person_id: int


@dataclass(frozen=True, slots=True)
class SpaceRoom(Written):
    """A room or Space of the declared network."""

    prefix: ClassVar[str] = "space:"
    slug: str


@dataclass(frozen=True, slots=True)
class Private(Written):
    """A room for a few people and one matter of theirs, such as ``request:7``."""

    prefix: ClassVar[str] = "private:"
    matter: str


@dataclass(frozen=True, slots=True)
class Visit(Written):
    """A room that the hub was invited to and that is nobody's chat, by its Matrix room id."""

    prefix: ClassVar[str] = "visit:"
    room_id: str


@dataclass(frozen=True, slots=True)
class Declined(Written):
    """A room that the hub was asked into and leaves, by its Matrix room id."""

    prefix: ClassVar[str] = "refused:"
    room_id: str


@dataclass(frozen=True, slots=True)
class Former(Written):
    """A room that goes on in another, by its Matrix room id: what was said there can be deleted."""

    prefix: ClassVar[str] = "former:"
    room_id: str


RoomKey: TypeAlias = Direct | SpaceRoom | Private | Visit | Declined | Former


def read_key(written: object) -> RoomKey | Unreadable:  # noqa: PLR0911 -- a case for each
    """Read a key as the tables have it."""
    prefix, colon, rest = written.partition(":") if isinstance(written, str) else ("", "", "")
    match prefix + colon:
        case Direct.prefix if rest.isdecimal():
            return Direct(int(rest))
        case SpaceRoom.prefix:
            return SpaceRoom(rest)
        case Private.prefix:
            return Private(rest)
        case Visit.prefix:
            return Visit(rest)
        case Former.prefix:
            return Former(rest)
        case Declined.prefix:
            return Declined(rest)
        case _:
            return Unreadable()
