"""What may be told of somebody who is to stay unknown: only what enough others share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from actions.cases.waiting import FEW
from kit.network import Network, Region
from storage.figures import Figures
from storage.tables.people import PersonRow

# The hub counts each hour, so that nobody waits for it; few are counted whenever it is asked.
COUNTED_EVERY = timedelta(hours=2)
MANY = 500


@dataclass(slots=True)
class Headcount:
    """Members by country and category, in memory; counting them opens what is sealed of each."""

    at: datetime | None = None
    members: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Crowds:
    """Members among whom a single one is not told."""

    figures: Figures
    network: Network
    headcount: Headcount

    async def region_of(self, person: PersonRow, now: datetime) -> Region | None:
        """Give the region of somebody, None if too few there describe themselves as they do."""
        region = self._region(person.country)
        if region is None:
            return None
        members = await self.members(now)
        alike = sum(members[country, person.category] for country in region.countries)
        return region if alike >= FEW else None

    async def members(self, now: datetime) -> Counter[tuple[str | None, str | None]]:
        """Say how many members there are by country and category, as of an hour ago for many."""
        at = self.headcount.at
        few = self.headcount.members.total() <= MANY
        if few or at is None or now - at >= COUNTED_EVERY:
            await self.count(now)
        return self.headcount.members

    async def count(self, now: datetime) -> None:
        """Count members anew."""
        self.headcount.members = await self.figures.crowds()
        self.headcount.at = now

    def _region(self, country: str | None) -> Region | None:
        return self.network.region_of(country) if country else None
