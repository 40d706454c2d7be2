"""Databases as they were: the tables of each release and state of ``tests/storage/frozen``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    insert,
    text,
)

from storage.base import Base, BigKey
from storage.migrating import configuration
from storage.types import Blind, Sealed, UTCDateTime

FROZEN = Path(__file__).parents[1] / "storage" / "frozen"
EARLIER = yaml.safe_load((FROZEN / "earlier.yaml").read_text("utf-8"))["states"]
_COLUMN = re.compile(r"(\w+)(?: of (\w+))?(\?)?(?: -> (\w+\.\w+) ([A-Z ]+))?")
_PLAIN = {
    "BigInteger": BigInteger(),
    "BigKey": BigKey,
    "Boolean": Boolean(),
    "Integer": Integer(),
    "JSON": JSON(),
    "String": String(),
    "UTCDateTime": UTCDateTime(timezone=True),
}


@cache
def release(version: str) -> dict[str, Any]:
    """Read the file of a release; what is given is the same each time, and left as it is."""
    read: dict[str, Any] = yaml.safe_load((FROZEN / f"{version}.yaml").read_text("utf-8"))
    return read


def _made(table: str, name: str, said: str) -> Column[Any]:
    read = _COLUMN.fullmatch(said)
    assert read is not None, said
    kind, source, empty, target, ondelete = read.groups()
    types = _PLAIN | {"Sealed": Sealed(f"{table}.{name}"), "Blind": Blind(f"{table}.{source}")}
    points_at = [ForeignKey(target, ondelete=ondelete)] if target else []
    return Column(name, types[kind], *points_at, nullable=bool(empty))


def earlier(state: str) -> dict[str, Any]:
    """Describe the tables of a state of 0001 as those of 0.1.0 without what came later."""
    said = deepcopy(release("0.1.0")["tables"])
    without = set(chain.from_iterable(EARLIER[state]["without"]))
    clear = EARLIER[state]["clear"]
    for name in without & said.keys():
        del said[name]
    for table, about in said.items():
        columns, (row, *_) = about["columns"], sorted(about["rows"], key=len, reverse=True)
        for column, kind in list(columns.items()):
            place = f"{table}.{column}"
            if place in without:
                del columns[column]
                about["indexes"] = {
                    name: of for name, of in about["indexes"].items() if column not in of
                }
                if column in about["unique"]:
                    about["unique"] = [kind.removeprefix("Blind of ")]
                for each in about["rows"]:
                    each.pop(column, None)
            elif kind.startswith("Sealed") and (clear == "all" or place in clear):
                plain = "String" if isinstance(row[column], str) else "JSON"
                columns[column] = kind.replace("Sealed", plain)
    return said


def built(said: Mapping[str, Any]) -> MetaData:
    """Make the tables that a file describes."""
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    new = text("state = 'new'")
    for name, table in said.items():
        Table(
            name,
            metadata,
            *(_made(name, column, how) for column, how in table["columns"].items()),
            PrimaryKeyConstraint(*table["key"]),
            *(UniqueConstraint(column) for column in table["unique"]),
            *(
                Index(
                    index,
                    *columns,
                    sqlite_where=new if index in table["waiting"] else None,
                    postgresql_where=new if index in table["waiting"] else None,
                )
                for index, columns in table["indexes"].items()
            ),
            sqlite_autoincrement=table["numbered"],
        )
    return metadata


def fill(connection: Connection, said: Mapping[str, Any], revision: str) -> None:
    """Make the tables, put their rows in, and note the revision."""
    metadata = built(said)
    metadata.create_all(connection)
    for table in metadata.sorted_tables:
        sources = {
            column.name: column.type.place.partition(".")[2]
            for column in table.columns
            if isinstance(column.type, Blind)
        }
        for row in said[table.name]["rows"]:
            found_by = {name: row[source] for name, source in sources.items()}
            connection.execute(insert(table).values({**row, **found_by}))
        numbered = "id" in table.columns and isinstance(table.c.id.type, Integer)
        if numbered and connection.dialect.name == "postgresql":
            # As if its rows had got their numbers one after the other.
            number = f"pg_get_serial_sequence('{table.name}', 'id')::regclass"
            connection.execute(text(f"SELECT setval({number}, max(id)) FROM {table.name}"))
    MigrationContext.configure(connection).stamp(
        ScriptDirectory.from_config(configuration(connection)), revision
    )


def differences(connection: Connection, metadata: MetaData) -> list[object]:
    """Say in which tables, columns and indexes a database differs."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))
