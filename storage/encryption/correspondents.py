"""Whose devices are known, and which these are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, bindparam, delete, func, or_, select, update

from storage.repository import Repository, padded
from storage.rows import insert_new
from storage.tables.encryption import (
    CorrespondentRow,
    DeviceRow,
    SharedKeyRow,
    UndecryptableRow,
    VerificationRow,
)

# Of whom another identity is shown than the one that counts.
REPLACED = CorrespondentRow.master_key.is_not(None) & (
    CorrespondentRow.master_key.is_distinct_from(CorrespondentRow.pinned_master_key)
)
# So many identities of somebody are remembered that counted before.
MOST_FORMER = 10
# So exact is the moment at which a list was last of use.
DAY = timedelta(days=1)

# Made once: building a statement takes longer than running it.
_LISTS = select(
    CorrespondentRow.user_id,
    CorrespondentRow.changes,
    CorrespondentRow.known,
    CorrespondentRow.used_at,
).where(CorrespondentRow.user_key.in_(bindparam("users", expanding=True)))
_DEVICE = (
    select(DeviceRow)
    .join(CorrespondentRow, DeviceRow.correspondent_id == CorrespondentRow.id)
    .where(
        CorrespondentRow.user_key == bindparam("user"),
        DeviceRow.identity_key == bindparam("device_key"),
    )
    .limit(1)
)
_NEVER_ANY = CorrespondentRow.pinned_master_key.is_(None) & CorrespondentRow.master_key.is_(None)
_VOUCHED = or_(_NEVER_ANY, DeviceRow.signed)
_READERS, _READERS_WITH_UNSIGNED = (
    select(CorrespondentRow.user_id, DeviceRow, fits)
    .join(DeviceRow, DeviceRow.correspondent_id == CorrespondentRow.id)
    .where(CorrespondentRow.user_key.in_(bindparam("users", expanding=True)))
    .where(~DeviceRow.gone, ~DeviceRow.blocked)
    .order_by(DeviceRow.id)
    for fits in (_VOUCHED, or_(_VOUCHED, ~REPLACED))
)


class Correspondents(Repository):
    """Device lists by Matrix ID."""

    async def track(self, user_ids: Collection[str], now: datetime) -> None:
        """Keep a list for each of these, unread where it is new."""
        rows = [
            {"user_id": each, "changes": 1, "known": 0, "used_at": now} for each in sorted(user_ids)
        ]
        await insert_new(self._session, CorrespondentRow, rows)
        old = CorrespondentRow.user_key.in_(user_ids), CorrespondentRow.used_at < now - DAY
        await self._session.execute(update(CorrespondentRow).where(*old).values(used_at=now))

    async def find(self, user_id: str) -> CorrespondentRow | None:
        """Look somebody up."""
        query = select(CorrespondentRow).where(CorrespondentRow.user_key == user_id)
        return (await self._session.scalars(query)).one_or_none()

    async def changed(self, user_ids: Collection[str]) -> None:
        """Count that the lists of these users changed, where there is one."""
        if user_ids:
            theirs = CorrespondentRow.user_key.in_(user_ids)
            await self._count(update(CorrespondentRow).where(theirs))

    async def may_have_keys(self, user_ids: Collection[str]) -> None:
        """Forget of devices of these users that they had no one-time key."""
        theirs = select(CorrespondentRow.id).where(CorrespondentRow.user_key.in_(user_ids))
        without = DeviceRow.correspondent_id.in_(theirs), DeviceRow.keyless_at.is_not(None)
        await self._session.execute(update(DeviceRow).where(*without).values(keyless_at=None))

    async def all_changed(self) -> None:
        """Count that any list may have changed."""
        await self._count(update(CorrespondentRow))

    async def _count(self, change: Update) -> None:
        more = change.values(changes=CorrespondentRow.changes + 1)
        await self._session.execute(more.execution_options(synchronize_session=False))

    async def due(self, user_ids: Collection[str], now: datetime) -> dict[str, int]:
        """Keep a list for each of these; return as ``unread`` does which are to be asked for."""
        rows = await self._session.execute(_LISTS, {"users": padded(user_ids)})
        found = {row.user_id: row for row in rows}
        idle = [each for each, row in found.items() if row.used_at < now - DAY]
        new = set(user_ids) - found.keys()
        if new or idle:
            await self.track(new.union(idle), now)
        unread = {each: row.changes for each, row in found.items() if row.known < row.changes}
        return dict.fromkeys(new, 1) | unread

    async def unread(self, user_ids: Collection[str]) -> dict[str, int]:
        """Return those of these users whose list is to be asked for, and its count of changes."""
        theirs = CorrespondentRow.user_key.in_(user_ids)
        return await self._unread(theirs)

    async def awaited(self) -> dict[str, int]:
        """Return the users whose list is to be asked for because something cannot be read yet."""
        unread = select(UndecryptableRow.correspondent_id)
        wedged = select(DeviceRow.correspondent_id).where(DeviceRow.wedged)
        verified = select(VerificationRow.correspondent_id)
        wanted = or_(*(CorrespondentRow.id.in_(each) for each in (unread, wedged, verified)))
        return await self._unread(wanted)

    async def _unread(self, which: ColumnElement[bool]) -> dict[str, int]:
        query = select(CorrespondentRow.user_id, CorrespondentRow.changes).where(
            which, CorrespondentRow.known < CorrespondentRow.changes
        )
        return dict((await self._session.execute(query)).all())

    async def devices(self, user_ids: Collection[str]) -> Sequence[tuple[str, DeviceRow]]:
        """List the devices of these users, gone ones too, each with its owner."""
        query = (
            select(CorrespondentRow.user_id, DeviceRow)
            .join(DeviceRow, DeviceRow.correspondent_id == CorrespondentRow.id)
            .where(CorrespondentRow.user_key.in_(user_ids))
            .order_by(DeviceRow.id)
        )
        return [(user, row) for user, row in await self._session.execute(query)]

    async def readers(
        self, user_ids: Collection[str], *, unsigned_too: bool = False
    ) -> Sequence[tuple[str, DeviceRow, bool]]:
        """List the devices of these users that may be written to, each with its owner.

        Last comes whether its owner vouches for it, or never had an identity that could; or,
        *unsigned_too*, is shown with no other identity than the one that counts.
        """
        query = _READERS_WITH_UNSIGNED if unsigned_too else _READERS
        found = await self._session.execute(query, {"users": padded(user_ids)})
        return [(user, row, ours) for user, row, ours in found]

    async def replaced(self, user_id: str) -> str | None:
        """Return the master key that is shown of somebody and is not the one that counts."""
        theirs = CorrespondentRow.user_key == user_id
        return await self._session.scalar(
            select(CorrespondentRow.master_key).where(theirs, REPLACED)
        )

    async def count_replaced(self) -> int:
        """Count those of whom another identity is shown."""
        query = select(func.count()).select_from(CorrespondentRow).where(REPLACED)
        return await self._session.scalar(query) or 0

    def former(self, who: CorrespondentRow) -> frozenset[str | None]:
        """Return the master keys that counted for somebody before."""
        return frozenset(key or None for key, *_signer in who.former or ())

    def pin(
        self,
        who: CorrespondentRow,
        devices: Iterable[DeviceRow],
        master_key: str | None,
        now: datetime,
        *,
        over: bool,
    ) -> None:
        """Let an identity count; *over* another or none, which can be brought back with these.

        Which devices it vouches for is to be read.
        """
        if over:
            before = [who.pinned_master_key or "", who.self_signing_key or ""]
            who.former = [*(who.former or ()), before][-MOST_FORMER:]
            for row in devices:
                row.signed, row.signed_before = False, bool(row.signed)
        who.pinned_master_key, who.self_signing_key, who.pinned_at = master_key, None, now

    async def accept(self, user_id: str, master_key: str, now: datetime) -> None:
        """Let the identity of this key count, if it is still the one that is shown of somebody.

        Which devices it vouches for is read anew.
        """
        who = await self.find(user_id)
        if who is None or who.master_key != master_key:
            return
        devices = [row for _user, row in await self.devices([user_id])]
        self.pin(who, devices, master_key, now, over=True)
        who.changes += 1

    async def before(self, user_id: str) -> str | None:
        """Return the master key that ``bring_back`` would let count; empty where there was none."""
        who = await self.find(user_id)
        if who is None or not who.former or len(who.former[-1]) == 1:
            return None
        return who.former[-1][0]

    async def bring_back(self, user_id: str, now: datetime) -> bool:
        """Let the identity of somebody count again that did before, if any, with its devices."""
        who = await self.find(user_id)
        if who is None or not who.former or await self.before(user_id) is None:
            return False
        *earlier, (master_key, signer) = who.former
        who.former = [[who.pinned_master_key or ""], *earlier]
        who.pinned_master_key, who.self_signing_key = master_key or None, signer or None
        who.pinned_at = now
        for _user, row in await self.devices([user_id]):
            row.signed, row.signed_before = row.signed_before, False
        who.changes += 1
        return True

    async def untold(self, user_id: str) -> list[DeviceRow]:
        """List the devices of somebody that were refused keys, which their owner was not told."""
        rows = [row for _user, row, vouched in await self.readers([user_id]) if not vouched]
        return [row for row in rows if row.refused and not row.told]

    async def contested(self, user_ids: Collection[str]) -> dict[str, DeviceRow]:
        """Return a device of each of these users under whose name other keys are shown, if any."""
        rows = await self.devices(user_ids)
        return {user_id: row for user_id, row in rows if row.contested}

    async def device(self, user_id: str, identity_key: str) -> DeviceRow | None:
        """Find the device of somebody by its identity key."""
        named = {"user": user_id, "device_key": identity_key}
        return (await self._session.scalars(_DEVICE, named)).one_or_none()

    async def wedged(self) -> Sequence[tuple[str, DeviceRow]]:
        """List the devices that a new Olm session is to be made with."""
        query = (
            select(CorrespondentRow.user_id, DeviceRow)
            .join(DeviceRow, DeviceRow.correspondent_id == CorrespondentRow.id)
            .where(DeviceRow.wedged, ~DeviceRow.gone)
        )
        return [(user, row) for user, row in await self._session.execute(query)]

    def add(
        self,
        who: CorrespondentRow,
        device_id: str,
        identity_key: str,
        signing_key: str,
        added_at: datetime | None = None,
    ) -> DeviceRow:
        """Keep a new device of somebody, added at a moment or among their first."""
        row = DeviceRow(
            correspondent_id=who.id,
            device_id=device_id,
            identity_key=identity_key,
            signing_key=signing_key,
            added_at=added_at,
        )
        self._session.add(row)
        return row

    async def lost_keys(self, device: DeviceRow) -> None:
        """Count as unshared whatever key a device was given: it may have lost them."""
        given = SharedKeyRow.device == device.id
        await self._session.execute(delete(SharedKeyRow).where(given))

    async def forget(self, user_id: str) -> None:
        """Erase somebody's devices, with the keys to what they wrote."""
        theirs = CorrespondentRow.user_key == user_id
        await self._session.execute(delete(CorrespondentRow).where(theirs))
