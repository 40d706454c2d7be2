"""Being forgotten: one way for all who ask for it, and for whom others decide it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.authority import authorise
from actions.trust import Trust
from kit.authority import Act, Actor
from kit.network import Access, Network
from kit.ports import Post
from kit.roomkey import Direct
from kit.text import Reply, _
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.people import People
from storage.rooms import Rooms
from storage.tables.people import PersonRow


@dataclass(frozen=True, slots=True)
class Erasure:
    """Forgets somebody wholly, or all but their Matrix ID and language."""

    people: People
    inbox: Inbox
    outbox: Outbox
    rooms: Rooms
    network: Network
    post: Post
    trust: Trust

    async def forget(self, person_id: int) -> None:
        """Erase a person, after a last word in their chat, which the hub leaves."""
        person = await self.people.get(person_id)
        await self._undo(person, chat=True)
        goodbye = _("Everything about you is erased. Write to me again if you ever come back.")
        await self.post.leave(person_id, Reply("forget.done", goodbye))
        await self.inbox.forget(person.user_id)
        await self.people.erase(person_id)

    async def end_membership(self, by: Actor, now: datetime) -> PersonRow:
        """Erase what a member gave; returns who goes on in the same chat, met anew."""
        authorise(by, Act.KEEP_MEMBERSHIP)
        person = await self.people.get(by.id)
        await self._undo(person, chat=False)
        in_space, chat = person.in_space, await self.rooms.get(Direct(person.id))
        # Everything that hangs on a person goes with their row: nothing can be left out here.
        await self.people.erase(person.id)
        anew = await self.people.meet(person.user_id, person.language, now)
        anew.in_space, anew.has_spoken, anew.greeted = in_space, True, True
        if chat is not None:
            await self.rooms.hand_over(chat, anew.id)
            await self.outbox.hand_over(chat.id, anew.id)
        return anew

    async def _undo(self, person: PersonRow, *, chat: bool) -> None:
        """Take back what was passed on, their word for others, and the access of a member."""
        await self.post.take_back(person.id, chat=chat)
        await self.trust.end_word_of(person)
        if person.is_member:
            for access in (Access.STAFF, Access.PRACTITIONERS, Access.MEMBERS):
                await self.post.remove(self.network.behind(access), person.id)
