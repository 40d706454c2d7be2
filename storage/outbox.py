"""What is to be done on the homeserver: once each, in order per room."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, case, func, or_, select, update

from kit.errand import KINDS, Errand, dump, load
from kit.stored import Unreadable
from storage.repository import Repository
from storage.tables.queues import AboutRow, OutboxRow
from storage.tables.rooms import RoomRow


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox with the room it is for, as the sender needs it."""

    id: int
    txn_id: str
    errand: Errand | Unreadable
    created_at: datetime
    tries: int
    room: int
    room_id: str | None
    encrypted: bool


@dataclass(frozen=True, slots=True)
class Done:
    """An errand that was done, and the event it became if it was a message."""

    room: int
    kind: type[Errand] | None
    event_id: str | None


# Made once: building a statement takes longer than running it.
_TABLE, _ROOM = cast("Table", OutboxRow.__table__), cast("Table", RoomRow.__table__)
_NEW = _TABLE.c.state == "new"
_HELD_BACK = _TABLE.c.not_before.is_not(None)
_OLDEST = (
    select(func.min(_TABLE.c.id))
    .where(_NEW, _TABLE.c.room.not_in(bindparam("besides", expanding=True)))
    .group_by(_TABLE.c.room)
)
_HEADS = (
    select(
        *(_TABLE.c[name] for name in ("id", "txn_id", "action", "content", "created_at", "tries")),
        *(_TABLE.c.room, _ROOM.c.room_id, _ROOM.c.encrypted),
    )
    .join(_ROOM, _ROOM.c.id == _TABLE.c.room)
    .where(
        _TABLE.c.id.in_(_OLDEST),
        or_(_TABLE.c.not_before.is_(None), _TABLE.c.not_before <= bindparam("now")),
        _TABLE.c.action.not_in(bindparam("closed", expanding=True)),
    )
    # In turn; but of those that a limit held back the newest first, after what is new: who asks
    # something is not kept waiting by a long announcement.
    .order_by(_HELD_BACK, case((_HELD_BACK, -_TABLE.c.id), else_=_TABLE.c.id))
    .limit(bindparam("most"))
)
# A row that the sync loop has seen arrive already is finished: never reopen it.
_SENT = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("errand"), _NEW)
    .values(state="sent", event_id=bindparam("event"), content=None)
)


def _concerns(person_id: int) -> ColumnElement[bool]:
    named = select(AboutRow.txn_id).where(AboutRow.person_id == person_id)
    return or_(OutboxRow.person_id == person_id, OutboxRow.txn_id.in_(named))


class Outbox(Repository):
    """The only way out."""

    def add(
        self,
        room: int,
        errand: Errand,
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
                action=errand.action,
                content=dump(errand),
                created_at=now,
                person_id=person_id,
            )
        )

    async def about(self, txn_id: str, person_ids: Iterable[int]) -> None:
        """Note whom an errand names beside the person it is for."""
        await self._session.flush()
        self._session.add_all(AboutRow(txn_id=txn_id, person_id=each) for each in person_ids)

    async def is_queued(self, room: int, errand: Errand) -> bool:
        """Tell whether the same errand waits already."""
        waiting = (
            OutboxRow.room == room,
            OutboxRow.action == errand.action,
            OutboxRow.state == "new",
        )
        queued = await self._session.scalars(select(OutboxRow.content).where(*waiting))
        return dump(errand) in queued.all()

    async def waiting(self, *kinds: type[Errand]) -> int:
        """Count what is still to be done, of some kinds or of all."""
        query = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == "new")
        if kinds:
            query = query.where(OutboxRow.action.in_([each.action for each in kinds]))
        return await self._session.scalar(query) or 0

    async def heads(
        self,
        now: datetime,
        most: int,
        besides: Collection[int],
        closed: Collection[type[Errand]] = (),
    ) -> Sequence[Outgoing]:
        """Return the oldest waiting errand of at most *most* rooms, where it may be tried now.

        The rooms *besides* and errands of *closed* kinds are left out.
        """
        left_out = {"besides": list(besides), "closed": [each.action for each in closed]}
        found = await self._session.execute(_HEADS, {"now": now, "most": most, **left_out})
        return [_outgoing(**row) for row in found.mappings()]

    async def _set(self, errand_id: int, **values: Any) -> None:
        # A row that the sync loop has seen arrive already is finished: never reopen it.
        waiting = OutboxRow.id == errand_id, OutboxRow.state == "new"
        await self._session.execute(update(OutboxRow).where(*waiting).values(**values))

    async def sent(self, done: Sequence[tuple[int, str | None]]) -> None:
        """Close errands, each with its event id, and remove what they said."""
        values = [{"errand": errand_id, "event": event_id} for errand_id, event_id in done]
        await self._session.execute(_SENT, values)

    async def postpone(self, errand_id: int, until: datetime, reason: str) -> None:
        """Try again later, with the same transaction id."""
        await self._set(errand_id, not_before=until, tries=OutboxRow.tries + 1, reason=reason)

    async def hold_back(self, kind: type[Errand], until: datetime) -> None:
        """Try everything of one kind that waits later, and after what comes meanwhile."""
        waiting = OutboxRow.action == kind.action, OutboxRow.state == "new"
        held = {"not_before": until, "reason": "waiting for the rate limit"}
        await self._session.execute(update(OutboxRow).where(*waiting).values(held))

    async def keep_young(self, since: datetime, now: datetime) -> None:
        """Let what came after *since* and was never tried count as made *now*: it is not sent."""
        untried = OutboxRow.state == "new", OutboxRow.tries == 0, OutboxRow.created_at >= since
        await self._session.execute(update(OutboxRow).where(*untried).values(created_at=now))

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
        waiting = _concerns(person_id), OutboxRow.state == "new"
        await self._session.execute(
            update(OutboxRow).where(*waiting).values(state="parked", reason="erased", content=None)
        )

    async def done_for(self, person_id: int) -> Sequence[Done]:
        """List what was done to or about a person and is still remembered, the oldest first."""
        query = select(OutboxRow).where(_concerns(person_id), OutboxRow.state == "sent")
        rows = (await self._session.scalars(query.order_by(OutboxRow.id))).all()
        return [Done(row.room, KINDS.get(row.action), row.event_id) for row in rows]

    async def hand_over(self, room: int, person_id: int) -> None:
        """Let everything done in a chat be to this person: they are known by another number."""
        await self._session.execute(
            update(OutboxRow).where(OutboxRow.room == room).values(person_id=person_id)
        )

    async def event_of(self, txn_id: str) -> str | None:
        """Tell which event a message became, if it is sent and still remembered."""
        query = select(OutboxRow.event_id).where(OutboxRow.txn_id == txn_id)
        return await self._session.scalar(query)

    async def counts(self) -> dict[str, int]:
        """Count rows per state, for operators."""
        query = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
        return dict((await self._session.execute(query)).all())


def _outgoing(action: str, content: object, **columns: Any) -> Outgoing:
    return Outgoing(errand=load(action, content), **columns)
