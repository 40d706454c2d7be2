"""Dublin Core as JSON: a list of records whose keys are DCMI terms (ISO 15836).

``identifier`` holds id, symbol and address; ``title``, ``abstract`` have a text for each language;
``spatial`` the regions, ``alternative`` the nicknames, ``provenance`` where a record comes from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from bot.library.exchange.citation import codes, identified, kind_of, texts, year_in
from bot.library.exchange.entry import Entry, Fields, bad

_BLANKS = (" ", "\t", "\r", "\n")


def read(text: str) -> Iterator[Entry]:
    """Read a list of records one after the other, which tells the line of each."""
    decoder = json.JSONDecoder()
    place, line = _pass(text, 0, 1, "[")
    for found in count():
        if text[place : place + 1] == "]":
            if text[place + 1 :].strip():
                raise bad(line, "nothing may follow the list")
            return
        if found:
            place, line = _pass(text, place, line, ",")
        start = line
        try:
            record, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise bad(line, "this is not JSON") from error
        if not isinstance(record, dict):
            raise bad(line, 'expected a record such as {"title": …}')
        line += text.count("\n", place, end)
        place, line = _pass(text, end, line, "")
        yield Entry(start, _fields(record))


def _pass(text: str, place: int, line: int, sign: str) -> tuple[int, int]:
    """Pass *sign* with the blanks around it; returns the place behind and its line."""
    start = place
    for expected in ("", sign):
        if not text.startswith(expected, place):
            raise bad(line + text.count("\n", start, place), f"expected {expected!r}")
        place += len(expected)
        while text[place : place + 1] in _BLANKS:
            place += 1
    return place, line + text.count("\n", start, place)


def _strings(said: Any) -> list[str]:
    """Take one value or several, numbers too."""
    values = said if isinstance(said, list) else [said]
    return [str(value).strip() for value in values if isinstance(value, str | int)]


def _fields(record: dict[str, Any]) -> Fields:
    terms = {name.rpartition(":")[2]: value for name, value in record.items()}

    def strings(*names: str) -> list[str]:
        return next((found for name in names if (found := _strings(terms.get(name)))), [])

    def translated(*names: str) -> Any:
        said = next((terms[name] for name in names if terms.get(name)), None)
        return said if isinstance(said, dict) else texts(next(iter(_strings(said)), ""), languages)

    languages = codes(strings("language"))
    names = strings("identifier")
    urls = [name for name in names if name.startswith(("http://", "https://"))]
    own = [name for name in names if name not in urls]
    fields = {
        "kind": kind_of("".join(strings("type")[:1])),
        "year": year_in(" ".join(strings("date", "issued", "created"))),
        "organisation": "".join(strings("creator", "publisher")[:1]),
        "symbol": "".join(own[1:2]),
        "languages": languages,
        "url": "".join(urls[:1]),
        "regions": strings("spatial"),
        "subjects": strings("subject"),
        "source": "".join(strings("provenance")[:1]),
        "title": translated("title"),
        "summary": translated("abstract", "description"),
        "aliases": strings("alternative"),
    }
    return identified(fields, "".join(own[:1]))


def write(items: Iterable[Fields]) -> str:
    """Write records with everything but whether somebody checked them."""
    return json.dumps([_record(item) for item in items], ensure_ascii=False, indent=1) + "\n"


def _record(item: Fields) -> dict[str, Any]:
    record = {
        "identifier": [name for name in (item["id"], item["symbol"], item["url"]) if name],
        "title": item["title"],
        "creator": item["organisation"],
        "type": item["kind"],
        "date": item["year"] and f"{item['year']:04}",
        "language": item["languages"],
        "spatial": item["regions"],
        "subject": item["subjects"],
        "abstract": item["summary"],
        "alternative": item["aliases"],
        "provenance": item["source"],
    }
    return {term: value for term, value in record.items() if value}
