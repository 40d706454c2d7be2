"""Keys that were kept for who could not read: given to them as soon as a device of theirs can."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.encryption.devices import askable, asked, reached
from bot.matrix.client import Client, Refused
from bot.matrix.keys import Keys
from kit.stage import Stage, unobserved
from storage.encryption.correspondents import Correspondents
from storage.encryption.kept_keys import KeptKeys
from storage.engine import Storage

# Of a device that has keys, and none left for us, nobody tells when it has some again.
LOOK_AGAIN_AFTER = timedelta(minutes=5)


class Handing:
    """Gives keys that were kept. No room waits for it."""

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
        """Give *keys*, if *unsigned_too* to devices that nobody vouches for."""
        self._client = client
        self._storage = storage
        self._keys = keys
        self._clock = clock
        self._stage = stage
        self._unsigned_too = unsigned_too
        self._again: datetime | None = None

    async def hand_over(self, alive: Collection[str]) -> None:
        """Look after those of whom there is news, and now and then after all.

        Raises:
            Refused, Unreachable: another try may succeed.
        """
        now, again = self._clock(), self._again
        whole = again is None or now >= again
        async with self._storage.read() as session:
            waiting = await KeptKeys(session).waiting()
        late = {(room, user) for room, user in waiting if whole or user in alive}
        self._again = None  # what fails now is tried again with the next turn
        if late:
            users = {user for _room, user in late}
            await self._learn(users, users.intersection(alive))
            able = await self._able(users)
            for room_id, user_id in sorted(late):
                if user_id in able:
                    await self._give(room_id, user_id)
        self._again = now + LOOK_AGAIN_AFTER if whole else again

    async def _learn(self, users: Collection[str], alive: Collection[str]) -> None:
        async with self._storage.write() as session:
            lists = Correspondents(session)
            if alive:
                await lists.may_have_keys(alive)
            unread = await lists.unread(users)
        await self._keys.learn(unread)

    async def _able(self, users: Collection[str]) -> set[str]:
        """Return who of the users has a device that may be given a key, and can be."""
        async with self._storage.write() as session:
            machine = await self._keys.machine(session)
            readers = await machine.devices.readers(users, unsigned_too=self._unsigned_too)
            missing = await machine.missing(readers.trusted)
        question = askable(missing, self._clock())
        if question:
            answer = await self._keys.claim(question)
            async with self._storage.write() as session:
                machine = await self._keys.machine(session)
                readers = await machine.devices.readers(users, unsigned_too=self._unsigned_too)
                claimed = asked(await machine.missing(readers.trusted), question)
                await machine.devices.claimed(answer, claimed, machine.ratchets)
                missing = await machine.missing(readers.trusted)
        return reached(readers.trusted, missing)

    async def _give(self, room_id: str, user_id: str) -> None:
        """Give somebody what is kept of a room, if they are in it in this moment."""
        there = await self._is_there(room_id, user_id)
        async with self._storage.write() as session:
            machine = await self._keys.machine(session)
            if there:
                readers = await machine.devices.readers([user_id], unsigned_too=self._unsigned_too)
                await machine.outbound.hand_over(room_id, user_id, readers.trusted)
            else:
                await machine.outbound.kept.drop(room_id, [user_id])
            self._stage("keys.handing")
        self._stage("keys.handed")

    async def _is_there(self, room_id: str, user_id: str) -> bool:
        try:
            member = await self._client.state(room_id, "m.room.member", user_id)
        except Refused as refusal:
            if refusal.passing:
                raise
            return False  # nor are we
        return member is not None and member.get("membership") in {"invite", "join"}
