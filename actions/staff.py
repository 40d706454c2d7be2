"""Who works for the network: those to whom a task of theirs is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.acquaintance import Acquaintance
from actions.authority import Stewards, may
from kit.authority import Act, Role
from kit.text import Message, _
from storage.people import People
from storage.tables.people import PersonRow


@dataclass(frozen=True, slots=True)
class Staff:
    """The people who have powers, by their role or as stewards."""

    people: People
    stewards: Stewards
    acquaintance: Acquaintance

    async def who_may(self, act: Act, now: datetime, on: object = None) -> Sequence[PersonRow]:
        """List all who may do *act* with *on* at this moment, the stewards last.

        They are met by this if need be, but for who asked to be forgotten.
        """
        stewards = [
            await self.acquaintance.meet(user_id, now, spoke_at=None)
            for user_id in sorted(self.stewards.user_ids)
        ]
        roles = [role for role in Role if role is not Role.ANYONE and role.may(act.least)]
        others = [each for role in roles for each in await self.people.with_role(role)]
        able = {
            each.id: each
            for each in (*others, *stewards)
            if each and may(self.stewards.actor(each), act, on)
        }
        return list(able.values())


def unreachable() -> Message:
    """Say that what somebody wants to pass on would be read by nobody."""
    return _(
        "I can reach nobody who would read that, so I did not keep it. Please try again later, or "
        "ask whoever invited you to the network."
    )
