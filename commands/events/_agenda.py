"""See what is coming: all of it, or what is of a kind, on some days, or called by some words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from actions.clocks import OwnTime
from actions.events.agenda import Agenda
from actions.events.details import clocks
from actions.events.letters import card, line
from actions.events.recurrence import wall
from commands.events._days import days_named
from commands.events._feature import EventNumber, feature
from kit.authority import Role
from kit.command import Call, Rest
from kit.counts import LEAST
from kit.listing import Listing, ListKind
from kit.network import DayOfYear, HeldEvent, Network
from kit.text import Bullets, Label, Lines, Node, Paragraphs, Reply, Say, Verbatim, _, n_
from kit.times import OnDay
from kit.trait import Purpose, Slot, Trait
from kit.understanding import Understanding
from language.analysis import tokens
from storage.events import Events
from storage.programmes import Programmes
from storage.tables.events import EventKind, EventRow, Response

PAGE, FEW = 5, 3
WEEK = timedelta(days=7)


@feature.command("events", summary=_("what is coming, in your time"), purpose=Purpose.EVENTS)
async def events(
    call: Call,
    events: Events,
    own: OwnTime,
    programmes: Programmes,
    network: Network,
    understanding: Understanding,
    wanted: Annotated[
        str, Rest(_("kind, day, month or words of the title"), slot=Slot.KIND_AND_DAYS)
    ] = "",
) -> Reply:
    """List the next five that are wanted; and days of observance, or what was held earlier.

    A day is one of the reader's own clock, in rooms one of UTC.
    """
    planned = await events.upcoming(call.now)
    over = await events.over(planned)
    sessions = await programmes.parts(call.now)
    zone = await own.zone(call.person_id) if call.direct else "UTC"
    on, said = days_named(understanding, wanted, call.language, call.now, zone)
    search = _Search(said, on, understanding)
    coming = [event for event in planned if search.fits(event, zone, over[event.id])]
    known = [_known_of(call, event, over[event.id], sessions) for event in coming[:PAGE]]
    blocks = _coming(call, coming, known)
    if wanted:
        parts = [part for part in sessions if search.fits(part[0], part[0].zone)]
        held = _at_conferences(parts, on, said.strip(), named=_reads_sessions(call))
        # What is on a day comes before what only lasts until then.
        blocks = [*held, *blocks] if on else [*blocks, *held]
    blocks += _days(search.days(network.days, call.now.date()), call.now.date())
    if not coming:
        blocks += _held(search.held(network.held))
    if not blocks:
        then = [event for event in planned if search.is_then(event, zone, over[event.id])]
        then += [each for each, _of in sessions if search.is_then(each, each.zone)]
        return Reply("events.none", _nothing(len(then if on else planned), on))
    ids = [str(event.id) for event in coming[:PAGE]]
    listing = Listing(ListKind.EVENTS, ids) if ids else None
    return Reply("events.list", Paragraphs(blocks), ids, listing=listing)


def _nothing(planned: int, on: set[date]) -> Node:
    """Say that nothing is planned, or nothing that was wanted."""
    shown = Say("events")
    if not planned and not on:
        return _("Nothing is planned yet.")
    if not planned and len(on) == 1:
        return _("Nothing is planned for that day. {events} shows what is.", events=shown)
    if not planned:
        return _("Nothing is planned for those days. {events} shows what is.", events=shown)
    return n_(
        "{n} event is planned, but it does not fit that. {events} shows it.",
        "{n} events are planned, but none fits that. {events} shows the next.",
        planned,
        events=shown,
    )


def _at_conferences(
    sessions: Sequence[tuple[EventRow, int]], on: set[date], said: str, *, named: bool
) -> list[Node]:
    """Say which conferences have some sessions, that are *on* these days or about what is said.

    Those of a day are *named*, the first of them.
    """
    held: dict[int, list[EventRow]] = {}
    for session, conference in sessions:
        held.setdefault(conference, []).append(session)
    lines: list[Node] = []
    for conference, some in held.items():
        days = {wall(each.starts_at, each.zone).date() for each in some}
        day = f" {min(days)}" if on and len(days) == 1 else "" if on else f" {said}"
        lines.append(
            n_(
                "{n} session of a conference: {programme} shows it.",
                "{n} sessions of a conference: {programme} shows them.",
                len(some),
                programme=Say("programme", f"{conference}{day}"),
            )
        )
        if on and named:
            lines.append(Bullets([line(each) for each in some[:FEW]]))
    return lines


def _known_of(
    call: Call, event: EventRow, over: datetime, sessions: Sequence[tuple[EventRow, int]]
) -> Node:
    """Name an event; one that is on with its end and, to members, what of it is next."""
    if event.starts_at > call.now:
        return line(event)
    until = clocks(over, event.zone, event.kind)
    known = [line(event), _("It is on, until {when}.", when=until)]
    following = [session for session, conference in sessions if conference == event.id]
    if following and _reads_sessions(call):
        known.append(_("Next: {session}", session=line(following[0])))
    return Lines(known)


def _reads_sessions(call: Call) -> bool:
    return call.direct and call.by.role.may(Role.MEMBER)


def _coming(call: Call, coming: Sequence[EventRow], known: Sequence[Node]) -> list[Node]:
    if not coming:
        return []
    first = coming[0]
    how = _("Say {going} to be reminded.", going=Say("going", str(first.id)))
    if first.starts_at <= call.now and first.kind is EventKind.CONFERENCE:
        how = _("{programme} shows what it has when.", programme=Say("programme", str(first.id)))
    return [
        n_("{n} event is planned:", "{n} events are planned:", len(coming)),
        Bullets(known),
        how,
    ]


def _days(days: Sequence[DayOfYear], today: date) -> list[Node]:
    if not days:
        return []
    lines = [
        _known(
            day.checked,
            _("{title}: {when}", title=Label(day.names), when=OnDay(day.following(today))),
        )
        for day in days
    ]
    return [_("Days of observance:"), Bullets(lines)]


def _held(events: Sequence[HeldEvent]) -> list[Node]:
    if not events:
        return []
    lines = [
        _known(
            event.checked,
            _(
                "{title}: {when}, {place}",
                title=Verbatim(event.title),
                when=OnDay(event.day) if event.day else Verbatim(event.begins),
                place=Verbatim(event.place),
            ),
        )
        for event in events
    ]
    return [_("Held earlier:"), Bullets(lines)]


def _known(checked: bool, told: Node) -> Node:  # noqa: FBT001 -- whether somebody checked it
    return told if checked else _("{entry} (nobody has checked the date)", entry=told)


class _Search:
    """What is wanted of the events: their kind, their days, and words that their titles have."""

    def __init__(self, wanted: str, on: set[date], understanding: Understanding) -> None:
        self._understanding = understanding
        self._on = on
        self._wanted = bool(wanted or on)
        self._kind = understanding.event_kind(wanted, within=True) if wanted else None
        words = [word for word in wanted.split() if understanding.event_kind(word) is None]
        self._words = [token for token in tokens(" ".join(words)) if not token.stop]

    def is_then(self, event: EventRow, zone: str, over: datetime | None = None) -> bool:
        """Tell whether an event is on one of the days."""
        first, last = (wall(at, zone).date() for at in (event.starts_at, over or event.starts_at))
        return not self._on or any(first <= day <= last for day in self._on)

    def fits(self, event: EventRow, zone: str, over: datetime | None = None) -> bool:
        """Tell whether an event is wanted; one whose kind was not said is of what its title is."""
        if not self.is_then(event, zone, over):
            return False
        named = event.kind or self._kind_of(event.title)
        if self._kind is not None and named != self._kind:
            return False
        return self._has(event.title)

    def days(self, days: Sequence[DayOfYear], today: date) -> Sequence[DayOfYear]:
        """Choose days of observance, the nearest first; if nothing is wanted, those of a week."""
        near = sorted(days, key=lambda day: day.following(today))
        if not self._wanted:
            return [day for day in near if day.following(today) - today < WEEK]
        of_kind = self._kind == EventKind.OBSERVANCE
        if not of_kind and (self._kind is not None or not (self._words or self._on)):
            return []
        found = [day for day in near if not self._on or day.following(today) in self._on]
        return [day for day in found if any(map(self._has, day.names.values()))][
            : PAGE if of_kind else FEW
        ]

    def held(self, events: Sequence[HeldEvent]) -> Sequence[HeldEvent]:
        """Choose what was held earlier, the latest first."""
        if self._on or not (self._kind or self._words):
            return []
        latest = sorted(events, key=lambda event: event.begins, reverse=True)
        found = [each for each in latest if self._kind in {None, self._kind_of(each.title)}]
        found = [
            each for each in found if self._has(f"{each.title} {each.place} {each.begins[:4]}")
        ]
        return found[:FEW]

    def _kind_of(self, title: str) -> str | None:
        return self._understanding.event_kind(title, within=True)

    def _has(self, text: str) -> bool:
        there = tokens(text)
        return all(any(map(word.meets, there)) for word in self._words)


@feature.command(
    "event",
    summary=_("one event in detail"),
    opens=ListKind.EVENTS,
    purpose=Purpose.EVENT,
    traits=(Trait.OF_SESSION, Trait.SAID_OF_EVENT),
)
async def event(
    call: Call, agenda: Agenda, events: Events, programmes: Programmes, event_id: EventNumber
) -> Reply:
    """Show one event and how many are going; to members where it is, and what they said, too."""
    found = await agenda.get(event_id)
    going = await events.going(event_id)
    member = call.by.role.may(Role.MEMBER)
    known = card(found, whole=call.direct) if member else line(found)
    told: list[Node] = [n_("{n} member is going.", "{n} members are going.", going)]
    if member:
        told.append(_places_left(found, going))
    own = await events.attendance(event_id, call.person_id) if member and call.direct else None
    body = Paragraphs(
        [
            known,
            *(await _in_programme(programmes, found) if member else ()),
            *([Lines(told)] if member or going >= LEAST else ()),
            *([_OWN[own.response]] if own else ()),
            _(
                "Say {going}, {maybe} or {not_going}.",
                going=Say("going", str(event_id)),
                maybe=Say("maybe", str(event_id)),
                not_going=Say("not going", str(event_id)),
            ),
        ]
    )
    this = Listing.card(ListKind.EVENTS, str(event_id))
    return Reply("events.card", body, ids=(str(event_id),), listing=this)


_OWN: Mapping[Response, Node] = {
    Response.GOING: _("You are going."),
    Response.MAYBE: _("You may come."),
    Response.WAITS: _("You wait for a place."),
}


def _places_left(event: EventRow, going: int) -> Node:
    if event.capacity is None:
        return _("There is no limit of places.")
    return n_("{n} place is free.", "{n} places are free.", max(0, event.capacity - going))


async def _in_programme(programmes: Programmes, event: EventRow) -> list[Node]:
    """Say of what conference a session is, with whom; or that a conference has a programme."""
    row = await programmes.of(event.id)
    if row is None:
        if not await programmes.sessions(event.id):
            return []
        return [_("{programme} shows what it has when.", programme=Say("programme", str(event.id)))]
    known: list[Node] = []
    if row.speakers:
        known.append(_("Speakers, as its programme says: {names}", names=Verbatim(row.speakers)))
    if row.track:
        known.append(_("Track: {track}", track=Verbatim(row.track)))
    whole = Say("programme", str(row.conference_id))
    known.append(_("{programme} shows all of its conference.", programme=whole))
    return [Lines(known)]
