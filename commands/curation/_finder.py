"""Which item somebody means, and which ones come near it."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

from kit.command import Call
from kit.errors import NotFound
from kit.listing import ListKind
from kit.text import Say, _
from kit.words import fold, number, quote
from search.index import LibraryIndex
from search.query import Query
from storage.curation import Curation
from storage.items import Items
from storage.listings import Listings, entry
from storage.tables.library import ResourceRow, TranslationRow

# Titles that are this much alike (of 100) may be the same work.
ALIKE = 88
NEAREST, MOST_SIMILAR = 20, 3
LISTS = (ListKind.REVIEW, ListKind.FOUND)


@dataclass(frozen=True, slots=True)
class Finder:
    """Items by what people say."""

    items: Items
    curation: Curation
    listings: Listings
    index: LibraryIndex

    async def shown(self, call: Call, said: str) -> ResourceRow:
        """Return the item a member means, by its id or its number in their last search."""
        row = await self.items.get(await self._named(call, said))
        if row is None:
            raise _unknown(said)
        return row

    async def any(self, call: Call, said: str) -> ResourceRow:
        """Return the item a curator means, whatever state it is in."""
        row = await self.curation.get(await self._named(call, said))
        if row is None:
            raise _unknown(said)
        return row

    async def translation(self, call: Call, said: str) -> TranslationRow | None:
        """Return the waiting translation a curator means, or None if they mean an item."""
        resource_id, _slash, language = (await self._named(call, said)).partition("/")
        return await self.curation.translation(resource_id, language)

    async def similar(self, title: str, language: str) -> list[ResourceRow]:
        """Find shown items whose title, other name or symbol is much like *title*."""
        whole = Query(title)  # what would narrow a search is a part of the title
        ids = (await self.index.look_up(whole, language, add=False)).ids[:NEAREST]
        rows = await self.items.several(await self.items.standing(ids))
        return [row for row in rows if _likeness(title, row) >= ALIKE][:MOST_SIMILAR]

    async def _named(self, call: Call, said: str) -> str:
        if (index := number(said)) is None:
            return said.strip().casefold()
        row = await self.listings.last(call.person_id, *LISTS)
        return (entry(row, index) if row is not None else None) or ""


def _unknown(said: str) -> NotFound:
    text = _(
        "I do not know which item {said} is. Say {find} first.", said=quote(said), find=Say("find")
    )
    return NotFound(text)


def _likeness(title: str, row: ResourceRow) -> float:
    names = {*row.titles.values(), *row.aliases, row.symbol or ""}
    return max(fuzz.token_sort_ratio(fold(title), fold(name)) for name in names)
