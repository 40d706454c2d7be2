"""The library's items. Looking up is the index's work; the truth is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import ResourceRow


class Library:
    """Resources by id."""

    def __init__(self, session: AsyncSession) -> None:
        """Work inside *session*'s transaction."""
        self._session = session

    async def count(self) -> int:
        """Count what is not retired."""
        query = select(func.count()).select_from(ResourceRow).where(~ResourceRow.retired)
        return await self._session.scalar(query) or 0

    async def everything(self) -> Sequence[ResourceRow]:
        """List all items, for building the index."""
        return (await self._session.scalars(select(ResourceRow).order_by(ResourceRow.id))).all()

    async def get(self, resource_id: str) -> ResourceRow | None:
        """Return one item that is not retired."""
        row = await self._session.get(ResourceRow, resource_id)
        return None if row is None or row.retired else row

    async def several(self, resource_ids: Sequence[str]) -> list[ResourceRow]:
        """Return items in the order of *resource_ids*."""
        query = select(ResourceRow).where(ResourceRow.id.in_(resource_ids), ~ResourceRow.retired)
        found = {row.id: row for row in await self._session.scalars(query)}
        return [found[resource_id] for resource_id in resource_ids if resource_id in found]

    async def of_kind(self, kind: str) -> Sequence[ResourceRow]:
        """List the items of one kind that are not retired."""
        query = select(ResourceRow).where(ResourceRow.kind == kind, ~ResourceRow.retired)
        return (await self._session.scalars(query.order_by(ResourceRow.id))).all()

    async def put(self, values: Mapping[str, Any]) -> None:
        """Add an item, or replace what is known of it."""
        await self._session.merge(ResourceRow(**{"retired": False, **values}))
