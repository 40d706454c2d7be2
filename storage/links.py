"""Whether the addresses of the library answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from storage.repository import Repository
from storage.tables.library import LinkRow, ResourceRow

AGAIN_AFTER = timedelta(days=7)
DOUBTED_AFTER = timedelta(days=1)
DEAD_AFTER = 4  # failures in a row, a day or more apart

# What is known of an address that was replaced says nothing about the new one.
_SAME = and_(LinkRow.resource_id == ResourceRow.id, LinkRow.url == ResourceRow.url)


class Links(Repository):
    """What is known of each item's address."""

    async def due(self, now: datetime) -> tuple[str, str] | None:
        """Choose the item, with its address, that has waited longest for a check."""
        query = (
            select(ResourceRow.id, ResourceRow.url)
            .outerjoin(LinkRow, _SAME)
            .where(ResourceRow.url.is_not(None), ResourceRow.in_use)
            .where(or_(LinkRow.due_at.is_(None), LinkRow.due_at <= now))
            .order_by(LinkRow.due_at.nulls_first(), ResourceRow.id)
            .limit(1)
        )
        found = (await self._session.execute(query)).one_or_none()
        return (found[0], str(found[1])) if found else None

    async def checked(self, resource_id: str, url: str, now: datetime, reason: str | None) -> None:
        """Write down that *url* answered, or the *reason* why not."""
        failures, since = 0, now
        before = await self._session.get(LinkRow, resource_id)
        if before and before.url == url and before.failing_since:
            failures, since = before.failures, before.failing_since
        found = LinkRow(
            resource_id=resource_id,
            url=url,
            checked_at=now,
            due_at=now + (DOUBTED_AFTER if reason else AGAIN_AFTER),
            failures=failures + 1 if reason else 0,
            failing_since=since if reason else None,
            reason=reason,
        )
        await self._session.merge(found)

    async def doubt(self, resource_id: str, now: datetime) -> None:
        """Let the address of an item be tried soon, but not sooner than a day after the last."""
        if (known := await self._session.get(LinkRow, resource_id)) is not None:
            known.due_at = min(known.due_at, max(now, known.checked_at + DOUBTED_AFTER))

    async def failing(self, resource_id: str) -> LinkRow | None:
        """Return what is known of an item whose address did not answer the last time."""
        query = select(LinkRow).join(ResourceRow, _SAME)
        failed = LinkRow.resource_id == resource_id, LinkRow.reason.is_not(None)
        return (await self._session.scalars(query.where(*failed))).one_or_none()

    async def dead(self) -> Sequence[tuple[ResourceRow, LinkRow]]:
        """List items whose address has failed again and again, the longest first."""
        query = (
            select(ResourceRow, LinkRow)
            .join(LinkRow, _SAME)
            .where(ResourceRow.in_use, LinkRow.failures >= DEAD_AFTER)
            .order_by(LinkRow.failing_since, ResourceRow.id)
        )
        return [(row, link) for row, link in await self._session.execute(query)]
