"""A table with a row for each session; times are those of the clock at the conference."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.library.exchange import sheet
from bot.library.exchange.entry import bad
from bot.programme.written import RawSession, Unusable

COLUMNS = ("id", "title", "start", "end", "room", "track", "speakers", "link", "about")
_NEEDED = ("id", "title", "start")


def read(text: str) -> Iterator[RawSession | Unusable]:
    """Read rows under a line of column names; speakers are parted by ";"."""
    rows = sheet.rows(text)
    try:
        columns = list(rows.fieldnames or ())
        if unknown := [name for name in columns if name not in COLUMNS]:
            known = ", ".join(COLUMNS)
            raise bad(1, f"no such column: {unknown[0][:40]!r}; there are {known}")
        if missing := [name for name in _NEEDED if name not in columns]:
            raise bad(1, f"the column {missing[0]} is missing")
        for row in rows:
            yield _row(row, f"line {rows.line_num}")
    except csv.Error as error:
        raise bad(rows.line_num + 1, f"this is not CSV: {error}") from error


def _row(row: Mapping[str, str | None], where: str) -> RawSession | Unusable:
    if None in row:
        return Unusable(f"{where}: more cells than columns")
    said = {name: cell or "" for name, cell in row.items()}
    try:
        starts = datetime.fromisoformat(said["start"].strip())
        end = said.get("end", "").strip()
        ends = datetime.fromisoformat(end) if end else None
    except ValueError:
        return Unusable(f"{where}: times are written as 2027-05-20 09:00")
    return RawSession(
        where,
        said["id"],
        said["title"],
        starts,
        ends,
        room=said.get("room", ""),
        link=said.get("link", ""),
        about=said.get("about", ""),
        track=said.get("track", ""),
        speakers=[name.strip() for name in said.get("speakers", "").split(";") if name.strip()],
    )
