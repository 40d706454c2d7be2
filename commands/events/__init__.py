"""Announce events, say who is going, and remind each in their own language and zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from commands.events._when import Impossible, durations, split
from kit.authority import Act
from kit.command import Call, Rest, Word
from kit.errors import BadArgument, Conflict, NotFound
from kit.feature import Due, Feature
from kit.notices import Notice
from kit.ports import Post
from kit.text import (
    Clocks,
    Code,
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
from kit.words import read_number
from storage.dues import Dues
from storage.events import Events
from storage.listings import Listings
from storage.people import People
from storage.tables.events import EventRow

feature = Feature("events", _("Events"), place=50)

PAGE = 5
LONGEST_TITLE = 150
MOST_CLOCKS = 5
ROOM = "space:events"
BEFORE = (timedelta(days=7), timedelta(days=1), timedelta(hours=1))
MOST_REMINDERS = 5
ROOM_BEFORE = timedelta(hours=1)
# A reminder that is later than this says nothing useful any more.
TOO_LATE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Agenda:
    """Everything an event's life needs."""

    events: Events
    people: People
    dues: Dues
    post: Post
    listings: Listings


EventNumber = Annotated[int, Word(_("number"), read=read_number)]


async def _get(agenda: Agenda, event_id: int) -> EventRow:
    event = await agenda.events.get(event_id)
    if event is None:
        raise NotFound(
            _("I know of no event {number}. Say {events}.", number=event_id, events=Say("events"))
        )
    return event


def _line(event: EventRow) -> Node:
    return _(
        "{title}: {when} (number {number})",
        title=Strong(Verbatim(event.title)),
        when=When(event.starts_at, event.zone),
        number=event.id,
    )


@feature.command("events", summary=_("what is coming, in your time"))
async def events(call: Call, agenda: Agenda) -> Reply:
    """List the next five."""
    coming = await agenda.events.upcoming(call.now)
    if not coming:
        return Reply("events.none", _("Nothing is planned yet."))
    shown = coming[:PAGE]
    body = Paragraphs(
        [
            n_("{n} event is planned:", "{n} events are planned:", len(coming)),
            Numbered([_line(event) for event in shown]),
            _("Say {going} to be reminded.", going=Say("going", str(shown[0].id))),
        ]
    )
    return Reply("events.list", body, ids=[str(event.id) for event in shown])


@feature.command("event", summary=_("one event in detail"))
async def event(call: Call, agenda: Agenda, event_id: EventNumber) -> Reply:
    """Show one event and how many are going."""
    found = await _get(agenda, event_id)
    going = await agenda.events.attendees(event_id)
    body = Paragraphs(
        [
            _line(found),
            n_("{n} member is going.", "{n} members are going.", len(going)),
            _(
                "Say {going} or {not_going}.",
                going=Say("going", str(event_id)),
                not_going=Say("not going", str(event_id)),
            ),
        ]
    )
    return Reply("events.card", body, ids=(str(event_id),))


@feature.command("going", summary=_("come, and be reminded"), act=Act.ATTEND)
async def going(call: Call, agenda: Agenda, event_id: EventNumber) -> Reply:
    """Note the attendance and plan the reminders that are still ahead."""
    found = await _get(agenda, event_id)
    if found.starts_at <= call.now:
        raise BadArgument(_("That event has begun already."))
    await agenda.events.join(event_id, call.person_id)
    await agenda.post.retract(f"events:{event_id}", call.person_id)  # it is no news to them
    for before in BEFORE:
        if (moment := found.starts_at - before) > call.now:
            await _plan_reminder(call, agenda, found, moment)
    text = _(
        "You are going to {title}, {when}. I will remind you in our direct chat.",
        title=found.title,
        when=When(found.starts_at, found.zone),
    )
    return Reply("events.going", text, ids=(str(event_id),))


@feature.command("remind", summary=_("choose when I remind you"), act=Act.ATTEND)
async def remind_me(
    call: Call,
    agenda: Agenda,
    event_id: EventNumber,
    offsets: Annotated[list[timedelta], Rest(_("how long before, as 2d 3h"), read=durations)],
) -> Reply:
    """Plan the reminders a member chose in place of the usual ones."""
    found = await _get(agenda, event_id)
    if call.person_id not in {person.id for person in await agenda.events.attendees(event_id)}:
        raise Conflict(_("Say {going} first.", going=Say("going", str(event_id))))
    moments = [found.starts_at - before for before in offsets[:MOST_REMINDERS]]
    ahead = [moment for moment in moments if moment > call.now]
    if not ahead:
        raise BadArgument(_("All of these moments have passed. Please choose others."))
    await agenda.dues.cancel(f"event:{event_id}:{call.person_id}:")
    for moment in ahead:
        await _plan_reminder(call, agenda, found, moment)
    text = _(
        "I will remind you of {title}: {moments}.",
        title=found.title,
        moments=Series([When(moment, found.zone) for moment in ahead]),
    )
    return Reply("events.remind", text, ids=(str(event_id),))


async def _plan_reminder(call: Call, agenda: Agenda, event: EventRow, moment: datetime) -> None:
    await agenda.dues.plan(
        "events.reminder",
        f"event:{event.id}:{call.person_id}:{moment.isoformat()}",
        moment,
        {"event": event.id, "person": call.person_id},
        call.person_id,
    )


