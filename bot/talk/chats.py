"""Whose chat a room is. Our own homeserver says who is in it; an invitation says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncSession

from actions.acquaintance import Acquaintance, Greeting
from actions.departures import Departures
from actions.recognition import Recognition
from bot.say.chats import ELSEWHERE
from bot.say.in_clear import nameable, named
from bot.talk.scope import Scope, Services
from kit.due import CannotRead, Due, ToldOfDevice
from kit.inbound import Invited, Withheld
from kit.roomkey import Direct, Visit
from kit.text import Bullets, Code, Message, Node, Paragraphs, Reply, _, n_
from storage.dues import Dues
from storage.encryption.correspondents import Correspondents
from storage.inbox import Received
from storage.occupants import Occupants
from storage.people import People
from storage.rooms import Rooms
from storage.tables.encryption import DeviceRow
from storage.tables.people import PersonRow
from storage.tables.rooms import RoomRow

OF_TWO = _(
    "I talk in chats of two only, which nobody else can enter or read and nobody else was ever in: "
    "open a new direct chat with me."
)

IN_CLEAR = _(
    "This chat is not encrypted: whoever runs a homeserver can read it. For what is confidential "
    "turn encryption on in its settings, or open an encrypted chat with me."
)

UNSAID = _(
    "What waited for you in our encrypted chat I do not say here. Ask me for it again, best where "
    "I can encrypt it."
)

SEALED_ONLY = _(
    "Your account shows a new identity for encryption: until a moderator has confirmed it, I talk "
    "with you in our encrypted chat only."
)

UNSIGNED = _(
    "One of your devices is not verified by you. It cannot read what I write here, because whoever "
    "runs a homeserver can add such a device. If it is yours, verify it in its settings, from a "
    "device that is. If it is not, sign it out."
)

TOLD_AGAIN_AFTER = timedelta(days=1)
MOST_NAMED = 5


async def others(session: AsyncSession, room_id: str | None, me: str) -> frozenset[str] | None:
    """Return who is in a Matrix room beside the hub, which is *me*; None if that is not known."""
    inside = await Occupants(session).of(room_id or "")
    return inside - {me} if me in inside else None


class Chats:
    """Rooms that the hub was invited to: it looks who is there, and stays with one person."""

    def __init__(self, services: Services, user_id: str) -> None:
        """Act as *user_id*."""
        self._services = services
        self._me = user_id

    async def invited(self, scope: Scope, row: Received, invitation: Invited) -> None:
        """Look into a room, unless what is said of it contradicts itself."""
        if invitation.sound:
            await scope.chats.visit(row.room_id)
        elif await Rooms(scope.session).at(row.room_id) is None:
            await scope.chats.refuse(row.room_id, OF_TWO)

    async def upgraded(self, scope: Scope, row: Received, to: str) -> None:
        """Go along when a room goes on in another, if that is true."""
        room = await Rooms(scope.session).at(row.room_id)
        if room is not None and not room.left:
            scope.chats.follow(room, to)

    async def entered(self, scope: Scope, row: Received) -> PersonRow | None:
        """Look who is in a room the hub was invited to; returns whom it is a new chat with.

        Who is in a chat already has this one as soon as they write in it.
        """
        visited = await Rooms(scope.session).at(row.room_id)
        if visited is not None and isinstance(visited.key, Direct):
            await self._keep_private(scope, visited)
        if visited is None or not isinstance(visited.key, Visit):
            return None
        there = await others(scope.session, visited.room_id, self._me)
        if there is None or len(there) != 1:
            await scope.chats.refuse(row.room_id, OF_TWO)
            return None
        person = await self._meet(scope, min(there), scope.now)
        if person is None:
            await scope.chats.refuse(row.room_id, OF_TWO)
            return None
        await self._services.one(scope, Departures).come_back(person, scope.now)
        for room_id in await Occupants(scope.session).places(person.user_id):
            room = await Rooms(scope.session).at(room_id)
            if room is not None and room is not visited and isinstance(room.key, Visit):
                await scope.chats.refuse(room_id, ELSEWHERE, person)
        chat = await Rooms(scope.session).get(Direct(person.id))
        if chat is not None and not chat.left and not await self._unread(scope, chat, person):
            return None
        return person if await self._settle(scope, person, visited) else None

    async def _keep_private(self, scope: Scope, chat: RoomRow) -> None:
        """Leave a chat that somebody else came into; go on in another."""
        if chat.person_id is None or chat.left:
            return
        person = await People(scope.session).get(chat.person_id)
        there = await others(scope.session, chat.room_id, self._me)
        if there is not None and there - {person.user_id}:
            text = _(
                "Others came into our chat, or could read it, so I left it and opened this one: "
                "what I write to you is for you alone."
            )
            parting = await scope.chats.part(chat, person)
            await scope.post.tell(person.id, Reply("room.overheard", text))
            await scope.chats.resume(chat, person, parting, OF_TWO)

    async def spoken(self, scope: Scope, room: RoomRow, row: Received) -> RoomRow | None:
        """Return the room in which somebody wrote: their chat now, if they alone are in it."""
        if not isinstance(room.key, Visit):
            return room
        there = await others(scope.session, room.room_id, self._me)
        if there != frozenset({row.sender}):
            return None
        person = await self._meet(scope, row.sender, row.sent_at)
        return None if person is None else await self._settle(scope, person, room)

    async def _settle(self, scope: Scope, person: PersonRow, visited: RoomRow) -> RoomRow | None:
        """Let a room be somebody's chat, and say once if it is less than the hub would open.

        Of whom another identity is shown nothing that was encrypted goes on in clear.
        """
        chat = await Rooms(scope.session).get(Direct(person.id))
        bared = chat is not None and chat.encrypted and not visited.encrypted
        if bared and visited.room_id and await self._replaced(scope, person):
            await scope.chats.refuse(visited.room_id, SEALED_ONLY, person)
            return None
        if chat is not None and await self._unread(scope, chat, person):
            await self._services.one(scope, Greeting).take_back(person.id)
        chat, unsaid = await scope.chats.settle(person, visited)
        if unsaid or (scope.chats.encrypted and not chat.encrypted):
            text = Paragraphs([IN_CLEAR, *([UNSAID] if unsaid else [])])
            await scope.post.tell(person.id, Reply("room.in_clear", text))
        return chat

    async def _unread(self, scope: Scope, chat: RoomRow, person: PersonRow) -> bool:
        """Tell whether somebody is not in the chat that was made for them."""
        there = await others(scope.session, chat.room_id, self._me)
        return there is not None and not chat.left and person.user_id not in there

    async def unread(self, scope: Scope, row: Received, why: Withheld | None) -> None:
        """Say to somebody that the hub cannot read what they wrote in their chat, and *why*."""
        room = await Rooms(scope.session).at(row.room_id)
        person = await People(scope.session).find(row.sender)
        if room is None or person is None or room.key != Direct(person.id):
            return
        await scope.post.tell(person.id, Reply("room.unread", _unreadable(why)))

    async def unsigned(self, scope: Scope, row: Received) -> None:
        """Say to somebody that devices of theirs read nothing of the hub, and why."""
        person = await People(scope.session).find(row.sender)
        if person is None:
            return
        if not await Dues(scope.session).waits(ToldOfDevice, person=person.id, room=0):
            await self._tell_of_devices(scope, person)

    async def told_of_device(self, scope: Scope, due: Due[ToldOfDevice]) -> None:
        """Say what came up of somebody's devices since they were told last, in their chat."""
        person = await People(scope.session).get(due.what.person)
        chat = await Rooms(scope.session).get(Direct(person.id))
        if due.what.room == 0 and chat is not None and not chat.left:
            await self._tell_of_devices(scope, person)

    async def _tell_of_devices(self, scope: Scope, person: PersonRow) -> None:
        """Say in one message how many devices of somebody were refused keys, and no more today."""
        untold = await Correspondents(scope.session).untold(person.user_id)
        if not untold or await self._replaced(scope, person):
            return
        for device in untold:
            device.told = True
        await Dues(scope.session).plan(ToldOfDevice(person.id), at=scope.now + TOLD_AGAIN_AFTER)
        text = Paragraphs(_unsigned([each.device_id for each in untold]))
        await scope.post.tell(person.id, Reply("room.unsigned", text))

    async def cannot_read(self, scope: Scope, due: Due[CannotRead]) -> None:
        """Say in a room that somebody has no device that may read it, and what they can do."""
        room = await scope.session.get(RoomRow, due.what.room)
        if room is None or room.left or not room.encrypted:
            return
        device = await scope.session.get(DeviceRow, due.what.device)
        if due.what.device and (device is None or (device.gone and not device.contested)):
            return  # so it is something else by now
        person = await People(scope.session).get(due.what.person)
        readers = await Correspondents(scope.session).readers([person.user_id])
        trusted = [row for _user, row, ours in readers if ours]
        unsigned = [row for _user, row, ours in readers if not ours]
        several = not isinstance(room.key, Direct)
        if several and any(row.keyless_at is None for row in trusted):
            return  # they could be reached meanwhile
        if readers and (device is None or device in unsigned):
            device = (unsigned or trusted)[-1]  # the newest, as the words say
        vouched = device in trusted
        new = device is not None and not vouched and not device.contested
        replaced = new and await self._replaced(scope, person)
        if replaced and isinstance(room.key, Direct):
            await self._services.one(scope, Recognition).replaced(person.user_id, scope.now)
            return
        if device is not None:
            told = ToldOfDevice(person.id, room.id, due.what.since)
            if not await self._first(scope, told):
                return
            device.told = True
        inside = await others(scope.session, room.room_id, self._me) or ()
        found = [await People(scope.session).find(each) for each in sorted(inside)]
        there = [each for each in found if each is not None]
        await scope.post.explain(room, person, there, device, vouched=vouched, replaced=replaced)

    async def _replaced(self, scope: Scope, person: PersonRow) -> bool:
        """Tell whether another identity is shown of somebody than the one that counts."""
        return await Correspondents(scope.session).replaced(person.user_id) is not None

    async def _first(self, scope: Scope, told: ToldOfDevice) -> bool:
        """Tell whether this is told for the first time in a day."""
        dues = Dues(scope.session)
        about = {"person": told.person, "room": told.room, "since": told.since}
        if await dues.waits(ToldOfDevice, **about):
            return False
        await dues.plan(told, at=scope.now + TOLD_AGAIN_AFTER)
        return True

    async def _meet(self, scope: Scope, user_id: str, spoke_at: datetime) -> PersonRow | None:
        acquaintance = self._services.one(scope, Acquaintance)
        return await acquaintance.meet(user_id, scope.now, spoke_at=spoke_at)


