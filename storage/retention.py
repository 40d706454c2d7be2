"""How long what is over is kept. What people said left it when it was finished."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.engine import ERASED
from storage.privacy import After, Once
from storage.tables import every


async def sweep(session: AsyncSession, now: datetime) -> None:
    """Delete what the tables declare to be over."""
    for row in every():
        table = row.table()
        for end in row.privacy.ends:
            if isinstance(end, After):
                await session.execute(delete(table).where(_over(table, end, now)))
                await _date(session, table, end, now)
            elif isinstance(end, Once):
                gone = delete(table).where(end.condition()).returning(*table.primary_key)
                if (await session.execute(gone)).all():
                    session.info[ERASED] = True


def _over(table: Table, end: After, now: datetime) -> ColumnElement[bool]:
    limit = now - timedelta(days=end.days)
    name, _dot, beyond = end.moment.partition(".")
    column = table.c[name]
    meant = [column < limit]
    if beyond:
        (key,) = column.foreign_keys
        meant = [column.in_(select(key.column).where(key.column.table.c[beyond] < limit))]
    if end.states:
        meant.append(table.c.state.in_(end.states))
    if end.besides:
        meant.append(table.c.state.not_in(end.besides))
    return and_(*meant)


async def _date(session: AsyncSession, table: Table, end: After, now: datetime) -> None:
    """Let rows without their moment grow old from now on."""
    moment = table.c.get(end.moment)
    if moment is not None and moment.nullable:
        await session.execute(update(table).where(moment.is_(None)).values({moment: now}))
