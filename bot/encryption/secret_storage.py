"""Secrets that the homeserver keeps and cannot read (spec, m.secret_storage.v1.aes-hmac-sha2)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from functools import reduce
from operator import xor
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.encryption.signing import MALFORMED, b64, unb64
from kit.codes import fours

ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
KEY_BYTES = 32
IV_BYTES = 16
# What is encrypted to find out whether a key is the right one, under an empty name.
PROBE = bytes(32)

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RECOVERY_PREFIX = b"\x8b\x01"


class SecretStorage:
    """Opens and closes what is stored under one key."""

    def __init__(self, key: bytes) -> None:
        """Use *key*, 32 bytes."""
        self._key = key

    def describe(self, random: Callable[[int], bytes]) -> dict[str, str]:
        """Describe the key so that it is recognised: the content of its account data."""
        closed = self._close(b"", PROBE, random)
        return {"algorithm": ALGORITHM, "iv": closed["iv"], "mac": closed["mac"]}

    def fits(self, description: Mapping[str, Any]) -> bool:
        """Tell whether this is the key of a *description*. One without proof fits no key."""
        try:
            iv = unb64(description["iv"])
            mac = unb64(description["mac"])
            known = description["algorithm"] == ALGORITHM and len(iv) == IV_BYTES
        except MALFORMED:
            return False
        return known and hmac.compare_digest(mac, self._encrypt(b"", PROBE, iv)[1])

    def close(self, name: str, secret: str, random: Callable[[int], bytes]) -> dict[str, str]:
        """Encrypt the secret called *name*."""
        return self._close(name.encode(), secret.encode(), random)

    def open(self, name: str, closed: Mapping[str, Any]) -> str:
        """Decrypt the secret called *name*; raises ValueError for what this key did not close."""
        try:
            iv, mac, cipher = (unb64(closed[part]) for part in ("iv", "mac", "ciphertext"))
        except MALFORMED as error:
            raise ValueError("not a closed secret") from error
        encryption, authentication = self._derive(name.encode())
        proof = hmac.digest(authentication, cipher, "sha256")
        if len(iv) != IV_BYTES or not hmac.compare_digest(mac, proof):
            raise ValueError("not closed with this key")
        return _keystream(encryption, iv, cipher).decode()

    def _close(self, name: bytes, secret: bytes, random: Callable[[int], bytes]) -> dict[str, str]:
        iv = bytearray(random(IV_BYTES))
        iv[8] &= 0x7F  # bit 63: some libraries count only the lower half
        cipher, mac = self._encrypt(name, secret, bytes(iv))
        return {"iv": b64(bytes(iv)), "ciphertext": b64(cipher), "mac": b64(mac)}

    def _encrypt(self, name: bytes, secret: bytes, iv: bytes) -> tuple[bytes, bytes]:
        encryption, authentication = self._derive(name)
        cipher = _keystream(encryption, iv, secret)
        return cipher, hmac.digest(authentication, cipher, "sha256")

    def _derive(self, name: bytes) -> tuple[bytes, bytes]:
        derived = HKDF(SHA256(), 64, salt=bytes(32), info=name).derive(self._key)
        return derived[:32], derived[32:]


def write_recovery_key(key: bytes) -> str:
    """Write a key for people (spec, cryptographic key representation)."""
    raw = _RECOVERY_PREFIX + key
    number = int.from_bytes(raw + bytes([reduce(xor, raw)]))
    digits = ""
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return fours(digits)


def read_recovery_key(written: str) -> bytes:
    """Read what ``write_recovery_key`` wrote, however it is spaced.

    Raises:
        ValueError: a letter is missing, wrong or too many.
    """
    number = 0
    for letter in "".join(written.split()):
        number = number * len(_ALPHABET) + _ALPHABET.index(letter)
    size = len(_RECOVERY_PREFIX) + KEY_BYTES + 1
    try:
        raw = number.to_bytes(size)
    except OverflowError as error:
        raise ValueError("too long") from error
    if not raw.startswith(_RECOVERY_PREFIX) or reduce(xor, raw):
        raise ValueError("mistyped")
    return raw[len(_RECOVERY_PREFIX) : -1]


def _keystream(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Encrypt, or decrypt, which is the same."""
    cipher = Cipher(AES256(key), CTR(iv)).encryptor()
    return cipher.update(data) + cipher.finalize()
