"""Holding events: announcing, changing, moving and calling them off, and who is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest
from typing import ClassVar
from zoneinfo import ZoneInfo

from actions.authority import authorise
from actions.events import letters
from actions.events.agenda import Agenda, Reminder, plannable, still_ahead
from actions.events.before import Before
from actions.events.letters import News
from actions.events.recurrence import wall
from actions.events.series import Repetition
from actions.events.spreading import PORTION, Renew, Spread, Spreading
from kit.authority import Act, Actor
from kit.due import Planned
from kit.errors import BadArgument, Conflict, NotFound
from kit.network import Network, WellKnown
from kit.notices import Notice
from kit.ports import Post
from kit.roomkey import SpaceRoom
from kit.text import Message, Say, Series, _
from kit.times import OnDay
from storage.attention import Attention
from storage.audits import Audits
from storage.dues import Dues
from storage.events import Events
from storage.programmes import Programmes
from storage.tables.audit import Audited
from storage.tables.events import Details, EventRow, Response

ROOM = SpaceRoom(WellKnown.EVENTS.value)
ROOM_BEFORE = timedelta(hours=1)
NOBODY = 0  # among persons: a programme, not somebody in the chat, changed an event


@dataclass(frozen=True, slots=True)
class RoomReminder(Planned):
    """The events room is to be reminded."""

    kind: ClassVar[str] = "events.room"
    pattern: ClassVar[str] = "event:{event}:room"  # it is reminded once
    event: int


@dataclass(frozen=True, slots=True)
class Telling(Planned):
    """Who is going is to be told of a revision of an event: all *after* a person, but one.

    What it *was* before is as ``Before.dump`` wrote it.
    """

    kind: ClassVar[str] = "events.telling"
    once: ClassVar[bool] = True
    untold: ClassVar[frozenset[str]] = frozenset({"was"})
    event: int
    revision: int
    news: str
    but: int
    after: int
    was: str = ""


@dataclass(frozen=True, slots=True)
class Hosting:
    """Events, and what others are told of them."""

    agenda: Agenda
    events: Events
    audits: Audits
    programmes: Programmes
    repetition: Repetition
    spreading: Spreading
    attention: Attention
    dues: Dues
    post: Post
    network: Network

    async def reach(self, by: Actor) -> int:
        """Say how many members would be told of an event."""
        authorise(by, Act.HOLD_EVENTS)
        return await self.attention.reached(Notice.EVENTS, by.id)

    async def own(self, by: Actor, event_id: int) -> tuple[EventRow, int]:
        """Return an event that somebody may change, and how many others would be told.

        Raises:
            NotAllowed: another announced it.
            NotFound: there is no such event.
        """
        authorise(by, Act.HOLD_EVENTS)
        event = await self.agenda.get(event_id)
        authorise(by, Act.HOLD_EVENTS, event)
        going = await self.events.attendees(event.id)
        return event, len({*going, event.host_id} - {by.id, None})

    async def ending(self, by: Actor, event_id: int) -> tuple[EventRow, int]:
        """Return an event as ``own`` does, with how many would be told if it were called off.

        Who chose a session of a conference hears of that, too.

        Raises:
            NotAllowed: another announced it.
            NotFound: there is no such event.
        """
        event, _told = await self.own(by, event_id)
        going = await self.events.attendees(event.id)
        sessions = await self.programmes.attendees(event.id)
        return event, len({*going, *sessions, event.host_id} - {by.id, None})

    async def on_day(
        self, by: Actor, event_id: int, days: tuple[date, date], now: datetime
    ) -> tuple[EventRow, int]:
        """Return what of a series is from a day to another, as ``own`` does; or a single event.

        What is not there yet is made before its turn, so that it can be moved or called off.

        Raises:
            BadArgument: it comes several times in these days, or later than anybody plans.
            NotAllowed: another announced it.
            NotFound: there is none.
        """
        event, _told = await self.own(by, event_id)
        first, last = days
        plannable(datetime.combine(last, time.max, UTC), event.zone, now)
        found = await self.repetition.between(event, first, last)
        if not found:
            raise NotFound(_unplanned(event_id, first, last))
        if len(found) > 1:
            each = [
                OnDay(
                    wall(one.starts_at, one.zone).date()
                    if isinstance(one, EventRow)
                    else one.date()
                )
                for one in found
            ]
            raise BadArgument(_("It comes on {days}. Please name one day.", days=Series(each)))
        [one] = found
        if not isinstance(one, EventRow):
            one = await self.repetition.make(event, one, now)
            await self._plan_room(one, now)
        return await self.own(by, one.id)

    async def standing(self, by: Actor, event_id: int, day: date) -> tuple[EventRow, int]:
        """Return what of a series is on a day already, as ``own`` does; or the event itself.

        Nobody moves one of a series onto another one: that one is to be at another hour.
        """
        event, _told = await self.own(by, event_id)
        there = [
            each
            for each in await self.repetition.between(event, day, day)
            if isinstance(each, EventRow)
        ]
        return await self.own(by, there[0].id if there else event_id)

    async def announce(
        self, by: Actor, details: Details, starts_at: datetime, zone: str, now: datetime
    ) -> EventRow:
        """Keep an event, tell the events room and every member, plan that room's reminder.

        Raises:
            BadArgument: it is in the past, or farther ahead than anybody plans.
        """
        authorise(by, Act.HOLD_EVENTS)
        plannable(starts_at, zone, now)
        event = await self.events.add(details, starts_at, zone, by.id, now)
        await self._plan_room(event, now)
        await self.post.room(ROOM, letters.announcement(event))
        await self.spreading.spread(Spread(event.id, after=0), now)
        return event

    async def change(self, by: Actor, event_id: int, details: Details, now: datetime) -> EventRow:
        """Describe an event and what follows in its series otherwise; tell who was told of it.

        Raises:
            NotAllowed: another announced it.
            NotFound: there is no such event.
        """
        event, _told = await self.own(by, event_id)
        place, following = await self.repetition.following(event)
        was = [Before.of(each) for each in (event, *following)]
        if place is not None:
            await self.repetition.describe(place.series_id, details)
        for each in (event, *following):
            each.details = details
            await self.agenda.fill(each, now)
        await self._tell(by, event, News.CHANGED, now, following, was)
        return event

    async def once(self, by: Actor, event_id: int) -> EventRow:
        """Return an event that somebody may let come again.

        Raises:
            Conflict: it does already.
            NotAllowed: another announced it.
            NotFound: there is no such event.
        """
        event, _told = await self.own(by, event_id)
        place, _following = await self.repetition.following(event)
        if place is not None:
            cancel = Say("event cancel", str(event_id))
            raise Conflict(
                _("That event comes again already. Say {cancel} to end it.", cancel=cancel)
            )
        return event

    async def repeat(
        self, by: Actor, event_id: int, rule: str, now: datetime
    ) -> tuple[EventRow, list[EventRow]]:
        """Let an event come again by a rule, and tell the events room; returns the next ones too.

        Raises as ``once``.
        """
        event = await self.once(by, event_id)
        made = await self.repetition.begin(event, rule, now)
        for each in made:
            await self._plan_room(each, now)
        await self.post.room(ROOM, letters.repeated(event, made))
        return event, made

    async def comes_again(self, event: EventRow) -> bool:
        """Tell whether an event is one of a series that goes on."""
        place, _following = await self.repetition.following(event)
        return place is not None and await self.repetition.series.get(place.series_id) is not None

    async def left(self, event: EventRow) -> int | None:
        """Count an event and all that follow it in its series; None if that has no end."""
        return await self.repetition.left(event)

    async def series_due(self, series_id: int, now: datetime) -> None:
        """Plan the next event of a series; nobody is told before it is near."""
        for each in await self.repetition.extend(series_id, now):
            await self._plan_room(each, now)

    async def move(
        self,
        by: Actor,
        event_id: int,
        starts_at: datetime,
        zone: str,
        now: datetime,
        *,
        series: bool = False,
    ) -> EventRow:
        """Let an event begin at another time, with all its reminders, and tell who was told of it.

        All that follow in its *series* may move along, by the same rule.

        Raises:
            BadArgument: it is in the past, or farther ahead than anybody plans.
            Conflict: from then on it cannot come by the same rule.
            NotAllowed: another announced it.
            NotFound: there is no such event.
        """
        event, _told = await self.own(by, event_id)
        plannable(starts_at, zone, now)
        following: Sequence[EventRow] = ()
        made: Sequence[EventRow] = ()
        was = [Before.of(event)]
        if series:
            following, made = await self.repetition.move(event, starts_at, zone, now)
        else:
            event.starts_at, event.zone = starts_at, zone
        await self._remind_nobody([event, *following])
        for each in (event, *following, *made):
            await self._plan_room(each, now)
        await self._tell(by, event, News.ALL_MOVED if series else News.MOVED, now, following, was)
        return event

    async def call_off(
        self, by: Actor, event_id: int, now: datetime, *, series: bool = False
    ) -> EventRow:
        """Call an event off, or all that follow in its *series* too; tell who was told of it.

        With a conference go its sessions.

        Raises:
            NotAllowed: another announced it.
            NotFound: there is no such event.
        """
        event, _told = await self.own(by, event_id)
        place, following = await self.repetition.following(event)
        if not series or place is None:
            following = []
        else:
            await self.repetition.end(place.series_id)
        sessions = [each for each, _row in await self.programmes.sessions(event_id)]
        following = [*following, *(each for each in sessions if not each.cancelled)]
        for each in (event, *following):
            each.cancelled = True
        await self._remind_nobody([event, *following])
        await self.audits.note(Audited.EVENT_CANCEL, now, by=by.id, number=event_id)
        news = News.ENDED if series else News.CALLED_OFF
        await self._tell(by, event, news, now, following)
        return event

    async def telling_due(self, what: Telling, now: datetime) -> None:
        """Tell some of those who are going, plan their reminders, and leave the rest for later.

        A later revision tells all of them anew.
        """
        event = await self.events.any(what.event)
        if event is None or event.revision != what.revision:
            return
        news = News(what.news)
        portion = await self.events.portion(event.id, what.after, PORTION)
        told = await self.events.told_before(event)
        if what.but != NOBODY:
            told |= {what.but} | ({event.host_id} if event.host_id else set())
        for attendance in portion:
            if news in {News.MOVED, News.ALL_MOVED} and attendance.response is not Response.WAITS:
                await self.agenda.plan(event, attendance, now)
            if attendance.person_id not in told:
                await self._notify(attendance.person_id, event, news, Before.load(what.was))
        if len(portion) == PORTION:
            await self.dues.plan(replace(what, after=portion[-1].person_id), at=now)

    async def room_reminder_due(self, event_id: int, now: datetime) -> None:
        """Remind the events room, by the clocks of all regions, not of who is going."""
        if (event := await still_ahead(self.events, event_id, now)) is not None:
            clocks = _distinct(self.network.clocks(ROOM.slug), event.starts_at)
            await self.post.room(ROOM, letters.room_reminder(event, clocks))

    async def _plan_room(self, event: EventRow, now: datetime) -> None:
        if (moment := event.starts_at - ROOM_BEFORE) > now:
            await self.dues.plan(RoomReminder(event.id), at=moment)

    async def _tell(
        self,
        by: Actor,
        event: EventRow,
        news: News,
        now: datetime,
        following: Sequence[EventRow] = (),
        was: Sequence[Before] = (),
    ) -> None:
        """Tell the events room and who announced it at once, who is going in portions.

        In digests that wait it stands as it is, or not at all; soon so does what follows it.
        """
        revised = [event, *following]
        for each in revised:
            each.revision += 1
            each.revised_at = now
        await self.spreading.renew(Renew(event.id, event.revision, after=0), now)
        renewing = [Renew(each.id, each.revision, after=0) for each in following]
        before = [each.dump() for each in was]
        telling = [
            Telling(each.id, each.revision, news, by.id, after=0, was=old)
            for each, old in zip_longest(revised, before, fillvalue="")
            if isinstance(each, EventRow)
        ]
        await self.dues.plan_all((what, now) for what in (*renewing, *telling))
        first = was[0] if was else None
        if event.host_id is not None and event.host_id != by.id:
            await self._notify(event.host_id, event, news, first)
        await self.post.room(ROOM, letters.revised(event, news, whole=False, was=first))

    async def _notify(
        self, person_id: int, event: EventRow, news: News, was: Before | None
    ) -> None:
        letter = letters.revised(event, news, whole=True, was=was)
        await self.post.notify(person_id, Notice.REMINDERS, letter, until=event.starts_at)

    async def _remind_nobody(self, events: Sequence[EventRow]) -> None:
        """Drop what reminders are planned of several events, of people and of the events room."""
        these = [{"event": event.id} for event in events]
        await self.dues.cancel_all(Reminder, these)
        await self.dues.cancel_all(RoomReminder, these)


def _unplanned(event_id: int, first: date, last: date) -> Message:
    shown = Say("event", str(event_id))
    if first == last:
        return _(
            "It is not planned for {day}. {shown} says when it is.", day=OnDay(first), shown=shown
        )
    return _(
        "It is not planned from {first} to {last}. {shown} says when it is.",
        first=OnDay(first),
        last=OnDay(last),
        shown=shown,
    )


def _distinct(zones: Sequence[str], moment: datetime) -> list[str]:
    """Keep one zone for each time of day."""
    by_clock: dict[object, str] = {}
    for zone in zones:
        by_clock.setdefault(moment.astimezone(ZoneInfo(zone)).utcoffset(), zone)
    return list(by_clock.values())
