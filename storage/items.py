"""The library's items. Looking up is the index's work; the truth is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import event, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from storage.repository import Repository
from storage.tables.library import ResourceRow

# Whoever changes items holds this row to the end of the transaction. Otherwise a lower revision
# could be committed after a higher one was seen. SQLite has one writer anyway.
_TURN = select(ResourceRow.id).order_by(ResourceRow.id).limit(1).with_for_update(key_share=True)
_LAST = select(func.coalesce(func.max(ResourceRow.revision), 0))


class Items(Repository):
    """Resources by id, as everybody may see them."""

    async def count(self) -> int:
        """Count what is shown."""
        query = select(func.count()).select_from(ResourceRow).where(ResourceRow.shown)
        return await self._session.scalar(query) or 0

    async def everything(self) -> Sequence[ResourceRow]:
        """List all items, also those that only curators may know of."""
        return (await self._session.scalars(select(ResourceRow).order_by(ResourceRow.id))).all()

    async def changed(self, after: tuple[int, str], most: int) -> Sequence[ResourceRow]:
        """List items, retired ones too, that changed *after* the revision and id of another."""
        place = tuple_(ResourceRow.revision, ResourceRow.id)
        query = select(ResourceRow).where(place > after).order_by(*place).limit(most)
        return (await self._session.scalars(query)).all()

    async def get(self, resource_id: str) -> ResourceRow | None:
        """Return one item, or the one that took its place."""
        row = await self._session.get(ResourceRow, resource_id)
        if row is not None and row.shown and row.superseded_by is not None:
            row = await self._session.get(ResourceRow, row.superseded_by)
        return row if row is not None and row.shown else None

    async def standing(self, resource_ids: Sequence[str]) -> list[str]:
        """Leave out what is not shown, and name each successor in place of what it replaced."""
        successor = aliased(ResourceRow)
        query = (
            select(ResourceRow.id, func.coalesce(successor.id, ResourceRow.id).label("becomes"))
            .outerjoin(successor, successor.id == ResourceRow.superseded_by)
            .where(ResourceRow.id.in_(resource_ids), ResourceRow.shown)
            .where(or_(successor.id.is_(None), successor.shown))
        )
        now = {row.id: row.becomes for row in await self._session.execute(query)}
        return list(dict.fromkeys(now[each] for each in resource_ids if each in now))

    async def several(self, resource_ids: Sequence[str]) -> list[ResourceRow]:
        """Return items in the order of *resource_ids*."""
        query = select(ResourceRow).where(ResourceRow.id.in_(resource_ids), ResourceRow.shown)
        found = {row.id: row for row in await self._session.scalars(query)}
        return [found[resource_id] for resource_id in resource_ids if resource_id in found]

    async def of_kind(self, kind: str) -> Sequence[ResourceRow]:
        """List the items of one kind that are shown and stand for themselves."""
        query = select(ResourceRow).where(ResourceRow.kind == kind, ResourceRow.in_use)
        return (await self._session.scalars(query.order_by(ResourceRow.id))).all()

    async def put(self, values: Mapping[str, Any]) -> None:
        """Add an item, or replace what is known of it; what curators decided stays."""
        await self._session.merge(ResourceRow(**values))


@event.listens_for(Session, "before_flush")
def _give_revision(session: Session, *_rest: object) -> None:
    rows = [row for row in (*session.new, *session.dirty) if isinstance(row, ResourceRow)]
    if changed := [row for row in rows if session.is_modified(row)]:
        session.execute(_TURN)
        revision = session.execute(_LAST).scalar_one() + 1
        for row in changed:
            row.revision = revision
