"""Announce events, change them, move them and call them off."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from actions.events import letters
from actions.events.agenda import Agenda
from actions.events.details import described
from actions.events.hosting import Hosting, RoomReminder, Telling
from actions.events.letters import News
from actions.events.recurrence import rules, wall
from actions.events.series import SeriesGoesOn
from actions.events.spreading import Renew, Spread, Spreading
from commands.hosting._repeating import Repeating, repeating, take_rule
from commands.hosting._steps import (
    CallingOff,
    EventChange,
    announcing,
    calling_off,
    changed,
    changing,
    moving,
)
from commands.hosting._when import Announcement, take_when
from kit.authority import Act
from kit.command import Call, Rest, Word
from kit.dialogue import Open
from kit.due import Due
from kit.feature import Feature
from kit.listing import ListKind
from kit.network import Network
from kit.ports import Post
from kit.question import About
from kit.text import Paragraphs, Reply, When, _
from kit.understanding import Understanding
from kit.words import read_number
from storage.people import People
from storage.tables.events import EventRow

feature = Feature("hosting", _("Holding events"), place=55)

EventNumber = Annotated[int, Word(_("number"), read=read_number, lists=(ListKind.EVENTS,))]
WHEN = Rest(_("when"))


@feature.command("event add", summary=_("announce an event"), act=Act.HOLD_EVENTS, private=True)
async def add(
    call: Call,
    hosting: Hosting,
    people: People,
    network: Network,
    understanding: Understanding,
    what: Annotated[str, Rest(_("when and title"))] = "",
) -> Open[Announcement]:
    """Read when and what, ask for the rest, and show it before anybody is told.

    Where no zone is named it is their own that is read, and they alone know of it.
    """
    draft = Announcement(await hosting.reach(call.by), await _own(people, call))
    return Open(announcing, _begun(draft, what, _about(call, network, understanding)))


@feature.command(
    "event copy", summary=_("announce an event like another"), act=Act.HOLD_EVENTS, private=True
)
async def copy(
    call: Call,
    agenda: Agenda,
    hosting: Hosting,
    people: People,
    network: Network,
    understanding: Understanding,
    event_id: EventNumber,
    when: Annotated[str, WHEN] = "",
) -> Open[Announcement]:
    """Begin to announce what an event was, at another time."""
    told = await hosting.reach(call.by)
    draft = await _at_home(people, call, await agenda.get(event_id), told)
    return Open(announcing, _begun(draft, when, _about(call, network, understanding)))


@feature.dialogue(announcing, Act.HOLD_EVENTS)
async def added(call: Call, preview: Announcement, hosting: Hosting) -> Reply:
    """Announce an event to all."""
    if not preview.sure or preview.starts_at is None:
        return _nobody_told()
    title, starts_at, zone = preview.title, preview.starts_at, preview.zone
    new = await hosting.announce(call.by, title, starts_at, zone, preview.details, call.now)
    text = _(
        "Announced as number {number}: {title}, {when}.",
        number=new.id,
        title=title,
        when=When(starts_at, zone),
    )
    return Reply("events.added", text, ids=(str(new.id),))


@feature.command(
    "event move", summary=_("move an event to another time"), act=Act.HOLD_EVENTS, private=True
)
async def move(
    call: Call,
    hosting: Hosting,
    people: People,
    network: Network,
    understanding: Understanding,
    event_id: EventNumber,
    when: Annotated[str, WHEN] = "",
) -> Open[Announcement]:
    """Read when it is to begin, in the zone where it is at home, and show what would change."""
    event, told = await hosting.own(call.by, event_id)
    draft = await _at_home(people, call, event, told)
    draft = replace(draft, number=event.id, was=event.starts_at)
    return Open(moving, _begun(draft, when, _about(call, network, understanding)))


@feature.dialogue(moving, Act.HOLD_EVENTS)
async def moved(call: Call, preview: Announcement, hosting: Hosting, post: Post) -> Reply:
    """Move an event, and say how long it takes until all are told."""
    if not preview.sure or preview.starts_at is None or preview.number is None:
        return _nobody_told()
    starts_at, zone = preview.starts_at, preview.zone
    event = await hosting.move(call.by, preview.number, starts_at, zone, call.now)
    return await _done(post, event, News.MOVED, preview.told)


@feature.command(
    "event edit", summary=_("change what an event is"), act=Act.HOLD_EVENTS, private=True
)
async def edit(
    call: Call,
    hosting: Hosting,
    network: Network,
    understanding: Understanding,
    event_id: EventNumber,
    what: Annotated[str, Rest(_("what and how"))] = "",
) -> Open[EventChange]:
    """Read what is to change, and show it before anybody is told."""
    event, told = await hosting.own(call.by, event_id)
    draft = EventChange(event.id, told, event.title, described(event))
    if what:
        about = _about(call, network, understanding)
        draft = changed(replace(draft, asked=False), what, about)
    return Open(changing, draft)


@feature.dialogue(changing, Act.HOLD_EVENTS)
async def edited(call: Call, preview: EventChange, hosting: Hosting, post: Post) -> Reply:
    """Describe an event otherwise, and say how long it takes until all are told."""
    if not preview.sure:
        return _nobody_told()
    title, details = preview.title, preview.details
    event = await hosting.change(call.by, preview.number, title, details, call.now)
    return await _done(post, event, News.CHANGED, preview.told)


@feature.command(
    "event repeat", summary=_("let an event come again"), act=Act.HOLD_EVENTS, private=True
)
async def repeat(
    call: Call,
    hosting: Hosting,
    network: Network,
    understanding: Understanding,
    event_id: EventNumber,
    rule: Annotated[str, Word(_("rule"))] = "",
) -> Open[Repeating]:
    """Show by which rules it may come again, and when it would."""
    event = await hosting.once(call.by, event_id)
    possible = tuple(rules(wall(event.starts_at, event.zone)).values())
    draft = Repeating(event.id, event.title, event.starts_at, event.zone, possible)
    if rule:
        draft = take_rule(draft, rule, _about(call, network, understanding))
    return Open(repeating, draft)


@feature.dialogue(repeating, Act.HOLD_EVENTS)
async def repeated(call: Call, preview: Repeating, hosting: Hosting) -> Reply:
    """Let an event come again."""
    if not preview.sure:
        return _nobody_told()
    event, made = await hosting.repeat(call.by, preview.number, preview.rule, call.now)
    return letters.repeated(event, made)


@feature.command("event cancel", summary=_("call an event off"), act=Act.HOLD_EVENTS, private=True)
async def cancel(call: Call, hosting: Hosting, event_id: EventNumber) -> Open[CallingOff]:
    """Show what would be called off, and how many would be told."""
    event, told = await hosting.own(call.by, event_id)
    follow = await hosting.comes_again(event)
    draft = CallingOff(event.title, event.starts_at, event.zone, told, event.id, follow)
    return Open(calling_off, draft)


@feature.dialogue(calling_off, Act.HOLD_EVENTS)
async def cancelled(call: Call, preview: CallingOff, hosting: Hosting, post: Post) -> Reply:
    """Call an event off, and say how long it takes until all are told."""
    if not preview.sure or preview.number is None:
        return _nobody_told()
    event = await hosting.call_off(call.by, preview.number, call.now, series=preview.whole)
    news = News.ENDED if preview.whole else News.CALLED_OFF
    return await _done(post, event, news, preview.told)


@feature.due(RoomReminder)
async def remind_room(due: Due[RoomReminder], hosting: Hosting) -> None:
    """Remind the events room once, with the clocks of its regions."""
    await hosting.room_reminder_due(due.what.event, due.now)


@feature.due(SeriesGoesOn)
async def go_on(due: Due[SeriesGoesOn], hosting: Hosting) -> None:
    """Plan the next event of a series."""
    await hosting.series_due(due.what.series, due.now)


@feature.due(Telling)
async def tell(due: Due[Telling], hosting: Hosting) -> None:
    """Tell some of those who are going what became of an event."""
    await hosting.telling_due(due.what, due.now)


@feature.due(Spread)
async def spread(due: Due[Spread], spreading: Spreading) -> None:
    """Put an event into the digests of some members."""
    await spreading.spread(due.what, due.now)


@feature.due(Renew)
async def renew(due: Due[Renew], spreading: Spreading) -> None:
    """Put what became of an event into the digests of some members."""
    await spreading.renew(due.what, due.now)


async def _own(people: People, call: Call) -> str:
    return (await people.get(call.person_id)).zone or "UTC"


async def _at_home(people: People, call: Call, event: EventRow, told: int) -> Announcement:
    """Begin with what an event is; where it has a zone, times are read there."""
    named = event.zone != "UTC"
    own = event.zone if named else await _own(people, call)
    details = described(event)
    return Announcement(told, own, named, title=event.title, details=details)


def _begun(draft: Announcement, said: str, about: About) -> Announcement:
    """Read what is said with the command; the rest is asked for."""
    return take_when(replace(draft, asked=False), said, about) if said else draft


def _about(call: Call, network: Network, understanding: Understanding) -> About:
    return About(network, understanding, call.language, call.now)


def _nobody_told() -> Reply:
    return Reply("events.kept", _("Then nobody is told, and nothing has changed."))


async def _done(post: Post, event: EventRow, news: News, told: int) -> Reply:
    reply = letters.revised(event, news, link=True)
    if (wait := await post.time_left(further=told)) is not None:
        reply = Reply(reply.kind, Paragraphs([reply.body, wait]), reply.ids)
    return reply
