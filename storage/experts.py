"""Members who answer requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.repository import Repository
from storage.tables.cases import ExpertRow, OfferRow
from storage.tables.people import PersonRow


class Experts(Repository):
    """Members who answer, with what matching needs to know about them."""

    async def get(self, person_id: int) -> ExpertRow | None:
        """Return a person's entry as an expert."""
        return await self._session.get(ExpertRow, person_id)

    async def put(self, row: ExpertRow) -> None:
        """Register an expert or change their entry."""
        await self._session.merge(row)

    async def candidates(self, topic: str, now: datetime) -> Sequence[tuple[ExpertRow, PersonRow]]:
        """List experts who are here now and know the topic, with the person behind each."""
        query = (
            select(ExpertRow, PersonRow)
            .join(PersonRow, PersonRow.id == ExpertRow.person_id)
            .where((ExpertRow.away_until.is_(None)) | (ExpertRow.away_until <= now))
            .order_by(ExpertRow.person_id)
        )
        found = (await self._session.execute(query)).all()
        return [(expert, person) for expert, person in found if topic in expert.topics]

    async def load(self, since: datetime) -> dict[int, tuple[int, int]]:
        """Count per expert: offers and requests open now, and offers made after *since*."""
        query = select(OfferRow.expert_id, OfferRow.state, OfferRow.offered_at)
        found: dict[int, tuple[int, int]] = {}
        for expert_id, state, offered_at in await self._session.execute(query):
            open_now, recent = found.get(expert_id, (0, 0))
            busy = state in ("offered", "accepted")
            found[expert_id] = (open_now + busy, recent + (offered_at >= since))
        return found