def _unsigned(device_ids: Sequence[str]) -> list[Node]:
    """Say that these devices of somebody read nothing; those are named that have proper IDs."""
    if len(device_ids) == 1:
        return [UNSIGNED, *named(device_ids[0])]
    several = n_(
        "{n} of your devices is not verified by you. It cannot read what I write here, because "
        "whoever runs a homeserver can add such devices. If it is yours, verify it in its "
        "settings, from a device that is. If it is not, sign it out.",
        "{n} of your devices are not verified by you. They cannot read what I write here, because "
        "whoever runs a homeserver can add such devices. Verify those that are yours in their "
        "settings, from a device that is. Sign the others out.",
        len(device_ids),
    )
    named_ones = [Code(each) for each in device_ids if nameable(each)][:MOST_NAMED]
    if not named_ones:
        return [several]
    return [several, _("Their IDs, as far as I can name them:"), Bullets(named_ones)]


def _unreadable(why: Withheld | None) -> Message:
    """Say what to do about a key that did not come."""
    match why:
        case Withheld.UNVERIFIED:
            return _(
                "I could not read what you wrote: your app gives keys only to devices that you "
                "verified. Open my profile in your app and verify my device there, or allow "
                "unverified devices in its settings. Then send it again."
            )
        case Withheld.BLACKLISTED:
            return _(
                "I could not read what you wrote: you blocked my device in your app. Open my "
                "profile there, allow my device, and send it again."
            )
        case None:
            return _(
                "I could not read what you wrote: the key to it did not reach me. Please send it "
                "again. If that does not help, open a new chat with me."
            )
        case _:
            assert_never(why)
