"""Reading what one field of an item is to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias

from commands.curation._steps import LONGEST_SUMMARY, LONGEST_TITLE, MOST_TOPICS, SHORTEST_TITLE
from kit.errors import BadArgument
from kit.question import About, Option, choose
from kit.steps import read_languages, read_text, themes
from kit.text import Code, _
from kit.words import number, quote
from storage.addresses import read_address
from storage.tables.library import ResourceRow

NOTHING = "-"
MOST_REGIONS = 5
LONGEST_NAME = 80


Fields: TypeAlias = Mapping[str, Any]


def _title(row: ResourceRow, said: str, about: About) -> Fields:
    title = read_text(said, SHORTEST_TITLE, LONGEST_TITLE)
    return {"titles": {**row.titles, about.language: title}}


def _summary(row: ResourceRow, said: str, about: About) -> Fields:
    return {"summaries": {**row.summaries, about.language: read_text(said, 1, LONGEST_SUMMARY)}}


def _kind(_row: ResourceRow, said: str, about: About) -> Fields:
    options = [Option(kind, names) for kind, names in about.network.kinds.items()]
    return {"kind": choose(options, said, 1, about)[0]}


def _year(_row: ResourceRow, said: str, about: About) -> Fields:
    year = None if said == NOTHING else number(said)
    if said != NOTHING and not (year and year <= about.now.year + 1):
        raise ValueError(said)
    return {"year": year}


def _organisation(_row: ResourceRow, said: str, _about: About) -> Fields:
    return {"organisation": "" if said == NOTHING else read_text(said, 1, LONGEST_NAME)}


def _symbol(_row: ResourceRow, said: str, _about: About) -> Fields:
    return {"symbol": None if said == NOTHING else read_text(said, 1, LONGEST_NAME)}


def _url(_row: ResourceRow, said: str, _about: About) -> Fields:
    return {"url": None if said == NOTHING else read_address(said)}


def _languages(_row: ResourceRow, said: str, about: About) -> Fields:
    return {"languages": list(read_languages(said, about))}


def _topics(row: ResourceRow, said: str, about: About) -> Fields:
    chosen = choose(themes(row, about), said, MOST_TOPICS, about)
    return {"subjects": [s for topic in chosen for s in about.network.rooms[topic].subjects[:1]]}


def _regions(_row: ResourceRow, said: str, about: About) -> Fields:
    everywhere = Option("global", {"en": "global"})
    regions = [Option(region.slug, region.names) for region in about.network.regions.values()]
    return {"regions": choose([everywhere, *regions], said, MOST_REGIONS, about)}


def _review(_row: ResourceRow, said: str, _about: About) -> Fields:
    return {"review_by": datetime.combine(date.fromisoformat(said), time(tzinfo=UTC))}


FIELDS: Mapping[str, Callable[[ResourceRow, str, About], Fields]] = {
    "title": _title,
    "summary": _summary,
    "kind": _kind,
    "year": _year,
    "organisation": _organisation,
    "symbol": _symbol,
    "url": _url,
    "languages": _languages,
    "topics": _topics,
    "regions": _regions,
    "review": _review,
}


def edit(row: ResourceRow, name: str, said: str, about: About) -> Fields:
    """Read a new value for the field; title and summary in the curator's language.

    Raises:
        BadArgument: there is no such field, or it cannot hold that.
    """
    change = FIELDS.get(name.casefold())
    if change is None:
        names = Code(", ".join(FIELDS))
        raise BadArgument(_("The fields are: {names}", names=names))
    try:
        return change(row, said, about)
    except ValueError as error:
        raise BadArgument(
            _("I cannot read {said} as {name}.", said=quote(said), name=Code(name))
        ) from error
