"""Rows that wait in a table, each to be worked on once: how one is claimed, and how it ends.

Several processes may share a PostgreSQL. Who claims a row locks it until the transaction ends;
others pass it over, and with it all that stands behind it in its room. SQLite has one process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CursorResult,
    Executable,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import UNSETTLED, Base
from storage.repository import Repository
from storage.types import Closed

TRIES = 5


class State(StrEnum):
    """Where a row stands. All but new are over, and then it no longer holds what it said."""

    NEW = "new"
    DONE = "done"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    PARKED = "parked"  # can never succeed
    UNKNOWN = "unknown"  # may have been done, and cannot be repeated safely
    DEAD = "dead"  # failed too often


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Take a column so that no index of it is used: that of the moments holds all that is over."""
    return func.coalesce(column, column, type_=column.type)


class Queued:
    """The columns of a row that waits."""

    state: Mapped[State] = mapped_column(Closed(State, unknown=State.DEAD), default=State.NEW)
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    reason: Mapped[str | None]


class Claimed(Protocol):
    """A row that somebody works on."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def tries(self) -> int:
        """How often it was tried before."""


def free(table: Table) -> ColumnElement[bool]:
    """Whether a row waits and may be tried at the moment *now*."""
    held = table.c.not_before
    return and_(table.c.state == State.NEW, or_(held.is_(None), held <= bindparam("now")))


def claiming(rows: Select[Any], table: Table) -> Select[Any]:
    """Lock the rows of *table* that are read, and leave out those that somebody else works on."""
    return rows.with_for_update(of=table, skip_locked=True)


class Queue(Repository):
    """What waits in one table. A row that is over is never changed again."""

    _count: ClassVar[Executable]
    _hold: ClassVar[Executable]
    _close: ClassVar[Executable]
    _postpone: ClassVar[Executable]
    _retry: ClassVar[Executable]
    _catch_up: ClassVar[Executable]
    _oldest: ClassVar[Executable]

    def __init_subclass__(
        cls,
        *,
        of: type[Base],
        emptied: Mapping[str, Any],
        since: str,
        counts: Sequence[ColumnElement[bool]] = (),
        ages: Sequence[ColumnElement[bool]] = (),
    ) -> None:
        """Prepare the statements for rows *of* a table; *emptied* is what they no longer say then.

        They wait *since* the moment in that column. What is counted fits *counts*; of what waits,
        what fits *ages* is looked at for its age.

        Made once: building a statement takes longer than running it.
        """
        super().__init_subclass__()
        table = of.table()
        this = table.c.id == bindparam("row"), table.c.state == State.NEW
        why: BindParameter[Any] = bindparam("why")
        tries = table.c.tries
        found = select(table.c.state, func.count()).where(text(UNSETTLED), *counts)
        cls._count = found.group_by(table.c.state)
        oldest = func.min(unindexed(table.c[since]))
        cls._oldest = select(oldest).where(table.c.state == State.NEW, *ages)
        cls._hold = select(table.c.id).where(*this).with_for_update()
        cls._close = (
            update(table)
            .where(*this)
            .values(state=bindparam("to"), tries=tries + bindparam("failed"), reason=why, **emptied)
        )
        cls._postpone = update(table).where(*this).values(not_before=bindparam("until"))
        cls._retry = (
            update(table)
            .where(*this)
            .values(tries=tries + 1, not_before=bindparam("until"), reason=why)
        )

        held = table.c.state == State.NEW, table.c.not_before > bindparam("after")
        cls._catch_up = update(table).where(*held).values(not_before=bindparam("until"))

    async def hold(self, row: Claimed) -> bool:
        """Lock a row again whose transaction was taken back; False if it is over meanwhile."""
        return await self._session.scalar(self._hold, {"row": row.id}) is not None

    async def done(self, rows: Sequence[Claimed], reason: str | None = None) -> None:
        """Close rows that were handled."""
        await self._end(rows, State.DONE, reason)

    async def park(self, row: Claimed, reason: str) -> None:
        """Give up a row that can never succeed: it holds up no other."""
        await self._end([row], State.PARKED, reason)

    async def postpone(self, row: Claimed, until: datetime) -> None:
        """Let a row wait *until* then, of which nothing can be said before."""
        await self._session.execute(self._postpone, {"row": row.id, "until": until})

    async def retry(self, row: Claimed, until: datetime, reason: str) -> None:
        """Count a try, and make the next one *until* then at the earliest."""
        await self._session.execute(self._retry, {"row": row.id, "until": until, "why": reason})

    async def catch_up(self, now: datetime, after: datetime) -> None:
        """Let rows be tried *now* that wait until *after* then: by a clock that was wrong."""
        await self._session.execute(self._catch_up, {"until": now, "after": after})

    async def failed(self, row: Claimed, retry_at: datetime, reason: str) -> bool:
        """Count a failed try; returns whether it was the last one and the row is now dead."""
        if row.tries + 1 < TRIES:
            await self.retry(row, retry_at, reason)
            return False
        return await self._end([row], State.DEAD, reason, failed=1) > 0

    async def counts(self) -> Counter[State]:
        """Count what waits and what failed by state; what is well over is not counted."""
        counts = Counter[State]()
        for state, rows in (await self._session.execute(self._count)).all():
            counts[state] += rows
        return counts

    async def oldest(self) -> datetime | None:
        """Return since when the oldest row waits, None where nothing does."""
        return cast("datetime | None", await self._session.scalar(self._oldest))

    async def _end(
        self, rows: Sequence[Claimed], state: State, reason: str | None, *, failed: int = 0
    ) -> int:
        if not rows:
            return 0
        values = [{"row": r.id, "to": state, "failed": failed, "why": reason} for r in rows]
        closed = await self._session.execute(self._close, values)
        return cast("CursorResult[Any]", closed).rowcount
