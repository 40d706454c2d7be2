"""The keys of our device on the homeserver: what it is given, asked and told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.encryption.devices import askable, asked
from bot.encryption.machine import ASK_AFTER, Machine
from bot.matrix.batch import Batch
from bot.matrix.client import Client, Refused, Unreachable, escape
from bot.matrix.intake import Intake, Taken
from bot.matrix.login import whoami
from kit.errors import BadConfiguration
from kit.inbound import DeviceUnsigned, IdentityReplaced, IdentitySetUp, KeyMissing
from kit.stage import Stage, unobserved
from kit.worker import Worker
from storage.encryption.correspondents import Correspondents
from storage.encryption.kept_keys import KeptKeys
from storage.encryption.own_device import OwnDevices
from storage.encryption.sessions import OutboundSessions
from storage.encryption.waiting import KeyMatters, ToDevice, Undecryptables, WithheldKeys
from storage.engine import Storage
from storage.inbox import Incoming
from storage.outbox import Outbox

log = structlog.get_logger(__name__)

# Users whose devices are asked for in one request.
TOGETHER = 250
# How long a key may be on its way before somebody is told that the hub cannot read them.
PATIENCE = timedelta(seconds=60)
# What the homeserver has enough of, by its own count, is looked after again after so long.
ENOUGH_FOR = timedelta(minutes=1)

Published: TypeAlias = tuple[int, Collection[str] | None]


class NewDeviceNeeded(BadConfiguration):
    """Our keys are gone or older than what was sent with them: only another device is safe."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "the database is older than the keys of this device, as after a restored backup: "
            "go on as a new device. Run: ilan-hub login. With the password in ILAN_HUB_PASSWORD "
            "the hub does that by itself"
        )


