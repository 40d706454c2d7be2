"""Olm and Megolm sessions, as rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Update, bindparam, select, update

from storage.repository import Repository
from storage.rows import insert_new, insert_one
from storage.tables.encryption import (
    CorrespondentRow,
    InboundSessionRow,
    MessageIndexRow,
    OlmSessionRow,
    OutboundSessionRow,
    SharedKeyRow,
)

# Made once: building a statement takes longer than running it.
_INBOUND = (
    select(InboundSessionRow, CorrespondentRow)
    .join(CorrespondentRow, CorrespondentRow.id == InboundSessionRow.correspondent_id)
    .where(
        InboundSessionRow.room_id == bindparam("room"),
        InboundSessionRow.session_id == bindparam("name"),
    )
)
_CURRENT = select(OutboundSessionRow).where(
    OutboundSessionRow.room_id == bindparam("room"), ~OutboundSessionRow.dropped
)
_READERS = select(SharedKeyRow.device).where(SharedKeyRow.outbound_id == bindparam("outbound"))


class OlmSessions(Repository):
    """Sessions with single devices, by the identity key of the device."""

    async def of(self, identity_keys: Collection[str]) -> Sequence[OlmSessionRow]:
        """Return the sessions with these devices, those first that were used last."""
        query = select(OlmSessionRow).where(OlmSessionRow.identity_key.in_(identity_keys))
        return (await self._session.scalars(query.order_by(OlmSessionRow.used_at.desc()))).all()

    async def met(self, identity_keys: Collection[str]) -> set[str]:
        """Return those of these devices with which there is any session."""
        query = select(OlmSessionRow.identity_key).where(
            OlmSessionRow.identity_key.in_(identity_keys)
        )
        return set(await self._session.scalars(query.distinct()))

    def add(self, row: OlmSessionRow) -> None:
        """Keep a new session."""
        self._session.add(row)

    async def remove(self, row: OlmSessionRow) -> None:
        """Forget a session."""
        await self._session.delete(row)


class InboundSessions(Repository):
    """What others encrypt for rooms."""

    async def get(
        self, room_id: str, session_id: str
    ) -> tuple[InboundSessionRow, CorrespondentRow] | None:
        """Return a session and its owner."""
        named = {"room": room_id, "name": session_id}
        found = (await self._session.execute(_INBOUND, named)).one_or_none()
        return None if found is None else (found[0], found[1])

    async def add(self, row: InboundSessionRow) -> None:
        """Keep a new session."""
        self._session.add(row)
        await self._session.flush()

    async def event_at(self, inbound_id: int, place: int) -> str | None:
        """Return the event that stands at a place of a session."""
        found = await self._session.get(MessageIndexRow, (inbound_id, place))
        return None if found is None else found.event_id

    async def stand(self, inbound_id: int, place: int, event_id: str) -> bool:
        """Let an event stand there for good; tells whether the place was free."""
        row = {"inbound_id": inbound_id, "place": place, "event_id": event_id}
        return await insert_one(self._session, MessageIndexRow, row)


class OutboundSessions(Repository):
    """What the hub encrypts for rooms."""

    async def current(self, room_id: str) -> OutboundSessionRow | None:
        """Return the session that may still be used in a room."""
        return (await self._session.scalars(_CURRENT, {"room": room_id})).one_or_none()

    async def known(self, session_id: str) -> OutboundSessionRow | None:
        """Return a session of ours, used or not."""
        query = select(OutboundSessionRow).where(OutboundSessionRow.session_id == session_id)
        return (await self._session.scalars(query)).one_or_none()

    async def add(self, row: OutboundSessionRow) -> None:
        """Keep a new session."""
        self._session.add(row)
        await self._session.flush()

    async def drop(self, room_ids: Collection[str]) -> None:
        """Never use again what was used in these rooms."""
        if room_ids:
            there = OutboundSessionRow.room_id.in_(room_ids)
            await self._drop(update(OutboundSessionRow).where(there, ~OutboundSessionRow.dropped))

    async def drop_all(self) -> None:
        """Never use any session again."""
        await self._drop(update(OutboundSessionRow))

    async def _drop(self, change: Update) -> None:
        await self._session.execute(change.values(dropped=True))

    async def readers(self, outbound_id: int) -> set[int]:
        """Return the devices that have the key of a session, by their row."""
        return set(await self._session.scalars(_READERS, {"outbound": outbound_id}))

    async def share(self, outbound_id: int, devices: Collection[int], place: int) -> None:
        """Note that these devices are given the key from a place on."""
        rows = [{"outbound_id": outbound_id, "device": d, "place": place} for d in devices]
        await insert_new(self._session, SharedKeyRow, rows)
