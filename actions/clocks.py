"""Moments as one person means them: in their language, by their own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kit.moments import Reading
from kit.understanding import Understanding
from storage.people import People


@dataclass(frozen=True, slots=True)
class OwnTime:
    """The clock of each person, UTC where they named no zone."""

    people: People
    understanding: Understanding

    async def zone(self, person_id: int) -> str:
        """Give the zone in which somebody reads and writes times."""
        return (await self.people.get(person_id)).zone or "UTC"

    async def read(self, person_id: int, said: str, language: str, now: datetime) -> Reading:
        """Read all of what somebody *said* as a moment of their zone, or of the one it names."""
        return self.understanding.moment(said, language, now, await self.zone(person_id))
