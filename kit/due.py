"""What falls due: each kind a type of its own, and how a row stores it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar, get_type_hints

from kit.stored import Unreadable


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that is to happen once. Its fields, numbers and texts, are stored with it."""

    kind: ClassVar[str]

    def key(self, at: datetime) -> str:
        """Tell it from all others: planned again under the same key, the first plan is kept."""
        raise NotImplementedError

    @property
    def goes_with(self) -> int | None:
        """The person with whom it is erased."""
        return None


What = TypeVar("What", bound=Planned)


@dataclass(frozen=True, slots=True)
class Due(Generic[What]):
    """A moment that has come: what was planned for it, when it was meant to be, and now."""

    what: What
    due_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class ForPerson(Planned):
    """Something about one person, planned once for each moment."""

    person: int

    def key(self, at: datetime) -> str:
        """Tell persons and moments apart."""
        return f"{self.kind}:{self.person}:{at.isoformat()}"

    @property
    def goes_with(self) -> int | None:
        """The person themselves."""
        return self.person


@dataclass(frozen=True, slots=True)
class OncePerPerson(ForPerson):
    """Something about one person that is planned once, whenever that is."""

    def key(self, at: datetime) -> str:  # noqa: ARG002 -- once, whenever that is
        """Tell persons apart."""
        return f"{self.kind}:{self.person}"


@dataclass(frozen=True, slots=True)
class Here(Planned):
    """The hub has come into a Space that was there before it."""

    kind: ClassVar[str] = "here"

    def key(self, at: datetime) -> str:  # noqa: ARG002 -- once, whenever that is
        """There is one."""
        return self.kind


@dataclass(frozen=True, slots=True)
class NoChat(OncePerPerson):
    """Somebody has no chat with the hub, by their will or their client's."""

    kind: ClassVar[str] = "unreachable"


def dump(planned: Planned) -> dict[str, Any]:
    """Give the payload a row stores."""
    return asdict(planned)


def load(kind: type[What], payload: object) -> What | Unreadable:
    """Read what ``dump`` wrote, in any release."""
    if not isinstance(payload, Mapping):
        return Unreadable()
    types, values = get_type_hints(kind), {}
    for each in fields(kind):
        value = payload.get(each.name, each.default)
        if value is MISSING or not isinstance(value, types[each.name]):
            return Unreadable()
        values[each.name] = value
    return kind(**values)
