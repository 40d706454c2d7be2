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
from bot.encryption.pinning import Pinning
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


def reached(devices: Collection[Owned], missing: Collection[Owned]) -> set[str]:
    """Return whose devices there are beside the *missing* ones."""
    lacking = {row.id for _user, row in missing if not row.wedged}
    return {user for user, row in devices if row.id not in lacking}


class DeviceLists:
    """What is known of the devices of others. Nobody's mistake spoils the list of another."""

    def __init__(self, lists: Correspondents, own: str, now: datetime) -> None:
        """Read and write *lists*; *own* is the hub's Matrix ID, to whose devices nobody writes."""
        self.rows = lists
        self._own = own
        self._now = now

    async def read(self, answer: Mapping[str, Any], asked: Mapping[str, int]) -> list[str]:
        """Take in what ``/keys/query`` answered; *asked* says which changes it covers.

        Returns the users who are shown with another identity than before, and not with their own.
        """
        replaced: list[str] = []
        for user_id, changes in asked.items():
            said = _part(answer, "device_keys").get(user_id)
            who = await self.rows.find(user_id)
            if who is None or not isinstance(said, dict):
                continue  # their server did not answer: the list stays unread
            who.known = changes
            before = who.master_key
            await self._devices(user_id, who, said, *_signing_chain(answer, user_id))
            if who.master_key not in {before, who.pinned_master_key}:
                replaced.append(user_id)
        return replaced

    async def _devices(
        self,
        user_id: str,
        who: CorrespondentRow,
        said: dict[str, Any],
        master: str | None,
        signer: str | None,
    ) -> None:
        """Note the devices that there are, and which of them the identity vouches for that counts.

        While another identity is shown, or none, those that could read go on reading.
        """
        known = {row.device_id: row for _user, row in await self.rows.devices([user_id])}
        present = await self._sound(user_id, said, known)

        def signed(device_id: str, key: str | None) -> bool:
            sound = key is not None and device_id in present
            return sound and signature_holds(said[device_id], user_id, str(key), str(key))

        before = Pinning(who.pinned_master_key, who.master_key)
        first = before == Pinning()
        by_use = [row for row in known.values() if (first and not row.gone) or row.signed]
        vouches = before.pinned is None and all(signed(row.device_id, signer) for row in by_use)
        now = before.sees(master, vouches=vouches)
        who.pinned_master_key, who.master_key = now.pinned, now.shown
        counts = master is not None and not now.replaced
        if counts:
            who.self_signing_key = signer or who.self_signing_key
        for number, (device_id, keys) in enumerate(present.items(), 1):
            if number % TOGETHER == 0:
                await asyncio.sleep(0)
            row = known.get(device_id) or self.rows.add(who, device_id, *keys)
            holds = signed(device_id, who.self_signing_key)
            row.signed = holds or (bool(row.signed) and not counts)
            row.gone, row.contested = False, False
        for device_id, row in known.items():
            row.gone = device_id not in present
            row.signed = row.signed or (first and now.replaced)

    async def _sound(
        self, user_id: str, said: dict[str, Any], known: Mapping[str, DeviceRow]
    ) -> dict[str, tuple[str, str]]:
        """Return the keys of each device that speaks for itself, and is the one of its name."""
        present: dict[str, tuple[str, str]] = {}
        for number, (device_id, described) in enumerate(said.items(), 1):
            if number % TOGETHER == 0:
                await asyncio.sleep(0)
            keys = _keys(user_id, device_id, described)
            row = known.get(device_id)
            # The keys of a device never change: another one that uses its name is not it.
            if keys is not None and (row is None or (row.identity_key, row.signing_key) == keys):
                present[device_id] = keys
            elif keys is not None and row is not None:
                row.contested = True
        if ignored := len(said) - len(present):
            log.warning("encryption.devices_ignored", number=ignored)
        return present

    async def readers(self, user_ids: Collection[str], *, unsigned_too: bool = True) -> Recipients:
        """List the devices of these users that may read what the hub says.

        Unless *unsigned_too*, those are told apart that their owners do not vouch for. Of whom
        another identity is shown, they are told apart in any case.
        """
        others = [each for each in user_ids if each != self._own]
        readers = Recipients()
        for user_id, row, fits in await self.rows.readers(others, unsigned_too=unsigned_too):
            fit = readers.trusted if fits else readers.suspect
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