class Keys:
    """Keeps the homeserver supplied, and learns whose devices others use."""

    def __init__(
        self,
        client: Client,
        storage: Storage,
        intake: Intake,
        *,
        clock: Callable[[], datetime],
        token: Callable[[], str],
        stage: Stage = unobserved,
    ) -> None:
        """Prepare for *client*'s device; *token* makes ids that cannot be guessed."""
        self._client = client
        self._storage = storage
        self._intake = intake
        self._clock = clock
        self._token = token
        self._taken: Callable[[], None] = lambda: None
        self._late: Callable[[Collection[str]], Awaitable[None]] = _nobody_is_late
        self._alive: set[str] = set()
        self._stage = stage
        self._begun = False
        self._published: Published | None = None
        self._enough: tuple[Published, datetime] | None = None
        self._stirred = False
        self.worker = Worker(self.keep)
        self.dropped = 0

    def tell(self, taken: Callable[[], None]) -> None:
        """Call *taken* whenever something that waited for its key became work."""
        self._taken = taken

    def hands_over(self, late: Callable[[Collection[str]], Awaitable[None]]) -> None:
        """Look by *late* after who could not read when something was said, told of whom is news."""
        self._late = late

    async def machine(self, session: AsyncSession) -> Machine:
        """Open our device inside a transaction."""
        me, device_id = self._client.user_id, self._client.device_id
        return await Machine.open(session, me, device_id, self._clock(), self._token)

    async def begin(self) -> None:
        """Make sure once that our keys are those that others know of our device.

        Raises:
            NewDeviceNeeded: the homeserver has keys of this device that the database has not.
            Refused, Unreachable: another try may succeed.
        """
        if self._begun:
            return
        me, device_id = self._client.user_id, self._client.device_id or await whoami(self._client)
        self._client.device_id = device_id
        async with self._storage.read() as session:
            row = await OwnDevices(session).read(me)
        if row is None or row.device_id != device_id:
            answer = await self._client.call(
                "POST", "/keys/query", {"device_keys": {me: [device_id]}}
            )
            known = answer.get("device_keys")
            devices = known.get(me) if isinstance(known, dict) else None
            if isinstance(devices, dict) and device_id in devices:
                raise NewDeviceNeeded
            async with self._storage.write() as session:
                await OwnDevices(session).end()
                await Outbox(session).unseal()
        self._begun = True

    async def open(
        self, session: AsyncSession, batch: Batch, taken: Sequence[Taken], *, history: bool
    ) -> list[Incoming]:
        """Take in what one answer of /sync says of keys, and decrypt what it brought."""
        rooms = [room for room, moves in batch.moves.items() if not all(moves.values())]
        await OutboundSessions(session).drop(rooms)
        kept = KeptKeys(session)
        for room, moves in batch.moves.items():
            if gone := [user for user, came in moves.items() if not came]:
                await kept.drop(room, gone)
        if batch.changed_devices:
            await Correspondents(session).changed(batch.changed_devices)
        if alive := batch.changed_devices | _senders(batch, taken):
            await Outbox(session).hasten(alive)
            self._alive |= alive
        steps = self._intake.parser.device_steps(batch.to_device, self._clock())
        said = [event for event in taken if isinstance(event, Incoming)]
        waits = False
        if batch.to_device or batch.own or len(said) < len(taken):
            machine = await self.machine(session)
            said = await self._decrypted(machine, batch, taken, history=history)
            waits = machine.waits
        # What was read at once leaves nothing to do.
        self._stirred |= bool(batch.to_device or batch.changed_devices or waits)
        for each in batch.withdrawn:
            await Undecryptables(session).withdraw(each.event_id, each.room_id, each.sender)
        return steps + said

    async def _decrypted(
        self, machine: Machine, batch: Batch, taken: Sequence[Taken], *, history: bool
    ) -> list[Incoming]:
        for each in batch.own:
            if await machine.sent_by_a_later_self(each.source, complete=not history):
                raise NewDeviceNeeded
        await machine.receive(batch.to_device)
        self.dropped += machine.dropped
        waited = await self._intake.retry(machine, await machine.readable())
        return waited + await self._intake.open(machine, taken)

    def counted(self, one_time: int | None, unused_fallback: Collection[str] | None) -> None:
        """Take note of the keys that the homeserver has of our device, and act on what is new."""
        if one_time is not None:
            self._published = one_time, unused_fallback
            self._stirred |= self._enough is None or self._published != self._enough[0]
        if self._stirred:
            self._stirred = False
            self.worker.wake()

    async def keep(self) -> bool:
        """Do what is due: upload, learn, mend, ask, tell."""
        if not self._begun:
            return False
        try:
            await self._upload()
            async with self._storage.read() as session:
                if not await KeyMatters(session).any():
                    self._alive.clear()
                    return False
            await self._learn()
            await self._unwedge()
            await self.deliver(None)
            await self._ask()
            alive, self._alive = self._alive, set()
            await self._late(alive)
            await self.deliver(None)
        except (Refused, Unreachable) as error:
            log.warning("encryption.held_up", error=str(error))
        await self._tell()
        return False

    async def _upload(self) -> None:
        counts, self._published = self._published, None
        now = self._clock()
        if counts is None or (
            self._enough and self._enough[0] == counts and now - self._enough[1] < ENOUGH_FOR
        ):
            return
        async with self._storage.write() as session:
            machine = await self.machine(session)
            body = machine.account.keys_to_upload(*counts, now)
        if not body:
            self._enough = counts, now
            return
        self._stage("keys.made")
        await self._client.call("POST", "/keys/upload", body)
        self._stage("keys.uploaded")
        async with self._storage.write() as session:
            (await self.machine(session)).account.uploaded()

    async def learn(self, unread: Mapping[str, int]) -> None:
        """Ask for the devices of some users; what can be read by that goes into the inbox."""
        users = list(unread)
        for first in range(0, len(users), TOGETHER):
            some = {user_id: unread[user_id] for user_id in users[first : first + TOGETHER]}
            question: dict[str, Any] = {"device_keys": {user_id: [] for user_id in some}}
            answer = await self._client.call("POST", "/keys/query", question)
            self._stage("devices.answered")
            async with self._storage.write() as session:
                machine = await self.machine(session)
                news = await machine.devices.read(answer, some)
                waited = await machine.undecryptable.of_users(some)
                opened = await self._intake.retry(machine, waited)
                ours = await self._intake.take(session, opened, late=True)
                for user_id in news.replaced:
                    ours |= await self._learnt(session, user_id, IdentityReplaced())
                for user_id, device in news.set_up.items():
                    ours |= await self._learnt(session, user_id, IdentitySetUp(device))
            if ours:
                self._taken()

    async def _learn(self) -> None:
        async with self._storage.read() as session:
            unread = await Correspondents(session).awaited()
        await self.learn(unread)

    async def claim(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Ask for a one-time key of each device."""
        answer = await self._client.call("POST", "/keys/claim", {"one_time_keys": question})
        self._stage("keys.claimed")
        return answer

    async def _unwedge(self) -> None:
        async with self._storage.read() as session:
            wedged = await Correspondents(session).wedged()
        question = askable(wedged, self._clock())
        if not question:
            return
        answer = await self.claim(question)
        async with self._storage.write() as session:
            machine = await self.machine(session)
            await machine.unwedge(answer, asked(await machine.devices.rows.wedged(), question))

    async def deliver(self, room_id: str | None) -> None:
        """Send what waits for devices; of a room before what is said there."""
        async with self._storage.read() as session:
            rows = await ToDevice(session).waiting(room_id)
        for row in rows:
            path = f"/sendToDevice/{escape(row.type)}/{escape(row.txn_id)}"
            self._stage("keys.begun")
            await self._client.call("PUT", path, {"messages": row.messages})
            self._stage("keys.done")
            async with self._storage.write() as session:
                await ToDevice(session).done(row.id)

    async def _ask(self) -> None:
        async with self._storage.read() as session:
            if not await Undecryptables(session).unasked(self._clock() - ASK_AFTER):
                return
        async with self._storage.write() as session:
            await (await self.machine(session)).ask()

    async def unsigned(self, session: AsyncSession, user_id: str) -> None:
        """Let somebody be told that devices of theirs get no keys."""
        if await self._learnt(session, user_id, DeviceUnsigned()):
            self._taken()

    async def _learnt(
        self,
        session: AsyncSession,
        user_id: str,
        event: DeviceUnsigned | IdentityReplaced | IdentitySetUp,
    ) -> bool:
        """Let something be told to somebody that their list of devices says."""
        name = self._token()  # a row shows its ids to whoever reads the file: never whose it is
        told = Incoming(f"keys {name}", f"device {name}", user_id, event, self._clock())
        return await self._intake.take(session, [told])

    async def _tell(self) -> None:
        """Let people know of what the hub could not read: once for each session."""
        now = self._clock()
        async with self._storage.read() as session:
            if not await Undecryptables(session).untold(now - PATIENCE):
                return
        async with self._storage.write() as session:
            waiting = Undecryptables(session)
            rows = [row for row in await waiting.untold(now - PATIENCE) if await waiting.tell(row)]
            unread = [
                Incoming(
                    f"unread {row.event_id}",
                    row.room_id,
                    row.source["sender"],
                    KeyMissing(await WithheldKeys(session).why(row)),
                    now,
                )
                for row in rows
            ]
            told = await self._intake.take(session, unread)
        if told:
            self._taken()


async def _nobody_is_late(_alive: Collection[str]) -> None:
    """Keep what is kept: nothing was sealed, or not by this process."""


def _senders(batch: Batch, taken: Sequence[Taken]) -> set[str]:
    """Return whose devices are there, for they sent something that is encrypted."""
    said = [each for each in batch.to_device if isinstance(each, dict)]
    said += [each.source for each in taken if not isinstance(each, Incoming)]
    return {user for each in said if isinstance(user := each.get("sender"), str)}
