"""What curators decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from actions.curation.collection import Collection, Week
from actions.curation.letters import confirmed, listed
from commands.curation import _words as words
from commands.curation._edit import edit
from commands.curation._feature import feature
from commands.curation._finder import LISTS, Finder
from commands.curation._members import begin
from commands.curation._steps import Suggestion
from kit.authority import Act
from kit.command import Call, Rest, Word
from kit.dialogue import Open
from kit.due import Due
from kit.errors import NotFound
from kit.listing import ListKind
from kit.network import Network
from kit.question import About
from kit.text import Code, Label, Reply, _
from kit.understanding import Understanding
from storage.curation import Curation
from storage.links import Links
from storage.people import People
from storage.tables.library import ResourceRow

Item = Annotated[str, Word(_("number or id"), lists=LISTS)]


@dataclass(frozen=True, slots=True)
class Cards:
    """What a curator sees of items."""

    finder: Finder
    curation: Curation
    people: People
    network: Network
    links: Links

    async def queue(self, call: Call) -> Reply:
        """List what waits."""
        tasks = await self.curation.tasks(call.now)
        if not tasks:
            return Reply("curation.queue", _("Nothing to review."))
        return words.queue(tasks)

    async def one(self, call: Call, item: str) -> Reply:
        """Show an item with its history, or a translation."""
        if (proposed := await self.finder.translation(call, item)) is not None:
            row = await self.finder.any(call, proposed.resource_id)
            return words.proposal(proposed, row.titles)
        return await self.card(call, await self.finder.any(call, item))

    async def card(self, call: Call, row: ResourceRow) -> Reply:
        """Show an item with its history."""
        checkers = await self.people.named([row.checker_id] if row.checker_id else [])
        given = await self.curation.contribution(row.id)
        reports = await self.curation.reports(row.id)
        usage = await self.curation.usage(row.id, call.now)
        checker, credit = next(iter(checkers), None), given.credit if given else None
        failing = await self.links.failing(row.id)
        return words.card(row, self.network, checker, credit, reports, usage, failing)


@feature.command(
    "review",
    summary=_("what waits for a curator"),
    act=Act.CURATE,
    private=True,
    opens=ListKind.REVIEW,
)
async def review(
    call: Call,
    cards: Cards,
    item: Annotated[str, Rest(_("number or id"), lists=LISTS)] = "",
) -> Reply:
    """List what waits, or show one item with its history."""
    return await cards.one(call, item) if item else await cards.queue(call)


@feature.command(
    "approve",
    summary=_("list it, or say that it is still right"),
    act=Act.CURATE,
    private=True,
    weighty=True,
)
async def approve(call: Call, finder: Finder, collection: Collection, item: Item) -> Reply:
    """List an item as checked for a year, or take a translation over."""
    if (proposed := await finder.translation(call, item)) is not None:
        row = await finder.any(call, proposed.resource_id)
        return await collection.accept(call.by, proposed, row)
    row = await finder.any(call, item)
    shown = row.shown and row.superseded_by is None
    await collection.check(call.by, row, call.now)
    return confirmed(row.titles, row.id) if shown else listed(row.titles, row.id)


@feature.command(
    "resource add", summary=_("put something into the library"), act=Act.CURATE, private=True
)
async def add(
    call: Call, finder: Finder, what: Annotated[str, Rest(_("address or title"))]
) -> Open[Suggestion] | Reply:
    """Ask what it is, as for a suggestion; it is listed at once."""
    return await begin(call, finder, what, listed=True)


@feature.command(
    "resource edit", summary=_("change one field"), act=Act.CURATE, private=True, weighty=True
)
async def change(
    call: Call,
    cards: Cards,
    collection: Collection,
    understanding: Understanding,
    item: Item,
    field: Annotated[str, Word(_("field"))],
    value: Annotated[str, Rest(_("value"))],
) -> Reply:
    """Set the field and show the card."""
    row = await cards.finder.any(call, item)
    about = About(cards.network, understanding, call.language, call.now)
    await collection.change(call.by, row, edit(row, field, value, about))
    return await cards.card(call, row)


@feature.command(
    "resource retire", summary=_("show it no longer"), act=Act.CURATE, private=True, weighty=True
)
async def retire(
    call: Call,
    finder: Finder,
    collection: Collection,
    item: Item,
    why: Annotated[str, Rest(_("reason"))] = "",
) -> Reply:
    """Put an item or a translation away; its author reads the reason."""
    if (proposed := await finder.translation(call, item)) is not None:
        titles = {proposed.language: proposed.title}
        await collection.refuse(call.by, proposed, why)
    else:
        row = await finder.any(call, item)
        await collection.retire(call.by, row, why)
        titles = dict(row.titles)
    text = _("{title} is hidden: members no longer see it.", title=Label(titles))
    return Reply("curation.retired", text)


async def _pair(
    call: Call, finder: Finder, item: str, other: str
) -> tuple[ResourceRow, ResourceRow]:
    row = await finder.any(call, item)
    by = await finder.items.get((await finder.any(call, other)).id)
    if by is None:
        raise NotFound(_("{id} is not in the library itself. Approve it first.", id=Code(other)))
    return row, by


def _led(row: ResourceRow, by: ResourceRow) -> Reply:
    text = _("{title} leads to {other} now.", title=Label(row.titles), other=Label(by.titles))
    return Reply("curation.replaced", text, ids=(row.id, by.id))


@feature.command(
    "resource supersede",
    summary=_("point to the item that replaced it"),
    act=Act.CURATE,
    private=True,
    weighty=True,
)
async def supersede(
    call: Call,
    finder: Finder,
    collection: Collection,
    item: Item,
    by: Annotated[str, Word(_("id of the other one"))],
) -> Reply:
    """Let those who look for an item find the one that replaced it."""
    row, successor = await _pair(call, finder, item, by)
    await collection.supersede(call.by, row, successor)
    return _led(row, successor)


@feature.command(
    "resource merge", summary=_("merge two items"), act=Act.CURATE, private=True, weighty=True
)
async def merge(
    call: Call,
    finder: Finder,
    collection: Collection,
    item: Item,
    into: Annotated[str, Word(_("id of the other one"))],
) -> Reply:
    """Fill what the second lacks from the first, which leads there from then on."""
    row, kept = await _pair(call, finder, item, into)
    await collection.merge(call.by, row, kept)
    return _led(row, kept)


@feature.due(Week)
async def remind(due: Due[Week], collection: Collection) -> None:
    """Give the curators one list a week, if there is anything in it."""
    await collection.week_due(due.now)


@feature.arrival
async def begin_weeks(call: Call, collection: Collection) -> None:
    """Plan the list with each newcomer: an import or a dead address plans none itself."""
    await collection.plan_week(call.now)
