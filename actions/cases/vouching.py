"""Who interprets reads everything, so none is asked before a moderator gave their word for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.authority import authorise
from actions.cases import vouching_letters as letters
from actions.sides import may_interpret, side
from actions.staff import Staff
from kit.authority import Act, Actor
from kit.due import Planned
from kit.network import Network
from kit.notices import Notice
from kit.ports import Post
from storage.dues import Dues
from storage.experts import Experts
from storage.tables.cases import ExpertRow
from storage.tables.people import PersonRow

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class InterpretersWait(Planned):
    """Somebody offered to interpret: moderators are told, once a day at most."""

    kind: ClassVar[str] = "experts.unvouched"
    pattern: ClassVar[str] = "experts.unvouched:{day}"


@dataclass(frozen=True, slots=True)
class Vouching:
    """Those who would interpret and wait for the word of a moderator."""

    experts: Experts
    staff: Staff
    dues: Dues
    post: Post
    network: Network

    async def needs_word(self, expert_id: int) -> bool:
        """Tell whether somebody offers to interpret for whom no moderator gave their word."""
        row = await self.experts.get(expert_id)
        offers = row is not None and row.interprets is not None
        return offers and not await self.experts.vouched(expert_id)

    async def came(self, now: datetime) -> None:
        """Plan to tell moderators that somebody offered to interpret.

        Who comes after they were told today is told of tomorrow.
        """
        await self.dues.plan_all((InterpretersWait(), at) for at in (now, now + DAY))

    async def tell(self, due_at: datetime, now: datetime) -> None:
        """Tell moderators who waits, if somebody came in the day before it was *due_at*."""
        waiting = sorted(await self._waiting(), key=lambda each: each[0].since <= due_at - DAY)
        if waiting and waiting[0][0].since > due_at - DAY:
            letter = letters.interpreters_wait(waiting)
            for moderator in await self.staff.who_may(Act.TRIAGE, now):
                await self.post.notify(moderator.id, Notice.DUTIES, letter)

    async def waiting(self, by: Actor) -> Sequence[tuple[ExpertRow, PersonRow]]:
        """List who waits for a moderator's word, those who are known longest first."""
        authorise(by, Act.TRIAGE)
        return await self._waiting()

    async def _waiting(self) -> Sequence[tuple[ExpertRow, PersonRow]]:
        """Leave out who may interpret for nobody, whoever vouches for them."""
        found = await self.experts.unvouched()
        return [each for each in found if may_interpret(side(self.network, each[1]))]
