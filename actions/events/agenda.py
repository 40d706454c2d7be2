"""The agenda: going to events, and being reminded in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.authority import authorise
from actions.events import letters
from actions.events.clashes import at_once
from kit.authority import Act, Actor
from kit.due import Due, Planned
from kit.errors import BadArgument, Conflict, NotFound
from kit.notices import Notice
from kit.ports import Post
from kit.subject import OfEvent
from kit.text import Say, _, n_
from kit.times import When
from storage.dues import Dues
from storage.events import Events
from storage.programmes import Programmes
from storage.tables.events import LONGEST, AttendanceRow, EventRow, Response

FARTHEST = timedelta(days=3653)
BEFORE = (timedelta(days=7), timedelta(days=1), timedelta(hours=1), timedelta(minutes=10))
# Who goes from session to session is reminded of each when it is time to walk there.
BEFORE_SESSION = (timedelta(minutes=10),)
MOST_REMINDERS = 5
# A reminder that is later than this says so.
LATE = timedelta(minutes=5)
# And this long after the beginning it says nothing useful any more.
TOO_LATE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Reminder(Planned):
    """Somebody who is going is to be reminded."""

    kind: ClassVar[str] = "events.reminder"
    light: ClassVar[bool] = True
    pattern: ClassVar[str] = "event:{event}:{person}:{at}"
    event: int
    person: int

    @property
    def goes_with(self) -> int | None:
        """The one to be reminded."""
        return self.person


@dataclass(frozen=True, slots=True)
class Attendance:
    """What comes of going: reminders at these *moments*, or a *place* on the waiting list.

    The *others* that somebody is going to take place at the same time.
    """

    event: EventRow
    moments: Sequence[datetime] = ()
    place: int | None = None
    others: Sequence[EventRow] = ()


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
    """Who is going to what, and when they are reminded."""

    events: Events
    programmes: Programmes
    dues: Dues
    post: Post

    async def get(self, event_id: int) -> EventRow:
        """Return an event that was not called off; raises NotFound."""
        event = await self.events.get(event_id)
        if event is None:
            events = Say("events")
            raise NotFound(
                _(
                    "There is no event {number}. Say {events} for the list.",
                    number=event_id,
                    events=events,
                )
            )
        return event

    async def attend(self, by: Actor, event_id: int, now: datetime) -> Attendance:
        """Note that somebody is going, and plan the usual reminders; or that they wait for a place.

        They take the place of any that were chosen before.

        Raises:
            BadArgument: it is over.
            NotFound: there is no such event.
        """
        event = await self._ahead(by, event_id, now)
        attendance = await self.events.attendance(event_id, by.id)
        if attendance is None or attendance.response is Response.MAYBE:
            full = (
                event.capacity is not None and await self.events.going(event_id) >= event.capacity
            )
            await self.events.leave(event_id, by.id)
            response = Response.WAITS if full else Response.GOING
            await self.events.join(event_id, by.id, now, response)
        waiting = [each.person_id for each in await self.events.waiting(event_id)]
        if by.id in waiting:
            await self.dues.cancel(Reminder, event=event_id, person=by.id)
            return Attendance(event, place=waiting.index(by.id) + 1)
        moments = await self._chosen(event, by, await self._usual(event), now)
        own = await self.events.ahead(by.id, event.starts_at - LONGEST)
        others = [other for other, _attendance in own if other is not event]
        return Attendance(event, moments, others=at_once(event, others))

    async def mine(self, by: Actor, now: datetime) -> list[tuple[EventRow, AttendanceRow]]:
        """List what somebody is going to, may be, or waits for, and that is not over."""
        authorise(by, Act.ATTEND)
        own = await self.events.ahead(by.id, now - LONGEST)
        over = await self.events.over([event for event, _attendance in own])
        return [(event, attendance) for event, attendance in own if over[event.id] > now]

    async def consider(self, by: Actor, event_id: int, now: datetime) -> Attendance:
        """Note that somebody may be going: they are reminded, and a place they had is free.

        Raises as ``attend``.
        """
        event = await self._ahead(by, event_id, now)
        await self.events.respond(event_id, by.id, Response.MAYBE, now)
        moments = await self._chosen(event, by, await self._usual(event), now)
        await self.fill(event, now)
        return Attendance(event, moments)

    async def _usual(self, event: EventRow) -> list[int] | None:
        """Say how long before a session people are reminded; as usual before what is none."""
        if await self.programmes.of(event.id) is None:
            return None
        return [int(each.total_seconds()) for each in BEFORE_SESSION]

    async def _ahead(self, by: Actor, event_id: int, now: datetime) -> EventRow:
        """Return what somebody may go to, which is no news to them any more."""
        authorise(by, Act.ATTEND)
        event = await self.get(event_id)
        if event.starts_at <= now and (await self.events.over([event]))[event_id] <= now:
            raise BadArgument(_("That event has begun already."))
        await self.post.retract(OfEvent(event_id), by.id)
        return event

    async def planned(self, by: Actor, now: datetime) -> list[tuple[EventRow, list[datetime]]]:
        """List the reminders that are still ahead of what somebody is going to."""
        authorise(by, Act.ATTEND)
        ahead: dict[int, list[datetime]] = {}
        for reminder, at in await self.dues.planned(Reminder, by.id):
            if at > now:
                ahead.setdefault(reminder.event, []).append(at)
        coming = [event for event, _attendance in await self.events.calendar(by.id)]
        coming = [event for event in coming if event.id in ahead and not event.cancelled]
        return [(event, ahead[event.id]) for event in coming]

    async def only(self, by: Actor, now: datetime) -> EventRow:
        """Return the one event that somebody is going to, or may be.

        Raises:
            Conflict: they are going to none, or to several.
        """
        authorise(by, Act.ATTEND)
        mine = await self.events.calendar(by.id)
        coming = [event for event, _attendance in mine if event.starts_at > now]
        coming = [event for event in coming if not event.cancelled]
        if len(coming) == 1:
            return coming[0]
        if not coming:
            events = Say("events")
            raise Conflict(
                _("You are going to no event. {events} shows what is coming.", events=events)
            )
        example = Say("remind", f"{coming[0].id} 2h")
        raise Conflict(
            _("You are going to several events. Say which, for example {example}.", example=example)
        )

    async def resume(self, person_id: int, now: datetime) -> None:
        """Plan the reminders of somebody anew who was away."""
        for event, attendance in await self.events.calendar(person_id):
            if not event.cancelled:
                await self.plan(event, attendance, now)

    async def fill(self, event: EventRow, now: datetime) -> None:
        """Give places that are free to who waits for one, and tell them."""
        waiting = await self.events.waiting(event.id)
        if event.capacity is not None and waiting:
            waiting = waiting[: max(0, event.capacity - await self.events.going(event.id))]
        for attendance in waiting:
            attendance.response = Response.GOING
            await self.plan(event, attendance, now)
            letter, until = letters.place_free(event), event.starts_at
            await self.post.notify(attendance.person_id, Notice.REMINDERS, letter, until=until)

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
        attendance = await self.events.attendance(event_id, by.id)
        if attendance is None or attendance.response is Response.WAITS:
            raise Conflict(_("Say {going} first.", going=Say("going", str(event_id))))
        if min(before) <= timedelta(0):
            raise BadArgument(_("The event has begun by then. Please choose an earlier time."))
        if len(before) > MOST_REMINDERS:
            raise BadArgument(
                _("I remind you at most {most} times of an event.", most=MOST_REMINDERS)
            )
        if all(event.starts_at - each <= now for each in before):
            raise BadArgument(_("All of these times have passed. Please choose others."))
        chosen = [int(each.total_seconds()) for each in before]
        return event, await self._chosen(event, by, chosen, now)

    async def remind_no_more(self, by: Actor, event_id: int, now: datetime) -> EventRow:
        """Remind somebody of one event no more, whether or not they go; raises NotFound."""
        authorise(by, Act.ATTEND)
        event = await self.get(event_id)
        if await self.events.attendance(event_id, by.id) is not None:
            await self._chosen(event, by, [], now)
        return event

    async def remind_all(
        self, by: Actor, before: Sequence[timedelta], now: datetime
    ) -> list[EventRow]:
        """Plan the same reminders for all that a member may go to; returns what that is.

        Raises:
            BadArgument: they would be too late for all of it, or they are too many.
        """
        ahead = [
            event
            for event, attendance in await self.mine(by, now)
            if attendance.response is not Response.WAITS and event.starts_at - min(before) > now
        ]
        if not ahead:
            raise BadArgument(_("No reminder would still come in time for what you are going to."))
        for event in ahead:
            await self.remind(by, event.id, before, now)
        return ahead

    async def _chosen(
        self, event: EventRow, by: Actor, before: list[int] | None, now: datetime
    ) -> list[datetime]:
        """Plan these reminders, or the usual ones, in place of all that were planned."""
        attendance = await self.events.attendance(event.id, by.id)
        assert attendance is not None
        attendance.before = before
        await self.dues.cancel(Reminder, event=event.id, person=by.id)
        return await self.plan(event, attendance, now)

    async def stay_away(self, by: Actor, event_id: int, now: datetime) -> None:
        """Forget that somebody is going, and their reminders; raises NotFound."""
        authorise(by, Act.ATTEND)
        event = await self.get(event_id)
        await self.events.leave(event_id, by.id)
        await self.dues.cancel(Reminder, event=event_id, person=by.id)
        await self.post.retract(OfEvent(event_id), by.id)
        await self.fill(event, now)

    async def vacate(self, person_id: int, now: datetime) -> None:
        """Free the places of somebody who leaves for those who wait, and remind them of nothing.

        Where there are places for all they may still come.
        """
        await self.dues.drop(Reminder, person_id)
        for event in await self.events.bounded(person_id, now):
            await self.events.leave(event.id, person_id)
            await self.fill(event, now)

    async def reminder_due(self, due: Due[Reminder]) -> None:
        """Remind one who is going: once, if several reminders were missed, and not too late."""
        event = await still_ahead(self.events, due.what.event, due.now)
        attendance = await self.events.attendance(due.what.event, due.what.person)
        if event is None or attendance is None or attendance.response is Response.WAITS:
            return
        if any(due.due_at < moment <= due.now for moment in _moments(event, attendance)):
            return  # that one says it
        letter = letters.reminder(event, due.now, late=due.now - due.due_at > LATE)
        until = event.starts_at + TOO_LATE
        await self.post.notify(due.what.person, Notice.REMINDERS, letter, until=until)

    async def plan(
        self, event: EventRow, attendance: AttendanceRow, now: datetime
    ) -> list[datetime]:
        """Plan the reminders of one who is going that are still ahead; returns their moments."""
        ahead = [moment for moment in _moments(event, attendance) if moment > now]
        what = Reminder(event.id, attendance.person_id)
        await self.dues.plan_all((what, moment) for moment in ahead)
        return ahead


def _moments(event: EventRow, attendance: AttendanceRow) -> list[datetime]:
    """List when somebody is to be reminded, the earliest first."""
    if attendance.before is None:
        return [event.starts_at - before for before in BEFORE]
    return sorted(event.starts_at - timedelta(seconds=each) for each in attendance.before)


async def still_ahead(events: Events, event_id: int, now: datetime) -> EventRow | None:
    """Return an event of which somebody can be reminded."""
    event = await events.get(event_id)
    return None if event is None or now > event.starts_at + TOO_LATE else event
