"""What features say becomes rows of the outbox, rendered for each reader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.say.gate import Gate, Letter
from bot.say.i18n import Catalogs, LocalReader
from bot.say.message import FIELD, field, message
from bot.say.pace import time_left
from bot.settings import AttentionSettings
from kit.audience import Audience, Everybody, fits, only
from kit.command import Call
from kit.errand import (
    Create,
    Errand,
    Invite,
    Join,
    Leave,
    Redact,
    Remove,
    Send,
    SendFile,
    SetState,
    Uninvite,
)
from kit.network import RoomPlan
from kit.notices import Notice
from kit.roomkey import Direct, RoomKey, SpaceRoom
from kit.subject import Subject
from kit.text import Message, Names, Node, Reply, _
from storage.outbox import Outbox
from storage.people import People
from storage.rooms import Rooms
from storage.tables.people import PersonRow
from storage.tables.rooms import RoomRow

log = structlog.get_logger(__name__)

# Why the hub leaves a chat when there is another with the same person.
ELSEWHERE = _("We go on in the other chat, which you opened.")


class Misaddressed(Exception):
    """What is for few was to be said where others read: a mistake of ours, said by its kind."""


class OutboxPost:
    """A ``kit.ports.Post`` inside one transaction."""

    def __init__(
        self,
        session: AsyncSession,
        catalogs: Catalogs,
        now: datetime,
        *,
        token: Callable[[], str],
        server_name: str,
        attention: AttentionSettings,
    ) -> None:
        """Write with *session*; *token* makes transaction ids that cannot be guessed."""
        self._gate = Gate(session, now, attention)
        self._speaker: int | None = None
        self._catalogs = catalogs
        self._server_name = server_name
        self._now = now
        self._token = token
        self._outbox = Outbox(session)
        self._people = People(session)
        self._rooms = Rooms(session)

    async def direct(self, call: Call, reply: Reply) -> None:
        """Answer the one a call is from, in their direct chat, opening one if there is none."""
        await self.tell(call.person_id, reply)

    async def tell(self, person_id: int, reply: Reply) -> str:
        """Write to a person in their direct chat, opening one if there is none.

        It rings, unless they spoke just now; who has left reads answers only. Returns the message's
        transaction id.
        """
        person = await self._people.get(person_id)
        if person.departed and person_id != self._speaker:
            return self._token()
        return await self._tell(person, reply)

    def hears(self, person_id: int) -> None:
        """Note who speaks: nothing is held back from them, and an answer need not ring."""
        self._speaker = person_id

    async def notify(
        self, person_id: int, notice: Notice, reply: Reply, *, until: datetime | None = None
    ) -> None:
        """Write to a person who did not just ask; the gate decides when, or that it waits."""
        person = await self._people.get(person_id)
        if person.departed and not notice.recalls:
            return
        if not notice.asked_for and await self._has_left(person_id):
            return
        text = reply.body.render(self._reader(person))
        about = await self._named(reply, text.mentions)
        others = sorted(about - {person_id})
        letter = Letter(notice, reply.kind, reply.ids, text, until, others, reply.subject)
        if person_id == self._speaker or await self._gate.admits(person, letter):
            await self._tell(person, reply)

    async def publish(self, notice: Notice, reply: Reply, *, until: datetime | None = None) -> None:
        """Put news into the digest of every member."""
        rendered = cache(lambda *reader: reply.body.render(self._catalogs.reader(*reader)))
        about = sorted(await self._named(reply, rendered("en").mentions))
        await self._gate.publish(
            lambda person: Letter(
                notice,
                reply.kind,
                reply.ids,
                rendered(person.language, person.zone),
                until,
                about,
                reply.subject,
            )
        )

    async def retract(self, subject: Subject, person_id: int | None = None) -> set[int]:
        """Forget what waits about a subject, for one person or all; returns who was not told."""
        return await self._gate.retract(subject, person_id)

    async def gathered(self, person_id: int) -> Reply | None:
        """Take the oldest few out of what waits for a person's digest."""
        return await self._gate.gathered(person_id)

    async def wake(self, person_id: int) -> None:
        """Say what was held until now."""
        person = await self._people.get(person_id)
        for reply in await self._gate.wake(person):
            await self._tell(person, reply)

    async def digest(self, person_id: int) -> None:
        """Say what was gathered, if this is a moment for it."""
        person = await self._people.get(person_id)
        if person.departed or await self._has_left(person_id):
            return
        reply = await self._gate.digest(person)
        if reply is not None:
            await self._tell(person, reply)

    async def file(self, person_id: int, kind: str, name: str, data: Mapping[str, Any]) -> None:
        """Send a person a JSON file called *name* in their direct chat."""
        person = await self._people.get(person_id)
        room = await self._chat_with(person)
        txn_id = self._token()
        content = {
            "msgtype": "m.file",
            "body": name,
            "filename": name,
            "info": {"mimetype": "application/json"},
            "m.mentions": {},
            FIELD: field(kind, person.language, (), txn_id),
        }
        self._queue(room.id, SendFile(content, data), person_id, txn_id, only([person_id]))

    async def room(self, key: RoomKey, reply: Reply, *, to: Sequence[int] = ()) -> None:
        """Write to a room in the room's language; one that is not there is passed over.

        A private room is for the persons *to* whom it is said.
        """
        if (room := await self._rooms.get(key)) is not None and not room.left:
            audience = only(to) if to else Everybody()
            await self._say(room, reply, self._catalogs.reader(room.language), audience)

    async def answer(
        self, room: RoomRow, reply: Reply, person: PersonRow, event_id: str, thread: str | None
    ) -> None:
        """Answer an event where it was said, in the language of who asked."""
        relation: dict[str, Any] = {"m.in_reply_to": {"event_id": event_id}}
        if thread is not None:
            relation |= {"rel_type": "m.thread", "event_id": thread, "is_falling_back": True}
        own = room.key == Direct(person.id)
        audience = only([person.id]) if own else Everybody()
        relates = {"m.relates_to": relation}
        await self._say(room, reply, self._reader(person), audience, person.id, relates)

    async def open_private(self, key: RoomKey, person_ids: Sequence[int], names: Names) -> None:
        """Create an invite-only room for *person_ids*; harmless if it exists."""
        people = await self._people.named(person_ids)
        room, new = await self._rooms.ensure(key, people[0].language)
        if new:
            content = {
                "preset": "private_chat",
                "name": names.get(people[0].language, names["en"]),
                "invite": [person.user_id for person in people],
                "initial_state": [
                    _state("m.room.history_visibility", history_visibility="invited")
                ],
            }
            txn_id = self._queue(room.id, Create(content))
            await self._outbox.about(txn_id, person_ids)

    async def encrypt(self, key: RoomKey) -> None:
        """Turn encryption on in a room: the hub writes nothing there afterwards."""
        if (room := await self._rooms.get(key)) is not None:
            self._queue(
                room.id, SetState("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
            )

    async def invite(self, room: RoomPlan, person_id: int) -> None:
        """Invite a person to a room or Space of the network.

        Where the Space is not built, nobody can be: that is logged for the operator.
        """
        if not await self._membership(Invite, SpaceRoom(room.slug), person_id):
            log.error("invitation.no_room", room=room.slug, advice="say `ilan-hub space apply`")

    async def remove(self, rooms: Sequence[RoomPlan], person_id: int) -> None:
        """Take a person out of rooms and Spaces of the network; harmless where they are not in."""
        for plan in rooms:
            await self.remove_from(SpaceRoom(plan.slug), person_id)

    async def remove_from(self, key: RoomKey, person_id: int) -> None:
        """Take a person out of one room of the hub; harmless where they are not in."""
        await self._membership(Remove, key, person_id)

    async def time_left(self) -> Node | None:
        """Say how long it takes until everybody is told what is queued, unless that is soon."""
        return await time_left(self._outbox)

    async def link(self, key: RoomKey) -> str | None:
        """Give the address people follow to a room, or None while it does not exist."""
        room = await self._rooms.get(key)
        if room is None or room.room_id is None:
            return None
        # A room id says nothing about where it is: "via" names a server that is in it.
        return f"https://matrix.to/#/{room.room_id}?via={self._server_name}"

    async def take_back(self, person_id: int, *, chat: bool) -> None:
        """Take back what was passed on from or about a person: what waits, is held, or was sent.

        Invitations too; and with *chat* what was said to them in their direct chat. What the hub
        no longer remembers having sent stays.
        """
        user_id = (await self._people.get(person_id)).user_id
        own = await self._rooms.get(Direct(person_id))
        await self._gate.forget(person_id)
        await self._outbox.withdraw(person_id)
        for done in await self._outbox.done_for(person_id):
            if not chat and own is not None and done.room == own.id:
                continue
            if done.event_id is not None:
                self._queue(done.room, Redact(done.event_id))
            elif done.kind in {Create, Invite}:
                self._queue(done.room, Uninvite(user_id), person_id)

    async def leave(self, person_id: int, goodbye: Reply) -> None:
        """Say goodbye and leave a person's direct chat."""
        chat = await self._rooms.get(Direct(person_id))
        if chat is not None and chat.room_id is not None and not chat.left:
            await self.tell(person_id, goodbye)
            self._queue(chat.id, Leave())

    async def visit(self, room_id: str) -> None:
        """Go into a room that the hub was invited to, to see who is there."""
        if (room := await self._rooms.visit(room_id)) is not None:
            self._queue(room.id, Join())

    async def settle(self, person: PersonRow, visited: RoomRow) -> RoomRow:
        """Let a visited room be the chat of the one person in it; the one before is left then."""
        chat, _new = await self._rooms.ensure(
            Direct(person.id), person.language, person_id=person.id
        )
        before = await self._rooms.settle(visited, chat)
        await self._outbox.park_room(visited.id, "the hub is in the room by now")
        await self._quit(chat, before, ELSEWHERE, person)
        return chat

    async def part(self, chat: RoomRow, person: PersonRow, reason: Message, why: Reply) -> None:
        """Go on with a person in a new chat, as *why* says there, and leave the one before.

        What waited to be said goes along.
        """
        before, unsaid = chat.room_id, await self._outbox.take_out(chat.id)
        self._rooms.leave(chat)
        await self.tell(person.id, why)
        await self._outbox.put_back(chat.id, unsaid)
        await self._quit(chat, before, reason, person)

    async def _quit(
        self, chat: RoomRow, before: str | None, reason: Message, person: PersonRow
    ) -> None:
        """Take back what was said in the room *before*, and leave it: afterwards nobody can."""
        events = await self._outbox.let_go(chat.id)
        if before is None:
            return
        await self.refuse(before, reason, person, taking_back=events)

    async def refuse(
        self,
        room_id: str,
        reason: Message,
        to: PersonRow | None = None,
        *,
        taking_back: Sequence[str] = (),
    ) -> None:
        """Leave a room that is nobody's chat, or decline the invitation to it, and say why."""
        room = await self._rooms.refuse(room_id)
        for event_id in taking_back:
            self._queue(room.id, Redact(event_id))
        reader = self._reader(to) if to else self._catalogs.reader(room.language)
        self._queue(room.id, Leave(reason.render(reader).plain))

    async def _tell(self, person: PersonRow, reply: Reply) -> str:
        room = await self._chat_with(person)
        rings = None if person.id == self._speaker else person.user_id
        audience = only([person.id])
        return await self._say(room, reply, self._reader(person), audience, person.id, rings=rings)

    async def _chat_with(self, person: PersonRow) -> RoomRow:
        room, new = await self._rooms.ensure(
            Direct(person.id), person.language, person_id=person.id
        )
        # Where encryption was turned on, the hub neither reads nor writes: open another chat.
        if new or room.left or room.encrypted:
            await self._outbox.let_go(room.id)
            self._rooms.move(room, None)
            content = {
                "preset": "private_chat",
                "is_direct": True,
                # Whoever else were invited would read the hub's private answers.
                "power_level_content_override": {"invite": 100},
                "invite": [person.user_id],
                "initial_state": [_state("m.room.guest_access", guest_access="forbidden")],
            }
            self._queue(room.id, Create(content), person.id)
        return room

    async def _has_left(self, person_id: int) -> bool:
        room = await self._rooms.get(Direct(person_id))
        return room is not None and room.left

    def _reader(self, person: PersonRow) -> LocalReader:
        return self._catalogs.reader(person.language, person.zone)

    async def _membership(self, kind: type[Invite | Remove], key: RoomKey, person_id: int) -> bool:
        person = await self._people.get(person_id)
        room = await self._rooms.get(key)
        if room is not None:
            self._queue(room.id, kind(person.user_id), person_id)
        return room is not None

    async def _say(
        self,
        room: RoomRow,
        reply: Reply,
        reader: LocalReader,
        audience: Audience,
        person_id: int | None = None,
        relation: Mapping[str, Any] | None = None,
        rings: str | None = None,
    ) -> str:
        if not fits(audience, room.key) or (reply.private and audience == Everybody()):
            raise Misaddressed(reply.kind)
        txn_id = self._token()
        content = message(reply, reader, txn_id, rings) | dict(relation or {})
        self._queue(room.id, Send(content), person_id, txn_id, audience)
        named = await self._named(reply, content["m.mentions"].get("user_ids", ()))
        if named := named - {person_id}:
            await self._outbox.about(txn_id, named)
        return txn_id

    async def _named(self, reply: Reply, mentions: Collection[str]) -> set[int]:
        """Say of whom a reply tells."""
        mentioned = [await self._people.find(user_id) for user_id in sorted(mentions)]
        return {*reply.about, *(person.id for person in mentioned if person)}

    def _queue(
        self,
        room: int,
        errand: Errand,
        person_id: int | None = None,
        txn_id: str | None = None,
        audience: Audience | None = None,
    ) -> str:
        txn_id = txn_id or self._token()
        self._outbox.add(
            room, errand, txn_id=txn_id, now=self._now, person_id=person_id, audience=audience
        )
        return txn_id


def _state(event_type: str, **content: Any) -> dict[str, Any]:
    return {"type": event_type, "state_key": "", "content": content}
