"""Where people in need of a lawyer are sent, by country; curators answer for what is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from actions.authority import authorise
from actions.curation.letters import unknown_there
from kit.authority import Act, Actor
from kit.errors import NotFound
from storage.referrals import Referrals
from storage.tables.library import ReferralRow


@dataclass(frozen=True, slots=True)
class Referring:
    """The bodies that are named."""

    referrals: Referrals

    async def name(
        self, by: Actor, country: str, body: str, reach: str, source: str, dated: date
    ) -> ReferralRow:
        """Name a body for a country, in place of the one that was named; *source* said it then."""
        authorise(by, Act.CURATE)
        row = ReferralRow(
            country=country, body=body, reach=reach, source=source, dated=dated, withdrawn=False
        )
        return await self.referrals.put(row)

    async def withdraw(self, by: Actor, country: str) -> None:
        """Name none for a country.

        Raises:
            NotFound: none is named.
        """
        authorise(by, Act.CURATE)
        row = await self.referrals.of(country)
        if row is None:
            raise NotFound(unknown_there(country))
        row.withdrawn = True
