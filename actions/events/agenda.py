"""The agenda: announcing events, going to them, and being reminded in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from actions.authority import authorise
from actions.events import letters
from kit.authority import Act, Actor
from kit.due import Planned
from kit.errors import BadArgument, Conflict, NotFound
from kit.network import Network, WellKnown
from kit.notices import Notice
from kit.ports import Post
from kit.roomkey import SpaceRoom
from kit.subject import OfEvent
from kit.text import Say, When, _, n_
from storage.attention import Attention
from storage.dues import Dues
from storage.events import Events
from storage.tables.events import EventRow

FARTHEST = timedelta(days=3653)
ROOM = SpaceRoom(WellKnown.EVENTS.value)
BEFORE = (timedelta(days=7), timedelta(days=1), timedelta(hours=1))
MOST_REMINDERS = 5
ROOM_BEFORE = timedelta(hours=1)
# A reminder that is later than this says nothing useful any more.
TOO_LATE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Reminder(Planned):
    """Somebody who is going is to be reminded."""

    kind: ClassVar[str] = "events.reminder"
    pattern: ClassVar[str] = "event:{event}:{person}:{at}"
    event: int
    person: int

    @property
    def goes_with(self) -> int | None:
        """The one to be reminded."""
        return self.person


@dataclass(frozen=True, slots=True)
class RoomReminder(Planned):
    """The events room is to be reminded."""

    kind: ClassVar[str] = "events.room"
    pattern: ClassVar[str] = "event:{event}:room"  # it is reminded once
    event: int


def plannable(starts_at: datetime, zone: str, now: datetime) -> None:
    """Raise BadArgument for what is in the past, or farther ahead than anybody plans."""
    if starts_at <= now:
        raise BadArgument(
            _(
                "That is in the past: {when}. Please choose another time.",
                when=When(starts_at, zone),
            )
        )
    if starts_at > now + FARTHEST:
        raise BadArgument(
            n_(
                "That is more than {n} year ahead. Please choose another time.",
                "That is more than {n} years ahead. Please choose another time.",
                FARTHEST.days // 365,
            )
        )


@dataclass(frozen=True, slots=True)
class Agenda:
    """Events, and who is going."""

    events: Events
    attention: Attention
    dues: Dues
    post: Post
    network: Network

    async def get(self, event_id: int) -> EventRow:
        """Return an event that was not called off; raises NotFound."""
        event = await self.events.get(event_id)
        if event is None:
            events = Say("events")
            raise NotFound(
                _("I know of no event {number}. Say {events}.", number=event_id, events=events)
            )
        return event

    async def attend(
        self, by: Actor, event_id: int, now: datetime
    ) -> tuple[EventRow, list[datetime]]:
        """Note that somebody is going, and plan the usual reminders; returns those still ahead.

        They take the place of any that were chosen before.

        Raises:
            BadArgument: it has begun.
            NotFound: there is no such event.
        """
        authorise(by, Act.ATTEND)
        event = await self.get(event_id)
        if event.starts_at <= now:
            raise BadArgument(_("That event has begun already."))
        await self.events.join(event_id, by.id)
        await self.post.retract(OfEvent(event_id), by.id)  # it is no news to them
        await self.dues.cancel(Reminder, event=event_id, person=by.id)
        moments = [event.starts_at - before for before in BEFORE]
        return event, await self._plan(by, event, moments, now)

    async def remind(
        self, by: Actor, event_id: int, before: Sequence[timedelta], now: datetime
    ) -> tuple[EventRow, list[datetime]]:
        """Plan the reminders a member chose in place of the usual ones; returns their moments.

        Raises:
            BadArgument: all of them have passed, or they are too many.
            Conflict: they are not going.
            NotFound: there is no such event.
        """
        authorise(by, Act.ATTEND)
        event = await self.get(event_id)
        if by.id not in {person.id for person in await self.events.attendees(event_id)}:
            raise Conflict(_("Say {going} first.", going=Say("going", str(event_id))))
        if min(before) <= timedelta(0):
            raise BadArgument(_("The event has begun by then. Please choose an earlier time."))
        if len(before) > MOST_REMINDERS:
            raise BadArgument(
                _("I remind you at most {most} times of an event.", most=MOST_REMINDERS)
            )
        moments = [event.starts_at - each for each in before]
        if all(moment <= now for moment in moments):
            raise BadArgument(_("All of these moments have passed. Please choose others."))
        await self.dues.cancel(Reminder, event=event_id, person=by.id)
        return event, await self._plan(by, event, moments, now)

    async def stay_away(self, by: Actor, event_id: int) -> None:
        """Forget that somebody is going, and their reminders; raises NotFound."""
        authorise(by, Act.ATTEND)
        await self.get(event_id)
        await self.events.leave(event_id, by.id)
        await self.dues.cancel(Reminder, event=event_id, person=by.id)
        await self.post.retract(OfEvent(event_id), by.id)

    async def reach(self, by: Actor) -> int:
        """Say how many members would be told of an event."""
        authorise(by, Act.HOLD_EVENTS)
        members = [
            wishes for person, wishes in await self.attention.members() if person.id != by.id
        ]
        return sum(Notice.EVENTS not in wishes.switched_off for wishes in members)

    async def announce(
        self, by: Actor, title: str, starts_at: datetime, zone: str, now: datetime
    ) -> EventRow:
        """Keep an event, tell the events room and every member, plan that room's reminder.

        Raises:
            BadArgument: it is in the past, or farther ahead than anybody plans.
        """
        authorise(by, Act.HOLD_EVENTS)
        plannable(starts_at, zone, now)
        event = await self.events.add(title, starts_at, zone, by.id)
        if (moment := starts_at - ROOM_BEFORE) > now:
            await self.dues.plan(RoomReminder(event.id), at=moment)
        await self.post.room(ROOM, letters.announcement(event))
        await self.post.publish(Notice.EVENTS, letters.news(event), until=starts_at)
        await self.post.retract(OfEvent(event.id), by.id)
        return event

    async def may_call_off(self, by: Actor, event_id: int) -> tuple[EventRow, int]:
        """Return an event, and how many others would be told; raises NotFound."""
        authorise(by, Act.HOLD_EVENTS)
        event = await self.get(event_id)
        return event, len(await self._concerned(event) - {by.id})

    async def call_off(self, by: Actor, event_id: int) -> EventRow:
        """Call an event off, and tell the events room, who was going and who announced it.

        Raises:
            NotFound: there is no such event.
        """
        authorise(by, Act.HOLD_EVENTS)
        event = await self.get(event_id)
        event.cancelled = True
        await self.dues.cancel(Reminder, event=event_id)
        await self.dues.cancel(RoomReminder, event=event_id)
        await self.post.retract(OfEvent(event_id))
        letter = letters.called_off(event)
        for person_id in sorted(await self._concerned(event) - {by.id}):
            await self.post.notify(person_id, Notice.REMINDERS, letter, until=event.starts_at)
        await self.post.room(ROOM, letter)
        return event

    async def _concerned(self, event: EventRow) -> set[int]:
        """List who is going, and who announced it unless they are forgotten."""
        going = {person.id for person in await self.events.attendees(event.id)}
        return going if event.host_id is None else {*going, event.host_id}

    async def reminder_due(self, event_id: int, person_id: int, now: datetime) -> None:
        """Remind one who is going, unless that is too late."""
        if (event := await self._still_ahead(event_id, now)) is not None:
            until = event.starts_at + TOO_LATE
            letter = letters.reminder(event)
            await self.post.notify(person_id, Notice.REMINDERS, letter, until=until)

    async def room_reminder_due(self, event_id: int, now: datetime) -> None:
        """Remind the events room, by the clocks of all regions, not of who is going."""
        if (event := await self._still_ahead(event_id, now)) is not None:
            clocks = _distinct(self.network.clocks(ROOM.slug), event.starts_at)
            await self.post.room(ROOM, letters.room_reminder(event, clocks))

    async def _still_ahead(self, event_id: int, now: datetime) -> EventRow | None:
        event = await self.events.get(event_id)
        return None if event is None or now > event.starts_at + TOO_LATE else event

    async def _plan(
        self, by: Actor, event: EventRow, moments: Sequence[datetime], now: datetime
    ) -> list[datetime]:
        """Plan reminders at those moments that are still ahead; returns them."""
        ahead = [moment for moment in moments if moment > now]
        for moment in ahead:
            await self.dues.plan(Reminder(event.id, by.id), at=moment)
        return ahead


def _distinct(zones: Sequence[str], moment: datetime) -> list[str]:
    """Keep one zone for each time of day."""
    by_clock: dict[object, str] = {}
    for zone in zones:
        by_clock.setdefault(moment.astimezone(ZoneInfo(zone)).utcoffset(), zone)
    return list(by_clock.values())
