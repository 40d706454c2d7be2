"""Short authentication strings (spec, m.sas.v1): what two people compare, and proofs of keys."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.encryption.signing import b64, canonical, unb64

AGREEMENT = "curve25519-hkdf-sha256"
HASH = "sha256"
PROOF = "hkdf-hmac-sha256.v2"
# Deprecated by the specification, and all that clients on libolm before 3.2.13 know.
OLD_PROOF = "hkdf-hmac-sha256"
PROOFS = (PROOF, OLD_PROOF)  # the best first
EMOJI = 7
KEY_IDS = "KEY_IDS"


@dataclass(frozen=True, slots=True)
class Device:
    """One side: a device, and the ed25519 keys it shows by their ids, its user's master key too."""

    user_id: str
    device_id: str
    keys: Mapping[str, str]

    @property
    def key_id(self) -> str:
        """The id of the device's own key."""
        return f"ed25519:{self.device_id}"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is compared: seven numbers below 64, each an emoji; or three of four digits."""

    emoji: tuple[int, ...]
    decimals: tuple[int, ...]


def public_key(seed: bytes) -> str:
    """Give the public part of an ephemeral key."""
    return b64(X25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def commitment(key: str, start: Mapping[str, Any]) -> str:
    """Bind a key that is not told yet to the ``start`` it answers."""
    return b64(hashlib.sha256(key.encode() + canonical(start)).digest())


class Agreement:
    """What both sides know once they have each other's keys."""

    def __init__(self, seed: bytes, their_key: str, proof: str = PROOF) -> None:
        """Agree; raises ValueError for a key that is none, or weak.

        *proof* is the way in which both prove their keys.
        """
        theirs = X25519PublicKey.from_public_bytes(unb64(their_key))
        self._secret = X25519PrivateKey.from_private_bytes(seed).exchange(theirs)
        self._ours, self._theirs = public_key(seed), their_key
        self._encode = _overwriting_b64 if proof == OLD_PROOF else b64

    def shown(self, us: Device, them: Device, transaction_id: str, *, we_began: bool) -> Shown:
        """Derive what is compared; who sent ``start`` stands first."""
        sides = (us, self._ours), (them, self._theirs)
        parts = [
            f"{side.user_id}|{side.device_id}|{key}"
            for side, key in (sides if we_began else reversed(sides))
        ]
        info = "|".join(["MATRIX_KEY_VERIFICATION_SAS", *parts, transaction_id])
        number = int.from_bytes(self._derive(info, 6))
        emoji = tuple(number >> 48 - 6 * (place + 1) & 0x3F for place in range(EMOJI))
        decimals = tuple((number >> 48 - 13 * (place + 1) & 0x1FFF) + 1000 for place in range(3))
        return Shown(emoji, decimals)

    def proof(self, of: Device, to: Device, transaction_id: str) -> dict[str, Any]:
        """Prove to the other side which keys are ours: the content of ``mac``."""
        names = ",".join(sorted(of.keys))
        return {
            "mac": {
                name: self._mac(of, to, transaction_id, name, of.keys[name]) for name in of.keys
            },
            "keys": self._mac(of, to, transaction_id, KEY_IDS, names),
        }

    def proves(
        self, content: Mapping[str, Any], of: Device, to: Device, transaction_id: str
    ) -> bool:
        """Tell whether the other side proved its device's key, and no wrong one beside it.

        Keys that we do not know are passed over, as the specification asks.
        """
        macs = content["mac"]
        names = ",".join(sorted(macs))
        if not self._holds(content["keys"], of, to, transaction_id, KEY_IDS, names):
            return False
        known = macs.keys() & of.keys.keys()
        return of.key_id in known and all(
            self._holds(macs[name], of, to, transaction_id, name, of.keys[name]) for name in known
        )

    def _holds(
        self, mac: str, of: Device, to: Device, transaction_id: str, name: str, value: str
    ) -> bool:
        return hmac.compare_digest(
            unb64(mac), unb64(self._mac(of, to, transaction_id, name, value))
        )

    def _mac(self, of: Device, to: Device, transaction_id: str, name: str, value: str) -> str:
        sides = f"{of.user_id}{of.device_id}{to.user_id}{to.device_id}"
        key = self._derive(f"MATRIX_KEY_VERIFICATION_MAC{sides}{transaction_id}{name}", 32)
        return self._encode(hmac.digest(key, value.encode(), "sha256"))

    def _derive(self, info: str, size: int) -> bytes:
        return HKDF(SHA256(), size, salt=None, info=info.encode()).derive(self._secret)


def _overwriting_b64(plain: bytes) -> str:
    """Encode as libolm did for the old way of proving: over the bytes it still had to read."""
    size = len(plain)
    memory = bytearray(plain) + bytearray(size)
    length = 0
    for place in range(0, size, 3):
        four = b64(bytes(memory[place : min(place + 3, size)])).encode()
        memory[length : length + len(four)] = four
        length += len(four)
    return memory[:length].decode()
