"""What each table declares of its rows: why they are kept, what ends them, what their owner reads.

docs/PRIVACY.md, ``my data`` and the sweep are made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, Table

from kit.text import Message
from storage.types import Blind


@dataclass(frozen=True, slots=True)
class Until:
    """What ends a row is said in *words*: something that happens in the hub, or nothing."""

    words: str


@dataclass(frozen=True, slots=True)
class With:
    """The database deletes a row together with the one that *column* points at."""

    column: str
    words: str = "until `forget me`"


@dataclass(frozen=True, slots=True)
class After:
    """The sweep deletes rows *days* after a moment.

    *moment* is a column, or ``event_id.starts_at``: one of the row that a column points at. A row
    without its moment is as old as the first sweep that meets it. Only rows whose state is in
    *states* are meant, or is not in *besides*, where these are given.
    """

    days: int
    moment: str
    words: str = ""
    states: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Once:
    """The sweep deletes rows as soon as *condition* holds, and their traces from the disk."""

    condition: Callable[[], ColumnElement[bool]]
    words: str


End: TypeAlias = Until | With | After | Once

FOR_GOOD = Until("for good")


@dataclass(frozen=True, slots=True)
class Privacy:
    """Why rows are kept and what ends them; a column may say both of itself.

    ``said`` is what ``my data`` says of so many rows of one person, for tables that have any.
    """

    why: str
    ends: tuple[End, ...]
    said: Callable[[int], Message] | None = None


def points_at_person(column: Column[Any]) -> bool:
    """Tell whether a column holds our number of a person."""
    return any(key.target_fullname == "person.id" for key in column.foreign_keys)


def owners(table: Table) -> list[Column[Any]]:
    """List the columns that say whose a row is: they point at a person, else hash a Matrix ID."""
    pointing = [column for column in table.columns if points_at_person(column)]
    said = pointing or [column for column in table.columns if isinstance(column.type, Blind)]
    return [column for column in said if not column.info.get("unseen")]


def check(table: Table, privacy: Privacy) -> None:
    """Compare what a table declares with its shape.

    Raises:
        TypeError: they contradict each other.
    """
    for column in table.columns:
        if points_at_person(column) and not _may_be_erased(column):
            message = f"{column} does not say what becomes of it when its person is erased"
            raise TypeError(message)
    if owners(table) and privacy.said is None:
        message = f"`my data` has no sentence for the rows that {table.name} keeps of a person"
        raise TypeError(message)
    if privacy.said is not None and not owners(table):
        message = f"{table.name} has a sentence for `my data`, and no column that says whose it is"
        raise TypeError(message)
    for end in privacy.ends:
        if not _fits(table, end):
            message = f"{table.name} has not the columns for {end}"
            raise TypeError(message)


def _fits(table: Table, end: End) -> bool:
    match end:
        case With(column):
            return column in table.c and _ondelete(table.c[column]) == "CASCADE"
        case After():
            name, _dot, beyond = end.moment.partition(".")
            states = end.states or end.besides
            return (
                name in table.c
                and bool(table.c[name].foreign_keys) == bool(beyond)
                and ("state" in table.c or not states)
            )
        case Until() | Once():
            return True


def _may_be_erased(column: Column[Any]) -> bool:
    ondelete = _ondelete(column)
    return ondelete == "CASCADE" or (ondelete == "SET NULL" and bool(column.nullable))


def _ondelete(column: Column[Any]) -> str | None:
    return next((key.ondelete for key in column.foreign_keys), None)
