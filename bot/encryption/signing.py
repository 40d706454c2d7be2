"""Signed JSON (Matrix specification, appendices: canonical JSON, signing JSON)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from vodozemac import Ed25519PublicKey, Ed25519Signature

# What reading something that anybody may have written can raise, vodozemac's errors among them.
MALFORMED = (ValueError, TypeError, KeyError, AttributeError, RecursionError, StopIteration)


def canonical(value: Mapping[str, Any]) -> bytes:
    """Write JSON in the one way that is signed."""
    written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return written.encode()


def signed_part(value: Mapping[str, Any]) -> bytes:
    """Write what a signature covers: all but the signatures and what servers add."""
    kept = {name: each for name, each in value.items() if name not in {"signatures", "unsigned"}}
    return canonical(kept)


def signature_holds(value: Mapping[str, Any], user_id: str, key_id: str, key: str) -> bool:
    """Tell whether *value* is signed with an ed25519 *key* that it calls *key_id*."""
    try:
        signature = Ed25519Signature.from_base64(value["signatures"][user_id][f"ed25519:{key_id}"])
        Ed25519PublicKey.from_base64(key).verify_signature(signed_part(value), signature)
    except MALFORMED:
        return False
    return True


def b64(raw: bytes) -> str:
    """Write base64 without padding."""
    return base64.b64encode(raw).decode().rstrip("=")


def unb64(written: str) -> bytes:
    """Read base64 with padding or without; raises ValueError."""
    return base64.b64decode(written + "=" * (-len(written) % 4))
