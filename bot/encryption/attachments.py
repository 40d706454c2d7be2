"""Files of encrypted rooms (spec, sending encrypted attachments)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bot.encryption.signing import b64

KEY_BYTES, NONCE_BYTES, COUNTER_BYTES = 32, 8, 8


def encrypt_file(data: bytes, random: Callable[[int], bytes]) -> tuple[bytes, dict[str, Any]]:
    """Encrypt a file; returns what to upload, and its ``EncryptedFile`` but for the address.

    *random* gives that many bytes that nobody can guess.
    """
    key, start = random(KEY_BYTES), random(NONCE_BYTES) + bytes(COUNTER_BYTES)
    encryptor = Cipher(AES256(key), CTR(start)).encryptor()
    sealed = encryptor.update(data) + encryptor.finalize()
    web_key = {
        "kty": "oct",
        "key_ops": ["encrypt", "decrypt"],
        "alg": "A256CTR",
        "k": b64(key).translate(str.maketrans("+/", "-_")),
        "ext": True,
    }
    hashes = {"sha256": b64(sha256(sealed).digest())}
    return sealed, {"v": "v2", "key": web_key, "iv": b64(start), "hashes": hashes}
