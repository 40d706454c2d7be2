"""What falls due: the table is the truth, the clock only wakes its reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from kit.due import Planned, What, dump, key_begins, load
from kit.stored import Unreadable
from storage.queue import Queue, State, claiming, free
from storage.rows import insert_new
from storage.tables.queues import DueRow

_TABLE = DueRow.table()
_CLAIM = claiming(
    select(DueRow)
    .where(free(_TABLE), _TABLE.c.due_at <= bindparam("now"))
    .order_by(_TABLE.c.due_at, _TABLE.c.id)
    .limit(1),
    _TABLE,
)
# What has the key between two, both included, and has not happened yet.
_NAMED = (
    _TABLE.c.kind == bindparam("of"),
    _TABLE.c.key >= bindparam("first"),
    _TABLE.c.key <= bindparam("last"),
    _TABLE.c.state == State.NEW,
)
_CANCEL = delete(_TABLE).where(*_NAMED)
_WAITS = select(_TABLE.c.id).where(*_NAMED).limit(1)
_LAST = "\U0010ffff"  # behind all keys that begin alike

OVERDUE = timedelta(minutes=5)  # what fell due longer ago, and was not done, is worth an alarm


class Dues(Queue, of=DueRow, emptied={"payload": {}}, since="due_at"):
    """Rows with a moment, each to be handled once."""

    async def plan(self, planned: Planned, *, at: datetime) -> None:
        """Plan something once: a key that is taken keeps its first plan."""
        await self.plan_all([(planned, at)])

    async def plan_all(self, moments: Iterable[tuple[Planned, datetime]]) -> None:
        """Plan several things, each at its moment."""
        await insert_new(self._session, DueRow, [planned_row(*each) for each in moments])

    async def cancel(self, kind: type[Planned], **given: object) -> None:
        """Drop what is planned of one kind with the *given* fields and has not happened yet.

        Raises:
            TypeError: they are not the fields that its keys begin with.
        """
        await self.cancel_all(kind, [given])

    async def cancel_all(self, kind: type[Planned], given: Iterable[Mapping[str, object]]) -> None:
        """Drop what is planned of one kind with any of several fields *given*.

        Raises:
            TypeError: they are not the fields that its keys begin with.
        """
        if these := [_named(kind, each) for each in given]:
            await self._session.execute(_CANCEL, these)

    async def waits(self, kind: type[Planned], **given: object) -> bool:
        """Tell whether something of one kind with the *given* fields has not happened yet.

        Raises:
            TypeError: they are not the fields that its keys begin with.
        """
        return await self._session.scalar(_WAITS, _named(kind, given)) is not None

    async def drop(self, kind: type[Planned], person_id: int) -> None:
        """Drop everything of one kind that is planned for a person and has not happened yet."""
        theirs = DueRow.kind == kind.kind, DueRow.person_id == person_id
        waiting = *theirs, DueRow.state == State.NEW
        await self._session.execute(delete(DueRow).where(*waiting))

    async def count(self, kind: type[Planned], person_id: int) -> int:
        """Count what of one kind is planned for a person and has not happened yet."""
        theirs = DueRow.kind == kind.kind, DueRow.person_id == person_id
        counted = select(func.count()).select_from(DueRow).where(*theirs, DueRow.state == State.NEW)
        return await self._session.scalar(counted) or 0

    async def overdue(self, since: datetime) -> int:
        """Count what should have happened before *since* and still waits."""
        late = select(func.count()).where(DueRow.state == State.NEW, DueRow.due_at < since)
        return await self._session.scalar(late) or 0

    async def planned(self, kind: type[What], person_id: int) -> list[tuple[What, datetime]]:
        """List what of one kind is planned for a person and has not happened yet, by its moment."""
        theirs = DueRow.kind == kind.kind, DueRow.person_id == person_id
        query = select(DueRow.payload, DueRow.due_at).where(*theirs, DueRow.state == State.NEW)
        rows = (await self._session.execute(query.order_by(DueRow.due_at))).all()
        read = [(load(kind, payload), at) for payload, at in rows]
        return [(what, at) for what, at in read if not isinstance(what, Unreadable)]

    async def claim(self, now: datetime) -> DueRow | None:
        """Claim what came due first among what may be tried now.

        The row is for reading: it is no part of the session and outlives it.
        """
        row = (await self._session.scalars(_CLAIM, {"now": now})).one_or_none()
        if row is not None:
            self._session.expunge(row)
        return row


def _named(kind: type[Planned], given: Mapping[str, object]) -> dict[str, str]:
    """Give the first and the last key that something of one kind with these fields may have."""
    begin, whole = key_begins(kind, given)
    return {"of": kind.kind, "first": begin, "last": begin if whole else begin + _LAST}


def planned_row(planned: Planned, at: datetime) -> dict[str, Any]:
    """Give the columns of what is *planned* for a moment and has not happened yet."""
    return {
        "kind": planned.kind,
        "key": planned.key(at),
        "due_at": at,
        "payload": dump(planned),
        "person_id": planned.goes_with,
        "state": State.NEW,
        "tries": 0,
    }
