"""Members who answer requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.repository import Repository
from storage.tables.cases import STANDING, ExpertRow, OfferRow
from storage.tables.people import PersonRow


@dataclass(frozen=True, slots=True)
class Load:
    """How much an expert is asked: offers that stand, those of a week, and those of a month."""

    open_now: int = 0
    week: int = 0
    month: int = 0


class Experts(Repository):
    """Members who answer, with what matching needs to know about them."""

    async def get(self, person_id: int) -> ExpertRow | None:
        """Return a person's entry as an expert."""
        return await self._session.get(ExpertRow, person_id)

    async def put(self, row: ExpertRow) -> None:
        """Register an expert or change their entry."""
        await self._session.merge(row)

    async def candidates(self, topic: str) -> Sequence[tuple[ExpertRow, PersonRow]]:
        """List experts of a topic who are neither away nor gone, with the person behind each."""
        query = (
            select(ExpertRow, PersonRow)
            .join(PersonRow, PersonRow.id == ExpertRow.person_id)
            .where(~ExpertRow.away, ~PersonRow.departed)
            .order_by(ExpertRow.person_id)
        )
        found = (await self._session.execute(query)).all()
        return [(expert, person) for expert, person in found if topic in expert.topics]

    async def loads(self, week: datetime, month: datetime) -> dict[int, Load]:
        """Count what each expert has to answer, and was asked since two moments."""
        stands = OfferRow.state.in_(STANDING)
        query = (
            select(
                OfferRow.expert_id,
                func.count().filter(stands),
                func.count().filter(OfferRow.offered_at >= week),
                func.count().filter(OfferRow.offered_at >= month),
            )
            .where(stands | (OfferRow.offered_at >= min(week, month)))
            .group_by(OfferRow.expert_id)
        )
        found = (await self._session.execute(query)).all()
        return {expert_id: Load(*counts) for expert_id, *counts in found}
