"""How long what is over is kept. What people said left it when it was finished."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Table, and_, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audits import Audits
from storage.engine import ERASED
from storage.privacy import After, Once
from storage.repository import PORTION
from storage.tables import every


async def sweep(session: AsyncSession, now: datetime) -> bool:
    """Delete some of what the tables declare to be over; returns whether there may be more.

    It is a portion at a time, each in a transaction of its own: others want to write too.
    """
    if await Audits(session).shorten(now):
        return True
    for row in every():
        table = row.table()
        for end in row.privacy.ends:
            if isinstance(end, After):
                await _date(session, table, end, now)
                over = _over(table, end, now)
            elif isinstance(end, Once):
                over = end.condition()
            else:
                continue
            gone = await session.execute(delete(table).where(_some(table, over)))
            count = cast("CursorResult[Any]", gone).rowcount
            if count and isinstance(end, Once):
                session.info[ERASED] = True
            if count == PORTION:
                return True
    return False


def _some(table: Table, over: ColumnElement[bool]) -> ColumnElement[bool]:
    """Choose a portion of the rows that are over."""
    key = [*table.primary_key]
    return tuple_(*key).in_(select(*key).where(over).limit(PORTION))


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
        undated = _some(table, moment.is_(None))
        await session.execute(update(table).where(undated).values({moment: now}))
