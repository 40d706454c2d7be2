"""What falls due: the table is the truth, the clock only wakes its reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

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


class Dues(Queue, of=DueRow, emptied={"payload": {}}):
    """Rows with a moment, each to be handled once."""

    async def plan(
        self,
        kind: str,
        key: str,
        due_at: datetime,
        payload: dict[str, Any],
        person_id: int | None = None,
    ) -> None:
        """Plan something once: a key that is taken keeps its first plan."""
        await insert_new(self._session, DueRow, [_row(kind, key, due_at, payload, person_id)])

    async def plan_each(self, kind: str, moments: Mapping[int, datetime]) -> None:
        """Plan the same for several persons, once for each person and moment."""
        rows = [
            _row(kind, f"{kind}:{person}:{due_at.isoformat()}", due_at, {"person": person}, person)
            for person, due_at in moments.items()
        ]
        await insert_new(self._session, DueRow, rows)

    async def cancel(self, prefix: str) -> None:
        """Drop what is planned under keys that start with *prefix* and has not happened yet."""
        waiting = DueRow.key.startswith(prefix, autoescape=True), DueRow.state == State.NEW
        await self._session.execute(delete(DueRow).where(*waiting))

    async def claim(self, now: datetime) -> DueRow | None:
        """Claim what came due first among what may be tried now.

        The row is for reading: it is no part of the session and outlives it.
        """
        row = (await self._session.scalars(_CLAIM, {"now": now})).one_or_none()
        if row is not None:
            self._session.expunge(row)
        return row


def _row(
    kind: str, key: str, due_at: datetime, payload: dict[str, Any], person_id: int | None
) -> dict[str, Any]:
    row = {"kind": kind, "key": key, "due_at": due_at, "payload": payload}
    return {**row, "person_id": person_id, "state": State.NEW, "tries": 0}
