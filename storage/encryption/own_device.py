"""The hub's own device, and the end of everything that belongs to it."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select, update

from storage.encryption.correspondents import Correspondents
from storage.repository import Repository
from storage.tables.encryption import DEVICE_BOUND, DeviceRow, OwnDeviceRow

# Made once: building a statement takes longer than running it.
_READ = select(OwnDeviceRow).where(OwnDeviceRow.user_id == bindparam("user"))
_HOLD = _READ.with_for_update()


class OwnDevices(Repository):
    """The Olm account of our device. Who works with any key holds its row until the commit."""

    async def hold(self, user_id: str) -> OwnDeviceRow | None:
        """Read our device and let no other transaction work with its keys meanwhile."""
        return (await self._session.scalars(_HOLD, {"user": user_id})).one_or_none()

    async def read(self, user_id: str) -> OwnDeviceRow | None:
        """Read our device."""
        return (await self._session.scalars(_READ, {"user": user_id})).one_or_none()

    async def add(self, row: OwnDeviceRow) -> None:
        """Keep a new device."""
        self._session.add(row)
        await self._session.flush()

    async def end(self) -> None:
        """Forget our device with every session that it made.

        Who is known stays so, by their identity and devices; the lists are to be asked for anew.
        """
        for table in DEVICE_BOUND:
            await self._session.execute(delete(table))
        met = {"wedged": False, "unwedged_at": None, "keyless_at": None, "refused": False}
        await self._session.execute(update(DeviceRow).values(met))
        await Correspondents(self._session).all_changed()
        self._session.expire_all()
