"""What a stolen database must not give away: values sealed with a key that is kept beside it."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kit.errors import BadConfiguration
from kit.secret_file import read_secret, write_secret

KEY_BYTES = 32
_ID_BYTES = 4
_NONCE_BYTES = 12


class WrongKey(Exception):
    """A value was not sealed with this key, or not for this column, or was changed since."""


class Vault:
    """AES-256-GCM (NIST SP 800-38D) for values, HMAC-SHA-256 for finding them again.

    A sealed value is: four bytes that name the key, a random nonce of 96 bits, the ciphertext, a
    tag of 128 bits. One key seals 2^32 values safely.
    """

    def __init__(self, key: bytes) -> None:
        """Derive one key for each use from *key*: 32 random bytes, or 32 to seal and 32 to find."""
        sealing, finding = key[:KEY_BYTES], key[-KEY_BYTES:]
        self._cipher = AESGCM(hmac.digest(sealing, b"ilan-hub seal", "sha256"))
        self._index = hmac.digest(finding, b"ilan-hub index", "sha256")
        self._id = hmac.digest(sealing, b"ilan-hub id", "sha256")[:_ID_BYTES]

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Encrypt *plain* so that it opens only at *place*, the name of its column."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._id + nonce + self._cipher.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Decrypt what was sealed for *place*.

        Raises:
            WrongKey: another key, another column, or a changed value.
        """
        key_id, sealed = sealed[:_ID_BYTES], sealed[_ID_BYTES:]
        if key_id != self._id:
            raise WrongKey(place.decode())
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except (InvalidTag, ValueError) as error:
            raise WrongKey(place.decode()) from error

    def blind(self, plain: bytes, place: bytes) -> bytes:
        """Give the same bytes for the same text: enough to look it up, too little to read it."""
        return hmac.digest(self._index, place + b"\0" + plain, "sha256")


def new_key(before: bytes = b"") -> bytes:
    """Make a key, which finds what the one *before* found.

    Of who was erased there is a keyed hash and nothing that another could be made of.
    """
    return secrets.token_bytes(KEY_BYTES) + before[-KEY_BYTES:]


def read_key(path: Path) -> bytes | None:
    """Read the key from its file, None if there is no such file.

    Raises:
        BadConfiguration: the file cannot be read, others can, or it holds no key of ours.
    """
    try:
        key = base64.b64decode(read_secret(path).strip(), validate=True)
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise BadConfiguration(message) from error
    except binascii.Error:
        key = b""
    if len(key) not in {KEY_BYTES, 2 * KEY_BYTES}:
        message = f"{path}: not a key of ours: expected {KEY_BYTES} bytes in base64"
        raise BadConfiguration(message)
    return key


def write_key(path: Path, key: bytes) -> None:
    """Write a new key; one that is there stays."""
    write_secret(path, base64.b64encode(key) + b"\n")
