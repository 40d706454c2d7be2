"""Changing one field of an item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time

from commands.curation._steps import LONGEST_SUMMARY, LONGEST_TITLE, MOST_TOPICS, SHORTEST_TITLE
from kit.dialogue import About, Option, choose
from kit.errors import BadArgument
from kit.steps import read_languages, read_text, themes
from kit.text import Code, _
from kit.words import number
from storage.addresses import read_address
from storage.tables.library import ResourceRow

NOTHING = "-"
MOST_REGIONS = 5
LONGEST_NAME = 80


def _title(row: ResourceRow, said: str, about: About) -> None:
    title = read_text(said, SHORTEST_TITLE, LONGEST_TITLE)
    row.titles = {**row.titles, about.language: title}


def _summary(row: ResourceRow, said: str, about: About) -> None:
    row.summaries = {**row.summaries, about.language: read_text(said, 1, LONGEST_SUMMARY)}


def _kind(row: ResourceRow, said: str, about: About) -> None:
    options = [Option(kind, names) for kind, names in about.network.kinds.items()]
    row.kind = choose(options, said, 1, about)[0]


def _year(row: ResourceRow, said: str, _about: About) -> None:
    row.year = None if said == NOTHING else number(said)
    if said != NOTHING and not (row.year and row.year <= _about.now.year + 1):
        raise ValueError(said)


def _organisation(row: ResourceRow, said: str, _about: About) -> None:
    row.organisation = "" if said == NOTHING else read_text(said, 1, LONGEST_NAME)


def _symbol(row: ResourceRow, said: str, _about: About) -> None:
    row.symbol = None if said == NOTHING else read_text(said, 1, LONGEST_NAME)


def _url(row: ResourceRow, said: str, _about: About) -> None:
    row.url = None if said == NOTHING else read_address(said)


def _languages(row: ResourceRow, said: str, about: About) -> None:
    row.languages = list(read_languages(said, about))


def _topics(row: ResourceRow, said: str, about: About) -> None:
    chosen = choose(themes(row, about), said, MOST_TOPICS, about)
    row.subjects = [s for topic in chosen for s in about.network.rooms[topic].subjects[:1]]


def _regions(row: ResourceRow, said: str, about: About) -> None:
    everywhere = Option("global", {"en": "global"})
    regions = [Option(region.slug, region.names) for region in about.network.regions.values()]
    row.regions = choose([everywhere, *regions], said, MOST_REGIONS, about)


def _review(row: ResourceRow, said: str, _about: About) -> None:
    row.review_by = datetime.combine(date.fromisoformat(said), time(tzinfo=UTC))


FIELDS: Mapping[str, Callable[[ResourceRow, str, About], None]] = {
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


def edit(row: ResourceRow, name: str, said: str, about: About) -> None:
    """Set the field; title and summary in the curator's language. Raises BadArgument."""
    change = FIELDS.get(name.casefold())
    if change is None:
        names = Code(", ".join(FIELDS))
        raise BadArgument(_("The fields are: {names}", names=names))
    try:
        change(row, said, about)
    except ValueError as error:
        raise BadArgument(
            _("I cannot read {said} as {name}.", said=said[:60], name=Code(name))
        ) from error
