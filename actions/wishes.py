"""What people wish about being written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.authority import authorise
from actions.cases.offers import Offers
from kit.authority import Act, Actor
from kit.notices import Notice, Wake
from storage.attention import Attention
from storage.dues import Dues
from storage.tables.talk import AttentionRow


@dataclass(frozen=True, slots=True)
class Wishes:
    """One's own wishes. Each change looks at once whether something held may go out."""

    attention: Attention
    dues: Dues
    offers: Offers

    async def of(self, by: Actor) -> AttentionRow:
        """Return what somebody wishes."""
        authorise(by, Act.SET_WISHES)
        return await self.attention.wishes(by.id)

    async def switch(self, by: Actor, kind: Notice, now: datetime, *, on: bool) -> None:
        """Write of one kind of thing, or no longer."""
        wishes = await self.of(by)
        off = {*wishes.switched_off} - {kind} if on else {*wishes.switched_off, kind}
        wishes.switched_off = sorted(off)
        await self._keep(wishes, now)

    async def gather(self, by: Actor, now: datetime, *, digest: bool) -> None:
        """Send news once a week, or let them wait until they are asked for."""
        wishes = await self.of(by)
        wishes.digest = digest
        await self._keep(wishes, now)

    async def keep_quiet(self, by: Actor, begin: int, end: int, now: datetime) -> None:
        """Hold back between two full hours on their own clock; the same hour twice is none."""
        wishes = await self.of(by)
        wishes.quiet_from, wishes.quiet_until = begin, end
        await self._keep(wishes, now)

    async def mute(self, by: Actor, now: datetime, *, muted: bool) -> None:
        """Hold everything back, or let go what is still of use."""
        wishes = await self.of(by)
        wishes.muted = muted
        await self._keep(wishes, now)

    async def _keep(self, wishes: AttentionRow, now: datetime) -> None:
        await self.attention.put(wishes)
        await self.dues.plan(Wake(wishes.person_id), at=now)
        await self.offers.experts.touch([wishes.person_id], now)
        if not wishes.muted and Notice.REQUESTS not in wishes.switched_off:
            await self.offers.somebody_is_free(now)
