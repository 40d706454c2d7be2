"""Go to events, see who does, and choose the reminders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from actions.clocks import OwnTime
from actions.events.agenda import Agenda, Attendance, Reminder
from actions.events.details import beginning, clocks
from actions.events.letters import line
from actions.events.participants import Attending
from actions.events.reminders import MessageReminder, MessageReminders
from commands.events._feature import EVENT, EventNumber, MoreNumbers, feature
from commands.events._mine import clashing
from kit.authority import Act
from kit.command import Call, Rest
from kit.due import Due
from kit.errors import BadArgument
from kit.listing import Listing, ListKind
from kit.notices import Notice
from kit.steps import exact
from kit.text import Bullets, Lines, Node, Paragraphs, Pill, Reply, Say, Series, _, n_
from kit.times import When
from kit.trait import Purpose, Slot, Trait
from kit.understanding import Understanding
from kit.words import number
from storage.attention import Attention
from storage.directory import AT_EVENTS, Directory
from storage.listings import Listings
from storage.tables.events import EventRow

FEW = 3


MUTED = _(
    "I do not remind you of it: you want no reminders. {notify} changes that.",
    notify=Say("notify"),
)


@feature.command(
    "going",
    summary=_("come, and be reminded"),
    act=Act.ATTEND,
    opposite="not going",
    purpose=Purpose.GOING,
    traits=(Trait.ANSWERS_EVENT, Trait.OF_SESSION),
)
async def going(
    call: Call,
    agenda: Agenda,
    attention: Attention,
    directory: Directory,
    event_id: EventNumber,
    more: MoreNumbers = (),
) -> Reply:
    """Note the attendance, and plan the reminders that are ahead; of several events as well."""
    ids = dict.fromkeys((event_id, *more))
    parts: list[Node] = []
    for each in ids:
        attendance = await agenda.attend(call.by, each, call.now)
        parts += await _noted(call, attention, attendance)
    if len(ids) == 1 and attendance.place is not None:
        return Reply("events.waiting", Paragraphs(parts), ids=(str(event_id),))
    number = str(event_id) if len(ids) == 1 else ""
    parts.append(
        _("{calendar} puts it into a calendar of yours.", calendar=Say("my calendar", number))
    )
    if AT_EVENTS in await directory.of(call.person_id):
        parts.append(
            _(
                "Members see with {who} that you are going; {directory} changes that.",
                who=Say("who is going", str(event_id)),
                directory=Say("profile directory"),
            )
        )
    return Reply("events.going", Paragraphs(parts), tuple(map(str, ids)), listing=_these(ids))


def _these(ids: Iterable[int]) -> Listing:
    """Let what is said next be about this event, or about one of these."""
    numbers = [str(each) for each in ids]
    one = len(numbers) == 1
    return Listing.card(ListKind.EVENTS, *numbers) if one else Listing(ListKind.EVENTS, numbers)


async def _noted(call: Call, attention: Attention, attendance: Attendance) -> list[Node]:
    """Say that somebody is going, what takes place at the same time, and when they are reminded."""
    found = attendance.event
    if attendance.place is not None:
        waits = _(
            "All places are taken. You are number {number} on the waiting list, and I tell you as "
            "soon as a place is yours.",
            number=attendance.place,
        )
        return [waits]
    noted = _("You are going to {title}, {when}.", title=found.title, when=beginning(found))
    clash = clashing(attendance.others)
    return [noted, *([clash] if clash else []), await _promise(call, attention, attendance)]


@feature.command(
    "maybe",
    summary=_("say that you may come, and be reminded"),
    act=Act.ATTEND,
    traits=(Trait.ANSWERS_EVENT, Trait.OF_SESSION),
)
async def maybe(
    call: Call,
    agenda: Agenda,
    attention: Attention,
    event_id: EventNumber,
    more: MoreNumbers = (),
) -> Reply:
    """Note that somebody may come, to several events as well; they take no place."""
    parts: list[Node] = []
    ids = dict.fromkeys((event_id, *more))
    for each in ids:
        attendance = await agenda.consider(call.by, each, call.now)
        found = attendance.event
        noted = _(
            "Noted: you may come to {title}, {when}. That keeps no place for you.",
            title=found.title,
            when=beginning(found),
        )
        parts += [noted, await _promise(call, attention, attendance)]
    settle = _(
        "Say {going} or {not_going} once you know.",
        going=Say("going", str(event_id)),
        not_going=Say("not going", str(event_id)),
    )
    body = Paragraphs([*parts, settle])
    return Reply("events.maybe", body, tuple(map(str, ids)), listing=_these(ids))


async def _promise(call: Call, attention: Attention, attendance: Attendance) -> Node:
    """Say when somebody is reminded, or why they are not."""
    if await _refuses(call, attention):
        return MUTED
    if attendance.event.starts_at <= call.now:
        return _("It has begun, so I do not remind you of it.")
    if not attendance.moments:
        return _("It begins too soon for a reminder.")
    moments = _all(attendance.moments, attendance.event)
    return _("I will remind you in our direct chat: {moments}.", moments=moments)


@feature.command(
    "who is going",
    summary=_("who is coming to an event"),
    act=Act.ATTEND,
    private=True,
    shows=True,
    traits=(Trait.OF_SESSION,),
)
async def who_is_going(call: Call, attending: Attending, event_id: EventNumber) -> Reply:
    """Count who said what, and name those who let members see it."""
    found = await attending.of(call.by, event_id)
    parts: list[Node] = [
        line(found.event),
        n_("{n} member is going.", "{n} members are going.", found.going),
    ]
    if found.maybe:
        parts.append(n_("{n} member may come.", "{n} members may come.", found.maybe))
    if found.waiting:
        waiting = n_(
            "{n} member waits for a place.", "{n} members wait for a place.", found.waiting
        )
        parts.append(waiting)
    if found.place is not None:
        parts.append(_("You are number {number} on the waiting list.", number=found.place))
    if found.shown:
        parts.append(_("Among those who let members see it:"))
        parts.append(Bullets([Pill(user_id) for user_id in found.shown]))
    parts.append(
        _("Who wants to be named here says {directory}.", directory=Say("profile directory"))
    )
    this = Listing.card(ListKind.EVENTS, str(event_id))
    return Reply("events.who", Paragraphs(parts), ids=(str(event_id),), listing=this)


@feature.command(
    "remind",
    summary=_("choose when I remind you"),
    act=Act.ATTEND,
    opposite="notify off",
    purpose=Purpose.REMIND,
    traits=(Trait.OF_OWN_EVENT, Trait.SAID_OF_EVENT),
)
async def remind_me(
    call: Call,
    agenda: Agenda,
    attention: Attention,
    own: OwnTime,
    understanding: Understanding,
    listings: Listings,
    first: Annotated[int | None, EVENT] = None,
    said: Annotated[str, Rest(_("how long before, as 2d, 3h, or when"), slot=Slot.LEAD)] = "",
) -> Reply:
    """Plan the reminders a member chose in place of the usual ones; without any, list them.

    A no instead of when ends those of the event. Where no number is said, they mean what was shown
    last, or the one event they are going to.
    """
    whole = f"{first or ''} {said}".strip()
    if before := _of_all(whole, understanding, call.language):
        return await _all_reminded(call, agenda, attention, before)
    event_id, when = _parted(whole, lambda text: bool(understanding.spans(text, call.language)))
    if not when:
        return await _planned(call, agenda, attention, event_id)
    if event_id is None:
        event_id = await _spoken_of(call, listings) or (await agenda.only(call.by, call.now)).id
    if understanding.consent(when, call.language) is False:
        return await _reminded_no_more(call, agenda, event_id)
    before = sorted(set(understanding.spans(when, call.language)), reverse=True)
    if not before:
        moment = exact(await own.read(call.person_id, when, call.language, call.now))
        before = [(await agenda.get(event_id)).starts_at - moment.at]
    found, moments = await agenda.remind(call.by, event_id, before, call.now)
    told = _(
        "I will remind you of {title}: {moments}.", title=found.title, moments=_all(moments, found)
    )
    if await _refuses(call, attention):
        told = MUTED
    return Reply("events.remind", told, ids=(str(event_id),), listing=_these([event_id]))


async def _reminded_no_more(call: Call, agenda: Agenda, event_id: int) -> Reply:
    """End the reminders of one event; nothing else is switched off."""
    event = await agenda.remind_no_more(call.by, event_id, call.now)
    told = _(
        "I do not remind you of {title} any more. All else stays as it was: {remind} shows what "
        "else I remind you of.",
        title=event.title,
        remind=Say("remind"),
    )
    return Reply("events.remind", told, ids=(str(event_id),), listing=_these([event_id]))


async def _spoken_of(call: Call, listings: Listings) -> int | None:
    """Give the event that was shown last, if it was shown alone and they are going to it."""
    shown = await listings.last(call.person_id, *ListKind.EVENTS.words)
    return int(shown.ids[0]) if shown is not None and len(shown.ids) == 1 else None


def _of_all(said: str, understanding: Understanding, language: str) -> list[timedelta]:
    """Read "5 minutes before my sessions": how long before each of them."""
    words = said.split()
    for size in range(min(len(words), _MOST_WORDS) - 1, 0, -1):
        if understanding.event_kind(" ".join(words[size:]), within=True) is None:
            continue
        if spans := understanding.spans(" ".join(words[:size]), language):
            return sorted(set(spans), reverse=True)
    return []


async def _all_reminded(
    call: Call, agenda: Agenda, attention: Attention, before: Sequence[timedelta]
) -> Reply:
    """Plan the same reminders for all that somebody is going to and that has not begun."""
    ahead = await agenda.remind_all(call.by, before, call.now)
    if await _refuses(call, attention):
        return Reply("events.remind", MUTED)
    told = n_(
        "I will remind you of {n} event. {remind} shows when.",
        "I will remind you of {n} events. {remind} shows when.",
        len(ahead),
        remind=Say("remind"),
    )
    return Reply("events.remind", told, ids=tuple(str(event.id) for event in ahead))


# More than anybody needs to say when; each beginning of it is read by itself.
_MOST_WORDS = 16


def _parted(said: str, is_span: Callable[[str], bool]) -> tuple[int | None, str]:
    """Part the number of an event from when to remind of it: "2 3h", "3h", "3h before event 2"."""
    words = said.split()
    if not words or is_span(said):
        return None, said
    if len(words) <= _MOST_WORDS and (last := number(words[-1])) is not None:
        fronts = (" ".join(words[:size]) for size in range(len(words) - 1, 0, -1))
        if (when := next(filter(is_span, fronts), None)) is not None:
            return last, when
    first = number(words[0])
    return (None, said) if first is None else (first, " ".join(words[1:]))


async def _planned(call: Call, agenda: Agenda, attention: Attention, event_id: int | None) -> Reply:
    """List the reminders of one event, or of the next few."""
    planned = await agenda.planned(call.by, call.now)
    shown = [each for each in planned if event_id in {None, each[0].id}][:FEW]
    if not shown:
        none = _("No reminder is planned. {events} shows what is coming.", events=Say("events"))
        return Reply("events.no_reminders", none)
    if await _refuses(call, attention):
        return Reply("events.reminders", MUTED)
    lines: list[Node] = [
        _("{title}: {when}", title=event.title, when=_all(moments, event))
        for event, moments in shown
    ]
    ids = [str(event.id) for event, _moments in shown]
    body = Paragraphs([_("I remind you of:"), Bullets(lines)])
    return Reply("events.reminders", body, ids, listing=Listing(ListKind.EVENTS, ids))


@feature.command(
    "remind of this", summary=_("be reminded of the message you answer"), act=Act.ATTEND
)
async def remind_of_this(
    call: Call,
    reminders: MessageReminders,
    own: OwnTime,
    attention: Attention,
    said: Annotated[str, Rest(_("when"))],
) -> Reply:
    """Plan a reminder of any message, wherever the hub hears it."""
    if not call.answers:
        raise BadArgument(_("Please say it as an answer to the message I am to remind you of."))
    moment = exact(await own.read(call.person_id, said, call.language, call.now))
    await reminders.keep(call.by, call.room_id, call.answers, moment.at, call.now)
    when = When(moment.at, moment.zone)
    told = _("I will remind you of that message in our direct chat: {when}.", when=when)
    return Reply("events.remind_of_this", MUTED if await _refuses(call, attention) else told)


async def _refuses(call: Call, attention: Attention) -> bool:
    wishes = await attention.wishes(call.person_id)
    return wishes.muted or Notice.REMINDERS in wishes.switched_off


def _all(moments: Sequence[datetime], found: EventRow) -> Node:
    return Series([clocks(moment, found.zone, found.kind) for moment in moments])


@feature.command(
    "not going",
    summary=_("say that you will not come"),
    act=Act.ATTEND,
    weighty=True,
    traits=(Trait.ANSWERS_EVENT, Trait.OF_OWN_EVENT, Trait.OF_SESSION, Trait.SAID_OF_EVENT),
)
async def not_going(
    call: Call, agenda: Agenda, event_id: EventNumber, more: MoreNumbers = ()
) -> Reply:
    """Forget the attendance and its reminders, of several events as well."""
    ids = dict.fromkeys((event_id, *more))
    for each in ids:
        await agenda.stay_away(call.by, each, call.now)
    noted = [_("Noted. I will not remind you of event {number}.", number=each) for each in ids]
    return Reply("events.not_going", Lines(noted), tuple(map(str, ids)), listing=_these(ids))


@feature.due(Reminder)
async def remind(due: Due[Reminder], agenda: Agenda) -> None:
    """Remind one member, in their language and zone."""
    await agenda.reminder_due(due)


@feature.due(MessageReminder)
async def remind_of_message(due: Due[MessageReminder], reminders: MessageReminders) -> None:
    """Remind one member of a message."""
    await reminders.due(due.what, due.now)
