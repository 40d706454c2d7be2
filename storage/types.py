"""Column types that behave alike on every database."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Integer, LargeBinary, String
from sqlalchemy.types import TypeDecorator

from kit.audience import Audience, read_audience
from kit.roomkey import RoomKey, read_key
from kit.stored import Unreadable
from kit.subject import Subject, read_subject
from storage.vault import Vault


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Naive datetimes are refused; aware ones come back in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse what has no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a naive datetime cannot be stored"
            raise TypeError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give SQLite's naive answer its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Seconds(TypeDecorator[timedelta]):
    """A length of time, written as whole seconds."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, _dialect: Dialect) -> int | None:
        """Write."""
        return None if value is None else int(value.total_seconds())

    def process_result_value(self, value: int | None, _dialect: Dialect) -> timedelta | None:
        """Read."""
        return None if value is None else timedelta(seconds=value)


class Key(TypeDecorator[RoomKey | Unreadable]):
    """The key of a room, written as a text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: RoomKey | Unreadable | None, _dialect: Dialect) -> str:
        """Write; raises TypeError for what is no key."""
        if value is None or isinstance(value, Unreadable):
            message = "no key of a room"
            raise TypeError(message)
        return str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> RoomKey | Unreadable:
        """Read."""
        return read_key(value)


class Readers(TypeDecorator[Audience | Unreadable]):
    """Who may read a message, written as a text."""

    impl = String
    cache_ok = True

    def process_bind_param(
        self, value: Audience | Unreadable | None, _dialect: Dialect
    ) -> str | None:
        """Write; what cannot be read is for nobody."""
        return None if value is None or isinstance(value, Unreadable) else str(value)

    def process_result_value(
        self, value: str | None, _dialect: Dialect
    ) -> Audience | Unreadable | None:
        """Read."""
        return None if value is None else read_audience(value)


class Matter(TypeDecorator[Subject]):
    """The subject of a notice, written as a text that is empty where it has none."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Subject | None, _dialect: Dialect) -> str:
        """Write."""
        return "" if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Subject | None:
        """Read."""
        return read_subject(value or "")


def give_vault(dialect: Dialect, vault: Vault) -> None:
    """Let the columns of one engine be sealed by *vault*: types are shared, dialects are not."""
    vars(dialect)["vault"] = vault


def vault_of(dialect: Dialect) -> Vault:
    """Return what seals the columns of one engine."""
    vault: Vault = vars(dialect)["vault"]
    return vault


class Sealed(TypeDecorator[Any]):
    """A text, list or object that is encrypted at rest. It cannot be searched.

    *place* is ``table.column``: a value that somebody moved to another column does not open.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        """Seal for *place*."""
        super().__init__()
        self.place = place

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Seal."""
        if value is None:
            return None
        return vault_of(dialect).seal(json.dumps(value).encode(), self.place.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Open; raises WrongKey."""
        if value is None:
            return None
        # Decoded here, since to guess the encoding of bytes takes the module as long again.
        return json.loads(vault_of(dialect).open(value, self.place.encode()).decode())


class Closed(TypeDecorator[Any]):
    """One of a closed set of words; any other is refused on its way in.

    Coming out, one that nobody knows raises ValueError: what reads such a row fails and ends as a
    dead row. Where that would stop many for one, *unknown* is what it is taken for.
    """

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum], unknown: StrEnum | None = None) -> None:
        """Take the members of *kind*."""
        super().__init__()
        self.kind = kind
        self.unknown = unknown

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Write the word."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> StrEnum | None:
        """Read the member."""
        if value is None:
            return None
        if self.unknown is not None and value not in set(self.kind):
            return self.unknown
        return self.kind(value)


class Blind(TypeDecorator[str]):
    """Finds a sealed text by equality: the text goes in, only a keyed hash of it is stored."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        """Index *place*, the sealed ``table.column``."""
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Hash."""
        return (
            None if value is None else vault_of(dialect).blind(value.encode(), self.place.encode())
        )
