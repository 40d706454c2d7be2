"""What is said in encrypted rooms: sealed in one transaction, for whoever is there then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from bot.encryption.devices import Recipients, askable, asked, reached
from bot.encryption.machine import Machine
from bot.encryption.outbound import Rotation
from bot.matrix.client import Client, Refused, Unreachable, escape
from bot.matrix.keys import Keys
from kit.audience import Only
from kit.due import CannotRead, ToldOfDevice
from kit.errand import MEGOLM, Content, SendSealed, SendStep
from kit.roomkey import Direct
from kit.stage import Stage, unobserved
from storage.dues import Dues
from storage.engine import Storage
from storage.outbox import Outbox, Outgoing
from storage.people import People

UNKNOWN_CIPHER = "HUB_UNKNOWN_CIPHER"
# A client that was started in this moment brings its keys within some seconds.
TOLD_AFTER = timedelta(seconds=10)
# Whose device has keys, and none left for us, gets more time.
TOLD_OF_KEYS_AFTER = timedelta(seconds=30)


class Crowded(Exception):
    """Somebody is in the room who is not to read what was to be said there."""


class Unheard(Exception):
    """Nobody who is meant has a device yet that could read it, or a *keyless* one."""

    def __init__(self, *, keyless: bool) -> None:
        super().__init__()
        self.keyless = keyless


class Overtaken(Exception):
    """The row is not what it was: it was withdrawn, or goes elsewhere."""


_Ask: TypeAlias = Callable[[], Awaitable[None]]
"""Asks the homeserver for what is missing."""


@dataclass(slots=True)
class _Letter:
    """One message, and what was asked for it so far, so that nothing is asked twice.

    *meant* are those of the *readers* whom it is for by name, each with their number, *unjoined*
    those whose devices nobody tells the hub about, because no room is shared with them.
    """

    row: Outgoing
    room_id: str
    readers: list[str]
    meant: Mapping[str, int]
    unjoined: set[str]
    rotation: Rotation | None = None
    lists: set[str] = field(default_factory=set)
    question: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keys: Mapping[str, Any] = field(default_factory=dict)


class Sealing:
    """Encrypts what waits in the outbox."""

    def __init__(
        self,
        client: Client,
        storage: Storage,
        keys: Keys,
        clock: Callable[[], datetime],
        stage: Stage = unobserved,
        *,
        unsigned_too: bool = False,
    ) -> None:
        """Prepare to encrypt with *keys*, if *unsigned_too* for devices that nobody vouches for."""
        self._unsigned_too = unsigned_too
        self._stage = stage
        self._client = client
        self._storage = storage
        self._keys = keys
        self._clock = clock

    async def seal(
        self, row: Outgoing, room_id: str, message: Content, kind: str = "m.room.message"
    ) -> Outgoing:
        """Put the encrypted message in the place of what is to be said; returns the row as it is.

        What is missing is asked for outside of transactions, then everything is looked at again.

        Raises:
            Crowded: who is there is not who is meant.
            Unheard: nobody who is meant has a device that could be given the key.
            Overtaken: there is nothing to seal any more.
            Refused, Unreachable, SignedOut: as ``Client.call``.
        """
        letter = await self._look(row, room_id)
        while True:
            async with self._storage.write() as session:
                came_of_it = await self._try(session, letter, message, kind)
            match came_of_it:
                case Outgoing():
                    return came_of_it
                case Unheard():
                    raise came_of_it
                case ask:
                    await ask()

    async def _try(
        self, session: AsyncSession, letter: _Letter, message: Content, kind: str
    ) -> Outgoing | Unheard | _Ask:
        """Seal it with what is known, or say what has to be asked first."""
        machine = await self._keys.machine(session)
        if lists := await self._unread(machine, letter):
            return partial(self._learn, letter, lists)
        readers = await machine.devices.readers(letter.readers, unsigned_too=self._unsigned_too)
        sharing = await machine.outbound.sharing(letter.room_id, letter.readers, readers.trusted)
        if sharing.row is None and letter.rotation is None:
            return partial(self._ask_rotation, letter)
        missing = await machine.missing(sharing.lacking)
        if letter.question:
            claimed = asked(missing, letter.question)
            await machine.devices.claimed(letter.keys, claimed, machine.ratchets)
            missing = await machine.missing(sharing.lacking)
        elif question := askable(missing, self._clock()):
            return partial(self._claim, letter, question)
        deaf = letter.meant.keys() - reached(readers.trusted, missing)
        await self._explain(session, machine, letter, readers, deaf)
        if deaf and deaf == letter.meant.keys():
            return Unheard(keyless=any(user in deaf for user, _row in readers.trusted))
        outbound = sharing.row or await machine.outbound.begin(
            letter.room_id, letter.rotation or Rotation()
        )
        sealed = await machine.outbound.seal(
            outbound, sharing.lacking, kind, message, late=deaf, since=letter.row.created_at
        )
        refused = await machine.refuse(letter.room_id, outbound.session_id, readers.suspect)
        for user_id in {user_id for user_id, _device in refused}:  # once, for devices are many
            await self._keys.unsigned(session, user_id)
        self._stage("seal.committing")
        return await _replace(session, letter.row, message, sealed, self._clock())

    async def _explain(
        self,
        session: AsyncSession,
        machine: Machine,
        letter: _Letter,
        readers: Recipients,
        deaf: Collection[str],
    ) -> None:
        """Let be told in the room that somebody cannot read there, and what they can do.

        Who is about to come into our chat is told nothing, nor who can read by then.
        """
        if not deaf:
            return
        absent = letter.unjoined if isinstance(letter.row.key, Direct) else set()
        without_keys, unsigned = dict(readers.trusted), dict(readers.suspect)  # the newest of each
        contested = await machine.devices.rows.contested(deaf)
        dues, now = Dues(session), self._clock()
        for user in sorted({*deaf} - absent):
            device = without_keys.get(user) or unsigned.get(user) or contested.get(user)
            person, room = letter.meant[user], letter.row.room
            earlier = await machine.outbound.kept.since(letter.room_id, user)
            since = round((earlier or letter.row.created_at).timestamp())
            if not await dues.waits(ToldOfDevice, person=person, room=room, since=since):
                why = CannotRead(person, room, device.id if device else 0, since)
                after = TOLD_OF_KEYS_AFTER if user in without_keys else TOLD_AFTER
                await dues.plan(why, at=now + after)

    async def _unread(self, machine: Machine, letter: _Letter) -> dict[str, int]:
        """Return whose devices are to be asked for; of who shares no room nobody tells changes."""
        rows = machine.devices.rows
        await rows.changed(letter.unjoined - letter.lists)
        due = await rows.due(letter.readers, self._clock())
        return {user: changes for user, changes in due.items() if user not in letter.lists}

    async def _learn(self, letter: _Letter, lists: Mapping[str, int]) -> None:
        letter.lists.update(lists)
        await self._keys.learn(lists)

    async def _ask_rotation(self, letter: _Letter) -> None:
        state = await self._client.state(letter.room_id, "m.room.encryption")
        if state is None or state.get("algorithm") != MEGOLM:
            raise Refused(403, UNKNOWN_CIPHER)
        letter.rotation = Rotation.of(state)

    async def _claim(self, letter: _Letter, question: Mapping[str, Mapping[str, str]]) -> None:
        letter.question, letter.keys = question, await self._keys.claim(question)

    async def _look(self, row: Outgoing, room_id: str) -> _Letter:
        """Ask the homeserver who may read there, in this moment."""
        path = f"/rooms/{escape(room_id)}/joined_members"
        members = (await self._client.call("GET", path, patience=60)).get("joined")
        if not isinstance(members, dict):
            raise Unreachable("an answer without members")
        there = members.keys() - {self._client.user_id}
        if not isinstance(row.audience, Only):
            return _Letter(row, room_id, sorted(there), {}, set())
        async with self._storage.read() as session:
            people = await People(session).named(row.audience.person_ids)
        numbers = {person.user_id: person.id for person in people}
        meant = numbers.keys()
        # Who was erased has no name any more: as many as were may be anybody.
        if len(there - meant) > len(row.audience.person_ids) - len(meant):
            raise Crowded
        # They may read when they come in what was said since they were invited.
        unjoined = await self._coming(room_id, meant - there)
        readers = there | unjoined
        here = {user_id: numbers[user_id] for user_id in meant & readers}
        return _Letter(row, room_id, sorted(readers), here, unjoined)

    async def _coming(self, room_id: str, user_ids: Collection[str]) -> set[str]:
        """Tell who is invited, or came in since it was asked who is in the room."""
        members = await asyncio.gather(
            *(self._client.state(room_id, "m.room.member", user_id) for user_id in user_ids)
        )
        return {
            user_id
            for user_id, member in zip(user_ids, members, strict=True)
            if member is not None and member.get("membership") in {"invite", "join"}
        }


async def _replace(
    session: AsyncSession, row: Outgoing, message: Content, sealed: Content, now: datetime
) -> Outgoing:
    # A step of a verification is of no use elsewhere: nothing of it stays to be said there.
    errand = SendSealed({} if isinstance(row.errand, SendStep) else message, sealed)
    if not await Outbox(session).seal(row, errand, now):
        raise Overtaken
    return replace(row, errand=errand, created_at=now)
