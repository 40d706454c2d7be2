"""The tables of a release, as a file that later releases have to bring up to date.

``.venv/bin/python -m tests.project.freeze`` writes ``tests/storage/frozen/<version>.yaml``: each
table with its columns and two rows, one that fills every column and one that leaves out what may
be left out. A file of a release is never edited; ``tests/project/frozen.py`` builds it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Table, UniqueConstraint

from storage import tables as _tables  # noqa: F401 -- all of them are written down
from storage.base import Base, BigKey
from storage.migrating import configuration
from storage.types import Blind, Key
from tests.project.frozen import FROZEN

MOMENT = datetime(2027, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
# Columns that hold one of a few words.
WORDS = {
    "dialogue.name": "onboarding",
    "due.kind": "events.reminder",
    "due.state": "new",
    "inbox.kind": "message",
    "inbox.state": "new",
    "listing.kind": "resource",
    "notice.notice": "tips",
    "notice.state": "held",
    "offer.state": "offered",
    "outbox.action": "send",
    "outbox.state": "new",
    "person.country": "SN",
    "person.language": "ar",
    "person.role": "moderator",
    "person.zone": "Africa/Dakar",
    "request.state": "offered",
    "resource.kind": "treaty",
    "resource.url": "https://www.example.org/a/?utm_source=b",
    "resource.address": "example.org/a",
    "room.language": "ar",
    "usage.month": "2027-03",
}


class _Dumper(yaml.SafeDumper):
    """Writes SQLAlchemy's names, which are texts that know how they are quoted, as texts."""


_Dumper.add_multi_representer(str, lambda dumper, name: dumper.represent_str(str(name)))


def _column(column: Column[Any]) -> str:
    """Say type, "?" if it may be empty, and what it points at, as in "BigKey? -> a.b SET NULL"."""
    kind = "BigKey" if column.type is BigKey else type(column.type).__name__
    kind = "String" if isinstance(column.type, Key) else kind
    if isinstance(column.type, Blind):
        kind = f"Blind of {column.type.place.partition('.')[2]}"
    said = f"{kind}{'?' if column.nullable else ''}"
    for key in column.foreign_keys:
        said += f" -> {key.target_fullname} {key.ondelete}"
    return said


def _filled(column: Column[Any], annotation: str, number: int) -> Any:
    """Make a value that no other column has, or that of the row which is pointed at."""
    for key in column.foreign_keys:
        other = key.column
        return _filled(other, "int" if other.type is BigKey else "str", 3 - number)
    place = f"{column.table.name}.{column.name}"
    said = WORDS.get(place, f"{place} {number}: عدالة 正义 'n\"")
    kinds = {
        "bool": number == 1,
        "datetime": MOMENT + timedelta(days=number),
        "list": [said, ""],
        "dict": {"said": said, "of": [number, None, True]},
        "int": number,
    }
    return next((value for kind, value in kinds.items() if kind in annotation), said)


def _rows(table: Table, annotations: Mapping[str, str]) -> list[dict[str, Any]]:
    plain = [column for column in table.columns if not isinstance(column.type, Blind)]
    full = {column.name: _filled(column, annotations[column.name], 1) for column in plain}
    spare = {
        column.name: _filled(column, annotations[column.name], 2)
        for column in plain
        if not column.nullable
    }
    return [spare, full] if any(column.foreign_keys for column in plain) else [full, spare]


def _annotations(row: type[Base]) -> dict[str, str]:
    """Collect what columns are annotated with, those of mixins too."""
    return {
        name: said
        for kind in row.__mro__
        for name, said in vars(kind).get("__annotations__", {}).items()
    }


def description() -> dict[str, Any]:
    """Describe the tables as the models have them."""
    annotations = {m.local_table: _annotations(m.class_) for m in Base.registry.mappers}
    return {
        table.name: {
            "columns": {column.name: _column(column) for column in table.columns},
            "key": [column.name for column in table.primary_key],
            "unique": sorted(
                each.columns[0].name
                for each in table.constraints
                if isinstance(each, UniqueConstraint)
            ),
            "indexes": {
                str(index.name): [column.name for column in index.columns]
                for index in sorted(table.indexes, key=lambda index: str(index.name))
            },
            "waiting": [
                str(index.name)
                for index in table.indexes
                if index.dialect_options["sqlite"]["where"] is not None
            ],
            "numbered": table.dialect_options["sqlite"]["autoincrement"],
            "rows": _rows(table, annotations[table]),
        }
        for table in Base.metadata.sorted_tables
    }


def write(release: str) -> Path:
    """Write the file of a release; one that is there stays.

    Raises:
        FileExistsError: the tables of this release are frozen.
    """
    head = ScriptDirectory.from_config(configuration(None)).get_current_head()
    frozen = {"revision": head, "tables": description()}
    path = FROZEN / f"{release}.yaml"
    with path.open("x", encoding="utf-8") as file:
        yaml.dump(
            frozen,
            file,
            _Dumper,
            allow_unicode=True,
            sort_keys=False,
            width=99,
            default_flow_style=None,
        )
    return path


if __name__ == "__main__":
    print(write(version("ilan-hub")))  # noqa: T201 -- said in a terminal
