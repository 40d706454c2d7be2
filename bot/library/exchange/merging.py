"""What a file would change in the library, entry by entry, and doing it.

A field that the file does not speak of is left alone. So is one that says what an export in the
same format would say: a format that holds little therefore erases nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from actions.curation.awaiting import plan_look
from bot.library.exchange import bibtex, csv_file, dublin_core, ris, yaml_file
from bot.library.exchange.entry import Entry, Fields, Format, Writer, limited
from bot.starter import Resource, kinds
from kit.errors import BadFile
from storage.dues import Dues
from storage.engine import Storage
from storage.items import Items
from storage.tables.library import ResourceRow

MOST_BYTES = 8_000_000

READABLE: Mapping[str, Format] = {"yaml": yaml_file, "csv": csv_file, "json": dublin_core}
WRITABLE: Mapping[str, Writer] = {**READABLE, "bibtex": bibtex, "ris": ris}
_ENDINGS = {".yaml": "yaml", ".yml": "yaml", ".csv": "csv", ".json": "json"}
_MAY_BE_NOTHING = {"year", "symbol", "url"}
_TRANSLATED = ("title", "summary")


class Verdict(StrEnum):
    """What becomes of an entry."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "left alone"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of a file with its verdict; *notes* are the fields, or what to mend in each."""

    line: int
    id: str
    verdict: Verdict
    notes: tuple[str, ...] = ()
    values: Fields | None = None

    def __str__(self) -> str:
        """Write it for an operator."""
        notes = f" ({'; '.join(self.notes)})" if self.notes else ""
        return f"line {self.line}: {self.id}: {self.verdict}{notes}"


def read_file(path: Path, name: str | None = None) -> tuple[Format, list[Entry]]:
    """Read a file of the format *name*, or of the one its ending tells.

    Raises:
        BadFile: it cannot be read, is too large, or is not of that format.
    """
    name = name or _ENDINGS.get(path.suffix.casefold())
    if name is None:
        known = ", ".join(READABLE)
        raise BadFile(f"{path}: what can be read is {known}: if it is one, name it with --format")
    text = file_text(path)
    try:
        return READABLE[name], list(limited(READABLE[name].read(text)))
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from error


def file_text(path: Path) -> str:
    """Read a file that an operator gave; raises BadFile."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
            text = content.decode("utf-8-sig")
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"{path}: not UTF-8 at byte {error.start}: save it as UTF-8") from error
    if len(content) > MOST_BYTES:
        raise BadFile(f"{path}: larger than {MOST_BYTES:,} bytes: cut the file in parts")
    return text


def fields_of(row: ResourceRow) -> dict[str, Any]:
    """Take what a file may hold of a row."""
    given = {name: getattr(row, name) for name in Resource.model_fields if name not in _TRANSLATED}
    return {**given, "title": row.titles, "summary": row.summaries}


def compare(
    file: Format, entries: list[Entry], stored: Mapping[str, Fields], source: str
) -> Iterator[Change]:
    """Judge each entry against the library; *source* is where new items say they come from."""
    exported = file.read(file.write(stored.values())) if stored else ()
    held = {entry.fields["id"]: entry.fields for entry in exported}
    lines: dict[str, int] = {}
    for entry in entries:
        key = str(entry.fields.get("id", ""))[:80]
        if key in lines:
            notes = (f"id: the same as in line {lines[key]}: give each its own",)
            yield Change(entry.line, key, Verdict.REFUSED, notes)
            continue
        lines[key] = entry.line
        yield _judge(entry, key, stored.get(key), held.get(key, {}), source)


def _judge(entry: Entry, key: str, current: Fields | None, held: Fields, source: str) -> Change:
    merged = _merged(entry.fields, current or {}, held)
    if not merged.get("source"):
        # A claim that names no source cannot be checked by anybody.
        merged["verified"] = bool(current and current["verified"])
        merged["source"] = "" if current else source
    if merged == current:
        return Change(entry.line, key, Verdict.SAME)
    try:
        resource = Resource.model_validate(merged)
    except ValidationError as error:
        return Change(entry.line, key, Verdict.REFUSED, tuple(_explain(error)))
    if resource.kind not in kinds():
        notes = (f"kind: no such kind, use one of: {', '.join(sorted(kinds()))}",)
        return Change(entry.line, key, Verdict.REFUSED, notes)
    values = resource.model_dump()
    values |= {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
    if current is None:
        return Change(entry.line, key, Verdict.ADDED, values=values)
    spoken = [name for name in values if merged[name] != current[name]]
    changed = {name: values[name] for name in spoken if values[name] != current[name]}
    verdict = Verdict.CHANGED if changed else Verdict.SAME
    return Change(entry.line, key, verdict, tuple(changed), {**current, **changed})


def _merged(given: Fields, current: Fields, held: Fields) -> dict[str, Any]:
    """Lay over what is stored whatever the file says otherwise than an export would."""
    merged = dict(current)
    for name, value in given.items():
        if value == held.get(name) or (value is None and name not in _MAY_BE_NOTHING):
            continue
        if name in _TRANSLATED and isinstance(value, dict):
            before = held.get(name, {})
            news = {key: text for key, text in value.items() if text != before.get(key)}
            all_texts = {**current.get(name, {}), **news}
            merged[name] = {key: text for key, text in all_texts.items() if text is not None}
        else:
            merged[name] = value
    return merged


def _explain(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in problem["loc"])
        yield f"{where}: {problem['msg'].removeprefix('Value error, ')}"


async def import_file(
    storage: Storage,
    path: Path,
    name: str | None = None,
    *,
    now: datetime,
    dry_run: bool = False,
) -> list[Change]:
    """Put what a file says into the library, except what is refused; returns what became of each.

    Raises:
        BadFile: the file as a whole cannot be read; nothing is changed.
    """
    file, entries = read_file(path, name)
    async with storage.read() if dry_run else storage.write() as session:
        library = Items(session)
        stored = {row.id: fields_of(row) for row in await library.everything()}
        changes = list(compare(file, entries, stored, path.name))
        for change in changes:
            if change.values and change.verdict in {Verdict.ADDED, Verdict.CHANGED} and not dry_run:
                values = dict(change.values)
                texts = {"titles": values.pop("title"), "summaries": values.pop("summary")}
                if change.verdict is Verdict.ADDED and values["source"] == path.name:
                    values["waiting"] = True  # nobody knows where it comes from: curators decide
                await library.put({**values, **texts})
        if not dry_run:
            await plan_look(Dues(session), now)
    return changes


async def export_library(storage: Storage, name: str) -> str:
    """Write the library in a format, without what is retired or waits for a curator."""
    async with storage.read() as session:
        rows = await Items(session).everything()
    return WRITABLE[name].write(fields_of(row) for row in rows if row.shown)
