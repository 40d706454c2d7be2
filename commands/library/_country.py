"""What there is on a country: laws, where to turn, instruments of its region, room and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from actions.curation.letters import referred, unknown_there
from actions.sides import kept_apart, side, side_of
from commands.library._card import entry
from commands.library._feature import feature
from kit.authority import Act
from kit.command import Call, Rest
from kit.listing import Listing, ListKind, wish_entry
from kit.network import Network, region_slug
from kit.text import Label, Name, Node, Numbered, Paragraphs, Reply, Strong, _, n_
from search.index import LibraryIndex
from search.query import Query
from storage.directory import Directory
from storage.items import Items
from storage.people import People
from storage.referrals import Referrals
from storage.tables.library import ResourceRow

_LAWS, _INSTRUMENTS = 2, 3  # with the room and the people that makes seven lines
_LAW = frozenset({"national_law"})
_BINDING = ("treaty", "standard", "declaration", "regional_resolution", "recommendation")

Entry = tuple[str, str, Node]
"""A command, what it takes, and how to show that in a list."""


@dataclass(frozen=True, slots=True)
class Countries:
    """What the hub knows of countries, all of it with its source."""

    network: Network
    index: LibraryIndex
    library: Items
    referrals: Referrals
    directory: Directory
    people: People

    async def page(self, call: Call, code: str) -> Reply:
        """Show it: every line of the list can be opened by its number."""
        known = await self.referrals.of(code)
        laws = await self._laws(call, code)
        lines: list[Entry] = [("show", row.id, entry(row)) for row in laws]
        lines += await self._region(call, code)
        lines += await self._members(call, code)
        blocks: list[Node] = [
            Strong(Name("territory", code)),
            referred(known) if known else unknown_there(code),
        ]
        if not laws:
            blocks.append(_("The library has no law on legal aid of this country yet."))
        if lines:
            how = _("Answer with a number to open one.")
            blocks += [Numbered([node for _path, _rest, node in lines]), how]
        entries = [wish_entry(path, rest) for path, rest, _node in lines]
        listing = Listing(ListKind.WISHES, entries) if entries else None
        ids = [rest for _path, rest, _node in lines]
        return Reply("find.country", Paragraphs(blocks), ids, listing=listing)

    async def _laws(self, call: Call, code: str) -> Sequence[ResourceRow]:
        query = Query(self.index.country_name(code), kinds=_LAW)
        return (await self.library.several(self.index.search(query, call.language).ids))[:_LAWS]

    async def _region(self, call: Call, code: str) -> list[Entry]:
        if (region := self.network.region_of(code)) is None:
            return []
        query = Query("", kinds=frozenset(_BINDING), regions=frozenset({region.slug}))
        found = await self.library.several(self.index.search(query, call.language).ids)
        found.sort(key=lambda row: _BINDING.index(row.kind))
        lines: list[Entry] = [("show", row.id, entry(row)) for row in found[:_INSTRUMENTS]]
        room = self.network.rooms.get(region_slug(region.slug))
        if room is not None:
            lines.append(("join", room.slug, _("Room: {room}", room=Label(room.names))))
        return lines

    async def _members(self, call: Call, code: str) -> list[Entry]:
        """Count who lets members find them there; nobody else learns that there is anybody."""
        if not call.role.may(Act.FIND_MEMBERS.least):
            return []
        reader = side(self.network, await self.people.get(call.person_id))
        there = await self.directory.categories_in(code)
        met = (each for each in there if not kept_apart(reader, side_of(self.network, each)))
        found = sum(there[each] for each in met)
        if not found:
            return []
        line = n_("{n} member who can be found there", "{n} members who can be found there", found)
        return [("members", self.index.country_name(code), line)]


@feature.answer("country", summary=_("what there is on a country"))
async def country(
    call: Call, countries: Countries, code: Annotated[str, Rest(_("country"))]
) -> Reply:
    """Show the page of a country, as a look-up offers it."""
    return await countries.page(call, code)
