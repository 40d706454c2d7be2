"""What is said in encrypted rooms: sealed in one transaction, for whoever is there then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.encryption.devices import Owned, askable, asked
from bot.encryption.machine import Machine
from bot.encryption.outbound import Rotation
from bot.matrix.client import Client, Refused, Unreachable, escape
from bot.matrix.keys import Keys
from kit.audience import Only
from kit.errand import MEGOLM, Content, SendSealed, SendStep
from kit.stage import Stage, unobserved
from storage.engine import Storage
from storage.outbox import Outbox, Outgoing
from storage.people import People

UNKNOWN_CIPHER = "HUB_UNKNOWN_CIPHER"


class Crowded(Exception):
    """Somebody is in the room who is not to read what was to be said there."""


class Overtaken(Exception):
    """The row is not what it was: it was withdrawn, or goes elsewhere."""


@dataclass(slots=True)
class _Asked:
    """What was asked for one message so far, so that nothing is asked twice."""

    lists: set[str] = field(default_factory=set)
    question: dict[str, dict[str, str]] = field(default_factory=dict)
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
            Overtaken: there is nothing to seal any more.
            Refused, Unreachable, SignedOut: as ``Client.call``.
        """
        rotation, readers, unjoined = await self._look(row, room_id)
        done = _Asked()
        while True:
            async with self._storage.write() as session:
                machine = await self._keys.machine(session)
                lists = await self._unread(machine, readers, unjoined, done)
                if not lists:
                    question = await self._lacking(machine, room_id, readers, done)
                    if not question:
                        devices = await self._devices(machine, readers)
                        sealed = await machine.outbound.seal(
                            room_id, devices, kind, message, rotation
                        )
                        await self._refuse(session, machine, room_id, readers, sealed)
                        self._stage("seal.committing")
                        return await _replace(session, row, message, sealed)
            if lists:
                done.lists.update(lists)
                await self._keys.learn(lists)
            else:
                done.question, done.keys = question, await self._keys.claim(question)

    async def _devices(self, machine: Machine, readers: Collection[str]) -> list[Owned]:
        """List the devices that are given the key: by default those that their owners vouch for."""
        found = await machine.devices.writable(list(readers))
        suspect = {row.id for _user, row in await self._suspect(machine, readers)}
        return [(user, row) for user, row in found if row.id not in suspect]

    async def _suspect(self, machine: Machine, readers: Collection[str]) -> Sequence[Owned]:
        others = [each for each in readers if each != self._client.user_id]
        return [] if self._unsigned_too else await machine.devices.rows.unsigned(others)

    async def _refuse(
        self,
        session: AsyncSession,
        machine: Machine,
        room_id: str,
        readers: Collection[str],
        sealed: Content,
    ) -> None:
        """Let devices that get no key know why, and their owners too."""
        suspect = await self._suspect(machine, readers)
        for user_id, device in await machine.refuse(room_id, sealed["session_id"], suspect):
            await self._keys.unsigned(session, user_id, device.device_id)

    async def _look(self, row: Outgoing, room_id: str) -> tuple[Rotation, list[str], set[str]]:
        """Ask the homeserver how the room is encrypted and who may read there, in this moment."""
        state, joined = await asyncio.gather(
            self._client.state(room_id, "m.room.encryption"),
            self._client.call("GET", f"/rooms/{escape(room_id)}/joined_members", patience=60),
        )
        if state is None or state.get("algorithm") != MEGOLM:
            raise Refused(403, UNKNOWN_CIPHER)
        members = joined.get("joined")
        if not isinstance(members, dict):
            raise Unreachable("an answer without members")
        there = members.keys() - {self._client.user_id}
        unjoined: set[str] = set()
        if isinstance(row.audience, Only):
            async with self._storage.read() as session:
                people = await People(session).named(row.audience.person_ids)
            meant = {person.user_id for person in people}
            # Who was erased has no name any more: as many as were may be anybody.
            if len(there - meant) > len(row.audience.person_ids) - len(meant):
                raise Crowded
            # They may read when they come in what was said since they were invited.
            unjoined = await self._coming(room_id, meant - there)
        return Rotation.of(state), sorted(there | unjoined), unjoined

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

    async def _unread(
        self, machine: Machine, readers: Collection[str], unjoined: set[str], done: _Asked
    ) -> dict[str, int]:
        """Return whose devices are to be asked for; of who shares no room nobody tells changes."""
        rows = machine.devices.rows
        await rows.track(readers, self._clock())
        await rows.changed(unjoined - done.lists)
        unread = await rows.unread(readers)
        return {user: changes for user, changes in unread.items() if user not in done.lists}

    async def _lacking(
        self, machine: Machine, room_id: str, readers: list[str], done: _Asked
    ) -> dict[str, dict[str, str]]:
        """Use the keys that were claimed; return the question for those that still lack."""
        devices = await self._devices(machine, readers)
        missing = await machine.missing(room_id, devices)
        if done.question:
            claimed = asked(missing, done.question)
            await machine.devices.claimed(done.keys, claimed, machine.ratchets)
            return {}
        return askable(missing, self._clock())


async def _replace(
    session: AsyncSession, row: Outgoing, message: Content, sealed: Content
) -> Outgoing:
    # A step of a verification is of no use elsewhere: nothing of it stays to be said there.
    errand = SendSealed({} if isinstance(row.errand, SendStep) else message, sealed)
    if not await Outbox(session).seal(row, errand):
        raise Overtaken
    return replace(row, errand=errand)
