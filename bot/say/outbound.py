"""What leaves the hub in one transaction: each errand becomes a row of the outbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from kit.audience import Audience
from kit.errand import Errand, Remove, SendInClear
from storage.messages import Messages
from storage.outbox import Outbox


class Outbound:
    """Queues errands under transaction ids that nobody can guess."""

    def __init__(self, session: AsyncSession, now: datetime, token: Callable[[], str]) -> None:
        """Write with *session* at the moment *now*; *token* makes the ids."""
        self.session = session
        self.now = now
        self.token = token
        self.queued: list[str] = []
        self.outbox = Outbox(session)
        self.messages = Messages(session)

    def queue(
        self,
        room: int,
        errand: Errand,
        person_id: int | None = None,
        txn_id: str | None = None,
        audience: Audience | None = None,
        *,
        unasked: bool = False,
    ) -> str:
        """Queue an errand for the row of a room; returns its transaction id."""
        txn_id = txn_id or self.token()
        self.outbox.add(
            room,
            errand,
            txn_id=txn_id,
            now=self.now,
            person_id=person_id,
            audience=audience,
            unasked=unasked,
        )
        self.queued.append(txn_id)
        return txn_id

    async def overtake(
        self, room: int, errand: SendInClear | Remove, person_id: int, txn_id: str
    ) -> None:
        """Queue what goes before all that waits in a room."""
        await self.outbox.overtake(room, errand, txn_id=txn_id, now=self.now, person_id=person_id)
        self.queued.append(txn_id)
