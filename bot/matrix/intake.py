"""From what was said to the inbox: encrypted events are opened, and what is not for us is left."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeAlias

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.encryption.inbound import Forged, Waits
from bot.encryption.machine import Machine
from bot.matrix.batch import Encrypted
from bot.matrix.reader import SyncParser
from kit.due import Planned
from kit.inbound import (
    Event,
    InNeed,
    Invited,
    MembersChanged,
    Reaction,
    TextMessage,
    Upgraded,
    Wordless,
)
from kit.roomkey import Direct, Private, RoomKey, SpaceRoom, Visit
from kit.stored import Unreadable
from storage.dues import Dues
from storage.inbox import Inbox, Incoming
from storage.rooms import Rooms
from storage.tables.encryption import UndecryptableRow

log = structlog.get_logger(__name__)

Taken: TypeAlias = Incoming | Encrypted
# What matters of a room that the hub looks into.
_LOOKED_AT = (Invited, MembersChanged, Reaction, TextMessage, Wordless)


class Concern(Protocol):
    """Tells whether the hub has anything to do with an event of a room."""

    def __call__(self, event: Event, *, direct: bool, root: bool) -> bool:
        """Tell it, of a chat with the hub itself, of the Space, or of any other room."""


Need: TypeAlias = Callable[[str], str | None]
"""Gives the language of somebody who says that they need a lawyer, None for all else."""


class Gauge(Protocol):
    """Counts what is said in rooms of the Space, and says what there is too much of."""

    def __call__(
        self, room: SpaceRoom, incoming: Incoming, *, late: bool
    ) -> Sequence[tuple[Planned, datetime]]:
        """Count one event, told *late* as of when it was said; returns what falls due, and when."""


class Intake:
    """The only way into the inbox for what others say."""

    def __init__(self, user_id: str, concern: Concern, root: RoomKey, gauge: Gauge) -> None:
        """Read as *user_id*. *concern* tells what of a room is meant for the hub.

        *root* is the key of the Space, the one room whose members are greeted. *gauge* counts all
        that is said in its rooms, of which nothing is kept.
        """
        self.parser = SyncParser(user_id)
        self._concern = concern
        self._root = root
        self._gauge = gauge
        self.forged = 0
        self._noticed: tuple[RoomKey, Need] | None = None

    def notice(self, welcome: RoomKey, need: Need) -> None:
        """Take in who says in *welcome* that they are in *need*, and not what they say."""
        self._noticed = welcome, need

    async def open(self, machine: Machine, taken: Sequence[Taken]) -> list[Incoming]:
        """Decrypt what is encrypted; what cannot be read yet is kept until it can."""
        opened: list[Incoming] = []
        for each in taken:
            if isinstance(each, Incoming):
                opened.append(each)
                continue
            try:
                opened += await self._decrypt(machine, each)
            except Waits:
                await machine.wait_for(each.room_id, each.source)
        return opened

    async def retry(self, machine: Machine, rows: Sequence[UndecryptableRow]) -> list[Incoming]:
        """Decrypt what waited; what can be read by now, or never will be, waits no longer."""
        opened: list[Incoming] = []
        over: list[str] = []
        for row in rows:
            with contextlib.suppress(Waits):
                opened += await self._decrypt(machine, Encrypted(row.room_id, row.source))
                over.append(row.event_id)
        await machine.undecryptable.remove(over)
        return opened

    async def _decrypt(self, machine: Machine, event: Encrypted) -> list[Incoming]:
        """Return what is inside of an event, if that is anything to act on; raises Waits."""
        try:
            inside = await machine.inbound.decrypt(event.room_id, event.source)
        except Forged as error:
            self.forged += 1
            log.warning("encryption.forged", room=event.room_id, fault=str(error))
            return []
        said = self.parser.inside(event.room_id, event.source, inside.kind, inside.content)
        return [_vouched(each) for each in said] if inside.vouched else said

    async def take(
        self, session: AsyncSession, taken: Sequence[Incoming], *, late: bool = False
    ) -> bool:
        """Put into the inbox what is meant for the hub; tells whether that was anything.

        What is too much falls due. *late* tells that it was said before it could be read.

        What people say to each other in rooms, and who comes and goes there, is not kept, not even
        until it is handled: a room of ten thousand members leaves no row for each.
        """
        keys = await Rooms(session).keys_of({each.room_id for each in taken})
        ours = [ours for each in taken if (ours := self._for_us(each, keys.get(each.room_id)))]
        await Inbox(session).take(ours)
        for each in taken:
            key = keys.get(each.room_id)
            if isinstance(key, SpaceRoom):
                await Dues(session).plan_all(self._gauge(key, each, late=late))
        return bool(ours)

    def _for_us(self, incoming: Incoming, key: RoomKey | Unreadable | None) -> Incoming | None:
        """Give what of an event is meant for the hub."""
        if self._is_ours(incoming, key):
            return incoming
        said = incoming.event
        if self._noticed and isinstance(said, TextMessage) and said.replaces is None:
            welcome, need = self._noticed
            if key == welcome and (language := need(said.body)):
                return replace(incoming, event=InNeed(language))
        return None

    def _is_ours(self, incoming: Incoming, key: RoomKey | Unreadable | None) -> bool:
        if isinstance(incoming.event, Upgraded):
            return isinstance(key, Direct | SpaceRoom | Private)
        if isinstance(key, Visit) and not isinstance(incoming.event, _LOOKED_AT):
            return False  # who is there is asked for at once, however many they are
        return self._concern(
            incoming.event, direct=isinstance(key, Direct | Visit), root=key == self._root
        )


def _vouched(incoming: Incoming) -> Incoming:
    """Note of a text that a device said it for which its owner vouches."""
    event = incoming.event
    if not isinstance(event, TextMessage):
        return incoming
    return replace(incoming, event=replace(event, vouched=True))
