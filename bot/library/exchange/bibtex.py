"""BibTeX, for those who cite: entries of named fields, text in UTF-8 with the signs of LaTeX."""

from __future__ import annotations

from collections.abc import Iterable

from bot.library.exchange.citation import main_text
from bot.library.exchange.entry import Fields

_NAMES = {"book": "book", "manual": "manual", "report": "techreport"}

_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


def write(items: Iterable[Fields]) -> str:
    """Write entries that BibTeX and its successors take; the kind stands in ``type``."""
    return "\n".join(_entry(item) for item in items)


def _entry(item: Fields) -> str:
    values: dict[str, object] = {
        "title": main_text(item["title"], item["languages"]),
        "organization": item["organisation"],
        "year": item["year"] and f"{item['year']:04}",
        "number": item["symbol"],
        "type": item["kind"],
        "language": ", ".join(item["languages"]),
        "keywords": ", ".join(item["subjects"]),
        "abstract": main_text(item["summary"], item["languages"]),
    }
    lines = [f"  {name} = {{{_latex(str(value))}}},\n" for name, value in values.items() if value]
    if item["url"]:
        lines.append(f"  url = {{{item['url']}}},\n")
    return f"@{_NAMES.get(item['kind'], 'misc')}{{{item['id']},\n{''.join(lines)}}}\n"


def _latex(text: str) -> str:
    return "".join(_SIGNS.get(sign, sign) for sign in text)
