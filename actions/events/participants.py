"""Who is coming to an event, as far as others may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.authority import authorise
from actions.events.agenda import Agenda
from actions.sides import kept_apart, side, side_of
from kit.authority import Act, Actor
from kit.network import Network
from storage.events import Events
from storage.people import People
from storage.tables.events import EventRow, Response

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Participants:
    """How many said what about an event, and the Matrix IDs of some who let members see it.

    *place* is that of the one who asks on the waiting list.
    """

    event: EventRow
    going: int
    maybe: int
    waiting: int
    place: int | None
    shown: Sequence[str]


@dataclass(frozen=True, slots=True)
class Attending:
    """Shows members who else is coming."""

    agenda: Agenda
    events: Events
    people: People
    network: Network

    async def of(self, by: Actor, event_id: int) -> Participants:
        """Count who is going, and name the first who let it be seen, but none kept apart from *by*.

        Raises:
            NotFound: there is no such event.
        """
        authorise(by, Act.ATTEND)
        event = await self.agenda.get(event_id)
        reader = side(self.network, await self.people.get(by.id))
        findable = [
            user_id
            for user_id, category in await self.events.findable(event_id)
            if not kept_apart(reader, side_of(self.network, category))
        ]
        waiting = [each.person_id for each in await self.events.waiting(event_id)]
        said = await self.events.responses(event_id)
        return Participants(
            event,
            going=said.get(Response.GOING, 0),
            maybe=said.get(Response.MAYBE, 0),
            waiting=len(waiting),
            place=waiting.index(by.id) + 1 if by.id in waiting else None,
            shown=findable[:MOST_SHOWN],
        )
