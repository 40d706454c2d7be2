"""What curators decide."""

from __future__ import annotations

from typing import Annotated

from commands.curation import _words as words
from commands.curation._desk import Desk
from commands.curation._edit import edit
from commands.curation._feature import feature
from commands.curation._members import begin
from kit.authority import Act, Role
from kit.command import Call, Open, Rest, Word
from kit.dialogue import About
from kit.errors import Conflict, NotFound
from kit.feature import Due
from kit.ports import Understanding
from kit.text import Code, Label, Reply, _
from storage.links import Links
from storage.tables.library import ResourceRow

Item = Annotated[str, Word(_("number or id"))]


@feature.command("review", summary=_("what waits for a curator"), act=Act.CURATE, private=True)
async def review(
    call: Call, desk: Desk, item: Annotated[str, Rest(_("number or id"))] = ""
) -> Reply:
    """List what waits, or show one item with its history."""
    if item:
        return await _shown(call, desk, item)
    tasks = await desk.curation.tasks(call.now)
    if not tasks:
        return Reply("curation.queue", _("Nothing waits for a curator."))
    reply = words.queue(tasks)
    await desk.listings.put(call.person_id, "review", reply.ids, len(reply.ids))
    return reply


async def _shown(call: Call, desk: Desk, item: str) -> Reply:
    if (proposed := await desk.translation(call, item)) is not None:
        row = await desk.any(call, proposed.resource_id)
        return words.proposal(proposed, row.titles)
    return await _card(call, desk, await desk.any(call, item))


async def _card(call: Call, desk: Desk, row: ResourceRow) -> Reply:
    checkers = await desk.people.named([row.checker_id] if row.checker_id else [])
    given = await desk.curation.contribution(row.id)
    reports = await desk.curation.reports(row.id)
    usage = await desk.curation.usage(row.id, call.now)
    checker, credit = next(iter(checkers), None), given.credit if given else None
    return words.card(row, desk.network, checker, credit, reports, usage)


@feature.command(
    "approve",
    summary=_("list it, or say that it is still right"),
    act=Act.CURATE,
    private=True,
)
async def approve(call: Call, desk: Desk, item: Item) -> Reply:
    """List an item as checked for a year, or take a translation over."""
    if (proposed := await desk.translation(call, item)) is not None:
        row = await desk.any(call, proposed.resource_id)
        row.titles = {**row.titles, proposed.language: proposed.title}
        row.summaries = {**row.summaries, proposed.language: proposed.summary}
        reply = words.listed({proposed.language: proposed.title}, row.id)
        await desk.tell(call, proposed.person_id, reply)
        await desk.curation.settle(proposed)
        return reply
    row = await desk.any(call, item)
    await desk.check(call, row)
    return words.listed(row.titles, row.id)


@feature.command(
    "resource add", summary=_("put something into the library"), act=Act.CURATE, private=True
)
async def add(
    call: Call, desk: Desk, what: Annotated[str, Rest(_("address or title"))]
) -> Open | Reply:
    """Ask what it is, as for a suggestion; it is listed at once."""
    return await begin(call, desk, what, listed=True)


@feature.command("resource edit", summary=_("change one field"), act=Act.CURATE, private=True)
async def change(
    call: Call,
    desk: Desk,
    understanding: Understanding,
    item: Item,
    field: Annotated[str, Word(_("field"))],
    value: Annotated[str, Rest(_("value"))],
) -> Reply:
    """Set the field and show the card."""
    row = await desk.any(call, item)
    edit(row, field, value, About(desk.network, understanding, call.language, call.now))
    return await _card(call, desk, row)


@feature.command("resource retire", summary=_("show it no longer"), act=Act.CURATE, private=True)
async def retire(
    call: Call, desk: Desk, item: Item, why: Annotated[str, Rest(_("reason"))] = ""
) -> Reply:
    """Put an item or a translation away; its author reads the reason."""
    if (proposed := await desk.translation(call, item)) is not None:
        titles = {proposed.language: proposed.title}
        await desk.tell(call, proposed.person_id, words.refused(titles, why))
        await desk.curation.settle(proposed)
    else:
        row = await desk.any(call, item)
        await desk.retire(call, row, why)
        titles = dict(row.titles)
    text = _("{title} is put away: members do not see it.", title=Label(titles))
    return Reply("curation.retired", text)


async def _pair(call: Call, desk: Desk, item: str, other: str) -> tuple[ResourceRow, ResourceRow]:
    row = await desk.any(call, item)
    by = await desk.library.get((await desk.any(call, other)).id)
    if by is None:
        raise NotFound(_("{id} is not shown itself. Approve it first.", id=Code(other)))
    if by.id == row.id:
        raise Conflict(_("An item cannot take its own place."))
    return row, by


def _led(row: ResourceRow, by: ResourceRow) -> Reply:
    text = _("{title} leads to {other} now.", title=Label(row.titles), other=Label(by.titles))
    return Reply("curation.replaced", text, ids=(row.id, by.id))


@feature.command(
    "resource supersede",
    summary=_("let it lead to its successor"),
    act=Act.CURATE,
    private=True,
)
async def supersede(
    call: Call, desk: Desk, item: Item, by: Annotated[str, Word(_("id of the other one"))]
) -> Reply:
    """Let those who look for an item find the one that replaced it."""
    row, successor = await _pair(call, desk, item, by)
    await desk.replace(call, row, successor)
    return _led(row, successor)


@feature.command("resource merge", summary=_("make one of two"), act=Act.CURATE, private=True)
async def merge(
    call: Call, desk: Desk, item: Item, into: Annotated[str, Word(_("id of the other one"))]
) -> Reply:
    """Fill what the second lacks from the first, which leads there from then on."""
    row, kept = await _pair(call, desk, item, into)
    kept.titles = {**row.titles, **kept.titles}
    kept.summaries = {**row.summaries, **kept.summaries}
    for name in ("languages", "subjects", "regions"):
        setattr(kept, name, list(dict.fromkeys([*getattr(kept, name), *getattr(row, name)])))
    for name in ("symbol", "url", "year"):
        setattr(kept, name, getattr(kept, name) or getattr(row, name))
    names = [*kept.aliases, *row.aliases, *row.titles.values(), row.symbol or ""]
    kept.aliases = [name for name in dict.fromkeys(names) if name]
    await desk.replace(call, row, kept)
    return _led(row, kept)


@feature.due("curation.week")
async def remind(due: Due, desk: Desk, links: Links) -> None:
    """Give the curators one list a week, if there is anything in it."""
    await desk.plan_week(due.now)
    tasks, dead = await desk.curation.tasks(due.now), len(await links.dead())
    if not (tasks or dead):
        return
    for curator in await desk.people.with_role(Role.CURATOR):
        await desk.post.direct(curator.id, words.week(tasks, dead))


@feature.arrival
async def begin_weeks(call: Call, desk: Desk) -> None:
    """Plan the list with each newcomer: an import or a dead address plans none itself."""
    await desk.plan_week(call.now)
