"""What moderators announce to the whole network."""

from __future__ import annotations

from sqlalchemy import select

from storage.repository import Repository
from storage.tables.announcing import AnnouncementRow, AnnouncementState


class Announcements(Repository):
    """Announcements by their number."""

    async def add(self, row: AnnouncementRow) -> AnnouncementRow:
        """Number a new one."""
        self._session.add(row)
        await self._session.flush()
        return row

    async def get(self, number: int) -> AnnouncementRow | None:
        """Return one."""
        return await self._session.get(AnnouncementRow, number)

    async def under_way(self) -> AnnouncementRow | None:
        """Return the one that is being told, if there is one."""
        telling = AnnouncementRow.state == AnnouncementState.TELLING
        return (await self._session.scalars(select(AnnouncementRow).where(telling))).first()

    async def last(self) -> AnnouncementRow | None:
        """Return the latest."""
        query = select(AnnouncementRow).order_by(AnnouncementRow.id.desc()).limit(1)
        return (await self._session.scalars(query)).one_or_none()
