"""People who come and go: who opened a chat, joins and departures of the Space."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.acquaintance import Acquaintance, greet
from actions.departures import Departures
from actions.moderation.enforcement import Enforcement
from actions.rooms.knocking import Knocking
from bot.talk.dialogues import Talks
from bot.talk.hearing import Hearing
from bot.talk.scope import Scope, Services
from kit.command import Call
from kit.dialogue import Open
from kit.due import Due, ForPerson, NoChat
from kit.feature import Feature
from kit.network import Network
from kit.roomkey import Direct, SpaceRoom
from kit.text import Reply, Say, _
from storage.dues import Dues
from storage.inbox import Inbox, Received
from storage.people import People
from storage.rooms import Rooms
from storage.tables.people import PersonRow

# Somebody who opens a chat mostly says something at once: then we greet them in that language.
FIRST_WORDS_WITHIN = timedelta(seconds=3)
WAY_AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Arrival(ForPerson):
    """Somebody opened a chat and is greeted, unless they spoke first."""

    kind: ClassVar[str] = "arrival"


@dataclass(frozen=True, slots=True)
class ShownTheWay(ForPerson):
    """Somebody in need of a lawyer was told lately where to write."""

    kind: ClassVar[str] = "shown the way"


class Arrivals:
    """Greets everybody once."""

    def __init__(
        self,
        features: list[Feature],
        talks: Talks,
        services: Services,
        hearing: Hearing,
        network: Network,
    ) -> None:
        """Collect what *features* do when somebody arrives."""
        self._greetings = [greeting for feature in features for greeting in feature.arrivals]
        self._talks = talks
        self._services = services
        self._hearing = hearing
        self._root = SpaceRoom(network.root.slug)

    async def joined(self, scope: Scope, row: Received) -> None:
        """Greet somebody who joined the Space."""
        room = await Rooms(scope.session).at(row.room_id)
        if room is not None and room.key == self._root:
            person = await self._met(scope, row, spoke_at=None)
            if person is None:
                await Inbox(scope.session).drop(row.id)
                return
            # The state of a room is told again and again.
            if await self._services.one(scope, Departures).enter(person, scope.now):
                await self.greet(scope, person)

    async def knocked(self, scope: Scope, row: Received, reason: str) -> None:
        """Put somebody who asks to be let into a room before those who may let them in."""
        knocking = self._services.one(scope, Knocking)
        await knocking.knocked(row.sender, row.room_id, reason, row.sent_at, scope.now)
        await Inbox(scope.session).drop(row.id)

    async def knock_over(self, scope: Scope, row: Received) -> None:
        """Let nobody wait who no longer does."""
        await self._services.one(scope, Knocking).over(row.sender, row.room_id)
        await Inbox(scope.session).drop(row.id)

    async def left(self, scope: Scope, row: Received) -> None:
        """Note that somebody left the Space, or their direct chat."""
        rooms = Rooms(scope.session)
        room = await rooms.at(row.room_id)
        person = await People(scope.session).find(row.sender)
        if person is None:  # somebody unknown, or forgotten: their being taken out comes back to us
            await Inbox(scope.session).drop(row.id)
        elif room is None:
            return
        elif room.key == self._root:
            await self._services.one(scope, Departures).leave_space(person, scope.now)
        elif room.key == Direct(person.id):
            rooms.leave(room)
            await self._services.one(scope, Departures).leave(person, scope.now)
            if person.greeted and not person.has_spoken:
                await Dues(scope.session).plan(NoChat(person.id), at=scope.now)

    async def removed(self, scope: Scope, row: Received, *, banned: bool) -> None:
        """Withdraw everything from somebody who was taken out of the Space."""
        room = await Rooms(scope.session).at(row.room_id)
        if room is None or room.key != self._root:
            await self.left(scope, row)
            return
        departures = self._services.one(scope, Departures)
        await departures.remove(row.sender, row.sent_at, scope.now, banned=banned)
        await Inbox(scope.session).drop(row.id)

    async def readmitted(self, scope: Scope, row: Received) -> None:
        """Note that somebody may return to the Space."""
        room = await Rooms(scope.session).at(row.room_id)
        if room is not None and room.key == self._root:
            await self._services.one(scope, Departures).readmit(row.sender)
            await self._services.one(scope, Enforcement).readmitted(row.sender, scope.now)
        await Inbox(scope.session).drop(row.id)

    async def met(self, scope: Scope, person: PersonRow) -> None:
        """Greet in a moment who opened a chat: they may say first which language they speak."""
        if not person.greeted:
            await Dues(scope.session).plan(Arrival(person.id), at=scope.now + FIRST_WORDS_WITHIN)

    async def arrived(self, scope: Scope, due: Due[Arrival]) -> None:
        """Greet somebody who opened a chat and said nothing yet."""
        await self.greet(scope, await People(scope.session).get(due.what.person))

    async def in_need(self, scope: Scope, row: Received, language: str) -> None:
        """Lead who needs a lawyer from a room to a chat of their own, once a day; members work."""
        room = await Rooms(scope.session).at(row.room_id)
        acquaintance = self._services.one(scope, Acquaintance)
        person = await acquaintance.meet(
            row.sender, scope.now, spoke_at=row.sent_at, language=language
        )
        dues = Dues(scope.session)
        if room is None or person is None or person.is_member:
            return
        if await dues.planned(ShownTheWay, person.id):
            return
        await dues.plan(ShownTheWay(person.id), at=scope.now + WAY_AGAIN_AFTER)
        text = _(
            "If you need a lawyer yourself, open a direct chat with me: I say there where to look. "
            "Everybody reads along here, so please write no names and no facts.",
        )
        reply = Reply("lawyer.elsewhere", text)
        await scope.post.answer(room, reply, person, row.event_id, None)

    async def _met(
        self, scope: Scope, row: Received, *, spoke_at: datetime | None
    ) -> PersonRow | None:
        acquaintance = self._services.one(scope, Acquaintance)
        return await acquaintance.meet(row.sender, scope.now, spoke_at=spoke_at)

    async def greet(self, scope: Scope, person: PersonRow, *, asking: bool = True) -> bool:
        """Greet somebody once; returns whether they were greeted now.

        Unless *asking*, the questions wait until they are wanted.
        """
        if person.is_member or not greet(person):
            return False
        call: Call = self._hearing.call(scope, person)
        for greeting in self._greetings:
            result = await greeting.run(call, supply=self._services.supply(scope))
            if isinstance(result, Open) and not asking:
                later = _("Say {start} when you want these questions.", start=Say("start"))
                await scope.post.tell(person.id, Reply(f"{result.dialogue.name}.later", later))
            elif isinstance(result, Open):
                await self._talks.open(scope, call, result)
            elif result is not None:
                await scope.post.tell(person.id, result)
        return True
