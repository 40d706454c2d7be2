"""A table for a spreadsheet. It holds everything; titles have a column for each language."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.library.exchange import sheet
from bot.library.exchange.entry import Entry, Fields, bad
from bot.starter import Resource

_LISTS = ("languages", "regions", "subjects", "aliases")
_TRANSLATED = ("title", "summary")
_PLAIN = tuple(name for name in Resource.model_fields if name not in _TRANSLATED)
# A spreadsheet takes a cell that begins like this for a formula, even behind blanks.
_FORMULA = re.compile(r"['\s]*[=+\-@＝＋－＠]")


def read(text: str) -> Iterator[Entry]:
    """Read rows under a line of column names; an empty cell means that there is nothing."""
    rows = sheet.rows(text)
    try:
        for column in rows.fieldnames or ():
            kind, _, language = column.partition("_")
            if column not in _PLAIN and not (kind in _TRANSLATED and language):
                raise bad(1, f"no such column: {column[:40]!r}")
        line = rows.line_num + 1
        for row in rows:
            yield Entry(line, _fields(row, line))
            line = rows.line_num + 1
    except csv.Error as error:
        raise bad(rows.line_num + 1, f"this is not CSV: {error}") from error


def _fields(row: Mapping[str | None, Any], line: int) -> Fields:
    if None in row:
        raise bad(line, "more cells than columns")
    fields: dict[str, Any] = {}
    for column, cell in row.items():
        kind, _, language = str(column).partition("_")
        said = _unguarded(cell or "")
        if kind in _TRANSLATED:
            fields.setdefault(kind, {})[language] = said or None
        elif column in _LISTS:
            fields[kind] = next(csv.reader([said], delimiter=";", skipinitialspace=True), [])
        else:
            fields[kind] = said or None
    return fields


def write(items: Iterable[Fields]) -> str:
    """Write a table; cells that a spreadsheet would take for formulas begin with an apostrophe."""
    rows = [_row(item) for item in items]
    names = {name for row in rows for name in row} - {*_PLAIN}
    out = io.StringIO(newline="")
    # Titles before summaries, and each in English first.
    translated = sorted(names, key=lambda name: (name[0] != "t", name[-3:] != "_en", name))
    table = csv.DictWriter(out, [*_PLAIN, *translated], restval="")
    table.writeheader()
    table.writerows(rows)
    return sheet.BOM + out.getvalue()


def _row(item: Fields) -> dict[str, str]:
    row = {name: item[name] for name in _PLAIN}
    row |= {name: _joined(item[name]) for name in _LISTS}
    row["verified"] = "yes" if item["verified"] else "no"
    for kind in _TRANSLATED:
        row |= {f"{kind}_{language}": text for language, text in item[kind].items()}
    return {name: _guarded(str(cell)) for name, cell in row.items() if cell is not None}


def _joined(parts: Iterable[str]) -> str:
    """Write a list as a line of CSV in its cell, so that a part may hold any sign."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="").writerow(parts)
    return out.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
