"""Megolm, the reading side: keys of sessions, and the events that they open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vodozemac import (
    InboundGroupSession,
    MegolmDecryptionException,
    MegolmMessage,
    SessionKey,
)

from bot.encryption.account import PICKLE_KEY
from bot.encryption.signing import MALFORMED
from kit.errand import MEGOLM
from storage.encryption.correspondents import Correspondents
from storage.encryption.sessions import InboundSessions
from storage.tables.encryption import CorrespondentRow, InboundSessionRow


class Waits(Exception):
    """An event may become readable: its key, or the devices of its sender, are not known yet."""


class Forged(Exception):
    """An event is not what it says, and never will be."""


@dataclass(frozen=True, slots=True)
class Decrypted:
    """What was inside of an event: the kind and the content of another one, never state.

    *vouched*: from a device for which the identity of its owner vouches that counts.
    """

    kind: str
    content: dict[str, Any]
    vouched: bool


class MegolmReader:
    """Sessions of others, inside one transaction."""

    def __init__(self, sessions: InboundSessions, lists: Correspondents, now: datetime) -> None:
        """Read and write *sessions*; whose they are is looked up in *lists*."""
        self._sessions = sessions
        self._lists = lists
        self._now = now
        self.opened: set[str] = set()

    async def take(
        self,
        room_id: str,
        session: InboundGroupSession,
        sender: str,
        identity_key: str,
        signing_key: str,
    ) -> None:
        """Keep the key of a session that somebody's device made.

        The first one stays, unless another of the same device reaches further back.
        """
        found = await self._sessions.get(room_id, session.session_id)
        if found is not None:
            row, owner = found
            if owner.user_id != sender or row.identity_key != identity_key:
                return
            if row.first_index <= session.first_known_index:
                return
            row.pickle, row.first_index = session.pickle(PICKLE_KEY), session.first_known_index
        else:
            await self._lists.track([sender], self._now)
            who = await self._lists.find(sender)
            assert who is not None
            await self._sessions.add(
                InboundSessionRow(
                    room_id=room_id,
                    session_id=session.session_id,
                    correspondent_id=who.id,
                    identity_key=identity_key,
                    signing_key=signing_key,
                    pickle=session.pickle(PICKLE_KEY),
                    first_index=session.first_known_index,
                    received_at=self._now,
                )
            )
        self.opened.add(session.session_id)

    async def decrypt(self, room_id: str, event: Mapping[str, Any]) -> Decrypted:
        """Open an event of a room.

        What is inside must name the room, must be no state, and must come from a device of the
        sender's own list. One place in a session is for one event, for good.

        Raises:
            Waits: it may be readable later.
            Forged: it never will be.
        """
        content = event["content"]
        try:
            session_id, ciphertext = content["session_id"], content["ciphertext"]
            message = MegolmMessage.from_base64(ciphertext)
        except MALFORMED as error:
            raise Forged("malformed") from error
        if content.get("algorithm") != MEGOLM or not isinstance(session_id, str):
            raise Forged("algorithm")
        found = await self._sessions.get(room_id, session_id)
        if found is None:
            raise Waits("key")
        row, owner = found
        if owner.user_id != event["sender"]:
            raise Forged("sender")
        if message.message_index() < row.first_index:
            raise Waits("index")
        vouched = await self._known_device(owner, row)
        kind, inside, place = _open(row, message, room_id)
        event_id = event["event_id"]
        free = await self._sessions.stand(row.id, place, event_id)
        if not free and await self._sessions.event_at(row.id, place) != event_id:
            raise Forged("replay")
        return Decrypted(kind, inside, vouched)

    async def _known_device(self, owner: CorrespondentRow, row: InboundSessionRow) -> bool:
        """Make sure that the device that gave the key is one of its owner's.

        Returns whether the identity that counts vouches for it.
        """
        device = await self._lists.device(owner.user_id, row.identity_key)
        if device is None:
            raise Waits("device")
        if device.signing_key != row.signing_key:
            raise Forged("signing key")
        if device.blocked:
            raise Forged("blocked")
        return device.signed and owner.pinned_master_key is not None


def _open(
    row: InboundSessionRow, message: MegolmMessage, room_id: str
) -> tuple[str, dict[str, Any], int]:
    try:
        opened = InboundGroupSession.from_pickle(row.pickle, PICKLE_KEY).decrypt(message)
        inner = json.loads(opened.plaintext)
    except (MegolmDecryptionException, *MALFORMED) as error:
        raise Forged("ciphertext") from error
    match inner:
        case {"type": str(kind), "content": dict(content), "room_id": str(named)}:
            if named == room_id and "state_key" not in inner:
                return kind, content, opened.message_index
    raise Forged("inside")


def read_key(content: Mapping[str, Any]) -> tuple[str, InboundGroupSession]:
    """Read an ``m.room_key``: which room, and the session.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    if content["algorithm"] != MEGOLM or not isinstance(content["room_id"], str):
        raise ValueError("no key of a room")
    session = InboundGroupSession(SessionKey(content["session_key"]))
    if session.session_id != content["session_id"]:
        raise ValueError("the key of another session")
    return content["room_id"], session
