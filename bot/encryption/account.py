"""The Olm account of our device: what it signs, and which of its keys the homeserver is given."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import vodozemac

from bot.encryption.signing import canonical
from kit.errand import MEGOLM
from storage.encryption.own_device import OwnDevices
from storage.tables.encryption import OwnDeviceRow

# The column is sealed: vodozemac's own cipher would add nothing to that.
PICKLE_KEY = bytes(32)
OLM = "m.olm.v1.curve25519-aes-sha2"
ONE_TIME_KEY = "signed_curve25519"

# Anybody may use up our one-time keys; each of them makes the account slower to read. The fallback
# key serves in between.
TOP_UP_EVERY = timedelta(minutes=5)
# Only the last two fallback keys can be used: who began with an older one has to begin again.
FALLBACK_LASTS = timedelta(hours=1)


class DeviceAccount:
    """One device of the hub's account, inside one transaction that holds its row."""

    def __init__(self, row: OwnDeviceRow) -> None:
        """Work on *row*; its keys are only read where they are needed."""
        self._row = row
        self._read: Any = None

    @classmethod
    async def make(cls, devices: OwnDevices, user_id: str, device_id: str) -> DeviceAccount:
        """Make the keys of a new device."""
        keys = vodozemac.Account()
        row = OwnDeviceRow(
            user_id=user_id,
            device_id=device_id,
            identity_key=keys.curve25519_key.to_base64(),
            signing_key=keys.ed25519_key.to_base64(),
            pickle=keys.pickle(PICKLE_KEY),
            uploaded=False,
        )
        await devices.add(row)
        return cls(row)

    @property
    def user_id(self) -> str:
        """Whose device it is."""
        return self._row.user_id

    @property
    def device_id(self) -> str:
        """Its name on the homeserver."""
        return self._row.device_id

    @property
    def identity_key(self) -> str:
        """Its Curve25519 key."""
        return self._row.identity_key

    @property
    def signing_key(self) -> str:
        """Its Ed25519 key: the fingerprint."""
        return self._row.signing_key

    @property
    def _keys(self) -> Any:
        if self._read is None:
            self._read = vodozemac.Account.from_pickle(self._row.pickle, PICKLE_KEY)
        return self._read

    def _keep(self) -> None:
        self._row.pickle = self._keys.pickle(PICKLE_KEY)

    def signed(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return *value* with the signature of our device."""
        signature = self._keys.sign(canonical(value)).to_base64()
        return {**value, "signatures": {self.user_id: {f"ed25519:{self.device_id}": signature}}}

    def device_keys(self) -> dict[str, Any]:
        """Describe our device to others, signed."""
        device_id = self.device_id
        return self.signed(
            {
                "user_id": self.user_id,
                "device_id": device_id,
                "algorithms": [OLM, MEGOLM],
                "keys": {
                    f"curve25519:{device_id}": self.identity_key,
                    f"ed25519:{device_id}": self.signing_key,
                },
            }
        )

    def keys_to_upload(
        self, published: int, unused_fallback: Collection[str] | None, now: datetime
    ) -> dict[str, Any]:
        """Return what the homeserver lacks, as the body of ``/keys/upload``; empty if nothing.

        *published* one-time keys are there, and *unused_fallback* kinds of fallback keys; None
        where it did not say.

        One-time keys are never sent twice: one that was claimed meanwhile would be handed out
        again. What was lost on the way is seen in the next count. The fallback key is the other
        way round: the same one is sent until the homeserver has it.
        """
        body: dict[str, Any] = {}
        row = self._row
        if not row.uploaded:
            body["device_keys"] = self.device_keys()
        lacks = unused_fallback is not None and ONE_TIME_KEY not in unused_fallback
        rested = row.fallback_at is None or now - row.fallback_at >= FALLBACK_LASTS
        if row.fallback is None and lacks and rested:
            self._keys.generate_fallback_key()
            row.fallback = self._signed_keys(self._keys.fallback_key, fallback=True)
            row.fallback_at = now
            self._keys.mark_keys_as_published()
            self._keep()
        most = self._keys.max_number_of_one_time_keys if self._wants_more(now) else 0
        if published <= most // 2 and most:
            self._keys.generate_one_time_keys(most - published)
            body["one_time_keys"] = self._signed_keys(self._keys.one_time_keys)
            row.topped_up_at = now
            self._keys.mark_keys_as_published()
            self._keep()
        if row.fallback:
            body["fallback_keys"] = row.fallback
        return body

    def _wants_more(self, now: datetime) -> bool:
        at = self._row.topped_up_at
        return at is None or now - at >= TOP_UP_EVERY

    def _signed_keys(self, keys: dict[str, Any], **marks: bool) -> dict[str, Any]:
        return {
            f"{ONE_TIME_KEY}:{name}": self.signed({"key": key.to_base64(), **marks})
            for name, key in keys.items()
        }

    def uploaded(self) -> None:
        """Note that the homeserver has our device and its fallback key."""
        self._row.uploaded = True
        self._row.fallback = None

    def session_with(self, identity_key: str, one_time_key: str) -> vodozemac.Session:
        """Begin an Olm session with a device; raises ValueError for a key that is none."""
        session: vodozemac.Session = self._keys.create_outbound_session(
            vodozemac.Curve25519PublicKey.from_base64(identity_key),
            vodozemac.Curve25519PublicKey.from_base64(one_time_key),
        )
        return session

    def session_from(
        self, identity_key: str, message: vodozemac.PreKeyMessage
    ) -> tuple[vodozemac.Session, bytes]:
        """Take up the Olm session that a device began; the one-time key is used up by that.

        Raises:
            ValueError: it cannot be read with any key of ours; nothing has changed.
        """
        theirs = vodozemac.Curve25519PublicKey.from_base64(identity_key)
        session, plain = self._keys.create_inbound_session(theirs, message)
        self._keep()
        return session, plain
