"""Megolm, the writing side: whom a key is given, when a new one is due, and what is sealed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vodozemac import GroupSession

from bot.encryption.account import PICKLE_KEY, DeviceAccount
from bot.encryption.devices import Owned
from bot.encryption.olm import Ratchets
from kit.errand import MEGOLM
from storage.encryption.kept_keys import KeptKeys
from storage.encryption.sessions import OutboundSessions
from storage.encryption.waiting import ToDevice
from storage.tables.encryption import OutboundSessionRow

# Devices written to in one request; between them others may use the loop.
TOGETHER = 100
WITHHELD = "m.room_key.withheld"


@dataclass(frozen=True, slots=True)
class Rotation:
    """How long a session serves (spec, ``m.room.encryption``). A room may ask for less, not more.

    Forward secrecy is what it is for, so that nobody with power in a room can switch it off.
    """

    messages: int = 100
    lasts: timedelta = timedelta(days=7)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Rotation:
        """Read what the state of a room asks for."""
        messages, milliseconds = cls().messages, cls().lasts // timedelta(milliseconds=1)
        match content.get("rotation_period_msgs"):
            case int(asked) if asked > 0:
                messages = min(messages, asked)
        match content.get("rotation_period_ms"):
            case int(asked) if asked > 0:
                milliseconds = min(milliseconds, asked)
        return cls(messages, timedelta(milliseconds=milliseconds))


@dataclass(frozen=True, slots=True)
class Sharing:
    """The session that a room goes on with, None for a new one, and which readers lack its key."""

    row: OutboundSessionRow | None
    lacking: Sequence[Owned]


class MegolmWriter:
    """Sessions of ours, inside one transaction."""

    def __init__(
        self,
        account: DeviceAccount,
        sessions: OutboundSessions,
        kept: KeptKeys,
        ratchets: Ratchets,
        to_device: ToDevice,
        now: datetime,
        token: Callable[[], str],
    ) -> None:
        """Encrypt as *account*; *token* makes transaction ids that cannot be guessed."""
        self._account = account
        self._sessions = sessions
        self.kept = kept
        self._ratchets = ratchets
        self._to_device = to_device
        self._now = now
        self._token = token

    async def sharing(
        self, room_id: str, users: Collection[str], readers: Sequence[Owned]
    ) -> Sharing:
        """Tell what to go on with: a session not worn out, if everybody who has its key stays.

        *readers* are devices of the *users* who are there. For whom the key is kept, who may be one
        without any, they count as those who have it: they get it from its first place on.
        """
        row = await self._sessions.current(room_id)
        if row is None or row.messages >= row.most_messages or self._now >= row.expires_at:
            return Sharing(None, readers)
        have = await self._sessions.readers(row.id)
        late = await self.kept.late(row.id)
        if have - {device.id for _user, device in readers} or late.difference(users):
            return Sharing(None, readers)
        lacking = [(user, row) for user, row in readers if row.id not in have and user not in late]
        return Sharing(row, lacking)

    async def begin(self, room_id: str, rotation: Rotation) -> OutboundSessionRow:
        """Begin a session in the place of the one that was used in a room."""
        await self._sessions.drop([room_id])
        session = GroupSession()
        row = OutboundSessionRow(
            room_id=room_id,
            session_id=session.session_id,
            pickle=session.pickle(PICKLE_KEY),
            created_at=self._now,
            expires_at=self._now + rotation.lasts,
            messages=0,
            most_messages=rotation.messages,
            dropped=False,
        )
        await self._sessions.add(row)
        return row

    async def seal(
        self,
        row: OutboundSessionRow,
        lacking: Sequence[Owned],
        kind: str,
        content: Mapping[str, Any],
        *,
        late: Collection[str] = (),
        since: datetime | None = None,
    ) -> dict[str, Any]:
        """Encrypt an event with a session; returns the content of the event to send.

        For users who are *late* its key is kept, as of what is said *since* then.

        The key is queued for the devices *lacking* it, so that it is sent before. What an event
        relates to stays outside: the homeserver has to know it.
        """
        session = GroupSession.from_pickle(row.pickle, PICKLE_KEY)
        await self._share(row, session, lacking, before=row.room_id)
        await self.kept.keep(row.id, late, row.pickle, since or self._now)
        inside = {name: value for name, value in content.items() if name != "m.relates_to"}
        said = json.dumps({"type": kind, "content": inside, "room_id": row.room_id})
        ciphertext = session.encrypt(said.encode()).to_base64()
        row.pickle, row.messages = session.pickle(PICKLE_KEY), row.messages + 1
        outside = {"m.relates_to": content["m.relates_to"]} if "m.relates_to" in content else {}
        return {
            "algorithm": MEGOLM,
            "sender_key": self._account.identity_key,
            "device_id": self._account.device_id,
            "session_id": row.session_id,
            "ciphertext": ciphertext,
            **outside,
        }

    async def hand_over(self, room_id: str, user_id: str, devices: Sequence[Owned]) -> None:
        """Give what is kept of a room for somebody to those of their *devices* that can get it."""
        await self._ratchets.load([device.identity_key for _user, device in devices])
        able = [each for each in devices if self._ratchets.has(each[1].identity_key)]
        if not able:
            return
        for kept, row in await self.kept.of(room_id, user_id):
            session = GroupSession.from_pickle(kept.pickle, PICKLE_KEY)
            await self._share(row, session, able, before=None)
        await self.kept.drop(room_id, [user_id])

    async def _share(
        self,
        row: OutboundSessionRow,
        session: GroupSession,
        lacking: Sequence[Owned],
        *,
        before: str | None,
    ) -> None:
        """Queue the key for devices, sent *before* what is said next in a room, or at once."""
        if not lacking:
            return
        await self._ratchets.load([device.identity_key for _user, device in lacking])
        key = {
            "algorithm": MEGOLM,
            "room_id": row.room_id,
            "session_id": row.session_id,
            "session_key": session.session_key.to_base64(),
        }
        for first in range(0, len(lacking), TOGETHER):
            await self._share_with(
                row, session.message_index, lacking[first : first + TOGETHER], key, before
            )
            await asyncio.sleep(0)

    async def _share_with(
        self,
        row: OutboundSessionRow,
        place: int,
        devices: Sequence[Owned],
        key: dict[str, Any],
        before: str | None,
    ) -> None:
        keys: dict[str, dict[str, Any]] = {}
        withheld: dict[str, dict[str, Any]] = {}
        given: list[int] = []
        for user_id, device in devices:
            if not self._ratchets.has(device.identity_key):
                if device.keyless_at == self._now:  # once for each time that it was asked
                    withheld.setdefault(user_id, {})[device.device_id] = self._no_olm()
                continue
            sealed = await self._ratchets.encrypt(user_id, device, "m.room_key", key)
            keys.setdefault(user_id, {})[device.device_id] = sealed
            given.append(device.id)
        if keys:
            self._to_device.add(self._token(), "m.room.encrypted", keys, before)
        if withheld:
            self._to_device.add(self._token(), WITHHELD, withheld, before)
        await self._sessions.share(row.id, given, place)

    def _no_olm(self) -> dict[str, Any]:
        return {
            "algorithm": MEGOLM,
            "code": "m.no_olm",
            "reason": "no one-time key",
            "sender_key": self._account.identity_key,
        }

    async def from_the_future(
        self, content: Mapping[str, Any], place: int, *, unknown: bool
    ) -> bool:
        """Tell whether our own device sent what our rows do not know of: they are from a backup.

        *unknown* is the answer for a session that there is no row of.
        """
        row = await self._sessions.known(str(content.get("session_id")))
        if row is None:
            return unknown
        return GroupSession.from_pickle(row.pickle, PICKLE_KEY).message_index <= place
