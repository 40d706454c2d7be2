"""Counts for those who look after the network; nobody is named in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Result, func, or_, select

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
        here = DialogueRow.name == dialogue
        query = select(DialogueRow.step, func.count()).where(here).group_by(DialogueRow.step)
        return _counter(await self._session.execute(query))

    async def crowds(self) -> Counter[tuple[str | None, str | None]]:
        """Count members by country and category together: opens what is sealed of each."""
        query = select(PersonRow.country, PersonRow.category).where(PersonRow.is_member)
        counted = Counter[tuple[str | None, str | None]]()
        async for rows in self._portions(query):
            counted.update((row.country, row.category) for row in rows)
        return counted

    async def outcomes(self) -> Counter[CaseOutcome]:
        """Count what came of requests, as their askers or the hub say."""
        query = select(RequestRow.outcome, func.count()).where(RequestRow.outcome.is_not(None))
        return _counter(await self._session.execute(query.group_by(RequestRow.outcome)))

    async def unmet(self) -> tuple[Counter[str | None], Counter[str | None]]:
        """Count requests for which nobody was found, or not yet: by topic, and by language."""
        nobody = or_(
            RequestRow.state == RequestState.UNMATCHED, RequestRow.outcome == CaseOutcome.UNMET
        )
        query = select(RequestRow.topic, RequestRow.languages).where(nobody)
        topics, spoken = Counter[str | None](), Counter[str | None]()
        async for rows in self._portions(query):
            topics.update(row.topic for row in rows)
            spoken.update(language for row in rows for language in row.languages)
        return topics, spoken

    async def requests(self) -> Counter[RequestState]:
        """Count requests for experts by state."""
        query = select(RequestRow.state, func.count()).group_by(RequestRow.state)
        return _counter(await self._session.execute(query))


def _counter(counted: Result[*tuple[Any, int]]) -> Counter[Any]:
    return Counter({key: n for key, n in counted})  # noqa: C416 -- dict() takes it for a mapping
