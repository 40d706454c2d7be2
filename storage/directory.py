"""What members let each other find."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, delete, select

from storage.repository import Repository
from storage.tables.people import DirectoryRow, PersonRow

AT_EVENTS = "events"
"""Among the fields that a person shows: which events they are going to."""


@dataclass(frozen=True, slots=True)
class Findable:
    """Somebody who lets members find some of this: *shown* says what."""

    person_id: int
    country: str | None
    language: str
    category: str | None
    topics: Sequence[str]
    shown: Sequence[str]


def shows(field: str) -> ColumnElement[bool]:
    """Require that a person shows *field*."""
    return cast(DirectoryRow.shown, String).contains(f'"{field}"')


class Directory(Repository):
    """The names of the fields that a person shows; no entry shows nothing."""

    async def show(self, person_id: int, fields: Sequence[str]) -> None:
        """Let members find these *fields* of a person, and no others."""
        await self._session.execute(delete(DirectoryRow).where(DirectoryRow.person_id == person_id))
        if fields:
            self._session.add(DirectoryRow(person_id=person_id, shown=list(fields)))

    async def of(self, person_id: int) -> Sequence[str]:
        """List the fields that a person shows."""
        row = await self._session.get(DirectoryRow, person_id)
        return row.shown if row else ()

    async def categories_in(self, country: str) -> Counter[str | None]:
        """Count who shows that they are in *country*, by category.

        Countries are sealed, so the database cannot compare them: what it finds is who shows one.
        """
        query = (
            select(PersonRow.country, PersonRow.category)
            .join(DirectoryRow, DirectoryRow.person_id == PersonRow.id)
            .where(shows("country"))
        )
        counted: Counter[str | None] = Counter()
        async for rows in self._portions(query):
            counted.update(row.category for row in rows if row.country == country)
        return counted

    async def everybody(self) -> AsyncIterator[Findable]:
        """Go through all who show something, with what they may show."""
        query = (
            select(
                PersonRow.id,
                PersonRow.country,
                PersonRow.language,
                PersonRow.category,
                PersonRow.topics,
                DirectoryRow.shown,
            )
            .join(DirectoryRow, DirectoryRow.person_id == PersonRow.id)
            .order_by(PersonRow.id)
        )
        async for rows in self._portions(query):
            for row in rows:
                yield Findable(*row)
