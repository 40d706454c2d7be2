"""What falls due: the table is the truth, the clock only wakes its reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from storage.inbox import TRIES
from storage.repository import Repository
from storage.rows import insert_new
from storage.tables.queues import DueRow


class Dues(Repository):
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
        waiting = DueRow.key.startswith(prefix, autoescape=True), DueRow.state == "new"
        await self._session.execute(delete(DueRow).where(*waiting))

    async def ready(self, now: datetime, limit: int = 100) -> Sequence[int]:
        """List what has come due and may be tried now, the oldest first."""
        free = or_(DueRow.not_before.is_(None), DueRow.not_before <= now)
        query = (
            select(DueRow.id)
            .where(DueRow.state == "new", DueRow.due_at <= now, free)
            .order_by(DueRow.due_at, DueRow.id)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()

    async def get(self, row_id: int) -> DueRow | None:
        """Return a row that is still waiting."""
        waiting = DueRow.id == row_id, DueRow.state == "new"
        return (await self._session.scalars(select(DueRow).where(*waiting))).one_or_none()

    async def done(self, row_id: int) -> None:
        """Close a row."""
        await self._session.execute(
            update(DueRow).where(DueRow.id == row_id).values(state="done", payload={})
        )

    async def failed(self, row: DueRow, retry_at: datetime, reason: str) -> None:
        """Count a failed try; after the last one the row stays for an operator to see."""
        dead = row.tries + 1 >= TRIES
        await self._session.execute(
            update(DueRow)
            .where(DueRow.id == row.id)
            .values(
                state="dead" if dead else "new",
                tries=row.tries + 1,
                not_before=retry_at,
                reason=reason,
            )
        )


def _row(
    kind: str, key: str, due_at: datetime, payload: dict[str, Any], person_id: int | None
) -> dict[str, Any]:
    row = {"kind": kind, "key": key, "due_at": due_at, "payload": payload}
    return {**row, "person_id": person_id, "state": "new", "tries": 0}
