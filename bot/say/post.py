"""Who is told what, and where: rendered for each reader, with the audience of each message."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from bot.say.chats import DirectChats
from bot.say.gate import Gate, Letter
from bot.say.i18n import Catalogs, LocalReader
from bot.say.in_clear import why_unread
from bot.say.message import field, message
from bot.say.outbound import Outbound
from bot.say.pace import time_left
from bot.settings import AttentionSettings
from kit.audience import Audience, Everybody, fits, only
from kit.command import Call
from kit.errand import Create, Invite, Redact, Send, SendFile, SendInClear, SendStep, Uninvite
from kit.inbound import FIELD
from kit.notices import Notice
from kit.roomkey import Direct, RoomKey
from kit.subject import Subject
from kit.text import Message, Node, Reply, Say, _
from storage.encryption.waiting import ToDevice
from storage.listings import Listings
from storage.people import People
from storage.rooms import Rooms
from storage.tables.encryption import DeviceRow
from storage.tables.people import PersonRow
from storage.tables.rooms import RoomRow

VEILED = _(
    "I have something for you. This chat is not encrypted, so I do not show it on your screen "
    "unasked: say {more}.",
    more=Say("more"),
)


class Misaddressed(Exception):
    """What is for few was to be said where others read: a mistake of ours, said by its kind."""


class OutboxPost:
    """``kit.ports.Post`` inside one transaction."""

    def __init__(
        self,
        outbound: Outbound,
        chats: DirectChats,
        catalogs: Catalogs,
        attention: AttentionSettings,
    ) -> None:
        """Write with *outbound* to *chats*, where the gate of *attention* opens."""
        self._out = outbound
        self._chats = chats
        self._catalogs = catalogs
        self._gate = Gate(outbound.session, outbound.now, attention)
        self._speaker: int | None = None
        self._people = People(outbound.session)
        self._rooms = Rooms(outbound.session)
        self._listings = Listings(outbound.session)

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
            return self._out.token()
        return await self._tell(person, reply)

    def hears(self, person_id: int) -> None:
        """Note who speaks: nothing is held back from them, and an answer need not ring."""
        self._speaker = person_id

    async def notify(
        self,
        person_id: int,
        notice: Notice,
        reply: Reply,
        *,
        until: datetime | None = None,
        at_once: bool = False,
        asked: bool = False,
    ) -> None:
        """Write to a person who did not just ask; the gate decides when, or that it waits."""
        person = await self._people.get(person_id)
        if person.departed and not notice.recalls:
            return
        if not notice.asked_for and await self._chats.has_left(person_id):
            return
        letter = await self._letter(notice, reply, self._reader(person), until)
        letter = replace(letter, at_once=at_once, asked=asked)
        now = notice.at_once or person_id == self._speaker
        if now or await self._gate.admits(person, letter):
            await self._deliver(person, letter)

    async def publish(
        self,
        notice: Notice,
        reply: Reply,
        *,
        until: datetime | None = None,
        to: Collection[int],
    ) -> None:
        """Put news into the digests of the members *to* whom they are."""
        english = await self._letter(notice, reply, self._catalogs.reader("en"), until)
        rendered = cache(lambda *reader: reply.body.render(self._catalogs.reader(*reader)))
        await self._gate.publish(
            lambda person: replace(english, text=rendered(person.language, person.zone)), to
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
        for letter in await self._gate.wake(person):
            await self._deliver(person, letter)

    async def unveil(self, person_id: int) -> bool:
        """Say what a person was told waits for them; tells whether that was anything."""
        person = await self._people.get(person_id)
        replies = await self._gate.unveil(person_id)
        for reply in replies:
            await self._tell(person, reply)
        return bool(replies)

    async def _deliver(self, person: PersonRow, letter: Letter) -> None:
        """Say a letter; if its chat is in clear and others may look at their screen, that it is."""
        watched = letter.notice.confidential and person.id != self._speaker and not letter.asked
        if watched and await self._chats.exposed(person.id):
            await self._gate.veil(person, letter)
            await self._tell(person, Reply("attention.veiled", VEILED), unasked=True)
        else:
            await self._tell(person, letter.said, unasked=not letter.asks)

    async def digest(self, person_id: int) -> None:
        """Say what was gathered, if this is a moment for it."""
        person = await self._people.get(person_id)
        if person.departed or await self._chats.has_left(person_id):
            return
        reply = await self._gate.digest(person)
        if reply is not None:
            await self._tell(person, reply, unasked=reply.listing is None)

    async def file(
        self,
        person_id: int,
        kind: str,
        name: str,
        data: Mapping[str, Any] | str,
        media: str = "application/json",
    ) -> None:
        """Send a person a file of a *media* type called *name* in their direct chat."""
        person = await self._people.get(person_id)
        room = await self._chats.opened(person)
        txn_id = self._out.token()
        content = {
            "msgtype": "m.file",
            "body": name,
            "filename": name,
            "info": {"mimetype": media},
            "m.mentions": {},
            FIELD: field(kind, person.language, (), txn_id),
        }
        self._out.queue(room.id, SendFile(content, data), person_id, txn_id, only([person_id]))

    async def room(self, key: RoomKey, reply: Reply, *, to: Sequence[int] = ()) -> None:
        """Write to a room in the room's language; one that is not there is passed over.

        A private room is for the persons *to* whom it is said, once in each of their languages;
        it rings.
        """
        if (room := await self._rooms.get(key)) is None or room.left:
            return
        if not to:
            reader = self._catalogs.readers(room.language, room.key)
            await self._say(room, reply, reader, Everybody())
            return
        people = [await self._people.get(each) for each in to]
        for language in dict.fromkeys(person.language for person in people):
            reader = self._catalogs.reader(language)  # commands belong in each one's own chat
            rings = [person.user_id for person in people if person.language == language]
            await self._say(room, reply, reader, only(to), rings=rings)

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
        reader = self._reader(person) if own else self._catalogs.readers(person.language, room.key)
        await self._say(room, reply, reader, audience, person.id, relates)

    async def step(
        self, person: PersonRow, kind: str, content: Mapping[str, Any], text: Message | None = None
    ) -> tuple[RoomRow, str]:
        """Go on with a verification in a person's chat; clients that cannot do it show *text*.

        Returns the chat, and the transaction id of the step.
        """
        chat = await self._chats.opened(person)
        shown = {"body": text.render(self._reader(person)).plain} if text else {}
        errand = SendStep(kind, {**content, **shown})
        return chat, self._out.queue(chat.id, errand, person.id, None, only([person.id]))

    async def explain(
        self,
        room: RoomRow,
        person: PersonRow,
        there: Sequence[PersonRow],
        device: DeviceRow | None,
        *,
        vouched: bool,
        replaced: bool,
    ) -> None:
        """Say in clear in an encrypted room why a person cannot read, in the languages *there*.

        *device* is the one that it is about, *vouched* for or not, or of an identity that was
        *replaced*; None if none has keys.
        """
        alone = isinstance(room.key, Direct)
        for language in dict.fromkeys(each.language for each in (*there, person)):
            theirs = language == person.language
            reply = why_unread(
                person, device, vouched=vouched, replaced=replaced, alone=alone, theirs=theirs
            )
            await self._in_clear(room, reply, person, language)

    async def warn(self, person_id: int, reply: Reply) -> None:
        """Say in clear in a person's chat, before all that waits there, what nobody may miss."""
        person, chat = await self._people.get(person_id), await self._chats.current(person_id)
        if chat is not None:
            await self._in_clear(chat, reply, person, person.language)

    async def _in_clear(
        self, room: RoomRow, reply: Reply, person: PersonRow, language: str
    ) -> None:
        """Say something in a language; it rings for a person whose own that is."""
        txn_id, rings = self._out.token(), [person.user_id] * (language == person.language)
        said = message(reply, self._catalogs.reader(language), txn_id, rings)
        await self._out.overtake(room.id, SendInClear(said), person.id, txn_id)

    async def became(self, txn_id: str) -> str | None:
        """Tell which event a step or a message became, if it is sent and still remembered."""
        return await self._out.messages.event_of(txn_id)

    def to_devices(self, kind: str, messages: Mapping[str, Any]) -> None:
        """Queue a message for devices, by user and device."""
        ToDevice(self._out.session).add(self._out.token(), kind, messages)

    async def time_left(self, further: int = 0) -> Node | None:
        """Say how long it takes until everybody is told what is queued, unless that is soon.

        So many *further* messages are about to be queued.
        """
        return await time_left(self._out.outbox, further)

    async def take_back(self, person_id: int, *, chat: bool) -> None:
        """Take back what was passed on from or about a person: what waits, is held, or was sent.

        Invitations too; and with *chat* what was said to them in their direct chat. What the hub
        no longer remembers having sent stays.
        """
        user_id = (await self._people.get(person_id)).user_id
        own = await self._rooms.get(Direct(person_id))
        await self._gate.forget(person_id)
        await self._out.messages.withdraw(person_id)
        for done in await self._out.messages.done_for(person_id):
            if not chat and own is not None and done.room == own.id:
                continue
            if done.event_id is not None:
                self._out.queue(done.room, Redact(done.event_id))
            elif done.kind in {Create, Invite}:
                self._out.queue(done.room, Uninvite(user_id), person_id)

    async def hide(self, person_id: int, since: datetime | None) -> int:
        """Take back what was said to a person in their direct chat *since* a moment, or ever.

        Returns how many messages that are. What the hub no longer remembers having sent stays.
        """
        if (chat := await self._chats.current(person_id)) is None:
            return 0
        said = await self._out.messages.let_go(chat.id, since)
        for event_id in said:
            self._out.queue(chat.id, Redact(event_id))
        return len(said)

    async def leave(self, person_id: int, goodbye: Reply) -> None:
        """Say goodbye and leave a person's direct chat."""
        if (chat := await self._chats.current(person_id)) is not None:
            await self.tell(person_id, goodbye)
            await self._chats.leave(chat)

    async def _tell(self, person: PersonRow, reply: Reply, *, unasked: bool = False) -> str:
        room = await self._chats.opened(person)
        rings = () if person.id == self._speaker else (person.user_id,)
        audience = only([person.id])
        reader = self._reader(person)
        return await self._say(
            room, reply, reader, audience, person.id, rings=rings, unasked=unasked
        )

    def _reader(self, person: PersonRow) -> LocalReader:
        return self._catalogs.reader(person.language, person.zone)

    async def _say(
        self,
        room: RoomRow,
        reply: Reply,
        reader: LocalReader,
        audience: Audience,
        person_id: int | None = None,
        relation: Mapping[str, Any] | None = None,
        rings: Collection[str] = (),
        *,
        unasked: bool = False,
    ) -> str:
        if not fits(audience, room.key) or (reply.private and audience == Everybody()):
            raise Misaddressed(reply.kind)
        txn_id = self._out.token()
        content = message(reply, reader, txn_id, rings) | dict(relation or {})
        self._out.queue(room.id, Send(content), person_id, txn_id, audience, unasked=unasked)
        named = await self._named(reply, content["m.mentions"].get("user_ids", ()))
        if named := named - {person_id}:
            await self._out.outbox.about(txn_id, named)
        if reply.listing is not None and person_id is not None:
            await self._listings.put(person_id, reply.listing, txn_id)
        return txn_id

    async def _letter(
        self, notice: Notice, reply: Reply, reader: LocalReader, until: datetime | None
    ) -> Letter:
        text = reply.body.render(reader)
        about = sorted(await self._named(reply, text.mentions))
        return Letter(notice, replace(reply, about=about), text, until)

    async def _named(self, reply: Reply, mentions: Collection[str]) -> set[int]:
        """Say of whom a reply tells."""
        mentioned = [await self._people.find(user_id) for user_id in sorted(mentions)]
        return {*reply.about, *(person.id for person in mentioned if person)}
