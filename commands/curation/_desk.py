"""The library desk: what an item goes through, and who is told of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from rapidfuzz import fuzz

from commands.curation import _words as words
from kit.command import Call
from kit.errors import NotFound
from kit.network import Network
from kit.ports import Post
from kit.text import Reply, Say, _
from kit.words import fold, number
from language.scripts import WRITTEN_IN, language_of_script
from search.index import LibraryIndex
from storage.curation import YEAR, Curation
from storage.dues import Dues
from storage.items import Items
from storage.listings import Listings
from storage.people import People
from storage.tables.library import ResourceRow, TranslationRow

# Titles that are this much alike (of 100) may be the same work.
ALIKE = 88
NEAREST, MOST_SIMILAR = 20, 3
LONGEST_ID = 25
LISTS = ("review", "find")
MONDAY_MORNING = time(7, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a step of an item's life needs."""

    library: Items
    curation: Curation
    people: People
    listings: Listings
    dues: Dues
    post: Post
    network: Network
    index: LibraryIndex

    async def shown(self, call: Call, said: str) -> ResourceRow:
        """Return the item a member means, by its id or its number in their last search."""
        resource_id = await self._named(call, said)
        row = await self.library.get(resource_id)
        if row is None:
            raise _unknown(said)
        return row

    async def any(self, call: Call, said: str) -> ResourceRow:
        """Return the item a curator means, whatever state it is in."""
        resource_id = await self._named(call, said)
        row = await self.curation.get(resource_id)
        if row is None:
            raise _unknown(said)
        return row

    async def translation(self, call: Call, said: str) -> TranslationRow | None:
        """Return the waiting translation a curator means, or None if they mean an item."""
        resource_id, _slash, language = (await self._named(call, said)).partition("/")
        return await self.curation.translation(resource_id, language)

    async def _named(self, call: Call, said: str) -> str:
        if (index := number(said)) is None:
            return said.strip().casefold()
        # Everybody has one list at a time: the number is of the one they saw last.
        listings = [await self.listings.resolve(call.person_id, kind, index) for kind in LISTS]
        return next(filter(None, listings), "")

    async def similar(self, title: str, language: str) -> list[ResourceRow]:
        """Find shown items whose title, other name or symbol is much like *title*."""
        ids = self.index.search(title, language).ids[:NEAREST]
        rows = await self.library.several(await self.library.standing(ids))
        return [row for row in rows if _likeness(title, row) >= ALIKE][:MOST_SIMILAR]

    def subjects(self, topics: Sequence[str]) -> list[str]:
        """Say what the library calls the topics of the network."""
        return [s for topic in topics for s in self.network.rooms[topic].subjects[:1]]

    async def add(
        self, row: ResourceRow, title: str, person_id: int, credit: str | None = None
    ) -> None:
        """Keep a new item under an id that can be said."""
        row.id = await self.curation.free_id(_slug(title, row.kind))
        await self.curation.add(row, person_id, credit)

    async def check(self, call: Call, row: ResourceRow) -> None:
        """Note that a curator found an item right; whoever suggested it is told."""
        waited, row.waiting = row.waiting, False
        row.retired, row.retired_why, row.superseded_by = False, None, None
        row.verified, row.checked_at, row.checker_id = True, call.now, call.person_id
        row.review_by = call.now + YEAR
        await self.curation.close_reports(row.id)
        await self.plan_week(call.now)
        if waited:
            await self.decided(call, row, words.listed(row.titles, row.id))

    async def retire(self, call: Call, row: ResourceRow, why: str) -> None:
        """Show an item no longer; whoever suggested it is told if it never was shown."""
        waited, row.waiting = row.waiting, False
        row.retired, row.retired_why, row.superseded_by = True, why or None, None
        await self.curation.release(row)
        await self.curation.close_reports(row.id)
        if waited:
            await self.decided(call, row, words.refused(row.titles, why))

    async def replace(self, call: Call, row: ResourceRow, by: ResourceRow) -> None:
        """Let an item lead to another; one that never was shown is only put away."""
        waited, row.waiting = row.waiting, False
        row.retired, row.retired_why = waited, None
        await self.curation.supersede(row, by)
        await self.curation.close_reports(row.id)
        if waited:
            await self.decided(call, row, words.known(by.titles, by.id))

    async def decided(self, call: Call, row: ResourceRow, reply: Reply) -> None:
        """Tell the member an item comes from what was decided."""
        if (contribution := await self.curation.contribution(row.id)) is not None:
            await self.tell(call, contribution.person_id, reply)

    async def tell(self, call: Call, person_id: int | None, reply: Reply) -> None:
        """Tell a contributor, unless they decided themselves or were erased."""
        if person_id is not None and person_id != call.person_id:
            await self.post.direct(person_id, reply)

    async def plan_week(self, now: datetime) -> None:
        """Plan the curators' list for next Monday."""
        monday = (now + timedelta(days=7 - now.weekday())).date()
        due_at = datetime.combine(monday, MONDAY_MORNING)
        await self.dues.plan("curation.week", f"curation:week:{monday}", due_at, {})


def _unknown(said: str) -> NotFound:
    text = _("I do not know which item {said} is. Say {find} first.", said=said, find=Say("find"))
    return NotFound(text)


def _likeness(title: str, row: ResourceRow) -> float:
    names = {*row.titles.values(), *row.aliases, row.symbol or ""}
    return max(fuzz.token_sort_ratio(fold(title), fold(name)) for name in names)


def _slug(title: str, kind: str) -> str:
    slug = "-".join(re.findall("[a-z0-9]+", fold(title)))
    slug = slug[: LONGEST_ID + 1].rpartition("-")[0] if len(slug) > LONGEST_ID else slug
    # An id without a word would look like a number of a list.
    return slug if re.search("[a-z]{3}", slug) else f"{kind.replace('_', '-')}-{slug}".strip("-")


def title_language(title: str, languages: Sequence[str], spoken: str) -> str:
    """Guess in which of an item's *languages* its title is; *spoken* by who wrote it."""
    if script := language_of_script(title):
        return script
    order = [spoken, *languages] if spoken in languages else [*languages, spoken]
    return next((code for code in order if code not in WRITTEN_IN.values()), "en")
