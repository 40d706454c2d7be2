"""What people are going to, in a calendar program of their own."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actions.authority import authorise
from actions.events.agenda import Agenda
from actions.events.ical import calendar
from kit.authority import Act, Actor
from kit.network import Network
from storage.calendars import Calendars
from storage.events import Events
from storage.people import People
from storage.tables.events import AttendanceRow, EventRow

_BYTES = 24  # of randomness in a token
_TOKEN = re.compile(r"[\w-]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Publishing:
    """Where calendars are published: the hub's server, its *public* web address if it has one."""

    server: str
    public: str | None
    random: Callable[[int], bytes]

    def address(self, token: str) -> str:
        """Give the address of a calendar."""
        return f"{self.public}/calendar/{token}.ics"


@dataclass(frozen=True, slots=True)
class PublishedCalendars:
    """Calendars as their owners' programs read them."""

    calendars: Calendars
    events: Events
    people: People
    network: Network
    publishing: Publishing

    async def read(self, token: str) -> bytes | None:
        """Write the calendar that a token is for; None if for none, or for who is shut out."""
        owner = await self.calendars.owner(token) if _TOKEN.fullmatch(token) else None
        if owner is None or (await self.people.get(owner)).suspended:
            return None
        return await self.whole(owner)

    async def whole(self, person_id: int) -> bytes:
        """Write all that a person is going to."""
        return await self.written(person_id, await self.events.calendar(person_id))

    async def written(
        self, person_id: int, events: Sequence[tuple[EventRow, AttendanceRow | None]]
    ) -> bytes:
        """Write these events for a person."""
        names = self.network.names
        name = names.get((await self.people.get(person_id)).language) or names["en"]
        until = await self.events.programmed_until([event.id for event, _attendance in events])
        return calendar(name, self.publishing.server, events, until)


@dataclass(frozen=True, slots=True)
class CalendarFeeds:
    """The calendar of each person, at an address that only they know."""

    agenda: Agenda
    published: PublishedCalendars

    async def address(self, by: Actor, *, anew: bool) -> str | None:
        """Give the address of somebody's calendar, *anew* or if they have none yet.

        Returns None if the hub has no public web address.
        """
        authorise(by, Act.ATTEND)
        calendars, publishing = self.published.calendars, self.published.publishing
        if publishing.public is None:
            return None
        token = await calendars.token(by.id)
        if anew or token is None:
            token = urlsafe_b64encode(publishing.random(_BYTES)).decode()
            await calendars.put(by.id, token)
        return publishing.address(token)

    async def end(self, by: Actor) -> None:
        """Let nobody read somebody's calendar any more; who is shut out may want it too."""
        authorise(by, Act.LOOK)
        await self.published.calendars.drop(by.id)

    async def file(self, by: Actor, event_id: int | None) -> bytes:
        """Write one event, or all that somebody is going to, as a calendar.

        Raises:
            NotFound: there is no such event.
        """
        authorise(by, Act.ATTEND)
        if event_id is None:
            return await self.published.whole(by.id)
        event = await self.agenda.get(event_id)
        attendance = await self.published.events.attendance(event_id, by.id)
        return await self.published.written(by.id, [(event, attendance)])
