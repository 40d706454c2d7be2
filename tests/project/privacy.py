"""docs/PRIVACY.md: privacy.md beside this file, filled with what the tables declare."""

from __future__ import annotations

from pathlib import Path
from string import Template
from types import ModuleType
from typing import Any

from sqlalchemy import Column, Table

from storage.base import Base
from storage.privacy import After, Privacy, points_at_person
from storage.tables import GROUPS, every
from storage.tables.queues import OutboxRow
from storage.types import Blind, Sealed
from tests.project.catalogs import ROOT

PAGE = ROOT / "docs/PRIVACY.md"
TEMPLATE = Path(__file__).with_suffix(".md")
HEAD = "| table | columns | why | kept | sealed | erased |\n| --- | --- | --- | --- | --- | --- |"


def page(template: str) -> str:
    """Fill a template."""
    remembered = max(e.days for e in OutboxRow.privacy.ends if isinstance(e, After) and e.states)
    tables = "\n\n".join(_written(group) for group in GROUPS)
    return Template(template).substitute(tables=tables, remembered=remembered)


def _written(group: ModuleType) -> str:
    heading = (group.__doc__ or "").strip().rstrip(".")
    rows = [each for row in every() if row.__module__ == group.__name__ for each in lines(row)]
    return "\n".join([f"### {heading}", "", HEAD, *rows])


def lines(row: type[Base]) -> list[str]:
    """Write one line for all columns of a table of which the same is true."""
    table = row.table()
    said: dict[tuple[str, ...], list[str]] = {}
    for column in table.columns:
        said.setdefault(true(column, row.privacy), []).append(column.name)
    return [
        f"| {table.name} | {', '.join(names)} | {' | '.join(words)} |"
        for words, names in said.items()
    ]


def true(column: Column[Any], privacy: Privacy) -> tuple[str, ...]:
    """Say of a column why and until when it is kept, whether it is sealed, how it is erased."""
    why = column.info.get("why", privacy.why)
    kept = column.info.get("kept", ", or ".join(_words(end) for end in privacy.ends))
    sealed = "yes" if isinstance(column.type, Blind | Sealed) else "no"
    return why, kept, sealed, erased(column)


def _words(end: Any) -> str:
    return f"{end.days} days {end.words}".strip() if isinstance(end, After) else end.words


def erased(column: Column[Any]) -> str:
    """Say what becomes of a column when its person is forgotten."""
    if goes(column.table):
        return "deleted"
    return "emptied" if points_at_person(column) or column.info.get("withdrawn") else "stays"


def goes(table: Table) -> bool:
    """Tell whether a row goes with its person, or with another that does."""
    hashed = any(isinstance(each.type, Blind) for each in table.columns)
    return hashed or any(
        key.ondelete == "CASCADE" and (points_at_person(column) or goes(key.column.table))
        for column in table.columns
        for key in column.foreign_keys
    )


def rewrite() -> None:
    """Write the page anew."""
    PAGE.write_text(page(TEMPLATE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    rewrite()
