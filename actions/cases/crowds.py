"""What may be told of somebody who is to stay unknown: only what enough others share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from actions.cases.waiting import FEW
from kit.network import Network, Region
from storage.figures import Figures
from storage.tables.people import PersonRow

COUNTED_EVERY = timedelta(days=1)


@dataclass(slots=True)
class Headcount:
    """Members by region and category, in memory; counting them opens what is sealed of each."""

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
        if self.headcount.at is None or now - self.headcount.at >= COUNTED_EVERY:
            await self._count(now)
        alike = self.headcount.members[region.slug, person.category]
        return region if alike >= FEW else None

    async def _count(self, now: datetime) -> None:
        counted = Counter[tuple[str | None, str | None]]()
        for (country, category), n in (await self.figures.crowds()).items():
            region = self._region(country)
            counted[region.slug if region else None, category] += n
        self.headcount.members, self.headcount.at = counted, now

    def _region(self, country: str | None) -> Region | None:
        return self.network.region_of(country) if country else None
