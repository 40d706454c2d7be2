"""Who works for the network, and as what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.authority import authorise
from actions.consent import member_called
from actions.trust import Trust
from kit.authority import Act, Actor, Role
from kit.network import Access, Network
from kit.notices import Notice
from kit.ports import Post, RoomErrands
from kit.text import Code, Node, Paragraphs, Reply, Say, _
from storage.decisions import Decisions
from storage.people import People
from storage.tables.people import Decided

# Nobody makes stewards but the operator, and nobody takes membership by a role.
GIVEN = (Role.MEMBER, Role.CURATOR, Role.ORGANISER, Role.MODERATOR)


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of members, and the rooms for staff that go with them."""

    people: People
    decisions: Decisions
    trust: Trust
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
        person = await member_called(self.people, user_id)
        authorise(by, Act.GIVE_ROLE, person.role)
        await self.decisions.note(by.id, person.id, Decided(role), now)
        before, person.role = person.role, role
        if before is not role:
            await self.post.notify(person.id, Notice.STANDING, appointed(role, before))
        if before.may(Role.MODERATOR) and not role.may(Role.MODERATOR):
            await self.trust.end_checks_of(person)
        if role is Role.MEMBER:
            await self.errands.remove(self.network.behind(Access.STAFF), person.id)
        else:
            await self.errands.invite(self.network.gate(Access.STAFF), person.id)

    async def arrived(self, person_id: int) -> Reply:
        """Invite a steward who is greeted to the rooms for staff; returns what they are told."""
        await self.errands.invite(self.network.gate(Access.STAFF), person_id)
        return appointed(Role.STEWARD)


def appointed(role: Role, before: Role = Role.MEMBER) -> Reply:
    """Tell somebody what they are from now on, what they can do, and where."""
    rooms = _("Accept my invitation, and the rooms of those who work for the network open to you.")
    match role:
        case Role.STEWARD:
            told = _steward()
        case Role.MODERATOR:
            told = _moderator()
        case Role.CURATOR:
            told = _(
                "You are a curator of the library now. {review} shows what waits for you; "
                "{approve} lists it, {reject} declines it.",
                review=Say("review"),
                approve=Say("approve", "1"),
                reject=Say("reject", "1"),
            )
        case Role.ORGANISER:
            told = _(
                "You are an organiser of events now. {add} announces one, {cancel} calls it off.",
                add=Say("event add"),
                cancel=Say("event cancel", "1"),
            )
        case _:
            left = _("You are no longer {role}; you are still a member.", role=Code(before))
            return Reply("roles.ended", left)
    return Reply("roles.appointed", Paragraphs([told, rooms]))


def _moderator() -> Node:
    return _(
        "You are a moderator now. {health} says how the hub is, {stats} how the network grows, "
        "{decisions} who decided what. You give roles with {role} and your word for practitioners "
        "with {vouch}, and you may do all that curators and organisers do.",
        health=Say("health"),
        stats=Say("stats"),
        decisions=Say("decisions"),
        role=Say("role"),
        vouch=Say("vouch"),
    )


def _steward() -> Node:
    return _(
        "The operator made you a steward: {role} makes somebody a moderator, curator or organiser, "
        "and {health} says how the hub is. Say {help} for all that you can do.",
        role=Say("role"),
        health=Say("health"),
        help=Say("help"),
    )
