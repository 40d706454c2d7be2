"""The account's own identity: three keys that vouch for its devices (spec, cross-signing)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.encryption.signing import MALFORMED, b64, signature_holds, signed_part

SEED_BYTES = 32


class KeyUsage(StrEnum):
    """What a key of an identity is for, as the specification calls it."""

    MASTER = "master"
    SELF_SIGNING = "self_signing"
    USER_SIGNING = "user_signing"

    @property
    def secret(self) -> str:
        """The name under which its seed is kept in secret storage."""
        return f"m.cross_signing.{self.value}"


class DeviceStanding(StrEnum):
    """How the homeserver shows our device to everybody."""

    TRUSTED = "our identity vouches for our device"
    UNSIGNED = "our identity does not vouch for our device"
    UNKNOWN_DEVICE = "nothing is known of our device"
    NO_IDENTITY = "the account has no identity"
    FOREIGN_IDENTITY = "the account has an identity that is not ours"
    FOREIGN_DEVICE = "our device is shown with keys that are not ours"


class Identity:
    """One account's identity, made of a seed of 32 bytes for each usage."""

    def __init__(self, user_id: str, seeds: Mapping[KeyUsage, bytes]) -> None:
        """Derive the keys; raises ValueError for seeds of another length."""
        self.user_id = user_id
        self.seeds = {usage: seeds[usage] for usage in KeyUsage}
        self._keys = {
            usage: Ed25519PrivateKey.from_private_bytes(seed) for usage, seed in self.seeds.items()
        }

    @classmethod
    def make(cls, user_id: str, random: Callable[[int], bytes]) -> Self:
        """Make a new identity; *random* gives so many bytes that nobody can guess."""
        return cls(user_id, {usage: random(SEED_BYTES) for usage in KeyUsage})

    def public(self, usage: KeyUsage) -> str:
        """Give a public key, in unpadded base64."""
        return b64(self._keys[usage].public_key().public_bytes_raw())

    def published(self, sign: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        """Describe the identity to everybody: the body of ``/keys/device_signing/upload``.

        *sign* adds the signature of our device, which the master key carries.
        """
        described = {usage: self._describe(usage) for usage in KeyUsage}
        return {
            f"{usage}_key": sign(body)
            if usage is KeyUsage.MASTER
            else self._sign(body, KeyUsage.MASTER)
            for usage, body in described.items()
        }

    def vouch(self, device_keys: Mapping[str, Any]) -> dict[str, Any]:
        """Sign a device of the account: the body of ``/keys/signatures/upload``."""
        bare = {name: each for name, each in device_keys.items() if name != "signatures"}
        signed = self._sign(bare, KeyUsage.SELF_SIGNING)
        return {self.user_id: {str(device_keys["device_id"]): signed}}

    def is_shown(self, answer: Mapping[str, Any]) -> bool:
        """Tell whether what ``/keys/query`` answered shows this identity, whole."""
        shown = {KeyUsage.MASTER: "master_keys", KeyUsage.SELF_SIGNING: "self_signing_keys"}
        return all(
            shown_key(answer, self.user_id, section) == self.public(usage)
            for usage, section in shown.items()
        )

    def standing(self, answer: Mapping[str, Any], device_keys: Mapping[str, Any]) -> DeviceStanding:
        """Judge what ``/keys/query`` answered for our account, against our own device."""
        if not is_known(answer, self.user_id):
            return DeviceStanding.NO_IDENTITY
        if not self.is_shown(answer):
            return DeviceStanding.FOREIGN_IDENTITY
        try:
            shown = answer["device_keys"][self.user_id][device_keys["device_id"]]
        except MALFORMED:
            return DeviceStanding.UNKNOWN_DEVICE
        if not isinstance(shown, dict) or shown.get("keys") != device_keys["keys"]:
            return DeviceStanding.FOREIGN_DEVICE
        key = self.public(KeyUsage.SELF_SIGNING)
        holds = signature_holds(shown, self.user_id, key, key)
        return DeviceStanding.TRUSTED if holds else DeviceStanding.UNSIGNED

    def _describe(self, usage: KeyUsage) -> dict[str, Any]:
        key = self.public(usage)
        return {"user_id": self.user_id, "usage": [usage.value], "keys": {f"ed25519:{key}": key}}

    def _sign(self, body: dict[str, Any], by: KeyUsage) -> dict[str, Any]:
        signature = b64(self._keys[by].sign(signed_part(body)))
        return {**body, "signatures": {self.user_id: {f"ed25519:{self.public(by)}": signature}}}


def is_known(answer: Mapping[str, Any], user_id: str) -> bool:
    """Tell whether somebody has any identity, by what ``/keys/query`` answered."""
    masters = answer.get("master_keys")
    return isinstance(masters, dict) and user_id in masters


def shown_key(answer: Mapping[str, Any], user_id: str, section: str) -> str | None:
    """Take the one public key of a *section* of what ``/keys/query`` answered."""
    try:
        (key,) = answer[section][user_id]["keys"].values()
    except MALFORMED:
        return None
    return key if isinstance(key, str) else None
