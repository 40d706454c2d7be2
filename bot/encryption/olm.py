"""Olm: what one device says to another, which is keys."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from vodozemac import AnyOlmMessage, OlmDecryptionException, PreKeyMessage, Session

from bot.encryption.account import OLM, PICKLE_KEY, DeviceAccount
from bot.encryption.signing import b64, unb64
from storage.encryption.sessions import OlmSessions
from storage.tables.encryption import DeviceRow, OlmSessionRow

# So many sessions with one device are tried, and kept.
MOST_SESSIONS = 5
PRE_KEY, NORMAL = 0, 1


class Ratchets:
    """The Olm sessions that one transaction works with. Each is written back when it moved."""

    def __init__(self, sessions: OlmSessions, account: DeviceAccount, now: datetime) -> None:
        """Work for *account*'s device."""
        self._sessions = sessions
        self._account = account
        self._now = now
        self._of: dict[str, list[tuple[OlmSessionRow, Session]]] = {}

    async def load(self, identity_keys: Collection[str]) -> None:
        """Read the sessions with these devices at once."""
        new = [each for each in identity_keys if each not in self._of]
        self._of |= {each: [] for each in new}
        for row in await self._sessions.of(new) if new else ():
            session = Session.from_pickle(row.pickle, PICKLE_KEY)
            self._of[row.identity_key].append((row, session))

    def has(self, identity_key: str) -> bool:
        """Tell whether there is a session with a device that was loaded."""
        return bool(self._of[identity_key])

    async def begin(self, device: DeviceRow, one_time_key: str) -> None:
        """Begin a new session with a device; raises ValueError for a key that is none."""
        session = self._account.session_with(device.identity_key, one_time_key)
        await self._add(device.identity_key, session)

    async def encrypt(
        self, user_id: str, device: DeviceRow, kind: str, content: dict[str, Any]
    ) -> dict[str, Any]:
        """Encrypt an event for one device of somebody, with the session that was used last."""
        await self.load([device.identity_key])
        row, session = self._of[device.identity_key][0]
        said = {
            "type": kind,
            "content": content,
            "sender": self._account.user_id,
            "sender_device": self._account.device_id,
            "keys": {"ed25519": self._account.signing_key},
            "recipient": user_id,
            "recipient_keys": {"ed25519": device.signing_key},
        }
        number, raw = session.encrypt(json.dumps(said).encode()).to_parts()
        self._moved(row, session)
        return {
            "algorithm": OLM,
            "sender_key": self._account.identity_key,
            "ciphertext": {device.identity_key: {"type": number, "body": b64(raw)}},
        }

    async def decrypt(self, identity_key: str, kind: int, body: str) -> bytes:
        """Decrypt what a device sent; what fails has changed nothing.

        Raises:
            ValueError: no session of ours opens it.
        """
        await self.load([identity_key])
        if kind == PRE_KEY:
            return await self._take_up(identity_key, PreKeyMessage.from_base64(body))
        if kind != NORMAL:
            raise ValueError("no type of Olm message")
        message = AnyOlmMessage.normal(unb64(body))
        for row, session in self._of[identity_key]:
            try:
                plain = session.decrypt(message)
            except OlmDecryptionException:
                continue
            self._moved(row, session)
            return plain
        raise OlmDecryptionException("no session opens it")

    async def _take_up(self, identity_key: str, message: PreKeyMessage) -> bytes:
        for row, session in self._of[identity_key]:
            if session.session_matches(message):
                plain = session.decrypt(message.to_any())
                self._moved(row, session)
                return plain
        begun, plain = self._account.session_from(identity_key, message)
        await self._add(identity_key, begun)
        return plain

    async def _add(self, identity_key: str, session: Session) -> None:
        await self.load([identity_key])
        row = OlmSessionRow(
            identity_key=identity_key,
            session_id=session.session_id,
            pickle=session.pickle(PICKLE_KEY),
            used_at=self._now,
        )
        self._sessions.add(row)
        kept = self._of[identity_key]
        kept.insert(0, (row, session))
        while len(kept) > MOST_SESSIONS:
            await self._sessions.remove(kept.pop()[0])

    def _moved(self, row: OlmSessionRow, session: Session) -> None:
        row.pickle, row.used_at = session.pickle(PICKLE_KEY), self._now