@feature.command("not going", summary=_("stay away after all"), act=Act.ATTEND)
async def not_going(call: Call, agenda: Agenda, event_id: EventNumber) -> Reply:
    """Forget the attendance and its reminders."""
    await _get(agenda, event_id)
    await agenda.events.leave(event_id, call.person_id)
    await agenda.dues.cancel(f"event:{event_id}:{call.person_id}:")
    await agenda.post.retract(f"events:{event_id}", call.person_id)
    text = _("Noted. I will not remind you of event {number}.", number=event_id)
    return Reply("events.not_going", text, ids=(str(event_id),))


@feature.command("event add", summary=_("announce an event"), act=Act.HOLD_EVENTS)
async def add(call: Call, agenda: Agenda, what: Annotated[str, Rest(_("when and title"))]) -> Reply:
    """Keep an event, announce it in the events room, plan that room's reminder."""
    zone = (await agenda.people.get(call.person_id)).zone or "UTC"
    starts_at, zone, title = _read(what, call.now, zone)
    new = await agenda.events.add(title, starts_at, zone, call.person_id)
    key = {"event": new.id}
    if starts_at - ROOM_BEFORE > call.now:
        await agenda.dues.plan("events.room", f"event:{new.id}:room", starts_at - ROOM_BEFORE, key)
    news = _("New event: {event}", event=_line(new))
    announcement = Paragraphs(
        [
            news,
            _(
                "Say {going} to me in a direct chat, or {here} here, to be reminded.",
                going=Say("going", str(new.id)),
                here=Code(f"!going {new.id}"),
            ),
        ]
    )
    await agenda.post.room(ROOM, Reply("events.announcement", announcement, ids=(str(new.id),)))
    await agenda.post.publish(
        Notice.EVENTS, Reply("events.new", news, ids=(str(new.id),)), until=starts_at
    )
    await agenda.post.retract(f"events:{new.id}", call.person_id)
    text = _(
        "Announced as number {number}: {title}, {when}.",
        number=new.id,
        title=title,
        when=When(starts_at, zone),
    )
    return Reply("events.added", text, ids=(str(new.id),))


def _read(what: str, now: datetime, zone: str) -> tuple[datetime, str, str]:
    example = Say("event add", "2027-03-28 14:10 Europe/Vienna …")
    try:
        starts_at, zone, title = split(what, now, zone)
    except Impossible as error:
        raise BadArgument(_("The clocks skip that time there. Please choose another.")) from error
    except (ValueError, OverflowError) as error:
        message = _("I could not read when it begins. For example: {example}", example=example)
        raise BadArgument(message) from error
    if not title:
        raise BadArgument(_("What is it called? For example: {example}", example=example))
    if len(title) > LONGEST_TITLE:
        raise BadArgument(_("Please use at most {most} characters.", most=LONGEST_TITLE))
    if starts_at <= now:
        raise BadArgument(
            _(
                "That is in the past: {when}. Please choose another time.",
                when=When(starts_at, zone),
            )
        )
    return starts_at, zone, title


@feature.command("event cancel", summary=_("call an event off"), act=Act.HOLD_EVENTS)
async def cancel(call: Call, agenda: Agenda, event_id: EventNumber) -> Reply:
    """Call an event off and tell everybody who was going."""
    found = await _get(agenda, event_id)
    found.cancelled = True
    await agenda.dues.cancel(f"event:{event_id}:")
    text = _("Called off: {event}", event=_line(found))
    reply = Reply("events.cancelled", text, ids=(str(event_id),))
    await agenda.post.retract(f"events:{event_id}")
    for person in await agenda.events.attendees(event_id):
        await agenda.post.notify(person.id, Notice.REMINDERS, reply, until=found.starts_at)
    await agenda.post.room(ROOM, reply)
    if (wait := await agenda.post.time_left()) is not None:
        reply = Reply(reply.kind, Paragraphs([text, wait]), reply.ids)
    return reply


@feature.due("events.reminder")
async def remind(due: Due, agenda: Agenda) -> None:
    """Remind one member, in their language and zone."""
    found = await agenda.events.get(due.payload["event"])
    if found is None or due.now > found.starts_at + TOO_LATE:
        return
    text = _(
        "Reminder: {title} begins {when}.",
        title=Strong(Verbatim(found.title)),
        when=When(found.starts_at, found.zone),
    )
    ids = (str(found.id),)
    reply = Reply("events.reminder", text, ids=ids)
    await agenda.post.notify(
        due.payload["person"], Notice.REMINDERS, reply, until=found.starts_at + TOO_LATE
    )


@feature.due("events.room")
async def remind_room(due: Due, agenda: Agenda) -> None:
    """Remind the events room once, with the clocks of those who are going."""
    found = await agenda.events.get(due.payload["event"])
    if found is None or due.now > found.starts_at + TOO_LATE:
        return
    attendees = await agenda.events.attendees(found.id)
    zones = _distinct([found.zone, *(p.zone for p in attendees if p.zone)], found.starts_at)
    text = _(
        "Soon: {title}, {clocks}.",
        title=Strong(Verbatim(found.title)),
        clocks=Clocks(found.starts_at, zones),
    )
    await agenda.post.room(ROOM, Reply("events.room_reminder", text, ids=(str(found.id),)))


def _distinct(zones: list[str], moment: datetime) -> list[str]:
    """Keep one zone for each time of day, the event's own first."""
    by_clock: dict[object, str] = {}
    for zone in zones:
        by_clock.setdefault(moment.astimezone(ZoneInfo(zone)).utcoffset(), zone)
    return list(by_clock.values())[:MOST_CLOCKS]
