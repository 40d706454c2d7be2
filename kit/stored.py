"""What a row says: a word for something, or nothing that this hub understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import UnionType
from typing import (
    Any,
    ClassVar,
    Protocol,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)


class Fielded(Protocol):
    """A dataclass of any kind."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Shape = TypeVar("Shape", bound=Fielded)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A damaged row, or one of another release. It is set aside, and nobody guesses."""


@dataclass(frozen=True, slots=True)
class Written:
    """Something that the tables name by one text: its kind's *prefix*, then its only field."""

    prefix: ClassVar[str]

    def __str__(self) -> str:
        """Write it as the tables do."""
        (only,) = fields(self)
        return f"{self.prefix}{getattr(self, only.name)}"


def read_fields(kind: type[Shape], values: Mapping[str, object]) -> Shape | Unreadable:
    """Make one of *kind* of what was stored by the names of its fields, if each is of its type.

    What is inside of a mapping is not looked at, and what is no field is passed over.
    """
    types = _types(kind)
    given = {each.name: values.get(each.name, each.default) for each in fields(kind)}
    if all(_fits(value, types[name]) for name, value in given.items()):
        return kind(**given)
    return Unreadable()


@cache
def _types(kind: type[Any]) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _fits(value: object, wanted: Any) -> bool:
    if get_origin(wanted) in {Union, UnionType}:
        return any(_fits(value, each) for each in get_args(wanted))
    return value is not MISSING and isinstance(value, get_origin(wanted) or wanted)
