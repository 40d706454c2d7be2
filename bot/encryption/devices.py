"""Device lists: what ``/keys/query`` and ``/keys/claim`` answer, checked key by key."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import structlog
from vodozemac import Curve25519PublicKey, Ed25519PublicKey

from bot.encryption.account import ONE_TIME_KEY
from bot.encryption.olm import Ratchets
from bot.encryption.signing import MALFORMED, signature_holds
from storage.encryption.correspondents import Correspondents
from storage.tables.encryption import CorrespondentRow, DeviceRow

log = structlog.get_logger(__name__)

Owned: TypeAlias = tuple[str, DeviceRow]
"""A device with the Matrix ID of its owner."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """The devices in a room: which are given keys, and which their owners do not vouch for."""

    trusted: list[Owned] = field(default_factory=list)
    suspect: list[Owned] = field(default_factory=list)


# A device that had no key for us is asked again after this.
KEYLESS_FOR = timedelta(minutes=1)
# So many devices are looked at before others may use the loop.
TOGETHER = 20


def _part(answer: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Take an object out of an answer; what is not there, or is none, is empty."""
    found: Any = answer
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _keys(user_id: str, device_id: str, said: Any) -> tuple[str, str] | None:
    """Return identity and signing key of a device; None for one that does not speak for itself."""
    try:
        identity_key = said["keys"][f"curve25519:{device_id}"]
        signing_key = said["keys"][f"ed25519:{device_id}"]
        Curve25519PublicKey.from_base64(identity_key)
        Ed25519PublicKey.from_base64(signing_key)
        names = said["user_id"], said["device_id"]
    except MALFORMED:
        return None
    if names != (user_id, device_id) or not signature_holds(said, user_id, device_id, signing_key):
        return None
    return identity_key, signing_key


def _signing_chain(answer: Mapping[str, Any], user_id: str) -> tuple[str | None, str | None]:
    """Return somebody's master key and the self-signing key that it vouches for."""
    try:
        (master,) = answer["master_keys"][user_id]["keys"].values()
        Ed25519PublicKey.from_base64(master)
    except MALFORMED:
        return None, None
    try:
        said = answer["self_signing_keys"][user_id]
        (key,) = said["keys"].values()
        if said["user_id"] == user_id and signature_holds(said, user_id, master, master):
            return master, key
    except MALFORMED:
        pass
    return master, None


def askable(devices: Sequence[Owned], now: datetime) -> dict[str, dict[str, str]]:
    """Word the question for a one-time key of each device that may have one by now."""
    question: dict[str, dict[str, str]] = {}
    for user_id, row in devices:
        if row.keyless_at is None or now - row.keyless_at >= KEYLESS_FOR:
            question.setdefault(user_id, {})[row.device_id] = ONE_TIME_KEY
    return question


def asked(devices: Sequence[Owned], question: Mapping[str, Mapping[str, str]]) -> list[Owned]:
    """Choose the devices that a question was about."""
    return [(user, row) for user, row in devices if row.device_id in question.get(user, {})]


class DeviceLists:
    """What is known of the devices of others. Nobody's mistake spoils the list of another."""

    def __init__(self, lists: Correspondents, own: str, now: datetime) -> None:
        """Read and write *lists*; *own* is the hub's Matrix ID, to whose devices nobody writes."""
        self.rows = lists
        self._own = own
        self._now = now

    async def read(self, answer: Mapping[str, Any], asked: Mapping[str, int]) -> None:
        """Take in what ``/keys/query`` answered; *asked* says which changes it covers."""
        for user_id, changes in asked.items():
            said = _part(answer, "device_keys").get(user_id)
            who = await self.rows.find(user_id)
            if who is None or not isinstance(said, dict):
                continue  # their server did not answer: the list stays unread
            who.known = changes
            who.master_key, who.self_signing_key = _signing_chain(answer, user_id)
            who.first_master_key = who.first_master_key or who.master_key
            await self._devices(user_id, who, said)

    async def _devices(self, user_id: str, who: CorrespondentRow, said: dict[str, Any]) -> None:
        known = {row.device_id: row for _user, row in await self.rows.devices([user_id])}
        present, ignored = set(), 0
        for number, (device_id, described) in enumerate(said.items(), 1):
            if number % TOGETHER == 0:
                await asyncio.sleep(0)
            keys = _keys(user_id, device_id, described)
            row = known.get(device_id)
            # The keys of a device never change: another one that uses its name is not it.
            if keys is None or (row and (row.identity_key, row.signing_key) != keys):
                ignored += 1
                if row and keys:
                    row.contested = True
                continue
            present.add(device_id)
            signer = who.self_signing_key
            signed = signer is not None and signature_holds(described, user_id, signer, signer)
            if row is None:
                row = self.rows.add(who, device_id, *keys)
            row.signed, row.gone, row.contested = signed, False, False
        if ignored:
            log.warning("encryption.devices_ignored", number=ignored)
        for device_id in known.keys() - present:
            known[device_id].gone = True

    async def readers(self, user_ids: Collection[str], *, unsigned_too: bool = True) -> Recipients:
        """List the devices of these users that may read what the hub says.

        Unless *unsigned_too*, those are told apart that their owners do not vouch for.
        """
        others = [each for each in user_ids if each != self._own]
        readers = Recipients()
        for user_id, row, vouched in await self.rows.readers(others):
            fit = readers.trusted if vouched or unsigned_too else readers.suspect
            fit.append((user_id, row))
        return readers

    async def claimed(
        self, answer: Mapping[str, Any], devices: Sequence[Owned], ratchets: Ratchets
    ) -> list[Owned]:
        """Begin sessions with the keys that ``/keys/claim`` gave; returns with which devices.

        A key that was claimed and not used because of a crash is lost, and another is claimed.
        """
        begun = []
        await ratchets.load([row.identity_key for _user, row in devices])
        for number, (user_id, row) in enumerate(devices, 1):
            if number % TOGETHER == 0:
                await asyncio.sleep(0)
            given = _part(answer, "one_time_keys", user_id, row.device_id)
            try:
                (key,) = given.values()
                if not signature_holds(key, user_id, row.device_id, row.signing_key):
                    raise ValueError("not signed by its device")
                await ratchets.begin(row, key["key"])
            except MALFORMED:
                row.keyless_at = self._now
                continue
            row.keyless_at = None
            if row.wedged:
                row.wedged, row.unwedged_at = False, self._now
            begun.append((user_id, row))
        return begun
