"""Searches, and what they found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, TypeAlias

from commands.library._card import (
    answering,
    card,
    citation,
    entry,
    found_entries,
    in_short,
    provision_numbers,
    without_provision,
)
from commands.library._choices import Choices
from commands.library._country import Countries
from commands.library._everywhere import Beside, together
from commands.library._feature import feature
from commands.library._filters import Narrowing
from kit.authority import Act
from kit.command import Call, Rest
from kit.errors import Conflict, NotFound
from kit.listing import Listing, ListKind
from kit.network import Network
from kit.ports import Intent, Post
from kit.text import Bullets, Code, Name, Node, Numbered, Paragraphs, Reply, Say, _, n_
from kit.times import When
from kit.trait import Purpose, Slot
from kit.words import number, quote
from search.index import LibraryIndex
from search.provisions import Provision
from storage.curation import Curation
from storage.items import Items
from storage.links import Links
from storage.listings import Listings
from storage.people import People
from storage.tables.library import UNMET_DAYS, ResourceRow
from storage.unmet import Unmet

PAGE = 5
FOUND, NOTHING = "find.results", f"error.{NotFound.code}"
UNMET = 20
MOST_DEAD = 4
Provided: TypeAlias = Mapping[str, Sequence[Provision]]


@dataclass(frozen=True, slots=True)
class Shelves:
    """Items, how often they are used, and the list a person saw last."""

    library: Items
    curation: Curation
    listings: Listings

    async def item(self, call: Call, said: str) -> ResourceRow:
        """Find an item by its id, or by its number in the last search; count that it is opened."""
        resource_id = said.strip().casefold()
        if (index := number(said)) is not None:
            resource_id = await self.listings.resolve(call.person_id, ListKind.FOUND, index) or ""
        row = await self.library.get(resource_id)
        if row is None:
            raise NotFound(
                _(
                    "I do not know which item {said} is. Say {find} first.",
                    said=quote(said),
                    find=Say("find"),
                )
            )
        await self.curation.count("opened", [row.id], call.now)
        return row


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found, and the reply that says so.

    It stands *alone* if it was narrowed, tells of a situation, or names nothing for the library.
    """

    reply: Reply
    provisions: Provided = field(default_factory=dict)
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Searches:
    """Looks in the library for what somebody asks for."""

    index: LibraryIndex
    people: People
    network: Network
    shelves: Shelves
    choices: Choices
    countries: Countries

    async def of(self, call: Call, said: str, *, wide: bool) -> Searched:
        """Search; *wide* adds what answers without sharing a word."""
        person = await self.people.get(call.person_id)
        region = self.network.region_of(person.country) if person.country else None
        words = await self.choices.chosen(call, said)
        if (code := self.index.country(words)) is not None:
            return Searched(await self.countries.page(call, code))
        near, query = region.slug if region else None, self.index.asked(words)
        found = await self.index.look_up(query, call.language, near, add=wide)
        if found.meanings:
            return Searched(await self.choices.meanings(call, words, found))
        if ids := await self.shelves.library.standing(found.ids):
            told = found.provisions if found.told else {}
            reply = await _page(
                call, self.shelves, ids[:50], 0, len(ids), found.provisions, told=told
            )
        else:
            reply = await self.choices.nothing(call, words, found)
        if filters := Narrowing(self.network, self.index.concepts).of(query):
            reply = replace(reply, body=Paragraphs([*filters, reply.body]))
        if found.lacking:
            reply = replace(reply, body=Paragraphs([without_provision(found.lacking), reply.body]))
        alone = query.filtered or found.told or (not ids and found.outside is not None)
        return Searched(reply, found.provisions, alone=alone)


@feature.command(
    "find",
    summary=_("search the library; also: since 2010, in Arabic, only UN"),
    opens=ListKind.MEANINGS,
)
async def find(
    call: Call,
    searches: Searches,
    intent: Intent,
    words: Annotated[str, Rest(_("words, a symbol or a question"), free=True, slot=Slot.TEXT)],
) -> Reply:
    """Show the best five; the rest waits for ``more``."""
    wide = await intent.looks_up(words, call.language)
    return (await searches.of(call, words, wide=wide)).reply


@feature.answer("look up", summary=_("search the library"), purpose=Purpose.EVERYWHERE)
async def everywhere(
    call: Call,
    searches: Searches,
    beside: Beside,
    words: Annotated[str, Rest(_("words, a symbol or a question"), free=True, slot=Slot.TEXT)],
) -> Reply:
    """Search as ``find`` does, and name the room, country and event that are about it too."""
    searched = await searches.of(call, words, wide=True)
    found = searched.reply
    if searched.alone or found.kind not in (FOUND, NOTHING):
        return found
    if others := await beside.of(call, words):
        library = searches.shelves.library
        items = await library.several(found.ids) if found.kind == FOUND else []
        return together(items, searched.provisions, others, call.language)
    return found


