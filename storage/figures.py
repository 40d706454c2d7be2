"""Counts for those who look after the network; nobody is named in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from storage.repository import Repository
from storage.tables.cases import CaseOutcome, RequestRow, RequestState
from storage.tables.people import PersonRow
from storage.tables.talk import DialogueRow


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many people came how far on the way to membership."""

    met: int
    spoke: int
    members: int


class Figures(Repository):
    """Counts over everybody."""

    async def funnel(self) -> Funnel:
        """Count the people the hub has met, by how far they came."""
        query = select(
            func.count(),
            func.count().filter(PersonRow.has_spoken),
            func.count().filter(PersonRow.is_member),
        ).select_from(PersonRow)
        met, spoke, members = (await self._session.execute(query)).one()
        return Funnel(met, spoke, members)

    async def standing(self, dialogue: str) -> Counter[str]:
        """Count open conversations of one kind by the question they stand at."""
        query = select(DialogueRow.step).where(DialogueRow.name == dialogue)
        return Counter(await self._session.scalars(query))

    async def members(self) -> tuple[Counter[str | None], Counter[str | None]]:
        """Count members by country and by category; None is those who did not say."""
        query = select(PersonRow.country, PersonRow.category).where(PersonRow.is_member)
        rows = (await self._session.execute(query)).all()
        return Counter(row.country for row in rows), Counter(row.category for row in rows)

    async def crowds(self) -> Counter[tuple[str | None, str | None]]:
        """Count members by country and category together."""
        query = select(PersonRow.country, PersonRow.category).where(PersonRow.is_member)
        rows = await self._session.execute(query)
        return Counter((country, category) for country, category in rows)

    async def outcomes(self) -> Counter[CaseOutcome]:
        """Count what came of requests, as their askers or the hub say."""
        query = select(RequestRow.outcome).where(RequestRow.outcome.is_not(None))
        return Counter(each for each in await self._session.scalars(query) if each is not None)

    async def unmet(self) -> tuple[Counter[str | None], Counter[str | None]]:
        """Count requests for which nobody was found, or not yet: by topic, and by language."""
        nobody = or_(
            RequestRow.state == RequestState.UNMATCHED, RequestRow.outcome == CaseOutcome.UNMET
        )
        query = select(RequestRow.topic, RequestRow.languages).where(nobody)
        rows = (await self._session.execute(query)).all()
        spoken = [language for row in rows for language in row.languages]
        return Counter(row.topic for row in rows), Counter(spoken)

    async def requests(self) -> Counter[RequestState]:
        """Count requests for experts by state."""
        return Counter(await self._session.scalars(select(RequestRow.state)))
