"""Being forgotten: one way for all who ask for it, and for whom others decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions import letters
from actions.authority import authorise
from actions.cases.handing_on import HandingOn
from actions.cases.introductions import Introductions
from actions.events.agenda import Agenda
from actions.moderation.lifting import KEPT, Lifting
from actions.rooms.knocking import Knocking
from actions.sides import OPPOSED, side
from actions.trust import Trust
from kit.authority import Act, Actor
from kit.network import Access, Network, RoomPlan
from kit.ports import Post, RoomErrands
from kit.roomkey import Direct
from kit.text import Reply
from storage.encryption.correspondents import Correspondents
from storage.experts import Experts
from storage.gone import Gone
from storage.inbox import Inbox
from storage.measures import Measures
from storage.messages import Messages
from storage.occupants import Occupants
from storage.people import People
from storage.reports import Reports
from storage.rooms import Rooms
from storage.tables.moderation import Measure
from storage.tables.people import PersonRow


@dataclass(frozen=True, slots=True)
class Erasure:
    """Forgets somebody wholly, or all but their Matrix ID and language."""

    people: People
    gone: Gone
    inbox: Inbox
    messages: Messages
    rooms: Rooms
    occupants: Occupants
    correspondents: Correspondents
    reports: Reports
    experts: Experts
    measures: Measures
    network: Network
    post: Post
    errands: RoomErrands
    trust: Trust
    handing_on: HandingOn
    introductions: Introductions
    agenda: Agenda
    knocking: Knocking
    lifting: Lifting

    async def forget(self, person_id: int, now: datetime) -> None:
        """Erase a person, after a last word in their chat, which the hub leaves."""
        person = await self.people.get(person_id)
        await self._undo(person, self._members_rooms(person), now, chat=True)
        goodbye = letters.forgotten(await self.lifting.goes_on(person))
        await self._erase(person, goodbye, now, banned=False)

    async def expel(self, person_id: int, now: datetime, *, banned: bool) -> None:
        """Erase somebody who was taken out of the Space, and take them out of all its rooms."""
        person = await self.people.get(person_id)
        root = self.network.root
        rooms = [room for room in self.network.rooms.values() if room is not root]
        await self._undo(person, rooms, now, chat=True)
        await self._erase(person, letters.expelled(), now, banned=banned)

    async def end_membership(self, by: Actor, now: datetime) -> PersonRow:
        """Erase what a member gave; returns who goes on in the same chat, met anew."""
        authorise(by, Act.KEEP_MEMBERSHIP)
        person = await self.people.get(by.id)
        await self._undo(person, self._members_rooms(person), now, chat=False)
        in_space, chat = person.in_space, await self.rooms.get(Direct(person.id))
        held = self._held(person)
        holding = await self.measures.detach(person.id)
        # Everything that hangs on a person goes with their row: nothing can be left out here.
        await self.people.erase(person.id)
        anew = await self.people.meet(person.user_id, person.language, now)
        anew.in_space, anew.has_spoken, anew.greeted = in_space, True, True
        anew.held = held
        for measure in holding:
            measure.person_id = anew.id
        if chat is not None:
            await self.rooms.hand_over(chat, anew.id)
            await self.messages.hand_over(chat.id, anew.id)
        return anew

    async def _undo(
        self, person: PersonRow, rooms: Sequence[RoomPlan], now: datetime, *, chat: bool
    ) -> None:
        """Take back what was passed on, their word for others, and their places in *rooms*.

        They are taken out of the rooms in which the hub introduced them. What they did as a
        moderator can still be undone.
        """
        await self.measures.sign(person.id, person.user_id)
        await self.handing_on.leave(person, now)
        await self.post.take_back(person.id, chat=chat)
        await self.trust.end_word_of(person, now)
        await self.agenda.vacate(person.id, now)
        await self.knocking.leave(person)
        # Behind what is taken back, which gives up all that waits to be done about them.
        await self.errands.remove(rooms, person.id)
        await self.introductions.part(person.id, now)

    async def _erase(
        self, person: PersonRow, goodbye: Reply, now: datetime, *, banned: bool
    ) -> None:
        # Whoever has the account may ask for it, too, and would be taken for its owner afterwards.
        impostor = await self.correspondents.replaced(person.user_id) is not None
        await self.post.leave(person.id, letters.with_devices(goodbye) if impostor else goodbye)
        await self.inbox.forget(person.user_id)
        await self.occupants.forget(person.user_id)
        if not impostor:
            await self.correspondents.forget(person.user_id)
        await self.reports.unname(person.user_id)
        await self.experts.unname(person.user_id)
        measure = await self.lifting.shut_out(person)
        await self.gone.note(
            person.user_id,
            now,
            banned=banned or (measure is not None and measure.kind is Measure.BAN),
            held=self._held(person),
            shut_until=(measure.until or measure.at + KEPT) if measure is not None else None,
        )
        await self.lifting.end_later(person)
        await self.people.erase(person.id)

    def _held(self, person: PersonRow) -> bool:
        """Tell whether a moderator has to look at them: being erased must not undo that."""
        return person.held or side(self.network, person) in OPPOSED

    def _members_rooms(self, person: PersonRow) -> list[RoomPlan]:
        """List what only members may enter; who is none is in none of it."""
        gates = (Access.STAFF, Access.PRACTITIONERS, Access.MEMBERS) if person.is_member else ()
        return [room for access in gates for room in self.network.behind(access)]
