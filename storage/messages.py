"""What was said, or waits to be: found by whom it concerns or where, to be taken back or moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, func, or_, select, update

from kit.audience import Audience, only
from kit.errand import KINDS, Errand, SendInClear, Unsay, dump, unsealed
from kit.stored import Unreadable
from storage.outbox import MESSAGES, Outbox
from storage.queue import State
from storage.repository import Repository
from storage.tables.queues import AboutRow, OutboxRow


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What waited to be said, as its row has it, and of whom it tells."""

    action: str
    content: dict[str, Any]
    txn_id: str
    created_at: datetime
    person_id: int | None
    about: Sequence[int]
    audience: Audience | Unreadable | None


@dataclass(frozen=True, slots=True)
class DoneErrand:
    """An errand that was done, and the event it became if it was a message."""

    room: int
    kind: type[Errand] | None
    event_id: str | None


def _concerns(person_id: int) -> ColumnElement[bool]:
    named = select(AboutRow.txn_id).where(AboutRow.person_id == person_id)
    return or_(OutboxRow.person_id == person_id, OutboxRow.txn_id.in_(named))


class Messages(Repository):
    """What the outbox holds of a person or of a room."""

    async def event_of(self, txn_id: str) -> str | None:
        """Tell which event a message became, if it is sent and still remembered."""
        query = select(OutboxRow.event_id).where(OutboxRow.txn_id == txn_id)
        return await self._session.scalar(query)

    async def withdraw(self, person_id: int) -> None:
        """Give up everything that is still to be said to or about a person.

        Of each room the oldest may be under way: it is taken back once it is known what it became.
        """
        waiting = _concerns(person_id), OutboxRow.state == State.NEW
        messages = OutboxRow.action.in_([each.action for each in MESSAGES])
        first = select(func.min(OutboxRow.id)).where(OutboxRow.state == State.NEW)
        first = first.group_by(OutboxRow.room)
        await self._session.execute(
            update(OutboxRow)
            .where(*waiting, messages, OutboxRow.id.in_(first))
            .values(action=Unsay.action, content=dump(Unsay()), audience=None)
        )
        await self._session.execute(
            update(OutboxRow)
            .where(*waiting, OutboxRow.action != Unsay.action)
            .values(state=State.WITHDRAWN, reason="erased", content=None, audience=None)
        )

    async def done_for(self, person_id: int) -> Sequence[DoneErrand]:
        """List what was done to or about a person and is still remembered, the oldest first."""
        query = select(OutboxRow).where(_concerns(person_id), OutboxRow.state == State.SENT)
        rows = (await self._session.scalars(query.order_by(OutboxRow.id))).all()
        return [DoneErrand(row.room, KINDS.get(row.action), row.event_id) for row in rows]

    async def stay(self, room: int, former: int) -> None:
        """Leave what was said in a room with the row that stands for it from now on."""
        said = OutboxRow.room == room, OutboxRow.event_id.is_not(None)
        await self._session.execute(update(OutboxRow).where(*said).values(room=former))

    async def let_go(
        self, room: int, since: datetime | None = None, *, warnings_too: bool = False
    ) -> Sequence[str]:
        """Return the events of what was said in a room, *since* a moment or ever, and forget them.

        Whoever asks takes them back, now or never: the row of the room may be about to mean
        another Matrix room. What was said in clear where others encrypt stays said, unless
        *warnings_too*: nothing that an account says or does takes a warning about it away.
        """
        said = [
            OutboxRow.room == room,
            OutboxRow.state == State.SENT,
            OutboxRow.event_id.is_not(None),
            *([OutboxRow.created_at >= since] if since else []),
        ]
        stays = [] if warnings_too else [OutboxRow.action != SendInClear.action]
        query = select(OutboxRow.event_id).where(*said, *stays).order_by(OutboxRow.id)
        events = [each for each in await self._session.scalars(query) if each is not None]
        await self._session.execute(update(OutboxRow).where(*said).values(event_id=None))
        return events

    async def leave_unsaid(self, room: int) -> bool:
        """Take back what waits to be said in a room; tells whether that was anything."""
        messages = OutboxRow.action.in_([each.action for each in MESSAGES])
        waiting = OutboxRow.room == room, OutboxRow.state == State.NEW, messages
        unsaid = {"state": State.WITHDRAWN, "reason": "meant to be encrypted"}
        done = await self._session.execute(
            update(OutboxRow).where(*waiting).values(**unsaid, content=None, audience=None)
        )
        return isinstance(done, CursorResult) and done.rowcount > 0

    async def hand_over(self, room: int, person_id: int) -> None:
        """Let everything done in a chat be to this person: they are known by another number."""
        await self._session.execute(
            update(OutboxRow).where(OutboxRow.room == room).values(person_id=person_id)
        )
        waiting = OutboxRow.room == room, OutboxRow.audience.is_not(None)
        await self._session.execute(
            update(OutboxRow).where(*waiting).values(audience=only([person_id]))
        )

    async def take_out(self, room: int) -> Sequence[Unsaid]:
        """Take what waits to be said in a room out of the queue; all else for it is given up."""
        messages = OutboxRow.action.in_([each.action for each in MESSAGES])
        waiting = OutboxRow.room == room, OutboxRow.state == State.NEW, messages
        rows = (await self._session.scalars(select(OutboxRow).where(*waiting))).all()
        unsaid = []
        for row in sorted(rows, key=lambda each: each.id):
            about = select(AboutRow.person_id).where(AboutRow.txn_id == row.txn_id)
            (action, content), txn_id, audience = (
                unsealed(row.action, row.content),
                row.txn_id,
                row.audience,
            )
            if not content:
                continue
            whom = (await self._session.scalars(about)).all()
            unsaid.append(
                Unsaid(action, content, txn_id, row.created_at, row.person_id, whom, audience)
            )
            await self._session.execute(delete(AboutRow).where(AboutRow.txn_id == txn_id))
            # The row stays under its number: it may be on its way in this moment.
            row.txn_id = f"{txn_id}:{row.id}"
        await self._session.flush()
        await Outbox(self._session).withdraw_room(room, "somebody else came into the chat")
        return unsaid

    async def put_back(self, room: int, unsaid: Sequence[Unsaid]) -> None:
        """Queue again what was taken out, behind what waits for a room by now."""
        outbox = Outbox(self._session)
        for each in unsaid:
            row = OutboxRow(
                txn_id=each.txn_id,
                room=room,
                action=each.action,
                content=each.content,
                created_at=each.created_at,
                person_id=each.person_id,
                audience=each.audience,
            )
            self._session.add(row)
            await outbox.about(each.txn_id, each.about)
