"""RIS, which reference managers exchange: lines of a tag and a value, TY first, ER last."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from bot.library.exchange.citation import (
    codes,
    identified,
    kind_of,
    main_text,
    texts,
    year_in,
)
from bot.library.exchange.entry import Entry, Fields, bad

_LINE = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*))?")
_TYPES = {"RPRT": "report", "BOOK": "book", "CASE": "case_law", "STAT": "national_law"}
_NAMES = {kind: name for name, kind in _TYPES.items()}

Tags = Mapping[str, list[str]]


def read(text: str) -> Iterator[Entry]:
    """Read the references of a file; a line without a tag goes on with the one before."""
    start, tags, last = 0, defaultdict[str, list[list[str]]](list), list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.fullmatch(line.rstrip())
        if found and found[1] == "TY":
            if tags:
                raise bad(start, "this reference has no end (ER  -)")
            start = number
        if not tags and not (found and found[1] == "TY"):
            if line.strip():
                raise bad(number, "expected a reference to begin (TY  - …)")
            continue
        if found and found[1] == "ER":
            yield Entry(start, _fields({tag: [*map(" ".join, said)] for tag, said in tags.items()}))
            tags = defaultdict(list)
        elif found:
            last = [(found[2] or "").strip()]
            tags[found[1]].append(last)
        else:
            last.append(line.strip())
    if tags:
        raise bad(start, "this reference has no end (ER  -)")


def _first(tags: Tags, *names: str) -> str:
    return next((value for name in names for value in tags.get(name, ()) if value), "")


def _fields(tags: Tags) -> Fields:
    languages = codes(tags.get("LA", ()))
    fields = {
        "kind": kind_of(_first(tags, "M3"), _TYPES.get(_first(tags, "TY"))),
        "year": year_in(_first(tags, "PY", "Y1", "DA")),
        "organisation": _first(tags, "PB", "AU", "A1"),
        "symbol": _first(tags, "M1"),
        "languages": languages,
        "url": _first(tags, "UR", "L1"),
        "subjects": tags.get("KW", []),
        "title": texts(_first(tags, "TI", "T1"), languages),
        "summary": texts(_first(tags, "AB", "N2"), languages),
    }
    return identified(fields, _first(tags, "ID"))


def write(items: Iterable[Fields]) -> str:
    """Write references as UTF-8 with the tags that most programs know."""
    return "\n".join(_reference(item) for item in items)


def _reference(item: Fields) -> str:
    lines: list[tuple[str, object]] = [
        ("TY", _NAMES.get(item["kind"], "GEN")),
        ("ID", item["id"]),
        ("TI", main_text(item["title"], item["languages"])),
        ("PB", item["organisation"]),
        ("PY", item["year"] and f"{item['year']:04}"),
        ("M1", item["symbol"]),
        ("M3", item["kind"]),
        *(("LA", code) for code in item["languages"]),
        *(("KW", subject) for subject in item["subjects"]),
        ("AB", main_text(item["summary"], item["languages"])),
        ("UR", item["url"]),
    ]
    said = (f"{tag}  - {' '.join(str(value).split())}\n" for tag, value in lines if value)
    return "".join([*said, "ER  - \n"])
