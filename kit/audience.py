"""Who may read what the hub says: a closed set, each written in one way in the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kit.roomkey import Direct, Private, RoomKey, SpaceRoom
from kit.stored import Unreadable


@dataclass(frozen=True, slots=True)
class Only:
    """These persons, by their numbers, and nobody else."""

    person_ids: tuple[int, ...]

    def __str__(self) -> str:
        """Write it as the tables do."""
        return f"only:{','.join(map(str, self.person_ids))}"


@dataclass(frozen=True, slots=True)
class Everybody:
    """Whoever may be in the room."""

    def __str__(self) -> str:
        """Write it as the tables do."""
        return "everybody"


Audience: TypeAlias = Only | Everybody


def only(person_ids: Sequence[int]) -> Only:
    """Name persons in one order, each once."""
    return Only(tuple(sorted({*person_ids})))


def read_audience(written: str) -> Audience | Unreadable:
    """Read an audience as the tables have it."""
    kind, _colon, rest = written.partition(":")
    numbers = rest.split(",")
    match kind:
        case "everybody" if not rest:
            return Everybody()
        case "only" if all(each.isdecimal() for each in numbers):
            return only([int(each) for each in numbers])
        case _:
            return Unreadable()


def fits(audience: Audience, key: RoomKey | Unreadable) -> bool:
    """Tell whether what is for *audience* may be said in a room: default is no."""
    match audience, key:
        case Only((person_id,)), Direct(owner):
            return person_id == owner
        case Only(), Private():
            return True
        case Everybody(), SpaceRoom():
            return True
        case _:
            return False
