"""What waits: messages to devices, and events that cannot be read yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, or_, select

from kit.inbound import Withheld
from storage.encryption.correspondents import Correspondents
from storage.repository import Repository
from storage.rows import insert_new
from storage.tables.encryption import (
    CorrespondentRow,
    DeviceRow,
    KeptKeyRow,
    ToDeviceRow,
    UndecryptableRow,
    VerificationRow,
    WithheldKeyRow,
)

# Whoever sends more than these that cannot be read is not waited for.
MOST_OF_ONE = 100


# Made once: building a statement takes longer than running it.
_ANYTHING = select(
    or_(
        exists().where(ToDeviceRow.room_id.is_(None)),
        exists().select_from(UndecryptableRow),
        exists().where(DeviceRow.wedged),
        exists().select_from(VerificationRow),
        exists().select_from(KeptKeyRow),
    )
)
_FOR_DEVICES = (
    select(ToDeviceRow)
    .where(ToDeviceRow.room_id.is_not_distinct_from(bindparam("room")))
    .order_by(ToDeviceRow.id)
)


class KeyMatters(Repository):
    """Whatever about keys is not over."""

    async def any(self) -> bool:
        """Tell whether anything waits: for devices, of them, or for whom a key is kept."""
        return bool(await self._session.scalar(_ANYTHING))


class ToDevice(Repository):
    """Messages to devices, each with one transaction id for every try."""

    def add(
        self, txn_id: str, kind: str, messages: Mapping[str, Any], room_id: str | None = None
    ) -> None:
        """Queue a message for each device of *messages*, by user and device."""
        row = ToDeviceRow(txn_id=txn_id, type=kind, room_id=room_id, messages=dict(messages))
        self._session.add(row)

    async def waiting(self, room_id: str | None) -> Sequence[ToDeviceRow]:
        """List what waits for a room, or for none, in order."""
        return (await self._session.scalars(_FOR_DEVICES, {"room": room_id})).all()

    async def done(self, row_id: int) -> None:
        """Forget what the homeserver has."""
        await self._session.execute(delete(ToDeviceRow).where(ToDeviceRow.id == row_id))


class Undecryptables(Repository):
    """Encrypted events whose key, or whose sender's devices, are not known yet."""

    async def keep(self, room_id: str, event: Mapping[str, Any], now: datetime) -> None:
        """Keep an event that may become readable; of one sender only so many."""
        lists = Correspondents(self._session)
        await lists.track([event["sender"]], now)
        sender = await lists.find(event["sender"])
        assert sender is not None
        theirs = UndecryptableRow.correspondent_id == sender.id
        count = select(func.count()).select_from(UndecryptableRow).where(theirs)
        if (await self._session.scalar(count) or 0) >= MOST_OF_ONE:
            return
        row = {
            "event_id": event["event_id"],
            "room_id": room_id,
            "session_id": event["content"]["session_id"],
            "correspondent_id": sender.id,
            "source": dict(event),
            "received_at": now,
            "told": False,
        }
        await insert_new(self._session, UndecryptableRow, [row])

    async def of_sessions(self, session_ids: Collection[str]) -> Sequence[UndecryptableRow]:
        """List the events that these sessions may open, in the order they came."""
        if not session_ids:
            return []
        query = select(UndecryptableRow).where(UndecryptableRow.session_id.in_(session_ids))
        return (await self._session.scalars(query.order_by(UndecryptableRow.id))).all()

    async def of_users(self, user_ids: Collection[str]) -> Sequence[UndecryptableRow]:
        """List the events of these senders, in the order they came."""
        query = (
            select(UndecryptableRow)
            .join(CorrespondentRow, CorrespondentRow.id == UndecryptableRow.correspondent_id)
            .where(CorrespondentRow.user_key.in_(user_ids))
            .order_by(UndecryptableRow.id)
        )
        return (await self._session.scalars(query)).all()

    async def remove(self, event_ids: Collection[str]) -> None:
        """Forget events: they can be read, or never will be."""
        if event_ids:
            these = UndecryptableRow.event_id.in_(event_ids)
            await self._session.execute(delete(UndecryptableRow).where(these))

    async def withdraw(self, event_id: str, room_id: str, sender: str) -> None:
        """Forget an event that its own author took back, where they said it."""
        rows = await self.of_users([sender])
        await self.remove(
            [row.event_id for row in rows if (row.event_id, row.room_id) == (event_id, room_id)]
        )

    async def unasked(self, before: datetime) -> Sequence[UndecryptableRow]:
        """List the events that came *before* then and whose key nobody was asked for."""
        query = select(UndecryptableRow).where(
            UndecryptableRow.asked_at.is_(None), UndecryptableRow.received_at <= before
        )
        return (await self._session.scalars(query.order_by(UndecryptableRow.id))).all()

    async def asked_for(self, session_id: str) -> bool:
        """Tell whether the key of a session was asked for and is still wanted."""
        query = select(UndecryptableRow.id).where(
            UndecryptableRow.session_id == session_id, UndecryptableRow.asked_at.is_not(None)
        )
        return await self._session.scalar(query.limit(1)) is not None

    async def untold(self, before: datetime) -> Sequence[UndecryptableRow]:
        """List the events that came *before* then and whose sender was not told so."""
        query = select(UndecryptableRow).where(
            ~UndecryptableRow.told, UndecryptableRow.received_at <= before
        )
        return (await self._session.scalars(query.order_by(UndecryptableRow.id))).all()

    async def tell(self, row: UndecryptableRow) -> bool:
        """Note that the sender of an event is told; False if they know it of its session."""
        same = (
            UndecryptableRow.session_id == row.session_id,
            UndecryptableRow.correspondent_id == row.correspondent_id,
            UndecryptableRow.told,
        )
        known = await self._session.scalar(select(UndecryptableRow.id).where(*same).limit(1))
        row.told = True
        return known is None


class WithheldKeys(Repository):
    """Why keys do not come, by who withholds them."""

    async def keep(self, user_id: str, session_id: str, why: Withheld, now: datetime) -> None:
        """Remember a reason of somebody whose devices are known; of each only so many."""
        sender = await Correspondents(self._session).find(user_id)
        if sender is None:
            return
        theirs = WithheldKeyRow.correspondent_id == sender.id
        count = select(func.count()).select_from(WithheldKeyRow).where(theirs)
        if (await self._session.scalar(count) or 0) < MOST_OF_ONE:
            row = {"session_id": session_id, "why": why, "received_at": now}
            await insert_new(
                self._session, WithheldKeyRow, [{"correspondent_id": sender.id, **row}]
            )

    async def why(self, row: UndecryptableRow) -> Withheld | None:
        """Tell why the key of an event does not come, if its sender said so."""
        theirs = WithheldKeyRow.correspondent_id == row.correspondent_id
        query = select(WithheldKeyRow.why).where(
            theirs, WithheldKeyRow.session_id == row.session_id
        )
        return await self._session.scalar(query)
