"""What each errand of the outbox does on the homeserver.

All but sending may be done twice at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from secrets import token_bytes
from typing import Any, assert_never

import structlog

from bot.encryption.attachments import encrypt_file
from bot.matrix.client import Client, Refused, escape
from bot.matrix.following import Following
from bot.matrix.gallery import Gallery
from bot.matrix.keys import Keys
from bot.matrix.making import INSIDE, Making, NotReady
from bot.matrix.moderating import Moderating
from bot.matrix.sealing import Crowded, Overtaken, Sealing, Unheard
from kit.audience import fits
from kit.drawing import Drawing
from kit.errand import (
    MEGOLM,
    Address,
    AnswerKnock,
    Ban,
    Content,
    Create,
    Examine,
    FindAuthor,
    Follow,
    Invite,
    Join,
    Leave,
    Pin,
    Redact,
    RedactSince,
    Remove,
    Send,
    SendFile,
    SendInClear,
    SendSealed,
    SendStep,
    SetLevel,
    SetLevels,
    SetPicture,
    SetState,
    SpaceChild,
    Unban,
    Uninvite,
    Unsay,
    Upgrade,
)
from kit.roomkey import Direct
from kit.stored import Unreadable
from storage.engine import Storage
from storage.outbox import NO_DEVICE, Outgoing
from storage.rooms import Rooms

log = structlog.get_logger(__name__)

ENCRYPTED, UNREADABLE = "HUB_ENCRYPTED_ROOM", "HUB_UNREADABLE"
# Why a message is parked: nobody may read it, not in that room, or not with who is there.
NOBODY, ELSEWHERE_MEANT, OVERHEARD = "HUB_NO_AUDIENCE", "HUB_OTHER_ROOM", "HUB_OVERHEARD"
# Errands in which another server may take part: our own passes on what that one answers.
ELSEWHERE = (Create, Invite, AnswerKnock, Join, Follow, Leave)

NOTHING = {"msgtype": "m.notice", "body": "…", "m.mentions": {}}
# What nobody can read, and nobody is meant to: it is redacted as soon as it is known.
NOTHING_SEALED = {"algorithm": MEGOLM, "ciphertext": "", "session_id": "", "device_id": ""}
_INVITED = frozenset({"invite", "knock"})


class NoDevice(NotReady):
    """Somebody has no device yet that could read the message: that may take days.

    Of a *keyless* one nobody tells when it has keys again.
    """

    def __init__(self, *, keyless: bool) -> None:
        super().__init__(NO_DEVICE)
        self.keyless = keyless


class Errands:
    """Doing errands as one account."""

    def __init__(
        self, client: Client, storage: Storage, server_name: str, keys: Keys, sealing: Sealing
    ) -> None:
        """Prepare to act on rooms whose aliases end in *server_name*.

        What is encrypted is sealed by *sealing*, and its *keys* go before it.
        """
        self._keys = keys
        self._sealing = sealing
        self._client = client
        self._storage = storage
        self._server_name = server_name
        self._making = Making(client, storage, server_name)
        self._following = Following(client, storage)
        self._moderating = Moderating(client, storage)
        self.gallery = Gallery(client)

    async def sealed(self, row: Outgoing) -> Outgoing:
        """Encrypt what is to be said in an encrypted room; any other row is returned as it is.

        Raises:
            NotReady: the room is not made yet, or another one takes its place.
            NoDevice: it would be sealed for nobody.
            Refused, Unreachable, SignedOut: as ``Client.call``.
        """
        if not row.encrypted or not isinstance(row.errand, Send | SendFile | SendStep):
            return row
        _among_its_readers(row)
        room_id, message = _there(row), row.errand.message
        kind = row.errand.type if isinstance(row.errand, SendStep) else "m.room.message"
        if isinstance(row.errand, SendFile):
            message = await self._uploaded(message, row.errand.data)
        try:
            return await self._sealing.seal(row, room_id, message, kind)
        except Crowded:
            raise _overheard(row) from None
        except Unheard as unheard:
            raise NoDevice(keyless=unheard.keyless) from None
        except Overtaken:
            raise NotReady("what was to be said is withdrawn") from None

    async def _uploaded(self, message: Content, file: bytes) -> Content:
        """Upload a file that only readers of the message can open."""
        data, sealed = encrypt_file(file, token_bytes)
        return {**message, "file": {**sealed, "url": await self._client.upload("", data)}}

    async def run(self, row: Outgoing) -> str | None:  # noqa: C901, PLR0911, PLR0912, PLR0915 -- a case for each
        """Do the errand of one row; returns the event id of a message.

        Raises:
            NotReady: a room it needs is not made yet.
            Refused, Unreachable, SignedOut: as ``Client.call``.
        """
        match errand := row.errand:
            case Send(message):
                _among_its_readers(row)
                return await self._say(row, message)
            case SendFile(message):
                _among_its_readers(row)
                _open(row)  # nothing is uploaded that cannot be sent
                url = await self._client.upload(message["filename"], errand.data)
                return await self._say(row, {**message, "url": url})
            case Pin(message):
                _among_its_readers(row)
                event_id = await self._say(row, message)
                await self._pin(_there(row), event_id)
                return event_id
            case SetPicture(lines, ink, paper):
                url = await self.gallery.address(Drawing(lines, ink, paper))
                await self._client.put_state(_there(row), "m.room.avatar", "", {"url": url})
            case SendStep(kind, message):
                _among_its_readers(row)
                return await self._client.send(_open(row), kind, row.txn_id, message)
            case SendInClear(message):
                return await self._client.send(_there(row), "m.room.message", row.txn_id, message)
            case SendSealed(_message, sealed):
                return await self._send_sealed(row, sealed)
            case Create(room, within):
                await self._making.create(row, room, within)
            case SpaceChild(parent, content):
                listed = {**content, "via": [self._server_name]} if content else {}
                await self._client.put_state(
                    await self._making.made(parent), "m.space.child", _there(row), listed
                )
            case Address(localpart):
                await self._address(row, localpart)
            case SetState():
                await self._set_state(row, errand)
            case SetLevels(levels):
                await self._set_levels(_there(row), levels)
            case Invite(user_id):
                await self._making.invite(_there(row), user_id)
            case Remove(user_id):
                await self._remove(row, user_id, INSIDE | _INVITED)
            case Uninvite(user_id):
                await self._remove(row, user_id, _INVITED)
            case Redact(event_id):
                await self._redact(row, event_id, row.txn_id)
            case Ban() | Unban() | SetLevel() | RedactSince() | Examine() | FindAuthor():
                await self._moderating.run(row, errand, _there(row))
            case AnswerKnock():
                await self._moderating.answer(errand, _there(row))
            case Unsay():
                became = await self._say_nothing(row)
                # Synapse knows an event by its transaction id whatever was asked for with it.
                await self._redact(row, became, f"{row.txn_id}-unsaid")
            case Join():
                await self._client.call("POST", f"/join/{escape(_there(row))}", {})
            case Follow(to):
                await self._following.follow(row, _there(row), to)
            case Upgrade(version):
                await self._upgrade(_there(row), version)
            case Leave(reason):
                said = {"reason": reason} if reason else {}
                await self._client.call("POST", f"{_path(row)}/leave", said)
            case Unreadable():
                raise Refused(400, UNREADABLE)
            case _:
                assert_never(errand)
        return None

    async def _say(self, row: Outgoing, content: Mapping[str, Any]) -> str:
        return await self._client.send(_open(row), "m.room.message", row.txn_id, content)

    async def _pin(self, room_id: str, event_id: str) -> None:
        there = (await self._client.state(room_id, "m.room.pinned_events") or {}).get("pinned")
        pinned = there if isinstance(there, list) else []
        if event_id not in pinned:
            content = {"pinned": [*pinned, event_id]}
            await self._client.put_state(room_id, "m.room.pinned_events", "", content)

    async def _send_sealed(self, row: Outgoing, sealed: Content) -> str:
        _among_its_readers(row)
        await self._keys.deliver(_there(row))
        return await self._client.send(_there(row), "m.room.encrypted", row.txn_id, sealed)

    async def _say_nothing(self, row: Outgoing) -> str:
        if not row.encrypted:
            return await self._say(row, NOTHING)
        return await self._client.send(_there(row), "m.room.encrypted", row.txn_id, NOTHING_SEALED)

    async def _redact(self, row: Outgoing, event_id: str, txn_id: str) -> None:
        path = f"{_path(row)}/redact/{escape(event_id)}/{escape(txn_id)}"
        await self._client.call("PUT", path, {})

    async def _address(self, row: Outgoing, localpart: str) -> None:
        alias = f"#{localpart}:{self._server_name}"
        if await self._client.resolve(alias) is None:
            path = f"/directory/room/{escape(alias)}"
            await self._client.call("PUT", path, {"room_id": _there(row)})
        # Refused where the alias is somebody else's by now.
        own = {"alias": alias}
        await self._client.put_state(_there(row), "m.room.canonical_alias", "", own)

    async def _set_state(self, row: Outgoing, piece: SetState) -> None:
        await self._client.put_state(_there(row), piece.type, piece.state_key, piece.content)
        if piece.type == "m.room.encryption":  # from now on nothing goes there in clear
            async with self._storage.write() as session:
                await Rooms(session).lock(row.room)

    async def _upgrade(self, room_id: str, version: str) -> None:
        if await self._client.state(room_id, "m.room.tombstone") is None:  # else the first try did
            asked, path = {"new_version": version}, f"/rooms/{escape(room_id)}/upgrade"
            await self._client.call("POST", path, asked, patience=90)

    async def _set_levels(self, room_id: str, levels: Mapping[str, int]) -> None:
        there = await self._client.levels(room_id)
        wanted = {**there, **levels}
        if wanted != there:
            await self._client.put_state(room_id, "m.room.power_levels", "", wanted)

    async def _remove(self, row: Outgoing, user_id: str, memberships: Collection[str]) -> None:
        if await self._making.membership(_there(row), user_id) in memberships:
            await self._client.call("POST", f"{_path(row)}/kick", {"user_id": user_id})


def _open(row: Outgoing) -> str:
    if row.encrypted:  # never in clear where others encrypt
        raise Refused(403, ENCRYPTED)
    return _there(row)


def _among_its_readers(row: Outgoing) -> None:
    """Look again who may read a message, and who would: the room may have changed since."""
    if row.audience is None or isinstance(row.audience, Unreadable):
        raise Refused(403, NOBODY)
    if not fits(row.audience, row.key):
        raise Refused(403, ELSEWHERE_MEANT)
    if row.overheard:
        raise _overheard(row)


def _overheard(row: Outgoing) -> NotReady | Refused:
    if isinstance(row.key, Direct):  # who answers events takes what waits into a chat of two
        return NotReady("somebody else is in the chat")
    return Refused(403, OVERHEARD)


def _there(row: Outgoing) -> str:
    if row.room_id is None:
        message = "waiting for the room"
        raise NotReady(message)
    return row.room_id


def _path(row: Outgoing) -> str:
    return f"/rooms/{escape(_there(row))}"