@feature.command("more", summary=_("the next page of a search or a list"), purpose=Purpose.MORE)
async def more(call: Call, shelves: Shelves, post: Post) -> Reply | None:
    """Show what waits to be asked for, else the next five of the last search."""
    if await post.unveil(call.person_id):
        return None
    row = await shelves.listings.last(call.person_id, ListKind.FOUND)
    if row is None:
        raise Conflict(
            _("There is no search to continue. Say {find} and some words.", find=Say("find"))
        )
    if row.shown >= len(row.ids):
        raise Conflict(_("That was everything. Try other words: {find}.", find=Say("find")))
    return await _page(call, shelves, row.ids, row.shown, len(row.ids))


async def _page(
    call: Call,
    shelves: Shelves,
    ids: Sequence[str],
    start: int,
    total: int,
    provisions: Provided = MappingProxyType({}),
    *,
    told: Provided = MappingProxyType({}),
) -> Reply:
    shown = await shelves.library.several(ids[start : start + PAGE])
    if told:
        shown = answering(shown, told, call.language)
    await shelves.curation.count("found", [row.id for row in shown], call.now)
    blocks: list[Node] = [
        n_("{n} item found.", "{n} items found.", total),
        Numbered(found_entries(shown, provisions, call.language), start + 1),
        _("Say {show} for details.", show=Say("show", str(start + 1))),
    ]
    if total == 1 and provisions:
        blocks[2:2] = in_short(shown[0], call.language)
    if start + len(shown) < len(ids):
        blocks.append(_("Say {more} for the next ones.", more=Say("more")))
    listing = Listing(ListKind.FOUND, ids, start + len(shown))
    found = [row.id for row in shown]
    return Reply(FOUND, Paragraphs(blocks), found, listing=listing)


Item = Annotated[str, Rest(_("number or id"), lists=(ListKind.FOUND,))]


@feature.command("show", summary=_("one item of the library in detail"), opens=ListKind.FOUND)
async def show(
    call: Call, shelves: Shelves, links: Links, index: LibraryIndex, item: Item
) -> Reply:
    """Show a card: title, symbol, what it is for, languages, address."""
    row = await shelves.item(call, item)
    contribution = await shelves.curation.contribution(row.id)
    credit = contribution.credit if contribution else None
    failing = await links.failing(row.id)
    blocks = card(row, call.language, credit, call.now, failing.checked_at if failing else None)
    if number(item) is None and row.id != item.strip().casefold():
        replaced = _("{id} has been replaced by this:", id=Code(item.strip()))
        blocks = [replaced, *blocks]
    if provisions := index.provisions.of(row.id):
        blocks.append(provision_numbers(provisions))
    this = Listing.card(ListKind.FOUND, row.id)
    return Reply("find.card", Paragraphs(blocks), ids=(row.id,), listing=this)


@feature.command("cite", summary=_("a reference ready to copy"))
async def cite(call: Call, shelves: Shelves, item: Item) -> Reply:
    """Give one line with title, publisher, symbol, year and address in the caller's language."""
    row = await shelves.item(call, item)
    return Reply("find.citation", citation(row, call.language), ids=(row.id,))


@feature.command(
    "unmet",
    summary=_("what people looked for and did not find"),
    act=Act.CURATE,
    private=True,
)
async def unmet(call: Call, wanting: Unmet) -> Reply:
    """List what the library lacks, most asked first."""
    rows = await wanting.most(UNMET)
    if not rows:
        return Reply("find.unmet", _("Lately every search found something."))
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
    heading = n_(
        "Looked for and not found in the last {n} day:",
        "Looked for and not found in the last {n} days:",
        UNMET_DAYS,
    )
    return Reply("find.unmet", Paragraphs([heading, Bullets(lines)]))


@feature.command(
    "links",
    summary=_("addresses of the library that no longer answer"),
    act=Act.CURATE,
    private=True,
)
async def dead(call: Call, links: Links, shelves: Shelves) -> Reply:
    """List the addresses that have failed for the longest time."""
    found = await links.dead()
    if not found:
        return Reply("links.list", _("No address has been failing for days."))
    heading = n_("{n} address no longer answers:", "{n} addresses no longer answer:", len(found))
    items = [
        _(
            "{item}. No answer since {date} ({reason}).",
            item=entry(row),
            date=f"{link.failing_since or link.checked_at:%Y-%m-%d}",
            reason=Code(link.reason or ""),
        )
        for row, link in found[:MOST_DEAD]
    ]
    ids = [row.id for row, _link in found[:MOST_DEAD]]
    footer = _("Say {show} for details.", show=Say("show", "1"))
    body = Paragraphs([heading, Numbered(items), footer])
    return Reply("links.list", body, ids, listing=Listing(ListKind.FOUND, ids))
