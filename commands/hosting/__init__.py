"""Announce events, change them, move them and call them off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Annotated, Any

from actions.clocks import OwnTime
from actions.events import letters
from actions.events.agenda import Agenda
from actions.events.details import beginning
from actions.events.hosting import Hosting, RoomReminder, Telling
from actions.events.letters import News
from actions.events.recurrence import rules, wall
from actions.events.series import SeriesGoesOn
from actions.events.spreading import Renew, Spread, Spreading
from commands.hosting._dates import apart, day_named, read_days
from commands.hosting._details import Previewed
from commands.hosting._line import NotNamed
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
from commands.hosting._when import (
    Announcing,
    Draft,
    Moving,
    Timing,
    take_announced,
    take_when,
)
from kit.authority import Act
from kit.command import Call, Rest, Word
from kit.dialogue import Open
from kit.due import Due
from kit.feature import Feature
from kit.listing import ListKind
from kit.network import Network
from kit.ports import Post
from kit.question import About
from kit.text import Node, Paragraphs, Reply, _
from kit.trait import Purpose, Slot, Trait
from kit.understanding import Understanding
from kit.words import read_number
from storage.tables.events import EventRow

feature = Feature("hosting", _("Holding events"), place=55)

EventNumber = Annotated[int, Word(_("number"), read=read_number, lists=(ListKind.EVENTS,))]


@feature.command(
    "event add",
    summary=_("announce an event"),
    act=Act.HOLD_EVENTS,
    private=True,
    purpose=Purpose.ADD_EVENT,
    traits=(Trait.TITLED,),
)
async def add(
    call: Call,
    hosting: Hosting,
    own: OwnTime,
    network: Network,
    understanding: Understanding,
    what: Annotated[str, Rest(_("when and title"), slot=Slot.OCCASION)] = "",
) -> Open[Announcing]:
    """Read when and what, ask for the rest, and show it before anybody is told.

    Where no zone is named it is their own that is read, and they alone know of it.
    """
    when = Timing(await own.zone(call.person_id))
    draft = Announcing(await hosting.reach(call.by), when=when)
    if what:
        about = _about(call, network, understanding)
        draft = take_announced(replace(draft, asked=False), what, about)
    return Open(announcing, draft)


@feature.command(
    "event copy", summary=_("announce an event like another"), act=Act.HOLD_EVENTS, private=True
)
async def copy(
    call: Call,
    agenda: Agenda,
    hosting: Hosting,
    own: OwnTime,
    network: Network,
    understanding: Understanding,
    event_id: EventNumber,
    when: Annotated[str, Rest(_("when"), slot=Slot.DAY)] = "",
) -> Open[Announcing]:
    """Begin to announce what an event was, at another time."""
    told = await hosting.reach(call.by)
    event = await agenda.get(event_id)
    draft = Announcing(told, event.details, when=await _at_home(own, call, event))
    return Open(announcing, _begun(draft, when, _about(call, network, understanding)))


def after_yes(
    handler: Callable[..., Awaitable[Reply]],
) -> Callable[..., Awaitable[Reply]]:
    """Let a handler have only what was agreed to; after a no nobody is told."""

    @wraps(handler)
    async def answer(call: Call, preview: Previewed, **services: Any) -> Reply:
        if not preview.sure:
            return Reply("events.kept", _("Then nobody is told, and nothing has changed."))
        return await handler(call, preview, **services)

    return answer


@feature.dialogue(announcing, Act.HOLD_EVENTS)
@after_yes
async def added(call: Call, preview: Announcing, hosting: Hosting) -> Reply:
    """Announce an event to all; one that comes again, with what follows."""
    begins, rule = preview.when.begins, preview.rule
    event = await hosting.announce(call.by, preview.details, begins, preview.when.zone, call.now)
    told: list[Node] = [
        _(
            "Announced as number {number}: {title}, {when}.",
            number=event.id,
            title=event.title,
            when=beginning(event),
        )
    ]
    if rule:
        event, made = await hosting.repeat(call.by, event.id, rule, call.now)
        told.append(letters.repeated(event, made).body)
    return Reply("events.added", Paragraphs(told), ids=(str(event.id),))


@feature.command(
    "event move",
    summary=_("move an event to another time"),
    act=Act.HOLD_EVENTS,
    private=True,
    traits=(Trait.CHANGES_EVENT,),
)
async def move(
    call: Call,
    hosting: Hosting,
    own: OwnTime,
    network: Network,
    understanding: Understanding,
    event_id: EventNumber,
    when: Annotated[str, Rest(_("when"), slot=Slot.NEW_MOMENT)] = "",
) -> Open[Moving]:
    """Read when it is to begin, in the zone where it is at home, and show what would change.

    "event move 3 whole series Thursday 10:00" moves all that follow, and "event move 3 26 December
    to 10:00" one of them.
    """
    event, told = await hosting.own(call.by, event_id)
    follow, about = await hosting.comes_again(event), _about(call, network, understanding)
    called, when = understanding.series(when, call.language)
    begins = await _at_home(own, call, event)
    dates, when = (None, when) if called else apart(when, begins.own, about)
    if dates:
        event, told = await hosting.on_day(call.by, event_id, dates, call.now)
    elif when and follow and not called and (day := day_named(when, begins.own, about)):
        event, told = await hosting.standing(call.by, event_id, day)
    draft = Moving(
        told,
        event.details,
        when=begins,
        number=event.id,
        was=event.starts_at,
        follow=follow,
        whole=follow and called != "",
    )
    return Open(moving, _begun(draft, when, about))


@feature.dialogue(moving, Act.HOLD_EVENTS)
@after_yes
async def moved(call: Call, preview: Moving, hosting: Hosting, post: Post) -> Reply:
    """Move an event, and say how long it takes until all are told."""
    begins, zone = preview.when.begins, preview.when.zone
    whole = preview.whole
    event = await hosting.move(call.by, preview.number, begins, zone, call.now, series=whole)
    return await _done(post, event, News.ALL_MOVED if whole else News.MOVED, preview.told)


@feature.command(
    "event edit",
    summary=_("change what an event is"),
    act=Act.HOLD_EVENTS,
    private=True,
    purpose=Purpose.EDIT_EVENT,
    traits=(Trait.TITLED, Trait.CHANGES_EVENT),
)
async def edit(
    call: Call,
    hosting: Hosting,
    network: Network,
    understanding: Understanding,
    event_id: EventNumber,
    what: Annotated[str, Rest(_("what and how"), slot=Slot.CHANGE)] = "",
) -> Open[EventChange]:
    """Read what is to change, and show it before anybody is told."""
    event, told = await hosting.own(call.by, event_id)
    draft = EventChange(told, event.details, number=event.id)
    if what:
        about = _about(call, network, understanding)
        with suppress(NotNamed):  # then it is asked, with all that can be changed
            draft = changed(replace(draft, asked=False), what, about)
    return Open(changing, draft)


@feature.dialogue(changing, Act.HOLD_EVENTS)
@after_yes
async def edited(call: Call, preview: EventChange, hosting: Hosting, post: Post) -> Reply:
    """Describe an event otherwise, and say how long it takes until all are told."""
    event = await hosting.change(call.by, preview.number, preview.details, call.now)
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
    said: Annotated[str, Rest(_("how often, until when"), slot=Slot.RECURRENCE)] = "",
) -> Open[Repeating]:
    """Show by which rules it may come again, and when it would."""
    event = await hosting.once(call.by, event_id)
    possible = tuple(rules(wall(event.starts_at, event.zone)).values())
    draft = Repeating(
        details=event.details,
        number=event.id,
        begins=event.starts_at,
        zone=event.zone,
        rules=possible,
    )
    if said:
        draft = take_rule(draft, said, _about(call, network, understanding))
    return Open(repeating, draft)


@feature.dialogue(repeating, Act.HOLD_EVENTS)
@after_yes
async def repeated(call: Call, preview: Repeating, hosting: Hosting) -> Reply:
    """Let an event come again."""
    event, made = await hosting.repeat(call.by, preview.number, preview.rule, call.now)
    return letters.repeated(event, made)


@feature.command(
    "event cancel",
    summary=_("call an event off"),
    act=Act.HOLD_EVENTS,
    private=True,
    traits=(Trait.CHANGES_EVENT,),
)
async def cancel(
    call: Call,
    hosting: Hosting,
    network: Network,
    understanding: Understanding,
    event_id: EventNumber,
    day: Annotated[str, Rest(_("on which day, if it comes again"), slot=Slot.DAY)] = "",
) -> Open[CallingOff]:
    """Show what would be called off, and how many would be told.

    "event cancel 3 only 26 December" is about one of a series, "event cancel 3 all" about the rest.
    """
    event, told = await hosting.ending(call.by, event_id)
    follow, whole = await hosting.comes_again(event), understanding.whole_series(day)
    if day and whole is None:
        dates = read_days(day, event.zone, _about(call, network, understanding))
        event, told = await hosting.on_day(call.by, event_id, dates, call.now)
        whole = False
    draft = CallingOff(
        told,
        event.details,
        number=event.id,
        begins=event.starts_at,
        zone=event.zone,
        asked=follow and whole is None,
        whole=follow and whole is True,
        left=await hosting.left(event) if follow else 1,
    )
    return Open(calling_off, draft)


@feature.dialogue(calling_off, Act.HOLD_EVENTS)
@after_yes
async def cancelled(call: Call, preview: CallingOff, hosting: Hosting, post: Post) -> Reply:
    """Call an event off, and say how long it takes until all are told."""
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


async def _at_home(own: OwnTime, call: Call, event: EventRow) -> Timing:
    """Read times where an event has its zone, if it has one."""
    if event.zone != "UTC":
        return Timing(event.zone, named=True)
    return Timing(await own.zone(call.person_id))


def _begun(draft: Draft, said: str, about: About) -> Draft:
    """Read what is said with the command; the rest is asked for."""
    return take_when(replace(draft, asked=False), said, about) if said else draft


def _about(call: Call, network: Network, understanding: Understanding) -> About:
    return About(network, understanding, call.language, call.now)


async def _done(post: Post, event: EventRow, news: News, told: int) -> Reply:
    reply = letters.revised(event, news, whole=True)
    if (wait := await post.time_left(further=told)) is not None:
        reply = replace(reply, body=Paragraphs([reply.body, wait]))
    return reply
