"""Somebody's device, played with the ratchets alone and nothing of the hub's own code."""

from __future__ import annotations

import base64
import contextlib
import json
from typing import Any

import vodozemac
from vodozemac import (
    AnyOlmMessage,
    GroupSession,
    InboundGroupSession,
    MegolmMessage,
    OlmDecryptionException,
    SessionKey,
)

OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"
STAMP = 1_800_000_000_000


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _signed(account: Any, user_id: str, name: str, value: dict[str, Any]) -> dict[str, Any]:
    unsigned = {key: each for key, each in value.items() if key != "signatures"}
    written = json.dumps(unsigned, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    theirs = value.get("signatures", {}).get(user_id, {})
    signature = account.sign(written.encode()).to_base64()
    return unsigned | {"signatures": {user_id: {**theirs, f"ed25519:{name}": signature}}}


class Owner:
    """Somebody's identity, by which they vouch for devices of theirs."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self._master, self._signer = vodozemac.Account(), vodozemac.Account()

    def keys(self, by: Peer | None = None) -> dict[str, Any]:
        """Give what ``/keys/query`` answers of it, set up *by* a device, which signs it."""
        master = self._master.ed25519_key.to_base64()
        signer = self._signer.ed25519_key.to_base64()
        keys = [
            {"user_id": self.user_id, "usage": [usage], "keys": {f"ed25519:{key}": key}}
            for usage, key in (("master", master), ("self_signing", signer))
        ]
        signed = [_signed(self._master, self.user_id, master, each) for each in keys]
        if by:
            signed[0] = by.signed(signed[0])
        names = "master_keys", "self_signing_keys"
        return {name: {self.user_id: each} for name, each in zip(names, signed, strict=True)}

    def vouches(self, device: dict[str, Any]) -> dict[str, Any]:
        """Sign what a device says of itself."""
        name = self._signer.ed25519_key.to_base64()
        return _signed(self._signer, self.user_id, name, device)


class Peer:
    """One device of *user_id*: what it publishes, sends and can read."""

    def __init__(self, user_id: str, device_id: str = "PHONE") -> None:
        self.user_id, self.device_id = user_id, device_id
        self.account: Any = vodozemac.Account()
        self.identity_key = self.account.curve25519_key.to_base64()
        self.signing_key = self.account.ed25519_key.to_base64()
        self.sessions: list[Any] = []
        self.group = GroupSession()
        self.rooms: dict[str, Any] = {}

    def signed(self, value: dict[str, Any]) -> dict[str, Any]:
        return _signed(self.account, self.user_id, self.device_id, value)

    def device_keys(self, **other: Any) -> dict[str, Any]:
        """Describe the device, or what *other* makes of it."""
        said = {
            "user_id": self.user_id,
            "device_id": self.device_id,
            "algorithms": [OLM, MEGOLM],
            "keys": {
                f"curve25519:{self.device_id}": self.identity_key,
                f"ed25519:{self.device_id}": self.signing_key,
            },
        }
        return self.signed(said | other)

    def one_time_key(self) -> dict[str, Any]:
        """Give one away, as ``/keys/claim`` does."""
        self.account.generate_one_time_keys(1)
        ((name, key),) = self.account.one_time_keys.items()
        self.account.mark_keys_as_published()
        return {f"signed_curve25519:{name}": self.signed({"key": key.to_base64()})}

    def meets(self, hub: dict[str, Any], one_time_key: str) -> None:
        """Begin a session with the hub, whose device keys and one of whose keys it got."""
        identity_key = hub["keys"][f"curve25519:{hub['device_id']}"]
        self.sessions.insert(
            0,
            self.account.create_outbound_session(
                vodozemac.Curve25519PublicKey.from_base64(identity_key),
                vodozemac.Curve25519PublicKey.from_base64(one_time_key),
            ),
        )

    def whispers(
        self, hub: dict[str, Any], kind: str, content: dict[str, Any], **other: Any
    ) -> dict[str, Any]:
        """Send something to the hub's device; *other* replaces parts of what it says of itself."""
        said = {
            "type": kind,
            "content": content,
            "sender": self.user_id,
            "keys": {"ed25519": self.signing_key},
            "recipient": hub["user_id"],
            "recipient_keys": {"ed25519": hub["keys"][f"ed25519:{hub['device_id']}"]},
        }
        number, raw = self.sessions[0].encrypt(json.dumps(said | other).encode()).to_parts()
        to = hub["keys"][f"curve25519:{hub['device_id']}"]
        return {
            "type": "m.room.encrypted",
            "sender": self.user_id,
            "content": {
                "algorithm": OLM,
                "sender_key": self.identity_key,
                "ciphertext": {to: {"type": number, "body": b64(raw)}},
            },
        }

    def room_key(self, room_id: str) -> dict[str, Any]:
        """Word the key of the session it writes with, from here on."""
        return {
            "algorithm": MEGOLM,
            "room_id": room_id,
            "session_id": self.group.session_id,
            "session_key": self.group.session_key.to_base64(),
        }

    def says(
        self, room_id: str, event_id: str, body: str, *, inside: Any = None, **outside: Any
    ) -> dict[str, Any]:
        """Say something in an encrypted room; *inside* replaces what is encrypted."""
        content = {"msgtype": "m.text", "body": body}
        plain = {"type": "m.room.message", "content": content, "room_id": room_id}
        if isinstance(inside, dict):
            plain |= inside
        said = inside if isinstance(inside, bytes) else json.dumps(plain).encode()
        return {
            "type": "m.room.encrypted",
            "event_id": event_id,
            "sender": self.user_id,
            "origin_server_ts": STAMP,
            "content": {
                "algorithm": MEGOLM,
                "sender_key": self.identity_key,
                "device_id": self.device_id,
                "session_id": self.group.session_id,
                "ciphertext": self.group.encrypt(said).to_base64(),
                **outside,
            },
        }

    def hears(self, content: dict[str, Any]) -> dict[str, Any]:
        """Decrypt what the hub whispered to this device; a room key is kept."""
        message = content["ciphertext"][self.identity_key]
        raw = base64.b64decode(message["body"] + "==")
        said = AnyOlmMessage.from_parts(message["type"], raw)
        plain = None
        for session in self.sessions:
            with contextlib.suppress(OlmDecryptionException):
                plain = plain or session.decrypt(said)
        if plain is None:
            theirs = vodozemac.Curve25519PublicKey.from_base64(content["sender_key"])
            session, plain = self.account.create_inbound_session(theirs, said.to_pre_key())
            self.sessions.insert(0, session)
        heard: dict[str, Any] = json.loads(plain)
        if heard["type"] == "m.room_key":
            key = SessionKey(heard["content"]["session_key"])
            self.rooms[heard["content"]["session_id"]] = InboundGroupSession(key)
        return heard

    def reads(self, content: dict[str, Any]) -> dict[str, Any]:
        """Decrypt what the hub said in a room; raises KeyError without its key."""
        session = self.rooms[content["session_id"]]
        plain = session.decrypt(MegolmMessage.from_base64(content["ciphertext"])).plaintext
        read: dict[str, Any] = json.loads(plain)
        return read
