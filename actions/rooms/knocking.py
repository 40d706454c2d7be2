"""Knocking: who may not enter a room asks to, and moderators let them in or not."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.acquaintance import Acquaintance
from actions.authority import authorise, not_on_oneself
from actions.rooms import letters
from actions.rooms.letters import Waiting
from actions.staff import Staff
from kit.authority import Act, Actor
from kit.due import ForPerson, Planned
from kit.errand import AnswerKnock
from kit.errors import Conflict, NotAllowed, NotFound
from kit.network import Network, RoomPlan
from kit.notices import Notice
from kit.ports import Post, RoomErrands
from kit.roomkey import SpaceRoom
from kit.text import Names, Pill, Reply, Say, Series, _
from kit.understanding import Understanding
from storage.audits import Audits
from storage.dues import Dues
from storage.knocks import Knocks
from storage.people import People
from storage.rooms import Rooms
from storage.tables.audit import Audited
from storage.tables.people import PersonRow
from storage.tables.rooms import KnockRow

PATIENCE = timedelta(weeks=1)
TOLD_AGAIN_AFTER = timedelta(hours=1)
DAY = timedelta(days=1)
MOST_A_DAY = 5  # knocks of one person; who knocks more often is turned away
LONGEST_SHOWN = 80  # characters of what somebody says at a door


@dataclass(frozen=True, slots=True)
class KnockEnds(Planned):
    """Nobody answered a knock for a week."""

    kind: ClassVar[str] = "rooms.knock"
    once: ClassVar[bool] = True
    knock: int


@dataclass(frozen=True, slots=True)
class KnockedToday(ForPerson):
    """Somebody knocked less than a day ago."""

    kind: ClassVar[str] = "rooms.knocked"
    knock: int


@dataclass(frozen=True, slots=True)
class KnockNews(Planned):
    """Moderators were told of a knock: until now nothing more is said of those *after* it."""

    kind: ClassVar[str] = "rooms.knock_news"
    after: int


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
    audits: Audits
    dues: Dues
    errands: RoomErrands
    post: Post

    async def knocked(
        self, user_id: str, room_id: str, reason: str, at: datetime, now: datetime
    ) -> None:
        """Keep that somebody wants to enter a room, and tell those who may let them in.

        Who was never met is told what comes of it in the language of their *reason*, if that shows,
        else in that of the room. Who is shut out, or knocks too often, is turned away.
        """
        room = await self.rooms.at(room_id)
        if room is None or (plan := self._plan(room.key)) is None:
            return
        language = self.understanding.written_in(reason) or room.language
        person = await self.acquaintance.meet(user_id, now, spoke_at=at, language=language)
        if person is None:
            return
        unsaid = bool(self.understanding.details(reason))
        said = "" if unsaid else textwrap.shorten(reason, LONGEST_SHOWN, placeholder="…")
        if (row := await self.knocks.at(person.id, room.id)) is not None:
            row.reason = said
            return
        if person.suspended or await self.dues.count(KnockedToday, person.id) >= MOST_A_DAY:
            self.errands.act(room.id, AnswerKnock(user_id, let_in=False))
            return
        row = KnockRow(person_id=person.id, room=room.id, reason=said, at=now)
        await self.knocks.add(row)
        await self.dues.plan(KnockEnds(row.id), at=now + PATIENCE)
        await self.dues.plan(KnockedToday(person.id, row.id), at=now + DAY)
        if not await self.dues.waits(KnockNews):
            who = Waiting(person, plan.slug, plan.names, said)
            await self._tell(letters.knocked(who, unsaid=unsaid), row.id, now)

    async def over(self, user_id: str, room_id: str) -> None:
        """Forget a knock that was taken back, or answered without the hub."""
        person, room = await self.people.find(user_id), await self.rooms.at(room_id)
        row = await self.knocks.at(person.id, room.id) if person and room else None
        if row is not None:
            await self.knocks.remove(row)

    async def news(self, after: int, now: datetime) -> None:
        """Tell moderators in one letter how many knocked since they were told of one."""
        numbers = [row.id for row, *_who in await self.knocks.waiting() if row.id > after]
        if numbers:
            await self._tell(letters.knocked_more(len(numbers)), max(numbers), now)

    async def _tell(self, reply: Reply, latest: int, now: datetime) -> None:
        await self.dues.plan(KnockNews(latest), at=now + TOLD_AGAIN_AFTER)
        for moderator in await self.staff.who_may(Act.KEEP_ROOMS, now):
            await self.post.notify(moderator.id, Notice.DUTIES, reply)

    async def waiting(self, by: Actor) -> Sequence[Waiting]:
        """List who knocks where, and what they say: members first, then the oldest."""
        authorise(by, Act.KEEP_ROOMS)
        found = [
            Waiting(person, plan.slug, plan.names, row.reason)
            for row, person, room in await self.knocks.waiting()
            if (plan := self._plan(room.key)) is not None
        ]
        return sorted(found, key=lambda each: not each.person.is_member)

    async def answer(
        self, by: Actor, user_id: str, now: datetime, slug: str = "", why: str = "", *, let_in: bool
    ) -> Names:
        """Let somebody into a room at which they knock, or not; they are told, and *why*.

        Without a *slug*, which *why* may begin with, they knock at one room alone. Returns the
        names of the room.

        Raises:
            NotAllowed: it is their own knock.
            NotFound: they do not knock there.
            Conflict: they knock at several rooms.
        """
        authorise(by, Act.KEEP_ROOMS)
        person = await self.people.find(user_id)
        if person is not None and person.id == by.id:
            raise NotAllowed(not_on_oneself())
        found = {
            plan.slug: row
            for row, room in (await self.knocks.of(person.id) if person else ())
            if (plan := self._plan(room.key)) is not None
        }
        first, _space, rest = why.partition(" ")
        if not slug and first in found:
            slug, why = first, rest.strip()
        if person is None or not found or (slug and slug not in found):
            text = _(
                "{user} knocks at no room. {asked} shows who does.",
                user=Pill(user_id),
                asked=Say("room asked"),
            )
            raise NotFound(text)
        if not slug and len(found) > 1:
            path = "room accept" if let_in else "room decline"
            ways = Series([Say(path, f"{user_id} {each}") for each in found])
            raise Conflict(
                _(
                    "{user} asks to be let into several rooms. Say which: {ways}",
                    user=Pill(user_id),
                    ways=ways,
                )
            )
        slug = slug or next(iter(found))
        row, names = found[slug], self.network.rooms[slug].names
        self.errands.act(row.room, AnswerKnock(user_id, let_in))
        await self.knocks.remove(row)
        what = Audited.KNOCK_ACCEPT if let_in else Audited.KNOCK_DECLINE
        await self.audits.note(what, now, by=by.id, about=person.id, number=row.room)
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
        if (plan := self._plan(await self.rooms.space_key(row.room))) is not None:
            await self.post.notify(person.id, Notice.STANDING, letters.unanswered(plan.names))

    async def leave(self, person: PersonRow) -> None:
        """Turn somebody away wherever they knock, since nobody can answer them any more."""
        for row, _room in await self.knocks.of(person.id):
            self.errands.act(row.room, AnswerKnock(person.user_id, let_in=False))
            await self.knocks.remove(row)

    def _plan(self, key: object) -> RoomPlan | None:
        """Return what a room of the network is declared to be; None for any other."""
        return self.network.rooms.get(key.slug) if isinstance(key, SpaceRoom) else None
