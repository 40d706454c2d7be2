"""Copying a database into an empty one, also of the other kind, and comparing both afterwards.

Values go as they are stored: what is sealed stays sealed, with the same key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Row,
    Table,
    TypeDecorator,
    bindparam,
    func,
    insert,
    select,
    text,
    tuple_,
    type_coerce,
    update,
)

from kit.errors import BadFile, StorageFailed
from storage import tables  # noqa: F401 -- all of them are copied
from storage.base import Base
from storage.engine import Storage
from storage.types import UTCDateTime

PORTION = 500


async def copy_all(source: Storage, target: Storage) -> Mapping[str, int]:
    """Copy every table in one transaction; returns how many rows of each. Both have our tables.

    Raises:
        BadFile: the target holds something already.
        StorageFailed: one of them failed, or they are not alike afterwards.
    """

    def everything(made: Connection, found: Connection) -> Mapping[str, int]:
        for table in Base.metadata.sorted_tables:
            if made.scalar(select(func.count()).select_from(table)):
                raise BadFile(f"the target has rows in {table.name} already: give it an empty one")
        counts = {}
        for table in Base.metadata.sorted_tables:
            counts[table.name] = _copy(found, made, table)
            if _summed(found, table) != _summed(made, table):
                raise StorageFailed(f"{table.name} is not alike in both: nothing was copied")
        _go_on_counting(found, made)
        return counts

    async with source.engine.connect() as found, target.engine.begin() as made:
        assert found.sync_connection is not None
        return await made.run_sync(everything, found.sync_connection)


def _copy(found: Connection, made: Connection, table: Table) -> int:
    """Copy one table; what points at other rows of it follows when these are there."""
    count, later = 0, [each for each in table.columns if _points_back(each)]
    columns = {f"v_{each.name}": each for each in table.columns}
    adding = insert(table).values(
        {each: bindparam(name, type_=_stored(each)) for name, each in columns.items()}
    )
    pointing: list[dict[str, Any]] = []
    for rows in _portions(found, table):
        values = [dict(zip(columns, row, strict=True)) for row in rows]
        for row in values:
            if any(row[f"v_{each.name}"] is not None for each in later):
                pointing.append(dict(row))
                row.update({f"v_{each.name}": None for each in later})
        made.execute(adding, values)
        count += len(values)
    if pointing:
        key = [*table.primary_key]
        change = (
            update(table)
            .where(*(each == bindparam(f"v_{each.name}", type_=_stored(each)) for each in key))
            .values({each: bindparam(f"v_{each.name}", type_=_stored(each)) for each in later})
        )
        named = {f"v_{each.name}" for each in (*key, *later)}
        only = [{name: row[name] for name in named} for row in pointing]
        made.execute(change, only)
    return count


def _points_back(column: Column[Any]) -> bool:
    return any(key.column.table is column.table for key in column.foreign_keys)


def _stored(column: Column[Any]) -> Any:
    """Give the type by which a value is read and written as it is stored."""
    if isinstance(column.type, JSON):
        return JSON(none_as_null=True)
    if isinstance(column.type, TypeDecorator) and not isinstance(column.type, UTCDateTime):
        return column.type.impl_instance
    return column.type


def _portions(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    key = [*table.primary_key]
    places = [[*table.columns].index(each) for each in key]
    query = select(*(type_coerce(each, _stored(each)).label(each.name) for each in table.columns))
    query, last = query.order_by(*key).limit(PORTION), None
    while True:
        following = query if last is None else query.where(tuple_(*key) > tuple_(*last))
        rows = (connection.execute(following)).all()
        if rows:
            yield rows
        if len(rows) < PORTION:
            return
        last = [rows[-1][place] for place in places]


def _summed(connection: Connection, table: Table) -> tuple[int, int]:
    """Count the rows of a table, and add up what they hold: databases sort texts differently."""
    count, total = 0, 0
    for rows in _portions(connection, table):
        for row in rows:
            written = json.dumps([*row], default=_plain, sort_keys=True)
            total += int.from_bytes(sha256(written.encode()).digest())
        count += len(rows)
    return count, total


def _plain(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value.isoformat()


def _go_on_counting(found: Connection, made: Connection) -> None:
    """Let the numbers of new rows go on where they are: none of a deleted row is given again."""
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            last = _last(found, table, column)
            if made.dialect.name == "sqlite" and last and table.kwargs.get("sqlite_autoincrement"):
                named = {"name": table.name, "last": last}
                made.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), named)
                added = "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"
                made.execute(text(added), named)
            elif made.dialect.name == "postgresql" and last:
                sequence = func.pg_get_serial_sequence(table.name, column.name)
                made.execute(select(func.setval(sequence, last)))


def _last(found: Connection, table: Table, column: Column[Any]) -> int:
    highest: int = found.scalar(select(func.max(column))) or 0
    if found.dialect.name == "postgresql":
        last = "SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, :column)::regclass)"
        named = {"table": table.name, "column": column.name}
        return max(highest, found.scalar(text(last), named) or 0)
    if table.kwargs.get("sqlite_autoincrement"):
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return max(highest, found.scalar(query, {"name": table.name}) or 0)
    return highest
