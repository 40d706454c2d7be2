"""What is said in encrypted rooms: sealed in one transaction, for whoever is there then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.encryption.devices import askable, asked
from bot.encryption.machine import Machine
from bot.encryption.outbound import Rotation
from bot.matrix.client import Client, Refused, Unreachable, escape
from bot.matrix.keys import Keys
from kit.audience import Only
from kit.errand import MEGOLM, Content, SendSealed
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
    ) -> None:
        """Prepare to encrypt with *keys*."""
        self._stage = stage
        self._client = client
        self._storage = storage
        self._keys = keys
        self._clock = clock

    async def seal(self, row: Outgoing, room_id: str, message: Content) -> Outgoing:
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
                        devices = await machine.devices.writable(readers)
                        sealed = await machine.outbound.seal(
                            room_id, devices, "m.room.message", message, rotation
                        )
                        self._stage("seal.committing")
                        return await _replace(session, row, message, sealed)
            if lists:
                done.lists.update(lists)
                await self._keys.learn(lists)
            else:
                done.question, done.keys = question, await self._keys.claim(question)

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
            unjoined = await self._invited(room_id, meant - there)
        return Rotation.of(state), sorted(there | unjoined), unjoined

    async def _invited(self, room_id: str, user_ids: Collection[str]) -> set[str]:
        members = await asyncio.gather(
            *(self._client.state(room_id, "m.room.member", user_id) for user_id in user_ids)
        )
        return {
            user_id
            for user_id, member in zip(user_ids, members, strict=True)
            if member is not None and member.get("membership") == "invite"
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
        devices = await machine.devices.writable(readers)
        missing = await machine.missing(room_id, devices)
        if done.question:
            claimed = asked(missing, done.question)
            await machine.devices.claimed(done.keys, claimed, machine.ratchets)
            return {}
        return askable(missing, self._clock())


async def _replace(
    session: AsyncSession, row: Outgoing, message: Content, sealed: Content
) -> Outgoing:
    errand = SendSealed(message, sealed)
    if not await Outbox(session).seal(row, errand):
        raise Overtaken
    return replace(row, errand=errand)
