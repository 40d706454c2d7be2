"""What is to be done on the homeserver: once each, in order per room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import OutboxRow, RoomRow


@dataclass(frozen=True, slots=True)
class Errand:
    """One row of the outbox with the room it is for, as the sender needs it."""

    id: int
    txn_id: str
    action: str
    content: dict[str, Any]
    created_at: datetime
    tries: int
    room: int
    room_id: str | None
    encrypted: bool


class Outbox:
    """The only way out."""

    def __init__(self, session: AsyncSession) -> None:
        """Work inside *session*'s transaction."""
        self._session = session

    def add(
        self,
        room: int,
        action: str,
        content: dict[str, Any],
        *,
        txn_id: str,
        now: datetime,
        person_id: int | None = None,
    ) -> None:
        """Queue an errand. *person_id* is whom it is about, so that it can be withdrawn."""
        self._session.add(
            OutboxRow(
                txn_id=txn_id,
                room=room,
                action=action,
                content=content,
                created_at=now,
                person_id=person_id,
            )
        )

    async def is_queued(self, room: int, action: str, content: dict[str, Any]) -> bool:
        """Tell whether the same errand waits already."""
        waiting = (
            OutboxRow.room == room,
            OutboxRow.action == action,
            OutboxRow.state == "new",
        )
        queued = await self._session.scalars(select(OutboxRow.content).where(*waiting))
        return content in queued.all()

    async def waiting(self) -> int:
        """Count what is still to be done."""
        query = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == "new")
        return await self._session.scalar(query) or 0

    async def heads(self, now: datetime) -> Sequence[int]:
        """List the rooms whose oldest waiting errand may be tried now."""
        oldest = (
            select(func.min(OutboxRow.id)).where(OutboxRow.state == "new").group_by(OutboxRow.room)
        )
        ready = or_(OutboxRow.not_before.is_(None), OutboxRow.not_before <= now)
        query = select(OutboxRow.room).where(OutboxRow.id.in_(oldest), ready)
        return (await self._session.scalars(query)).all()

    async def head(self, room: int) -> Errand | None:
        """Return the oldest waiting errand of a room."""
        query = (
            select(OutboxRow, RoomRow.room_id, RoomRow.encrypted)
            .join(RoomRow, RoomRow.id == OutboxRow.room)
            .where(OutboxRow.room == room, OutboxRow.state == "new")
            .order_by(OutboxRow.id)
            .limit(1)
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            return None
        row, room_id, encrypted = found
        return Errand(
            row.id,
            row.txn_id,
            row.action,
            row.content or {},
            row.created_at,
            row.tries,
            row.room,
            room_id,
            encrypted,
        )

    async def _set(self, errand_id: int, **values: Any) -> None:
        # A row that the sync loop has seen arrive already is finished: never reopen it.
        waiting = OutboxRow.id == errand_id, OutboxRow.state == "new"
        await self._session.execute(update(OutboxRow).where(*waiting).values(**values))

    async def sent(self, errand_id: int, event_id: str | None) -> None:
        """Close an errand and remove what it said."""
        await self._set(errand_id, state="sent", event_id=event_id, content=None)

    async def postpone(self, errand_id: int, until: datetime, reason: str) -> None:
        """Try again later, with the same transaction id."""
        tries = OutboxRow.tries + 1
        await self._set(errand_id, not_before=until, tries=tries, reason=reason)

    async def stop(self, errand_id: int, state: str, reason: str) -> None:
        """Give up: *state* is parked (refused for good) or unknown (too old to repeat safely)."""
        await self._set(errand_id, state=state, reason=reason, content=None)

    async def park_room(self, room: int, reason: str) -> None:
        """Give up everything for a room the hub is no longer in."""
        waiting = OutboxRow.room == room, OutboxRow.state == "new"
        await self._session.execute(
            update(OutboxRow).where(*waiting).values(state="parked", reason=reason, content=None)
        )

    async def withdraw(self, person_id: int) -> None:
        """Give up everything that is still to be said to or about a person."""
        waiting = OutboxRow.person_id == person_id, OutboxRow.state == "new"
        await self._session.execute(
            update(OutboxRow).where(*waiting).values(state="parked", reason="erased", content=None)
        )

    async def counts(self) -> dict[str, int]:
        """Count rows per state, for operators."""
        query = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
        return dict((await self._session.execute(query)).all())
