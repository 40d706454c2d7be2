"""RIS, which reference managers exchange: lines of a tag and a value, TY first, ER last."""

from __future__ import annotations

from collections.abc import Iterable

from bot.library.exchange.citation import main_text
from bot.library.exchange.entry import Fields

_NAMES = {"report": "RPRT", "book": "BOOK", "case_law": "CASE", "national_law": "STAT"}


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
