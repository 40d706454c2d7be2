"""What is to be done on the homeserver: once each, in order per room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Executable,
    String,
    bindparam,
    case,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from kit.audience import Audience, Only
from kit.errand import (
    KINDS,
    Errand,
    Remove,
    Send,
    SendFile,
    SendInClear,
    SendSealed,
    SendStep,
    dump,
    load,
    unsealed,
)
from kit.roomkey import RoomKey, SpaceRoom
from kit.stored import Unreadable
from storage.encryption.correspondents import Correspondents
from storage.occupants import Occupants
from storage.queue import Claimed, Queue, State, claiming, free
from storage.repository import padded
from storage.tables.people import PersonRow
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
    key: RoomKey | Unreadable
    audience: Audience | Unreadable | None
    overheard: bool = False

    @property
    def reference(self) -> str:
        """What the log calls it."""
        return reference(self.txn_id)


def reference(txn_id: str) -> str:
    """Shorten a transaction id for the log: rooms get their addresses from it, so never all."""
    return txn_id[:8]


MESSAGES = (Send, SendFile, SendSealed, SendStep, SendInClear)
# Why a message waits: somebody whom it is for has no device that could read it.
NO_DEVICE = "waiting for a device that can read it"
LIMITED = "waiting for the rate limit"
# Why it waits where it is neither of these: it was not done yet, by the homeserver or before it.
NOT_DONE = "not done by the homeserver yet"


# Made once: building a statement takes longer than running it.
_TABLE, _ROOM = OutboxRow.table(), RoomRow.table()
_HELD_BACK = _TABLE.c.not_before.is_not(None)
_OLDEST = (
    select(func.min(_TABLE.c.id))
    .where(_TABLE.c.state == State.NEW, _TABLE.c.room.not_in(bindparam("besides", expanding=True)))
    .group_by(_TABLE.c.room)
)
_HEADS = (
    select(
        *(_TABLE.c[name] for name in ("id", "txn_id", "action", "content", "created_at", "tries")),
        *(_TABLE.c.audience, _TABLE.c.room, _ROOM.c.room_id, _ROOM.c.encrypted, _ROOM.c.key),
    )
    .join(_ROOM, _ROOM.c.id == _TABLE.c.room)
    .where(
        _TABLE.c.id.in_(_OLDEST),
        free(_TABLE),
        or_(_TABLE.c.claimed_until.is_(None), _TABLE.c.claimed_until <= bindparam("now")),
        _TABLE.c.action.not_in(bindparam("closed", expanding=True)),
    )
    # In turn; but of those that a limit held back the newest first, after what is new: who asks
    # something is not kept waiting by a long announcement.
    .order_by(_HELD_BACK, case((_HELD_BACK, -_TABLE.c.id), else_=_TABLE.c.id))
    .limit(bindparam("most"))
)
_CLAIM = claiming(_HEADS, _TABLE)
_LEASE = (
    update(_TABLE)
    .where(_TABLE.c.id.in_(bindparam("errands", expanding=True)))
    .values(claimed_until=bindparam("until"))
)
# What became another errand while it was done, because somebody was erased, is not over.
_SENT = (
    update(_TABLE)
    .where(
        _TABLE.c.id == bindparam("errand"),
        _TABLE.c.state == State.NEW,
        _TABLE.c.action == bindparam("did"),
    )
    .values(state=State.SENT, event_id=bindparam("event"), content=None, audience=None)
)


_CLEAR = [each.action for each in (Send, SendFile, SendStep)]
_SEAL = (
    update(_TABLE)
    .where(
        _TABLE.c.id == bindparam("errand"),
        _TABLE.c.txn_id == bindparam("txn"),
        _TABLE.c.state == State.NEW,
        _TABLE.c.action.in_(_CLEAR),
    )
    .values(action=SendSealed.action, content=bindparam("sealed"), created_at=bindparam("now"))
    .returning(_TABLE.c.id)
)
_FOR_DEVICES = select(_TABLE.c.id, _TABLE.c.audience).where(
    _TABLE.c.state == State.NEW, _TABLE.c.reason == NO_DEVICE
)

# Whose chat is over has left or was erased: what was refused there is nothing to mend.
_PARTED = select(_ROOM.c.id).where(
    _ROOM.c.left, type_coerce(_ROOM.c.key, String).not_like(f"{SpaceRoom.prefix}%")
)
_MATTERS = or_(_TABLE.c.state == State.NEW, _TABLE.c.room.not_in(_PARTED))
# Who has no device yet may never have one.
_MOVES = or_(_TABLE.c.reason.is_(None), _TABLE.c.reason != NO_DEVICE)
_FIRST = (
    select(_TABLE.c.room, func.min(_TABLE.c.id).label("id"), func.count().label("rows"))
    .where(_TABLE.c.state == State.NEW)
    .group_by(_TABLE.c.room)
    .subquery()
)
_WHY = case((_TABLE.c.reason.in_([NO_DEVICE, LIMITED]), _TABLE.c.reason), else_=NOT_DONE)
_HELD_UP = (
    select(_WHY, func.sum(_FIRST.c.rows))
    .join(_FIRST, _FIRST.c.id == _TABLE.c.id)
    .where(_TABLE.c.reason.is_not(None))
    .group_by(_WHY)
)


class Outbox(
    Queue,
    of=OutboxRow,
    emptied={"content": None, "audience": None},
    since="created_at",
    counts=(_MATTERS,),
    ages=(_MOVES,),
):
    """The only way out."""

    def add(
        self,
        room: int,
        errand: Errand,
        *,
        txn_id: str,
        now: datetime,
        person_id: int | None = None,
        audience: Audience | None = None,
        unasked: bool = False,
    ) -> None:
        """Queue an errand, a message with its *audience*; an *unasked* one is no last word.

        *person_id* is whom it is about, so that it can be withdrawn.
        """
        self._session.add(
            OutboxRow(
                txn_id=txn_id,
                room=room,
                action=errand.action,
                content=dump(errand),
                created_at=now,
                person_id=person_id,
                audience=audience,
                unasked=unasked,
            )
        )

    async def overtake(
        self, room: int, errand: SendInClear | Remove, *, txn_id: str, now: datetime, person_id: int
    ) -> None:
        """Queue what goes before all that waits in a room: numbers tell the order."""
        first = await self._session.scalar(select(func.min(OutboxRow.id)))
        row = OutboxRow(id=min(first or 0, 0) - 1, room=room, person_id=person_id)
        row.txn_id, row.created_at = txn_id, now
        row.action, row.content = errand.action, dump(errand)
        self._session.add(row)

    async def about(self, txn_id: str, person_ids: Iterable[int]) -> None:
        """Note whom an errand names beside the person it is for."""
        await self._session.flush()
        self._session.add_all(AboutRow(txn_id=txn_id, person_id=each) for each in person_ids)

    async def is_queued(self, room: int, errand: Errand) -> bool:
        """Tell whether the same errand waits already."""
        waiting = (
            OutboxRow.room == room,
            OutboxRow.action == errand.action,
            OutboxRow.state == State.NEW,
        )
        queued = await self._session.scalars(select(OutboxRow.content).where(*waiting))
        return dump(errand) in queued.all()

    async def waiting(self, *, in_space: bool = False) -> Counter[type[Errand]]:
        """Count what is still to be done by kind, everywhere or only in rooms of the Space."""
        query = select(OutboxRow.action, func.count()).where(OutboxRow.state == State.NEW)
        if in_space:
            key = type_coerce(RoomRow.key, String)
            query = query.join(RoomRow, RoomRow.id == OutboxRow.room)
            query = query.where(key.startswith(SpaceRoom.prefix))
        found = (await self._session.execute(query.group_by(OutboxRow.action))).all()
        return Counter({KINDS[action]: n for action, n in found if action in KINDS})

    async def heads(
        self,
        now: datetime,
        most: int,
        besides: Collection[int] = (),
        closed: Collection[type[Errand]] = (),
        *,
        me: str = "",
    ) -> Sequence[Outgoing]:
        """Return the oldest waiting errand of at most *most* rooms, where it may be tried now.

        The rooms *besides* and errands of *closed* kinds are left out.
        """
        return await self._find(_HEADS, now, most, besides, closed, me)

    async def claim(
        self,
        now: datetime,
        until: datetime,
        most: int,
        besides: Collection[int] = (),
        closed: Collection[type[Errand]] = (),
        *,
        me: str = "",
    ) -> Sequence[Outgoing]:
        """Claim what ``heads`` would return, for this process alone *until* then.

        The work is done outside the transaction, so a lock would not last. A claim that runs out
        does no harm: every try of a row uses the same transaction id.
        """
        rows = await self._find(_CLAIM, now, most, besides, closed, me)
        await self._lease([row.id for row in rows], until)
        return rows

    async def release(self, row_ids: Collection[int]) -> None:
        """Give claimed errands back before their time."""
        await self._lease(row_ids, None)

    async def release_all(self) -> None:
        """Give back what processes had claimed that are gone."""
        claimed = update(OutboxRow).where(OutboxRow.claimed_until.is_not(None))
        await self._session.execute(claimed.values(claimed_until=None))

    async def _find(
        self,
        query: Executable,
        now: datetime,
        most: int,
        besides: Collection[int],
        closed: Collection[type[Errand]],
        me: str,
    ) -> Sequence[Outgoing]:
        left_out = {"besides": padded(besides), "closed": [each.action for each in closed]}
        found = await self._session.execute(query, {"now": now, "most": most, **left_out})
        rows = [_outgoing(**row) for row in found.mappings()]
        private = {
            row.room_id: row.audience
            for row in rows
            if row.room_id is not None and isinstance(row.audience, Only)
        }
        crowded = await Occupants(self._session).crowded(private, me)
        return [replace(row, overheard=row.room_id in crowded) for row in rows]

    async def _lease(self, row_ids: Collection[int], until: datetime | None) -> None:
        if row_ids:
            await self._session.execute(_LEASE, {"errands": padded(row_ids), "until": until})

    async def sent(self, done: Sequence[tuple[Outgoing, str | None]]) -> None:
        """Close errands that were done, each with its event id, and remove what they said."""
        values = [
            {"errand": row.id, "did": row.errand.action, "event": event_id}
            for row, event_id in done
            if not isinstance(row.errand, Unreadable)
        ]
        await self._session.execute(_SENT, values)

    async def seal(self, row: Outgoing, sealed: SendSealed, now: datetime) -> bool:
        """Put what is sent in the place of what is said; False if it is withdrawn meanwhile.

        It counts as made *now*: before it was sealed the homeserver cannot have been given it.
        """
        values = {"errand": row.id, "txn": row.txn_id, "sealed": dump(sealed), "now": now}
        return (await self._session.execute(_SEAL, values)).one_or_none() is not None

    async def hasten(self, user_ids: Collection[str]) -> None:
        """Try at once what waits for devices of these users, wherever it is said.

        Whose device had no key for us may have some by now.
        """
        waiting = (await self._session.execute(_FOR_DEVICES)).all()
        if not waiting:
            return
        theirs = select(PersonRow.id).where(PersonRow.user_key.in_(user_ids))
        people = {*await self._session.scalars(theirs)}
        now = [
            number
            for number, audience in waiting
            if isinstance(audience, Only) and people.intersection(audience.person_ids)
        ]
        if now:
            these = OutboxRow.id.in_(padded(now))
            await self._session.execute(update(OutboxRow).where(these).values(not_before=None))
            await Correspondents(self._session).may_have_keys(user_ids)

    async def unseal(self) -> None:
        """Let what is sealed be said again: the device whose keys it needs is no more."""
        sealed = OutboxRow.action == SendSealed.action, OutboxRow.state == State.NEW
        for row in await self._session.scalars(select(OutboxRow).where(*sealed)):
            row.action, row.content = unsealed(row.action, row.content)
            if not row.content:
                row.state, row.content, row.audience = State.PARKED, None, None

    async def hold_back(self, kind: type[Errand], until: datetime) -> None:
        """Try everything of one kind that waits later, and after what comes meanwhile."""
        waiting = OutboxRow.action == kind.action, OutboxRow.state == State.NEW
        held = {"not_before": until, "reason": LIMITED}
        await self._session.execute(update(OutboxRow).where(*waiting).values(held))

    async def held_up(self) -> Counter[str]:
        """Count what waits by why the first of its room does: a device, a limit, or anything else.

        What was not tried yet is held up by nothing.
        """
        found = await self._session.execute(_HELD_UP)
        return Counter({why: int(rows) for why, rows in found})

    async def keep_young(self, since: datetime, now: datetime) -> None:
        """Let what came after *since* and was never tried count as made *now*: it is not sent."""
        untried = (
            OutboxRow.state == State.NEW,
            OutboxRow.tries == 0,
            OutboxRow.created_at >= since,
        )
        await self._session.execute(update(OutboxRow).where(*untried).values(created_at=now))

    async def forgotten(self, row: Claimed, reason: str) -> None:
        """Give up an errand that is too old to repeat safely: it may have been done."""
        await self._end([row], State.UNKNOWN, reason)

    async def give_up(self, room: int, errand: Errand, reason: str) -> None:
        """Take back an errand for a room that is not done yet."""
        waiting = OutboxRow.room == room, OutboxRow.state == State.NEW
        for row in await self._session.scalars(
            select(OutboxRow).where(*waiting, OutboxRow.action == errand.action)
        ):
            if row.content == dump(errand):
                row.state, row.reason, row.content = State.WITHDRAWN, reason, None

    async def withdraw_room(self, room: int, reason: str) -> None:
        """Take back everything for a room that is not to be met any more: nobody refused it."""
        waiting = OutboxRow.room == room, OutboxRow.state == State.NEW
        await self._session.execute(
            update(OutboxRow)
            .where(*waiting)
            .values(state=State.WITHDRAWN, reason=reason, content=None, audience=None)
        )


def _outgoing(action: str, content: object, **columns: Any) -> Outgoing:
    return Outgoing(errand=load(action, content), **columns)
