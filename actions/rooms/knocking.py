"""Knocking: who may not enter a room asks to, and moderators let them in or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.acquaintance import Acquaintance
from actions.authority import authorise
from actions.rooms import letters
from actions.staff import Staff
from kit.authority import Act, Actor
from kit.due import Planned
from kit.errand import AnswerKnock
from kit.errors import NotFound
from kit.network import Network
from kit.notices import Notice
from kit.ports import Post, RoomErrands
from kit.text import Names, Pill, Say, _
from kit.understanding import Understanding
from storage.dues import Dues
from storage.knocks import Knocks
from storage.people import People
from storage.rooms import Rooms
from storage.tables.people import PersonRow
from storage.tables.rooms import KnockRow

PATIENCE = timedelta(weeks=1)
# Of more that wait moderators are told no more one by one: the list shows them.
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class KnockEnds(Planned):
    """Nobody answered a knock for a week."""

    kind: ClassVar[str] = "rooms.knock"
    once: ClassVar[bool] = True
    knock: int


@dataclass(frozen=True, slots=True)
class Knocking:
    """Who waits at which door."""

    knocks: Knocks
    people: People
    acquaintance: Acquaintance
    understanding: Understanding
    rooms: Rooms
    network: Network
    staff: Staff
    dues: Dues
    errands: RoomErrands
    post: Post

    async def knocked(
        self, user_id: str, room_id: str, reason: str, at: datetime, now: datetime
    ) -> None:
        """Keep that somebody wants to enter a room, and tell those who may let them in.

        Who was never met is told what comes of it in the language of their *reason*, if that shows.
        """
        room = await self.rooms.at(room_id)
        names = await self._names(room.id) if room is not None else None
        if room is None or names is None:
            return
        language = self.understanding.written_in(reason) or ""
        usual = self.network.languages[0]
        spoken = language if language in self.network.languages else usual
        person = await self.acquaintance.meet(user_id, spoken, now, spoke_at=at)
        if person is None:
            return
        row = KnockRow(person_id=person.id, room=room.id, reason=reason, at=now)
        await self.knocks.add(row)
        await self.dues.plan(KnockEnds(row.id), at=now + PATIENCE)
        if await self.knocks.count() > MOST_TOLD:
            return
        for moderator in await self.staff.who_may(Act.KEEP_ROOMS, now):
            reply = letters.knocked(person, names, reason)
            await self.post.notify(moderator.id, Notice.DUTIES, reply)

    async def waiting(self, by: Actor) -> Sequence[tuple[PersonRow, Names, str]]:
        """List who knocks where, and what they say; the oldest first."""
        authorise(by, Act.KEEP_ROOMS)
        found = []
        for row, person in await self.knocks.waiting():
            if (names := await self._names(row.room)) is not None:
                found.append((person, names, row.reason))
        return found

    async def answer(self, by: Actor, user_id: str, why: str = "", *, let_in: bool) -> Names:
        """Let somebody in where they knocked first, or turn them away; they are told, and *why*.

        Returns the names of that room.

        Raises:
            NotFound: they knock nowhere.
        """
        authorise(by, Act.KEEP_ROOMS)
        person = await self.people.find(user_id)
        row = await self.knocks.of(person.id) if person else None
        names = await self._names(row.room) if row else None
        if person is None or row is None or names is None:
            text = _(
                "{user} knocks at no room. {asked} shows who does.",
                user=Pill(user_id),
                asked=Say("room asked"),
            )
            raise NotFound(text)
        self.errands.act(row.room, AnswerKnock(user_id, let_in))
        await self.knocks.remove(row)
        reply = letters.let_in(names) if let_in else letters.turned_away(names, why)
        await self.post.notify(person.id, Notice.STANDING, reply)
        return names

    async def ended(self, number: int) -> None:
        """Turn somebody away whom nobody answered, and tell them."""
        row = await self.knocks.get(number)
        if row is None:
            return
        person = await self.people.get(row.person_id)
        self.errands.act(row.room, AnswerKnock(person.user_id, let_in=False))
        await self.knocks.remove(row)
        if (names := await self._names(row.room)) is not None:
            await self.post.notify(person.id, Notice.STANDING, letters.unanswered(names))

    async def _names(self, room: int) -> Names | None:
        key = await self.rooms.space_key(room)
        plan = self.network.rooms.get(key.slug) if key else None
        return plan.names if plan else None
