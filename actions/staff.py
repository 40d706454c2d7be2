"""Who works for the network: those to whom a task of theirs is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.authority import Stewards
from kit.authority import Act, Role
from storage.people import People
from storage.tables.people import PersonRow


@dataclass(frozen=True, slots=True)
class Staff:
    """The people who have powers, by their role or as stewards."""

    people: People
    stewards: Stewards

    async def who_may(self, act: Act) -> Sequence[PersonRow]:
        """List all the hub has met who have the role for an act, at this moment."""
        known = [await self.people.find(user_id) for user_id in sorted(self.stewards.user_ids)]
        for role in Role:
            if role is not Role.ANYONE and role.may(act.least):
                known += await self.people.with_role(role)
        able = {each.id: each for each in known if each and self._may(each, act)}
        return [able[number] for number in sorted(able)]

    def _may(self, person: PersonRow, act: Act) -> bool:
        return self.stewards.actor(person).role.may(act.least)
