"""Sealing everything with another key: all or nothing, and compared before it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    RowMapping,
    Table,
    bindparam,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)

from kit.errors import StorageFailed
from storage import tables  # noqa: F401 -- all of them are sealed anew
from storage.base import Base
from storage.engine import Storage
from storage.types import Sealed
from storage.vault import Vault

PORTION = 1_000


async def reseal(storage: Storage, old: Vault, new: Vault) -> int:
    """Open with *old* and seal with *new* each value, in one transaction; returns how many.

    What was sealed with *old* is wiped out of the file afterwards.

    Raises:
        WrongKey: *old* does not open one of them.
        StorageFailed: what can be read afterwards is not what could be read before.
    """

    def everything(connection: Connection) -> int:
        return sum(
            _reseal(connection, table, columns, old, new)
            for table, columns in _sealed_columns().items()
        )

    async with storage.engine.begin() as connection:
        count = await connection.run_sync(everything)
    await storage.wipe()
    return count


async def holds_sealed(storage: Storage) -> bool:
    """Tell whether anything is sealed; raises WrongKey if it cannot be opened."""

    def any_at_all(connection: Connection) -> bool:
        return any(
            connection.scalar(select(column).where(column.is_not(None)).limit(1)) is not None
            for columns in _sealed_columns().values()
            for column in columns
        )

    async with storage.engine.connect() as connection:
        return await connection.run_sync(any_at_all)


def _sealed_columns() -> dict[Table, list[Column[Any]]]:
    sealed = {
        table: [each for each in table.columns if isinstance(each.type, Sealed)]
        for table in Base.metadata.sorted_tables
    }
    return {table: columns for table, columns in sealed.items() if columns}


def _reseal(
    connection: Connection,
    table: Table,
    columns: Sequence[Column[Any]],
    old: Vault,
    new: Vault,
) -> int:
    before, after, count = sha256(), sha256(), 0
    key = [*table.primary_key]
    # Named apart from the columns, which the statement knows by their names already.
    change = (
        update(table)
        .where(*(each == bindparam(f"of_{each.name}", type_=each.type) for each in key))
        .values({each: bindparam(f"to_{each.name}", type_=LargeBinary()) for each in columns})
    )
    for rows in _portions(connection, table, columns):
        changes = []
        for row in rows:
            opened = {each.name: _opened(old, each, row[each.name]) for each in columns}
            before.update(repr([*opened.values()]).encode())
            count += sum(value is not None for value in opened.values())
            sealed = {f"to_{each.name}": _sealed(new, each, opened[each.name]) for each in columns}
            changes.append({f"of_{each.name}": row[each.name] for each in key} | sealed)
        connection.execute(change, changes)
    for rows in _portions(connection, table, columns):
        for row in rows:
            after.update(repr([_opened(new, each, row[each.name]) for each in columns]).encode())
    if before.digest() != after.digest():
        message = f"{table.name} reads otherwise under the new key: nothing was changed"
        raise StorageFailed(message)
    return count


def _portions(
    connection: Connection, table: Table, columns: Sequence[Column[Any]]
) -> Iterator[Sequence[RowMapping]]:
    """Read what is sealed in a table as it is stored, in the order of its key."""
    key = [*table.primary_key]
    raw = [type_coerce(each, LargeBinary).label(each.name) for each in columns]
    query = select(*key, *raw).where(or_(*(each.is_not(None) for each in columns)))
    query, last = query.order_by(*key).limit(PORTION), None
    while True:
        following = query if last is None else query.where(tuple_(*key) > tuple_(*last))
        rows = connection.execute(following).mappings().all()
        if rows:
            yield rows
        if len(rows) < PORTION:
            return
        last = [rows[-1][each.name] for each in key]


def _opened(vault: Vault, column: Column[Any], value: bytes | None) -> bytes | None:
    return None if value is None else vault.open(bytes(value), _place(column))


def _sealed(vault: Vault, column: Column[Any], plain: bytes | None) -> bytes | None:
    return None if plain is None else vault.seal(plain, _place(column))


def _place(column: Column[Any]) -> bytes:
    assert isinstance(column.type, Sealed)
    return column.type.place.encode()
