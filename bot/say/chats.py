"""The direct chat of each person: opened, moved to another room, and left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.say.i18n import Catalogs
from bot.say.outbound import Outbound
from kit.errand import ENCRYPTION, Create, Follow, Join, Leave, Redact, initial
from kit.roomkey import Direct
from kit.text import Message, _
from storage.messages import Unsaid
from storage.rooms import Rooms, is_over
from storage.tables.people import PersonRow
from storage.tables.rooms import RoomRow

# Why the hub leaves a chat when there is another with the same person.
ELSEWHERE = _("We go on in the other chat, which you opened.")


@dataclass(frozen=True, slots=True)
class Parting:
    """The Matrix room that was a chat *before*, the events in it, and what waited to be said."""

    before: str | None
    said: Sequence[str]
    unsaid: Sequence[Unsaid]


class DirectChats:
    """Queues what makes a Matrix room somebody's chat, or ends that it is."""

    def __init__(self, outbound: Outbound, catalogs: Catalogs, *, encrypted: bool) -> None:
        """Give reasons in the languages of *catalogs*; *encrypted* are chats that the hub opens."""
        self.encrypted = encrypted
        self._out = outbound
        self._catalogs = catalogs
        self._rooms = Rooms(outbound.session)

    async def current(self, person_id: int) -> RoomRow | None:
        """Return the chat with a person that is made and was not left."""
        chat = await self._rooms.get(Direct(person_id))
        return None if chat is None or chat.room_id is None or chat.left else chat

    async def exposed(self, person_id: int) -> bool:
        """Tell whether the chat with a person is in clear, though the hub opens encrypted ones."""
        chat = await self.current(person_id)
        return self.encrypted and chat is not None and not chat.encrypted

    async def has_left(self, person_id: int) -> bool:
        """Tell whether somebody had a chat with the hub that is over."""
        chat = await self._rooms.get(Direct(person_id))
        return chat is not None and chat.left

    async def opened(self, person: PersonRow) -> RoomRow:
        """Return the chat in which a person reads the hub, opening one if there is none."""
        chat, new = await self._ensure(person)
        if new or chat.left:
            encrypted = self.encrypted or chat.encrypted
            await self._out.messages.let_go(chat.id)
            # What waits for a chat that was encrypted is meant to be.
            self._rooms.move(chat, None, encrypted=chat.encrypted)
            content = {
                "preset": "private_chat",
                "is_direct": True,
                # Whoever else were invited would read the hub's private answers.
                "power_level_content_override": {"invite": 100},
                "invite": [person.user_id],
                "initial_state": [
                    *([ENCRYPTION] if encrypted else []),
                    initial("m.room.guest_access", guest_access="forbidden"),
                ],
            }
            self._out.queue(chat.id, Create(content), person.id)
        return chat

    async def leave(self, chat: RoomRow) -> None:
        """Leave a chat, and what it was before, once all that is queued for it was said."""
        former = await self._rooms.former(chat.person_id) if chat.person_id else ()
        for room in (chat, *former):
            self._out.queue(room.id, Leave())

    def follow(self, room: RoomRow, to: str) -> None:
        """Go on in the room that another is said to have become."""
        self._out.queue(room.id, Follow(to))

    async def visit(self, room_id: str) -> None:
        """Go into a room that the hub was invited to, to see who is there."""
        before = await self._rooms.at(room_id)
        if before is not None and is_over(before):  # who is invited has left
            await self._out.outbox.withdraw_room(before.id, "the hub is invited there anew")
        if (room := await self._rooms.visit(room_id)) is not None:
            self._out.queue(room.id, Join())

    async def settle(self, person: PersonRow, visited: RoomRow) -> tuple[RoomRow, bool]:
        """Let a visited room be the chat of the one person in it; the one before is left then.

        What waited to be encrypted is not said in clear: whoever holds an account, and none of its
        devices, can open another chat. Returns the chat, and whether there was any of it.
        """
        chat, _new = await self._ensure(person)
        bared = chat.encrypted and not visited.encrypted
        before = await self._rooms.settle(visited, chat)
        await self._out.outbox.withdraw_room(visited.id, "the hub is in the room by now")
        unsaid = bared and await self._out.messages.leave_unsaid(chat.id)
        said = await self._out.messages.let_go(chat.id)
        if before is not None:
            await self.refuse(before, ELSEWHERE, person, taking_back=said)
        return chat, unsaid

    async def part(self, chat: RoomRow, person: PersonRow) -> Parting:
        """Let a chat go on in a new room; ``resume`` leaves the one before."""
        before = chat.room_id
        unsaid = await self._out.messages.take_out(chat.id)
        said = await self._out.messages.let_go(chat.id)
        self._rooms.leave(chat)
        await self.opened(person)
        return Parting(before, said, unsaid)

    async def resume(
        self, chat: RoomRow, person: PersonRow, parting: Parting, reason: Message
    ) -> None:
        """Say in the new room what waited, and leave the one before for *reason*."""
        await self._out.messages.put_back(chat.id, parting.unsaid)
        if parting.before is not None:
            await self.refuse(parting.before, reason, person, taking_back=parting.said)

    async def refuse(
        self,
        room_id: str,
        reason: Message,
        to: PersonRow | None = None,
        *,
        taking_back: Sequence[str] = (),
    ) -> None:
        """Leave a room that is nobody's chat, or decline the invitation to it, and say why.

        The events *taking_back* are redacted before: afterwards nobody can.
        """
        room = await self._rooms.refuse(room_id)
        for event_id in taking_back:
            self._out.queue(room.id, Redact(event_id))
        reader = self._catalogs.reader(to.language if to else room.language)
        self._out.queue(room.id, Leave(reason.render(reader).plain))

    async def _ensure(self, person: PersonRow) -> tuple[RoomRow, bool]:
        return await self._rooms.ensure(Direct(person.id), person.language, person_id=person.id)
