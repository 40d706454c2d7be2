"""The stewards as people to write to: the operator's settings name them, met or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.authority import Stewards
from actions.departures import Acquaintance
from kit.network import Network
from kit.text import Message, _
from storage.tables.people import PersonRow


@dataclass(frozen=True, slots=True)
class Stewardship:
    """Knows whom to tell what only stewards decide."""

    stewards: Stewards
    acquaintance: Acquaintance
    network: Network

    async def people(self, now: datetime) -> Sequence[PersonRow]:
        """List the stewards, met by this if need be, but for who asked to be forgotten."""
        language = self.network.languages[0]
        found = [
            await self.acquaintance.meet(user_id, language, now, spoke_at=None)
            for user_id in sorted(self.stewards.user_ids)
        ]
        return [person for person in found if person is not None]


def unreachable() -> Message:
    """Say that what somebody wants to pass on would be read by nobody."""
    return _(
        "I can reach nobody who would read that, so I did not keep it. Please try again later, or "
        "ask whoever invited you to the network."
    )
