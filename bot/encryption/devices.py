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
class IdentityNews:
    """What is to be told of the identities of users.

    Those who are *replaced* are shown with another than before, which is not the one that counts.
    For who is *set up* another counts than before, by the word of the device that is named.
    """

    replaced: list[str] = field(default_factory=list)
    set_up: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipients:
    """The devices in a room: which are given keys, and which their owners do not vouch for."""

    trusted: list[Owned] = field(default_factory=list)
    suspect: list[Owned] = field(default_factory=list)


# A device that had no key for us is asked again after this.
KEYLESS_FOR = timedelta(minutes=1)
# A device that came beside others may let the first identity of its owner count after this.
KNOWN_AFTER = timedelta(days=7)
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

    async def read(self, answer: Mapping[str, Any], asked: Mapping[str, int]) -> IdentityNews:
        """Take in what ``/keys/query`` answered; *asked* says which changes it covers."""
        news = IdentityNews()
        for user_id, changes in asked.items():
            said = _part(answer, "device_keys").get(user_id)
            who = await self.rows.find(user_id)
            if who is None or not isinstance(said, dict):
                continue  # their server did not answer: the list stays unread
            who.known = changes
            before = who.master_key
            by = await self._devices(user_id, who, said, answer)
            if by is not None:
                news.set_up[user_id] = by
            elif who.master_key not in {before, who.pinned_master_key}:
                news.replaced.append(user_id)
        return news

    async def _devices(
        self, user_id: str, who: CorrespondentRow, said: dict[str, Any], answer: Mapping[str, Any]
    ) -> str | None:
        """Note the devices that there are, and which of them the identity vouches for that counts.

        While another identity is shown, or none, those that could read go on reading. Returns the
        device that let another identity count than before.
        """
        known = {row.device_id: row for _user, row in await self.rows.devices([user_id])}
        present = await self._sound(user_id, said, known)
        master, signer = _signing_chain(answer, user_id)
        first = who.pinned_master_key is None and who.master_key is None
        for row in known.values():
            row.signed = bool(row.signed) or (first and master is not None)
        by = self._setter(who, [known[each] for each in present.keys() & known.keys()], answer)
        before = Pinning(who.pinned_master_key, who.master_key, self.rows.former(who))
        now = before.sees(master, known=bool(known), vouched=by is not None)
        who.master_key = now.shown
        taken_over = now.pinned != before.pinned and bool(known)
        if now.pinned != before.pinned:
            self.rows.pin(who, known.values(), now.pinned, self._now, over=taken_over)
        counts = master is not None and not now.replaced
        if counts:
            who.self_signing_key = signer or who.self_signing_key
        for number, (device_id, keys) in enumerate(present.items(), 1):
            if number % TOGETHER == 0:
                await asyncio.sleep(0)
            added_at = self._now if known else None
            row = known.get(device_id) or self.rows.add(who, device_id, *keys, added_at)
            key = who.self_signing_key
            holds = key is not None and signature_holds(said[device_id], user_id, key, key)
            row.signed = holds or (bool(row.signed) and not counts)
            row.gone, row.contested = False, False
        for device_id, row in known.items():
            row.gone = device_id not in present
        return by if taken_over else None

    def _setter(
        self, who: CorrespondentRow, devices: Sequence[DeviceRow], answer: Mapping[str, Any]
    ) -> str | None:
        """Return a device of somebody that may let the identity count that is shown, and does.

        It signed the master key (spec, cross-signing): that an identity signs a device is no sign
        of its owner, who need not know. One for which the pinned identity vouches may do so. While
        there is none, one that was there before: the first ones, or for some days, for whoever has
        the password adds a device and sets up encryption on it in one go.
        """
        signed = _part(answer, "master_keys", who.user_id)
        if signed.get("user_id") != who.user_id or signed.get("usage") != ["master"]:
            return None
        long_ago = self._now - KNOWN_AFTER
        for row in devices:
            there = row.added_at is None or row.added_at <= long_ago
            may = bool(row.signed) and (who.pinned_master_key is not None or there)
            if may and signature_holds(signed, who.user_id, row.device_id, row.signing_key):
                return row.device_id
        return None

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
