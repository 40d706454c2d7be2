"""Rooms that come to be in chat: added by moderators, asked for by members, changed and closed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.authority import authorise
from actions.rooms import letters
from actions.staff import Staff
from kit.authority import Act, Actor
from kit.due import Planned
from kit.errors import BadArgument, Conflict, NotFound
from kit.network import Access, Network, WellKnown
from kit.notices import Notice
from kit.ports import Post, SpaceWatch
from kit.text import Label, Message, Names, Reply, Say, _
from kit.understanding import Understanding
from language.lookalikes import skeleton
from language.scripts import mixes_scripts
from storage.dues import Dues
from storage.founded import FoundedRooms
from storage.tables.rooms import FoundedRow, RoomState

MOST_ASKED = 3
_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 40
_SHORTEST_SLUG = 3


@dataclass(frozen=True, slots=True)
class RoomEnds(Planned):
    """A room was wanted until now."""

    kind: ClassVar[str] = "rooms.end"
    room: int


@dataclass(frozen=True, slots=True)
class RoomWish:
    """A room as somebody wants it; without *weeks* it has no end."""

    name: str
    topic: str
    access: Access
    weeks: int = 0


@dataclass(frozen=True, slots=True)
class Founding:
    """The rooms that are declared in chat, beside those of the operator's file."""

    founded: FoundedRooms
    staff: Staff
    network: Network
    understanding: Understanding
    dues: Dues
    post: Post
    watch: SpaceWatch

    async def add(self, by: Actor, wish: RoomWish, language: str, now: datetime) -> FoundedRow:
        """Declare a room; the hub builds it with its next look at the Space."""
        authorise(by, Act.KEEP_ROOMS)
        row = await self._note(by, wish, language, RoomState.OPEN, now)
        await self._opened(row)
        return row

    async def may_ask(self, by: Actor) -> None:
        """Refuse who waits for an answer about too many rooms already.

        Raises:
            Conflict: they do.
        """
        authorise(by, Act.ASK_ROOM)
        if len(await self.founded.asked_by(by.id)) >= MOST_ASKED:
            raise Conflict(_("You asked for several rooms. Wait until a moderator answered."))

    async def ask(self, by: Actor, wish: RoomWish, language: str, now: datetime) -> FoundedRow:
        """Keep that a member wants a room, and tell all who may decide about it."""
        authorise(by, Act.ASK_ROOM)
        row = await self._note(by, wish, language, RoomState.ASKED, now)
        for person in await self.staff.who_may(Act.KEEP_ROOMS, now):
            await self.post.notify(person.id, Notice.DUTIES, letters.asked(row))
        return row

    async def asked(self, by: Actor) -> Sequence[FoundedRow]:
        """List the rooms that members ask for, the oldest first."""
        authorise(by, Act.KEEP_ROOMS)
        return await self.founded.in_state(RoomState.ASKED)

    async def accept(self, by: Actor, number: int, now: datetime) -> FoundedRow:
        """Let a room that was asked for be built, and tell who asked; its weeks begin here."""
        authorise(by, Act.KEEP_ROOMS)
        row = await self._waiting(number)
        row.state = RoomState.OPEN
        if row.until is not None:
            row.until += now - row.asked_at
        await self._opened(row)
        await self._tell(row, letters.accepted(row))
        return row

    async def decline(self, by: Actor, number: int, why: str = "") -> None:
        """Forget a room that was asked for, and tell who asked; *why* in the moderator's words."""
        authorise(by, Act.KEEP_ROOMS)
        row = await self._waiting(number)
        await self._tell(row, letters.declined(row, why))
        await self.founded.remove(row)

    async def change(self, by: Actor, slug: str, wish: RoomWish, language: str) -> FoundedRow:
        """Give a room another name, purpose or access.

        Raises:
            NotFound: it is not one of chat.
        """
        authorise(by, Act.KEEP_ROOMS)
        row = await self.of_chat(slug)
        if wish.name not in row.names.values():
            await self._distinct(wish.name, besides=slug)
        row.names = dict(_renamed(row.names, wish.name, language))
        row.topics = dict(_renamed(row.topics, wish.topic, language))
        row.access = wish.access
        self.watch.look_again()
        return row

    async def archive(self, by: Actor, slug: str) -> FoundedRow:
        """Close a room: nobody enters or writes any more, who is in it keeps what was said."""
        authorise(by, Act.KEEP_ROOMS)
        row = await self.of_chat(slug)
        await self._close(row)
        return row

    async def ended(self, number: int) -> None:
        """Close a room whose time is over, and tell who asked for it."""
        row = await self.founded.get(number)
        if row is None or row.state is not RoomState.OPEN:
            return
        await self._close(row)
        await self._tell(row, letters.over(row))

    async def of_chat(self, slug: str) -> FoundedRow:
        """Return an open room that was founded in chat.

        Raises:
            NotFound: it is declared in the operator's file, which chat never changes, or closed.
        """
        row = await self.founded.called(slug)
        if row is None or slug in self.network.rooms.declared:
            raise NotFound(
                _("That room is declared in the operator's file: only there it changes.")
            )
        if row.state is not RoomState.OPEN:
            raise NotFound(_("That room is closed already. Say {rooms}.", rooms=Say("rooms")))
        return row

    async def _note(
        self, by: Actor, wish: RoomWish, language: str, state: RoomState, now: datetime
    ) -> FoundedRow:
        await self._distinct(wish.name)
        parent = self.network.rooms.get(WellKnown.ACTION) or self.network.root
        row = FoundedRow(
            slug=await self._slug(wish.name),
            names=_named(wish.name, language),
            topics=_named(wish.topic, language),
            parent=parent.slug,
            access=wish.access,
            encrypted=wish.access is Access.PRACTITIONERS,
            state=state,
            asked_by_id=by.id,
            asked_at=now,
            until=now + timedelta(weeks=wish.weeks) if wish.weeks else None,
        )
        return await self.founded.add(row)

    async def _distinct(self, name: str, besides: str = "") -> None:
        """Refuse a name that looks like that of a room, also of one that is only asked for."""
        refuse_likeness(self.network, self.understanding, name, besides=besides)
        for row in await self.founded.in_state(RoomState.ASKED):
            if skeleton(name) in map(skeleton, row.names.values()):
                raise Conflict(_resembles(row.names))

    async def _slug(self, name: str) -> str:
        """Make an address of a name: ASCII, and nobody else's."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        slug = _SLUG.sub("-", plain).strip("-")[:_LONGEST_SLUG].strip("-")
        if len(slug) < _SHORTEST_SLUG:  # of Arabic, Russian or Chinese nothing is left
            slug = "group"
        number, free = 1, slug
        while free in self.network.rooms or await self.founded.called(free) is not None:
            number += 1
            free = f"{slug}-{number}"
        return free

    async def _opened(self, row: FoundedRow) -> None:
        if row.until is not None:
            await self.dues.plan(RoomEnds(row.id), at=row.until)
        self.watch.look_again()

    async def _close(self, row: FoundedRow) -> None:
        row.state = RoomState.ARCHIVED
        self.watch.look_again()

    async def _waiting(self, number: int) -> FoundedRow:
        row = await self.founded.get(number)
        if row is None or row.state is not RoomState.ASKED:
            raise NotFound(
                _("Nobody waits for a room with that number. Say {asked}.", asked=Say("room asked"))
            )
        return row

    async def _tell(self, row: FoundedRow, reply: Reply) -> None:
        if row.asked_by_id is not None:
            await self.post.notify(row.asked_by_id, Notice.CONTRIBUTIONS, reply)


def refuse_likeness(
    network: Network, understanding: Understanding, name: str, *, besides: str
) -> None:
    """Do nothing if a room *besides* a slug may be called so: nobody takes it for another.

    Raises:
        BadArgument: it is put together of letters that look alike, or looks as another name does,
            or as if it belonged to those who look after the network.
    """
    if mixes_scripts(name):
        raise BadArgument(
            _(
                "A word of this mixes letters of two alphabets that look alike. Please write it "
                "anew."
            )
        )
    if understanding.is_official(name):
        raise BadArgument(
            _(
                "That looks as if the room belonged to those who look after the network. Please "
                "choose another name."
            )
        )
    look = skeleton(name)
    named = {room.slug: room.names for room in network.rooms.values() if room.slug != besides}
    for slug, names in (("", network.names), *named.items()):
        if look in map(skeleton, (slug, *names.values())):
            raise BadArgument(_resembles(names))


def _resembles(names: Names) -> Message:
    return _(
        "That looks like a name that is taken: {name}. Please choose another.", name=Label(names)
    )


def _named(said: str, language: str) -> dict[str, str]:
    """Name a room in the language it was said in, and in English until somebody says it there."""
    return {"en": said, language: said}


def _renamed(names: Mapping[str, str], said: str, language: str) -> Mapping[str, str]:
    """Say a name anew in one language.

    The English one goes along as long as it only stands in; what stays as it is changes nothing.
    """
    before = names.get(language)
    if said == (before or names["en"]):
        return names
    return {**names, **(_named(said, language) if before == names["en"] else {language: said})}
