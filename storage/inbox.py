"""Events taken from the homeserver, each to be handled once and in order per room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, or_, select, update

from kit.inbound import Event, dump, load
from kit.stored import Unreadable
from storage.repository import Repository
from storage.rows import insert_new
from storage.tables.queues import CheckpointRow, InboxRow

TRIES = 5

_TABLE = cast("Table", InboxRow.__table__)

# Made once: building a statement takes longer than running it.
# The room with the least to do comes first: whoever floods one delays nobody else.
_WAITING = (
    select(func.min(InboxRow.id).label("oldest"), func.count().label("backlog"))
    .where(InboxRow.state == "new")
    .group_by(InboxRow.room_id)
    .subquery()
)
_HEADS = (
    select(
        *(_TABLE.c[name] for name in ("id", "tries", "event_id", "room_id", "sender", "sent_at")),
        *(_TABLE.c.kind, _TABLE.c.payload),
    )
    .join(_WAITING, _TABLE.c.id == _WAITING.c.oldest)
    .where(or_(InboxRow.not_before.is_(None), InboxRow.not_before <= bindparam("now")))
    .order_by(_WAITING.c.backlog, InboxRow.id)
    .limit(bindparam("most"))
)
_CHECKPOINT = cast("Table", CheckpointRow.__table__)
_ADVANCE = (
    update(_CHECKPOINT)
    .where(_CHECKPOINT.c.user_id == bindparam("account"))
    .values(next_batch=bindparam("place"))
    .returning(_CHECKPOINT.c.id)
)
_OPEN = _TABLE.c.id == bindparam("row"), _TABLE.c.state == "new"
_OVER: dict[str, Any] = {"payload": None, "reason": bindparam("why")}
_DONE = update(_TABLE).where(*_OPEN).values(state="done", **_OVER)
_PARK = update(_TABLE).where(*_OPEN).values(state="parked", **_OVER)


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event worth handling; *sender* is who said it, or who came or went."""

    event_id: str
    room_id: str
    sender: str
    event: Event
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """One row of the inbox, as it is handled."""

    id: int
    tries: int
    event_id: str
    room_id: str
    sender: str
    event: Event | Unreadable
    sent_at: datetime


class Inbox(Repository):
    """The queue of events, and how far the stream was read."""

    async def position(self, user_id: str) -> str | None:
        """Return the token to go on from, or None before the very first sync."""
        query = select(CheckpointRow.next_batch).where(CheckpointRow.user_id == user_id)
        return await self._session.scalar(query)

    async def advance(self, user_id: str, next_batch: str) -> None:
        """Remember the token, in the transaction that took in what came before it."""
        place = {"account": user_id, "place": next_batch}
        if await self._session.scalar(_ADVANCE, place) is None:
            self._session.add(CheckpointRow(user_id=user_id, next_batch=next_batch))

    async def take(self, events: Sequence[Incoming]) -> None:
        """Queue *events* in this order; one that was taken before is left alone."""
        await insert_new(self._session, InboxRow, [_row(event) for event in events])

    async def withdraw(self, event_ids: Collection[str]) -> None:
        """Forget events that were redacted before they were handled."""
        if event_ids:
            waiting = InboxRow.event_id.in_(event_ids), InboxRow.state == "new"
            await self._session.execute(
                update(InboxRow).where(*waiting).values(state="withdrawn", payload=None)
            )

    async def heads(self, now: datetime, most: int) -> Sequence[Received]:
        """Return the oldest waiting event of at most *most* rooms, where it may be handled now."""
        found = await self._session.execute(_HEADS, {"now": now, "most": most})
        return [_received(**row) for row in found.mappings()]

    async def done(self, rows: Sequence[Received], reason: str | None = None) -> None:
        """Close rows and remove what they said."""
        if rows:
            await self._session.execute(_DONE, [{"row": row.id, "why": reason} for row in rows])

    async def park(self, row: Received, reason: str) -> None:
        """Set a row aside that nobody can handle: it holds up no other."""
        await self._session.execute(_PARK, {"row": row.id, "why": reason})

    async def failed(self, row: Received, retry_at: datetime, reason: str) -> bool:
        """Count a failed try; returns whether it was the last one and the row is now dead."""
        dead = row.tries + 1 >= TRIES
        again = {"tries": row.tries + 1, "not_before": retry_at, "reason": reason}
        over = {"state": "dead", "payload": None} if dead else {}
        failed = update(InboxRow).where(InboxRow.id == row.id)
        await self._session.execute(failed.values(again | over))
        return dead

    async def counts(self) -> dict[str, int]:
        """Count rows per state, for operators."""
        query = select(InboxRow.state, func.count()).group_by(InboxRow.state)
        return dict((await self._session.execute(query)).all())

    async def drop(self, row_id: int) -> None:
        """Delete one event, whose sender is nobody we know."""
        await self._session.execute(delete(InboxRow).where(InboxRow.id == row_id))

    async def forget(self, user_id: str) -> None:
        """Erase what a person sent."""
        await self._session.execute(delete(InboxRow).where(InboxRow.sender_key == user_id))


def _row(incoming: Incoming) -> dict[str, Any]:
    kind, payload = dump(incoming.event)
    origin = {"event_id": incoming.event_id, "room_id": incoming.room_id, "sender": incoming.sender}
    new = {"state": "new", "tries": 0}
    return {**origin, "kind": kind, "payload": payload, "sent_at": incoming.sent_at, **new}


def _received(kind: str, payload: object, **columns: Any) -> Received:
    return Received(event=load(kind, payload), **columns)
