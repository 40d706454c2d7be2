"""What falls due: each kind a type of its own, and how a row stores it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from string import Formatter
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import quote

from kit.stored import Unreadable, read_fields


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that is to happen once. Its fields, numbers and texts, are stored with it.

    ``key`` tells it from all others: planned again under the same key, the first plan is kept. It
    is made of the kind and every field, and of the moment unless it happens ``once``. What is
    ``light`` takes no longer than a command, so that several may share a transaction. A
    ``pattern`` words it otherwise, with a hole for every field, ``{at}`` or ``{day}``. Fields that
    are ``untold`` name people: they stand in no key, which is not sealed.
    """

    kind: ClassVar[str]
    once: ClassVar[bool] = False
    light: ClassVar[bool] = False
    pattern: ClassVar[str] = ""
    untold: ClassVar[frozenset[str]] = frozenset()

    def key(self, at: datetime) -> str:
        """Name it among all that is planned."""
        values = {name: _written(value) for name, value in asdict(self).items()}
        return _pattern(type(self)).format(**values, at=at.isoformat(), day=at.date())

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
    """Something about one person."""

    person: int

    @property
    def goes_with(self) -> int | None:
        """The person themselves."""
        return self.person


@dataclass(frozen=True, slots=True)
class Here(Planned):
    """The hub has come into a Space that was there before it."""

    kind: ClassVar[str] = "here"
    once: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class NoChat(ForPerson):
    """Somebody has no chat with the hub, by their will or their client's."""

    kind: ClassVar[str] = "unreachable"


@dataclass(frozen=True, slots=True)
class CannotRead(ForPerson):
    """Somebody has no device that may read what is said in a room, which waits for them.

    *room* is its row. *device* is the row of the device that it is about; 0 if they have none with
    keys. *since* tells one loss from the next: when what waits was said, in seconds.
    """

    kind: ClassVar[str] = "cannot_read"
    once: ClassVar[bool] = True
    room: int
    device: int
    since: int = 0


@dataclass(frozen=True, slots=True)
class ToldOfDevice(ForPerson):
    """Somebody was told lately, in a room, of a device of theirs; *room* is its row, 0 their chat.

    Whoever runs a homeserver can add devices without end. *since* is that of ``CannotRead``.
    """

    kind: ClassVar[str] = "told_of_device"
    room: int = 0
    since: int = 0


@dataclass(frozen=True, slots=True)
class Compared(ForPerson):
    """Signs were shown to somebody lately, for them to verify the hub, the *number*-th time."""

    kind: ClassVar[str] = "verification.compared"
    number: int


@dataclass(frozen=True, slots=True)
class WrongNumbers(ForPerson):
    """Somebody said other numbers lately than those of an identity, the *number*-th time."""

    kind: ClassVar[str] = "trust.wrong_numbers"
    number: int


@dataclass(frozen=True, slots=True)
class Mismatched(ForPerson):
    """Somebody was warned lately that their signs and those of the hub differ."""

    kind: ClassVar[str] = "verification.mismatched"


@dataclass(frozen=True, slots=True)
class WasInvited(Planned):
    """Somebody was invited into the private room of a matter, as was everybody before them."""

    kind: ClassVar[str] = "private.was_invited"
    matter: str
    person: int


@dataclass(frozen=True, slots=True)
class NotInvited(Planned):
    """Somebody who was to come into the private room of a matter cannot be invited."""

    kind: ClassVar[str] = "private.not_invited"
    matter: str
    person: int


@dataclass(frozen=True, slots=True)
class RoomMade(Planned):
    """A room of the Space is asked for: *room* is its row."""

    kind: ClassVar[str] = "room.made"
    room: int


@dataclass(frozen=True, slots=True)
class Surveyed(Planned):
    """The homeserver told what a measure is about: where somebody is, and what they said.

    *author* sent the event that it is about, where nobody was named; empty if there is none. What
    was shown long ago is looked into once more.
    """

    kind: ClassVar[str] = "measure.surveyed"
    untold: ClassVar[frozenset[str]] = frozenset({"author"})
    measure: int
    author: str = ""


@dataclass(frozen=True, slots=True)
class Authored(Planned):
    """The homeserver told who sent the event that a report is about; *author* is empty if not."""

    kind: ClassVar[str] = "report.authored"
    once: ClassVar[bool] = True
    untold: ClassVar[frozenset[str]] = frozenset({"author"})
    report: int
    author: str = ""


def key_begins(kind: type[Planned], given: Mapping[str, object]) -> tuple[str, bool]:
    """Give what the keys of a *kind* with these fields begin with, and whether that is all of it.

    Raises:
        TypeError: they are not the first holes of its keys.
    """
    begin, left, whole = "", dict(given), True
    for text, hole, *_form in Formatter().parse(_pattern(kind)):
        begin += text
        if hole is not None:
            if whole := hole in left:
                begin += _written(left.pop(hole))
            else:
                break
    if left:
        raise TypeError(f"the keys of {kind.__name__} do not begin with {', '.join(left)}")
    return begin, whole


def _pattern(kind: type[Planned]) -> str:
    own = [each.name for each in fields(kind) if each.name not in kind.untold]
    holes = own if kind.once else [*own, "at"]
    pattern = kind.pattern or ":".join([kind.kind, *(f"{{{hole}}}" for hole in holes)])
    named = {hole for _text, hole, *_form in Formatter().parse(pattern) if hole is not None}
    if named - {"at", "day"} != {*own}:
        raise TypeError(f"the key of {kind.__name__} does not name each of its fields")
    return pattern


def _written(value: object) -> str:
    """Write a field so that what parts two of them stands in none."""
    return quote(str(value), safe="")


def dump(planned: Planned) -> dict[str, Any]:
    """Give the payload a row stores."""
    return asdict(planned)


def load(kind: type[What], payload: object) -> What | Unreadable:
    """Read what ``dump`` wrote, in any release."""
    return read_fields(kind, payload) if isinstance(payload, Mapping) else Unreadable()
