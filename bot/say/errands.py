"""What is asked of the homeserver about rooms and who is in them, as rows of the outbox."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.say.outbound import Outbound
from kit.errand import ENCRYPTION, Create, Errand, Invite, Leave, Redact, Remove, initial
from kit.network import RoomPlan
from kit.roomkey import Private, RoomKey, SpaceRoom
from kit.text import Names
from storage.people import People
from storage.rooms import Rooms

log = structlog.get_logger(__name__)


class OutboxErrands:
    """``kit.ports.RoomErrands`` inside one transaction."""

    def __init__(self, outbound: Outbound, hub: str) -> None:
        """Ask with *outbound* as *hub*, our Matrix ID."""
        self._out = outbound
        self.hub = hub
        self._people = People(outbound.session)
        self._rooms = Rooms(outbound.session)

    async def open_private(self, key: Private, person_ids: Sequence[int], names: Names) -> None:
        """Make an encrypted room for *person_ids* alone, then invite each; harmless if it exists.

        It is called by *names* in the languages of all of them.
        """
        people = [await self._people.get(each) for each in person_ids]
        room, new = await self._rooms.ensure(key, people[0].language)
        if not new and not room.left:
            return
        self._rooms.move(room, None)
        own = dict.fromkeys(names.get(person.language, names["en"]) for person in people)
        content = {
            "preset": "private_chat",
            "name": " · ".join(own),
            # Nobody else comes in: not by the two, and not as a guest (the preset lets them).
            "power_level_content_override": {"invite": 100},
            "initial_state": [
                ENCRYPTION,
                initial("m.room.guest_access", guest_access="forbidden"),
                # Who accepts late reads what was said since the invitation.
                initial("m.room.history_visibility", history_visibility="invited"),
                # Clients take the room for one of two people (MSC4171).
                initial("io.element.functional_members", service_members=[self.hub]),
            ],
        }
        self._out.queue(room.id, Create(content))
        for person in people:
            self._out.queue(room.id, Invite(person.user_id), person.id)

    async def close_private(self, key: Private, person_ids: Sequence[int]) -> None:
        """Take everybody out of a private room and leave it: the next is another room."""
        room = await self._rooms.get(key)
        if room is None or room.room_id is None or room.left:
            return
        before = room.room_id
        self._rooms.move(room, None)
        self._rooms.leave(room)
        left = await self._rooms.refuse(before)
        for person_id in person_ids:
            user_id = (await self._people.get(person_id)).user_id
            self._out.queue(left.id, Remove(user_id), person_id)
        self._out.queue(left.id, Leave())

    async def leave_private(self, key: Private) -> None:
        """Take back what the hub said in a private room and leave it to those who are there.

        What is said about somebody has to go while the hub is in: afterwards nobody can redact it.
        """
        room = await self._rooms.get(key)
        if room is None or room.left:
            return
        for event_id in await self._out.messages.let_go(room.id, warnings_too=True):
            self._out.queue(room.id, Redact(event_id))
        self._out.queue(room.id, Leave())
        self._rooms.leave(room)

    async def invite(self, room: RoomPlan | None, person_id: int) -> None:
        """Invite a person to a room or Space of the network; to none where it has none for that.

        Where the Space is not built, nobody can be: that is logged for the operator.
        """
        if room is not None and not await self._membership(Invite, SpaceRoom(room.slug), person_id):
            log.error("invitation.no_room", room=room.slug, advice="say `ilan-hub space apply`")

    async def remove(self, rooms: Sequence[RoomPlan], person_id: int) -> None:
        """Take a person out of rooms and Spaces of the network; harmless where they are not in."""
        found = await self._rooms.known([SpaceRoom(plan.slug) for plan in rooms])
        person = await self._people.get(person_id)
        for room in found:
            if not room.left:
                self._out.queue(room.id, Remove(person.user_id), person_id)

    async def remove_from(self, key: RoomKey, person_id: int) -> None:
        """Take a person out of one room of the hub; harmless where they are not in, or the hub.

        That waits for no message which nobody there can read yet.
        """
        room = await self._rooms.get(key)
        if room is None or room.left:
            return
        if room.room_id is None:  # it is being made, and they are invited to it before
            await self._membership(Remove, key, person_id)
            return
        user_id = (await self._people.get(person_id)).user_id
        await self._out.outbox.give_up(room.id, Invite(user_id), "taken out of the room")
        await self._out.overtake(room.id, Remove(user_id), person_id, self._out.token())

    def act(self, room: int, errand: Errand) -> str:
        """Ask for one errand in the room of a row; returns the id by which its end is known."""
        return self._out.queue(room, errand)

    async def link(self, key: RoomKey) -> str | None:
        """Give the address people follow to a room, or None while it does not exist."""
        room = await self._rooms.get(key)
        if room is None or room.room_id is None:
            return None
        server_name = self.hub.partition(":")[2]
        # A room id says nothing about where it is: "via" names a server that is in it.
        return f"https://matrix.to/#/{room.room_id}?via={server_name}"

    async def _membership(self, kind: type[Invite | Remove], key: RoomKey, person_id: int) -> bool:
        person = await self._people.get(person_id)
        room = await self._rooms.get(key)
        if room is not None:
            self._out.queue(room.id, kind(person.user_id), person_id)
        return room is not None
