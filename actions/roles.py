"""Who works for the network, and as what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions import letters
from actions.authority import authorise
from actions.consent import member_called
from actions.staff import Staff
from actions.trust import Trust
from kit.authority import Act, Actor, Role
from kit.errors import Conflict
from kit.network import Access, Network
from kit.notices import Notice
from kit.ports import Post, RoomErrands
from kit.text import Pill, Reply, _
from storage.decisions import Decisions
from storage.people import People
from storage.tables.people import Decided, PersonRow

# Nobody makes stewards but the operator, and nobody takes membership by a role.
GIVEN = (Role.MEMBER, Role.CURATOR, Role.ORGANISER, Role.MODERATOR)


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of members, and the rooms for staff that go with them."""

    people: People
    decisions: Decisions
    trust: Trust
    staff: Staff
    network: Network
    errands: RoomErrands
    post: Post

    async def give(self, by: Actor, user_id: str, role: Role, now: datetime) -> None:
        """Set a member's role, one of ``GIVEN``; only stewards decide who is a moderator.

        What somebody said of others as a moderator counts no longer than they are one.

        Raises:
            NotAllowed: it takes a steward.
            NotFound: there is no such member.
        """
        authorise(by, Act.GIVE_ROLE, role)
        person = await self._subject(by, user_id)
        await self.decisions.note(by.id, person.id, Decided(role), now)
        before, person.role = person.role, role
        if before is not role:
            await self.post.notify(person.id, Notice.STANDING, letters.appointed(role, before))
        if before.may(Role.MODERATOR) and not role.may(Role.MODERATOR):
            await self._review(person, await self.trust.end_checks_of(person, now), now)
        if role is Role.MEMBER:
            await self.errands.remove(self.network.behind(Access.STAFF), person.id)
        else:
            await self.errands.invite(self.network.gate(Access.STAFF), person.id)

    async def _review(self, before: PersonRow, closed: Sequence[PersonRow], now: datetime) -> None:
        """Let the moderators look at those who were in by the word of one who is none any more."""
        staff = await self.staff.who_may(Act.GIVE_ROLE, now) if closed else ()
        for begin in range(0, len(closed), letters.IN_ONE_LETTER):
            reply = letters.to_review(before, closed[begin : begin + letters.IN_ONE_LETTER])
            for reader in staff:
                await self.post.notify(reader.id, Notice.DUTIES, reply)

    async def held(self, by: Actor, user_id: str, role: Role) -> tuple[Role, int]:
        """Look what *role* would take the place of, and whom they checked it ends the word for.

        Raises:
            NotAllowed: it takes a steward.
            NotFound: there is no such member.
        """
        authorise(by, Act.GIVE_ROLE, role)
        person = await self._subject(by, user_id)
        ends = person.role.may(Role.MODERATOR) and not role.may(Role.MODERATOR)
        return person.role, len(await self.trust.checked_by(person)) if ends else 0

    async def ending(self, by: Actor, user_id: str) -> tuple[Role, int]:
        """Look as ``held`` does what somebody has who is to have no role.

        Raises:
            Conflict: they have none.
        """
        authorise(by, Act.GIVE_ROLE)
        before, checked = await self.held(by, user_id, Role.MEMBER)
        if before not in GIVEN or before is Role.MEMBER:
            raise Conflict(_("{user} has no role.", user=Pill(user_id)))
        return before, checked

    async def _subject(self, by: Actor, user_id: str) -> PersonRow:
        person = await member_called(self.people, user_id)
        authorise(by, Act.GIVE_ROLE, person.role)
        return person

    async def arrived(self, person_id: int) -> Reply:
        """Invite a steward who is greeted to the rooms for staff; returns what they are told."""
        await self.errands.invite(self.network.gate(Access.STAFF), person_id)
        return letters.appointed(Role.STEWARD)
