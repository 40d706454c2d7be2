"""All of encryption in one transaction. Rolling back is leaving it: nothing is kept in memory."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from vodozemac import Curve25519PublicKey, ExportedSessionKey, InboundGroupSession, MegolmMessage

from bot.encryption.account import OLM, DeviceAccount
from bot.encryption.devices import DeviceLists, Owned
from bot.encryption.inbound import MegolmReader, read_key
from bot.encryption.olm import Ratchets
from bot.encryption.outbound import WITHHELD, MegolmWriter
from bot.encryption.signing import MALFORMED
from kit.errand import MEGOLM
from kit.inbound import Withheld
from storage.encryption.correspondents import Correspondents
from storage.encryption.kept_keys import KeptKeys
from storage.encryption.own_device import OwnDevices
from storage.encryption.sessions import InboundSessions, OlmSessions, OutboundSessions
from storage.encryption.waiting import ToDevice, Undecryptables, WithheldKeys
from storage.tables.encryption import UndecryptableRow

log = structlog.get_logger(__name__)

# A device whose messages cannot be decrypted gets a new session, but not all the time.
UNWEDGE_EVERY = timedelta(hours=1)
# A key that is on its way needs no request.
ASK_AFTER = timedelta(seconds=10)
# So many messages to our device are read before others may use the loop.
TOGETHER = 10


class Machine:
    """Our device at work, for one transaction that no other one overlaps."""

    def __init__(
        self, session: AsyncSession, account: DeviceAccount, now: datetime, token: Callable[[], str]
    ) -> None:
        """Work as *account* inside *session*; *token* makes ids that cannot be guessed."""
        self.account = account
        self._now = now
        self._token = token
        correspondents = Correspondents(session)
        self.to_device = ToDevice(session)
        self.undecryptable = Undecryptables(session)
        self.ratchets = Ratchets(OlmSessions(session), account, now)
        self.devices = DeviceLists(correspondents, account.user_id, now)
        self.inbound = MegolmReader(InboundSessions(session), correspondents, now)
        self.outbound = MegolmWriter(
            account,
            OutboundSessions(session),
            KeptKeys(session),
            self.ratchets,
            self.to_device,
            now,
            token,
        )
        self._olm = OlmSessions(session)
        self._session = session
        self.dropped = 0
        self.waits = False

    @classmethod
    async def open(
        cls,
        session: AsyncSession,
        user_id: str,
        device_id: str,
        now: datetime,
        token: Callable[[], str],
    ) -> Self:
        """Hold the keys of our device until the commit; another device's are of no use any more."""
        devices = OwnDevices(session)
        row = await devices.hold(user_id)
        if row is not None and row.device_id != device_id:
            await devices.end()
            row = None
        account = (
            DeviceAccount(row) if row else await DeviceAccount.make(devices, user_id, device_id)
        )
        return cls(session, account, now, token)

    async def receive(self, events: Sequence[Any]) -> None:
        """Take in messages to our device. Whatever they are, none raises or spoils another."""
        faults: Counter[str] = Counter()
        for number, event in enumerate(events, 1):
            try:
                await self._receive(event)
            except MALFORMED as error:
                faults[type(error).__name__] += 1
            if number % TOGETHER == 0:
                await asyncio.sleep(0)
        self.dropped += faults.total()
        if faults:  # once for all: who sends thousands is not to fill the log
            log.info("encryption.to_device_dropped", kinds=dict(faults))

    async def _receive(self, event: dict[str, Any]) -> None:
        content, sender = event["content"], event["sender"]
        if event["type"] == WITHHELD:
            await self._withheld(sender, content)
        if event["type"] != "m.room.encrypted":
            return
        identity_key = content["sender_key"]
        if content["algorithm"] != OLM or not isinstance(sender, str):
            raise ValueError("algorithm")
        Curve25519PublicKey.from_base64(identity_key)
        mine = content["ciphertext"][self.account.identity_key]
        try:
            plain = await self.ratchets.decrypt(identity_key, mine["type"], mine["body"])
        except MALFORMED:
            await self._note_wedged(sender, identity_key)
            raise
        said = json.loads(plain)
        # Spec, m.olm: else whoever was written to could pass it on as theirs, or to others.
        signing_key = said["keys"]["ed25519"]
        meant = said["sender"], said["recipient"], said["recipient_keys"]["ed25519"]
        if meant != (sender, self.account.user_id, self.account.signing_key):
            raise ValueError("not from its sender, or not for us")
        device = await self.devices.rows.device(sender, identity_key)
        if device is not None and (device.signing_key != signing_key or device.blocked):
            raise ValueError("not the device it says")
        await self._read(said["type"], said["content"], sender, identity_key, signing_key)

    async def _withheld(self, sender: str, content: dict[str, Any]) -> None:
        """Note why a key does not come. Anybody can say so, but of their own sessions alone."""
        why, session_id = content["code"], content.get("session_id")
        if why in list(Withheld) and isinstance(session_id, str) and isinstance(sender, str):
            keys = WithheldKeys(self._session)
            await keys.keep(sender, session_id, Withheld(why), self._now)

    async def _read(
        self,
        kind: str,
        content: dict[str, Any],
        sender: str,
        identity_key: str,
        signing_key: str,
    ) -> None:
        match kind:
            case "m.room_key":
                room_id, session = read_key(content)
            case "m.forwarded_room_key":
                # Only from the device that made the session, and only what it was asked for.
                key = ExportedSessionKey(content["session_key"])
                session, room_id = InboundGroupSession.import_session(key), content["room_id"]
                named = content["algorithm"], content["session_id"], content["sender_key"]
                wanted = await self.undecryptable.asked_for(session.session_id)
                if named != (MEGOLM, session.session_id, identity_key) or not wanted:
                    raise ValueError("a key that nobody asked for")
                if not isinstance(room_id, str):
                    raise TypeError("no room")
            case "m.dummy":
                # Its session was made anew, so what it was sent before may be lost on it.
                device = await self.devices.rows.device(sender, identity_key)
                if device is not None:
                    await self.devices.rows.lost_keys(device)
                return
            case _:
                return
        await self.inbound.take(room_id, session, sender, identity_key, signing_key)

    async def _note_wedged(self, sender: str, identity_key: str) -> None:
        device = await self.devices.rows.device(sender, identity_key)
        if device is None:
            return
        if device.unwedged_at is None or self._now - device.unwedged_at >= UNWEDGE_EVERY:
            device.wedged = True

    async def wait_for(self, room_id: str, event: Mapping[str, Any]) -> None:
        """Keep an event until it can be read."""
        self.waits = True
        await self.undecryptable.keep(room_id, event, self._now)

    async def readable(self) -> Sequence[UndecryptableRow]:
        """Return the events that wait for what arrived in this transaction."""
        return await self.undecryptable.of_sessions(self.inbound.opened)

    async def missing(self, lacking: Sequence[Owned]) -> list[Owned]:
        """List those that lack a key that a session has to be made with before they can get it."""
        if not lacking:
            return []
        met = await self._olm.met([device.identity_key for _user, device in lacking])
        return [
            (user, device)
            for user, device in lacking
            if device.identity_key not in met or device.wedged
        ]

    async def unwedge(self, answer: Mapping[str, Any], devices: Sequence[Owned]) -> None:
        """Begin new sessions with devices whose messages could not be read, and let them know."""
        for user_id, device in await self.devices.claimed(answer, devices, self.ratchets):
            said = await self.ratchets.encrypt(user_id, device, "m.dummy", {})
            self.to_device.add(
                self._token(), "m.room.encrypted", {user_id: {device.device_id: said}}
            )

    async def refuse(
        self, room_id: str, session_id: str, devices: Sequence[Owned]
    ) -> Sequence[Owned]:
        """Tell devices that get no key, once each, that it is for want of a signature.

        Returns those that were told.
        """
        new = [(user_id, device) for user_id, device in devices if not device.refused]
        for user_id, device in new:
            device.refused = True
            why = {
                "algorithm": MEGOLM,
                "code": "m.unverified",
                "reason": "not verified by its owner",
                "room_id": room_id,
                "sender_key": self.account.identity_key,
                "session_id": session_id,
            }
            said = {user_id: {device.device_id: why}}
            self.to_device.add(self._token(), WITHHELD, said, room_id)
        return new

    async def ask(self) -> None:
        """Ask the devices that made sessions for the keys that did not come."""
        asked: set[tuple[str, str]] = set()
        for row in await self.undecryptable.unasked(self._now - ASK_AFTER):
            row.asked_at = self._now
            content, sender = row.source["content"], row.source["sender"]
            if (row.room_id, row.session_id) in asked:
                continue
            asked.add((row.room_id, row.session_id))
            device_id = content.get("device_id")
            request = {
                "action": "request",
                "request_id": self._token(),
                "requesting_device_id": self.account.device_id,
                "body": {
                    "algorithm": MEGOLM,
                    "room_id": row.room_id,
                    "session_id": row.session_id,
                    "sender_key": str(content.get("sender_key")),
                },
            }
            to = device_id if isinstance(device_id, str) and device_id else "*"
            self.to_device.add(self._token(), "m.room_key_request", {sender: {to: request}})

    async def sent_by_a_later_self(self, event: Mapping[str, Any], *, complete: bool) -> bool:
        """Tell whether an own event shows that our rows are older than what we sent.

        *complete*: whatever was sent before is read, so that a session nobody remembers counts.
        """
        content = event["content"]
        if content.get("sender_key") != self.account.identity_key:
            return False
        try:
            place = MegolmMessage.from_base64(content["ciphertext"]).message_index()
        except MALFORMED:
            return False
        return await self.outbound.from_the_future(content, place, unknown=complete)
