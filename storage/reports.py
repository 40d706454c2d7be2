"""What members told the moderators."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from storage.repository import Repository
from storage.tables.moderation import ReportRow, ReportState

_WAITS = ReportRow.state != ReportState.CLOSED


class Reports(Repository):
    """Reports by their number."""

    async def add(self, row: ReportRow) -> ReportRow:
        """Keep a new report, which has its number."""
        self._session.add(row)
        await self._session.flush()
        return row

    async def get(self, number: int) -> ReportRow | None:
        """Return one report."""
        return await self._session.get(ReportRow, number)

    async def waiting(self) -> Sequence[ReportRow]:
        """List those that are not closed, the oldest first."""
        query = select(ReportRow).where(_WAITS).order_by(ReportRow.at, ReportRow.id)
        return (await self._session.scalars(query)).all()

    async def closed(self) -> Sequence[ReportRow]:
        """List those that are closed and still kept."""
        return (await self._session.scalars(select(ReportRow).where(~_WAITS))).all()

    async def by(self, person_id: int) -> Sequence[ReportRow]:
        """List what somebody told, the newest first."""
        query = select(ReportRow).where(ReportRow.reporter_id == person_id)
        query = query.order_by(ReportRow.at.desc(), ReportRow.id.desc())
        return (await self._session.scalars(query)).all()

    async def unname(self, user_id: str) -> None:
        """Forget that reports are about somebody."""
        # What is sealed cannot be asked for.
        for row in await self._session.scalars(select(ReportRow)):
            if row.about == user_id:
                row.about = ""

    async def open_of(self, person_id: int) -> int:
        """Count what somebody told that is not closed."""
        mine = ReportRow.reporter_id == person_id, _WAITS
        query = select(func.count()).select_from(ReportRow).where(*mine)
        return await self._session.scalar(query) or 0
