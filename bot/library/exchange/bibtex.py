"""BibTeX, for those who cite: entries of named fields, text in the signs of LaTeX.

Accents written as LaTeX commands are read as letters; letters are written as UTF-8.
"""

from __future__ import annotations

import re
import unicodedata
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

_TYPES = {
    "book": "book",
    "booklet": "book",
    "manual": "manual",
    "techreport": "report",
    "report": "report",
}
_NAMES = {"book": "book", "manual": "manual", "report": "techreport"}
# Possessive (*+): a long run of blanks is not tried again from each of its places.
_ENTRY = re.compile(r"@\s*+(\w++)\s*+[{(]")
_KEY = re.compile(r"\s*+([^\s,{}()=]*+)\s*+,")
_FIELD = re.compile(r"[\s,]*+([\w:.-]++)\s*+=\s*+")
_WORD = re.compile(r"[\w:.-]+")
_END = re.compile(r"[\s,]*[})]")
_MORE = re.compile(r"\s*#\s*")
_BRACE_OR_QUOTE = re.compile(r'\\.|[{}"]', re.DOTALL)

_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
_ACCENTS = dict(
    zip(
        "`'^\"~=.uvHckr",
        "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0328\u030a",
        strict=True,
    )
)
_LETTERS = {
    "ss": "ß",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "i": "ı",
    "j": "ȷ",
}
_COMMANDS = {sign[1:].removesuffix("{}"): plain for plain, sign in _SIGNS.items()}
_LATEX = re.compile(
    r"\\(?P<accent>[`'^\"~=.]|[uvHckr](?![A-Za-z]))\s*(?:\{\\?(?P<braced>\w)\}|\\?(?P<bare>\w))"
    r"|\\(?P<command>[A-Za-z]+)(?:\{\}|\s+|(?![A-Za-z]))"
    r"|\\(?P<sign>[\W_])"
    r"|(?P<tie>~)|(?P<brace>[{}])"
)  # fmt: skip


def read(text: str) -> Iterator[Entry]:
    """Read the entries of a file; what stands between them is comment, as in BibTeX itself."""
    macros: dict[str, str] = {}
    place = line = 0
    while found := _ENTRY.search(text, place):
        line += text.count("\n", place, found.start())
        kind, place = found[1].casefold(), found.end()
        start = line + 1
        if kind in {"comment", "preamble"}:
            _, place = _delimited(text, found.end() - 1, start)
        elif kind == "string":
            values, place = _values(text, place, start, macros)
            macros |= values
        else:
            key = _KEY.match(text, place)
            if key is None:
                raise bad(start, "expected a key and a comma after the opening brace")
            values, place = _values(text, key.end(), start, macros)
            yield Entry(start, _fields(kind, key[1], values))
        line += text.count("\n", found.start(), place)


def _values(
    text: str, place: int, line: int, macros: Mapping[str, str]
) -> tuple[dict[str, str], int]:
    """Read ``name = value, …`` up to the closing brace; returns the place behind it."""
    values: dict[str, str] = {}
    while found := _FIELD.match(text, place):
        more: re.Match[str] | None = found
        parts: list[str] = []
        while more:
            part, place = _value(text, more.end(), line, macros)
            parts.append(part)
            more = _MORE.match(text, place)
        values[found[1].casefold()] = "".join(parts)
    end = _END.match(text, place)
    if end is None:
        raise bad(line, "this entry is not closed, or a comma or brace is missing in it")
    return values, end.end()


def _value(text: str, place: int, line: int, macros: Mapping[str, str]) -> tuple[str, int]:
    if text[place : place + 1] in {"{", '"'}:
        return _delimited(text, place, line)
    if found := _WORD.match(text, place):
        return macros.get(found[0].casefold(), found[0]), found.end()
    raise bad(line, "a field of this entry has no value")


def _delimited(text: str, place: int, line: int) -> tuple[str, int]:
    """Read what stands in braces or quotes; quotes inside braces do not count."""
    quoted, depth = text[place] == '"', 0
    for found in _BRACE_OR_QUOTE.finditer(text, place + 1):
        if depth == 0 and found[0] == ('"' if quoted else "}"):
            return text[place + 1 : found.start()], found.end()
        depth += (found[0][-1] == "{") - (found[0][-1] == "}")
    raise bad(line, "a brace or quote of this entry is not closed")


def _plain(value: str) -> str:
    """Turn LaTeX into text: accents, signs and letters; braces are dropped."""
    return " ".join(unicodedata.normalize("NFC", _LATEX.sub(_said, value)).split())


def _said(found: re.Match[str]) -> str:
    if accent := found["accent"]:
        letter = found["braced"] or found["bare"]
        return f"{letter}{_ACCENTS[accent]}"
    if command := found["command"]:
        return _COMMANDS.get(command) or _LETTERS.get(command) or ""
    if found["tie"]:
        return " "
    return found["sign"] or ""


def _fields(kind: str, key: str, values: Mapping[str, str]) -> Fields:
    said = {name: _plain(value) for name, value in values.items() if name != "url"}
    languages = codes([said.get("language", "")])
    number = said.get("number", "")
    organisation = ("organization", "institution", "publisher", "author")
    fields = {
        "kind": kind_of(said.get("type", ""), _TYPES.get(kind)),
        "year": year_in(said.get("year") or said.get("date", "")),
        "organisation": next((said[name] for name in organisation if said.get(name)), ""),
        "symbol": number,
        "languages": languages,
        "url": values.get("url", "").strip("{} "),
        "subjects": [p for part in said.get("keywords", "").split(",") if (p := part.strip())],
        "title": texts(said.get("title", ""), languages),
        "summary": texts(said.get("abstract", ""), languages),
    }
    return identified(fields, key)


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
