"""Events taken from the homeserver, each to be handled once and in order per room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from kit.inbound import Event, dump, load
from kit.stored import Unreadable
from storage.queue import Queue, State, claiming, free, unindexed
from storage.rows import insert_new
from storage.tables.queues import CheckpointRow, InboxRow

_TABLE, _CHECKPOINT = InboxRow.table(), CheckpointRow.table()

# Made once: building a statement takes longer than running it.
# The room with the least to do comes first: whoever floods one delays nobody else.
_WAITING = (
    select(func.min(_TABLE.c.id).label("oldest"), func.count().label("backlog"))
    .where(_TABLE.c.state == State.NEW)
    .group_by(_TABLE.c.room_id)
    .subquery()
)
_CLAIM = claiming(
    select(
        *(_TABLE.c[name] for name in ("id", "tries", "event_id", "room_id", "sender", "sent_at")),
        *(_TABLE.c.kind, _TABLE.c.payload, _WAITING.c.backlog),
    )
    .join(_WAITING, _TABLE.c.id == _WAITING.c.oldest)
    .where(free(_TABLE))
    .order_by(_WAITING.c.backlog, _TABLE.c.id)
    .limit(bindparam("most")),
    _TABLE,
)
_ADVANCE = (
    update(_CHECKPOINT)
    .where(_CHECKPOINT.c.user_id == bindparam("account"))
    .values(next_batch=bindparam("place"))
    .returning(_CHECKPOINT.c.id)
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event worth handling; *sender* is who said it, or who came or went."""

    event_id: str
    room_id: str
    sender: str
    event: Event
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A redaction: which event, and by whom in which room."""

    event_id: str
    room_id: str
    sender: str


@dataclass(frozen=True, slots=True)
class Received:
    """One row of the inbox, as it is handled; *backlog* counts what waits in its room with it."""

    id: int
    tries: int
    event_id: str
    room_id: str
    sender: str
    event: Event | Unreadable
    sent_at: datetime
    backlog: int


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of an event: *refused*, or done; *passed* tells that its author got on since."""

    refused: bool
    passed: bool


# What the hub made up itself has no moment.
_TIMED = unindexed(_TABLE.c.sent_at) > datetime.fromtimestamp(0, UTC)


class Inbox(Queue, of=InboxRow, emptied={"payload": None}, since="sent_at", ages=(_TIMED,)):
    """The queue of events, and how far the stream was read."""

    async def position(self, user_id: str) -> str | None:
        """Return the token to go on from, or None before the very first sync."""
        query = select(CheckpointRow.next_batch).where(CheckpointRow.user_id == user_id)
        return await self._session.scalar(query)

    async def accounts(self) -> set[str]:
        """Name the accounts that this database served."""
        return set(await self._session.scalars(select(CheckpointRow.user_id)))

    async def advance(self, user_id: str, next_batch: str) -> None:
        """Remember the token, in the transaction that took in what came before it."""
        place = {"account": user_id, "place": next_batch}
        if await self._session.scalar(_ADVANCE, place) is None:
            self._session.add(CheckpointRow(user_id=user_id, next_batch=next_batch))

    async def take(self, events: Sequence[Incoming]) -> None:
        """Queue *events* in this order; one that was taken before is left alone."""
        await insert_new(self._session, InboxRow, [_row(event) for event in events])

    async def withdraw(self, withdrawals: Collection[Withdrawal]) -> None:
        """Forget events that their own authors redacted, where they said them, before handling.

        A redaction may name any event of any room, and be sent by anybody.
        """
        for each in withdrawals:
            said = InboxRow.event_id == each.event_id, InboxRow.room_id == each.room_id
            theirs = InboxRow.sender_key == each.sender, InboxRow.state == State.NEW
            await self._session.execute(
                update(InboxRow).where(*said, *theirs).values(state=State.WITHDRAWN, payload=None)
            )

    async def claim(self, now: datetime, most: int) -> Sequence[Received]:
        """Claim the oldest event of at most *most* rooms, where it may be handled now."""
        found = await self._session.execute(_CLAIM, {"now": now, "most": most})
        return [_received(**row) for row in found.mappings()]

    async def handled(self, event_id: str, user_id: str) -> Handled | None:
        """Say what came of an event of somebody's, if it was handled and is remembered."""
        said = InboxRow.event_id == event_id, InboxRow.sender_key == user_id
        row = await self._session.scalar(
            select(InboxRow).where(*said, InboxRow.state == State.DONE)
        )
        if row is None:
            return None
        since = (
            select(InboxRow.id)
            .where(InboxRow.room_id == row.room_id, InboxRow.sender_key == user_id)
            .where(InboxRow.id > row.id, InboxRow.kind == row.kind)
            .where(InboxRow.state == State.DONE, InboxRow.reason.is_(None))
            .limit(1)
        )
        passed = await self._session.scalar(since) is not None
        return Handled(refused=row.reason is not None, passed=passed)

    async def repeats(self, event_id: str) -> bool:
        """Tell whether what its author sent there before an event was of the same kind."""
        row = (await self._session.scalars(select(InboxRow).filter_by(event_id=event_id))).one()
        before = (
            select(InboxRow.kind)
            .where(InboxRow.room_id == row.room_id, InboxRow.sender_key == row.sender)
            .where(InboxRow.id < row.id)
            .order_by(InboxRow.id.desc())
            .limit(1)
        )
        return await self._session.scalar(before) == row.kind

    async def settle(self, event_id: str) -> None:
        """Note that what an event asked for was done after all."""
        await self._session.execute(
            update(InboxRow).where(InboxRow.event_id == event_id).values(reason=None)
        )

    async def drop(self, row_id: int) -> None:
        """Delete one event of which nothing is to be remembered."""
        await self._session.execute(delete(InboxRow).where(InboxRow.id == row_id))

    async def forget(self, user_id: str) -> None:
        """Erase what a person sent."""
        await self._session.execute(delete(InboxRow).where(InboxRow.sender_key == user_id))


def _row(incoming: Incoming) -> dict[str, Any]:
    kind, payload = dump(incoming.event)
    origin = {"event_id": incoming.event_id, "room_id": incoming.room_id, "sender": incoming.sender}
    new = {"state": State.NEW, "tries": 0}
    return {**origin, "kind": kind, "payload": payload, "sent_at": incoming.sent_at, **new}


def _received(kind: str, payload: object, **columns: Any) -> Received:
    return Received(event=load(kind, payload), **columns)
