"""Look up instruments, standards and practice in the library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot.kit.command import Call, Rest, Role
from bot.kit.errors import Conflict, NotFound
from bot.kit.feature import Feature
from bot.kit.network import Network
from bot.kit.text import (
    Bullets,
    Figure,
    Label,
    Lines,
    Link,
    Name,
    Node,
    Numbered,
    Paragraphs,
    Reply,
    Say,
    Series,
    Strong,
    Verbatim,
    When,
    _,
    n_,
)
from bot.kit.words import number
from commands.library._choices import Choices
from storage.dialogues import Listings
from storage.library import Library
from storage.models import ResourceRow
from storage.people import People
from storage.search.index import LibraryIndex
from storage.unmet import Unmet

feature = Feature("library", _("Library"), place=30)

PAGE = 5
UNMET = 20


@feature.command("find", summary=_("search the library"))
async def find(
    call: Call,
    index: LibraryIndex,
    people: People,
    network: Network,
    library: Library,
    listings: Listings,
    choices: Choices,
    words: Annotated[str, Rest(_("words, a symbol or a question"))],
) -> Reply:
    """Show the best five; the rest waits for ``more``."""
    person = await people.get(call.person_id)
    region = network.region_of(person.country) if person.country else None
    words = await choices.chosen(call, words)
    found = index.search(words, call.language, region.slug if region else None)
    if found.meanings:
        return await choices.meanings(call, words, found)
    if not found.ids:
        return await choices.nothing(call, words, found)
    await listings.put(call.person_id, "find", found.ids[:50], min(PAGE, len(found.ids)))
    return await _page(library, found.ids[:50], 0, len(found.ids))


@feature.command("more", summary=_("the next page of a search"))
async def more(call: Call, library: Library, listings: Listings) -> Reply:
    """Show the next five of the last search."""
    row = await listings.get(call.person_id, "find")
    if row is None:
        raise Conflict(_("There is no search to go on with. Say {find}.", find=Say("find")))
    if row.shown >= len(row.ids):
        raise Conflict(_("That was everything. Try other words: {find}.", find=Say("find")))
    start = row.shown
    await listings.put(call.person_id, "find", row.ids, min(start + PAGE, len(row.ids)))
    return await _page(library, row.ids, start, len(row.ids))


async def _page(library: Library, ids: Sequence[str], start: int, total: int) -> Reply:
    shown = await library.several(ids[start : start + PAGE])
    blocks: list[Node] = [
        n_("{n} item found.", "{n} items found.", total),
        Numbered([_line(row) for row in shown], start + 1),
        _("Say {show} for details.", show=Say("show", str(start + 1))),
    ]
    if start + PAGE < len(ids):
        blocks.append(_("Say {more} for the next ones.", more=Say("more")))
    return Reply("find.results", Paragraphs(blocks), [row.id for row in shown])


def _line(row: ResourceRow) -> Node:
    title: Node = Strong(Label(row.titles))
    reference = Verbatim(row.symbol or row.organisation)
    if row.year is None:
        return _("{title}, {reference}", title=title, reference=reference)
    year = Figure(row.year)
    return _("{title}, {reference} ({year})", title=title, reference=reference, year=year)


@feature.command("show", summary=_("one item of the library in detail"))
async def show(
    call: Call,
    library: Library,
    listings: Listings,
    item: Annotated[str, Rest(_("number or id"))],
) -> Reply:
    """Show a card: title, symbol, what it is for, languages, address."""
    index = number(item)
    resource_id = item.strip()
    if index is not None:
        resource_id = await listings.resolve(call.person_id, "find", index) or ""
    row = await library.get(resource_id)
    if row is None:
        raise NotFound(
            _("I do not know which item {said} is. Say {find} first.", said=item, find=Say("find"))
        )
    return Reply("find.card", Paragraphs(_card(row, call.language)), ids=(row.id,))


def _card(row: ResourceRow, language: str) -> list[Node]:
    facts: list[Node] = [_line(row), Label(row.summaries)]
    languages = Series([Name("language", code) for code in row.languages])
    facts.append(_("Languages: {languages}", languages=languages))
    if language not in row.languages:
        mine = Name("language", language)
        facts.append(_("As far as I know there is no text in {language}.", language=mine))
    if not row.verified:
        facts.append(_("Nobody has checked this entry against its source yet."))
    if row.url:
        facts.append(Link(row.url, _("Read it here")))
    else:
        facts.append(_("I have no address for it yet."))
    return [facts[0], Lines(facts[1:])]


@feature.command(
    "unmet",
    summary=_("what people looked for and did not find"),
    requires=Role.CURATOR,
    private=True,
)
async def unmet(call: Call, wanting: Unmet) -> Reply:
    """List what the library lacks, most asked first."""
    rows = await wanting.most(UNMET)
    if not rows:
        return Reply("find.unmet", _("Everybody found something lately."))
    lines = [
        n_(
            "{words} ({language}): {n} time, last {when}",
            "{words} ({language}): {n} times, last {when}",
            row.times,
            words=row.words,
            language=Name("language", row.language),
            when=When(row.last_at),
        )
        for row in rows
    ]
    heading = _("Looked for and not found in the last three months:")
    return Reply("find.unmet", Paragraphs([heading, Bullets(lines)]))
