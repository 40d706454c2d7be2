"""Whose word lets whom into the practitioners' rooms, and taking people out of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from actions.authority import authorise
from actions.consent import member_called
from actions.sides import OPPOSED, side
from kit.authority import Act, Actor, Role
from kit.errors import Conflict, NotFound
from kit.network import Access, Network, Side
from kit.ports import Post
from kit.roomkey import SpaceRoom
from kit.text import Message, Pill, Reply, Say, _
from storage.people import People
from storage.tables.people import PersonRow
from storage.vouches import Vouches

ENOUGH = 2  # practitioners, where no moderator looked


class Vouched(Enum):
    """What somebody's word led to."""

    WAS_IN = auto()
    LET_IN = auto()
    ONE_MORE_NEEDED = auto()


@dataclass(frozen=True, slots=True)
class Trust:
    """The practitioners' rooms. Matrix looks at the gate only when somebody joins."""

    people: People
    vouches: Vouches
    network: Network
    post: Post

    async def vouch(self, by: Actor, user_id: str, now: datetime) -> tuple[PersonRow, Vouched]:
        """Count a practitioner's or a moderator's word; what convinced them is not kept.

        Raises:
            Conflict: the word cannot count for this person, who then learns nothing of it.
            NotAllowed: it is the word of neither.
            NotFound: there is no such member.
        """
        authorise(by, Act.VOUCH)
        person = await member_called(self.people, user_id)
        checked = by.role.may(Role.MODERATOR)
        self._accept(by, person, checked=checked)
        before = await self.trusted(person)
        await self.vouches.give(person.id, by.id, now, checked=checked)
        if person.practitioner:
            return person, Vouched.WAS_IN
        if before:  # they did not answer the yearly question: nobody can for them
            text = _(
                "{user} has to say {confirm} first.", user=Pill(user_id), confirm=Say("confirm")
            )
            raise Conflict(text)
        if not await self.trusted(person):
            return person, Vouched.ONE_MORE_NEEDED
        await self._open(person)
        await self.post.direct(person.id, _let_in())
        return person, Vouched.LET_IN

    async def unvouch(self, by: Actor, user_id: str) -> None:
        """Let one's own word no longer count; a moderator's withdrawal ends everybody's.

        Raises:
            NotFound: there is no such member, or no such word.
        """
        authorise(by, Act.TAKE_BACK_WORD)
        person = await member_called(self.people, user_id)
        given = [row.voucher_id for row in await self.vouches.about(person.id)]
        ended = given if by.role.may(Role.MODERATOR) else [v for v in given if v == by.id]
        if not ended:
            raise NotFound(_("You have not vouched for {user}.", user=Pill(user_id)))
        for voucher_id in ended:
            await self.vouches.withdraw(person.id, voucher_id)
        await self._fall_short(person)

    async def trusted(self, person: PersonRow) -> bool:
        """Tell whether enough people gave their word; outside the defence only a check counts."""
        given = await self.vouches.about(person.id)
        match side(self.network, person):
            case Side.DEFENCE:
                return len(given) >= ENOUGH or any(vouch.checked for vouch in given)
            case Side.NEUTRAL:
                return any(vouch.checked for vouch in given)
            case _:
                return False

    async def reopen(self, person: PersonRow) -> None:
        """Let somebody in again whose word of others still counts."""
        if not person.practitioner and await self.trusted(person):
            await self._open(person)

    async def close(self, person: PersonRow, note: Message) -> None:
        """Take a person out of every room behind the gate, and tell them why."""
        person.practitioner = False
        await self.post.remove(self.network.behind(Access.PRACTITIONERS), person.id)
        await self.post.direct(person.id, Reply("trust.closed", note))

    async def category_changed(self, person: PersonRow) -> None:
        """Let a new answer take effect at once."""
        opposed = side(self.network, person) in OPPOSED
        if opposed:
            await self.end_word_of(person)
            await self.vouches.forget(person.id)
        if person.practitioner and not await self.trusted(person):
            note = _(
                "The practitioners' rooms are for the defence, so with your new category "
                "they are closed to you. The other rooms stay open."
            )
            await self.close(person, note)
        elif opposed:  # somebody may have let them in by hand, past the hub
            await self.post.remove(self.network.behind(Access.PRACTITIONERS), person.id)

    async def end_word_of(self, voucher: PersonRow) -> None:
        """Let a voucher's word no longer count, for anybody."""
        for person_id in await self.vouches.by(voucher.id):
            await self.vouches.withdraw(person_id, voucher.id)
            await self._fall_short(await self.people.get(person_id))

    async def _open(self, person: PersonRow) -> None:
        person.practitioner = True
        await self.post.invite(SpaceRoom("practitioners"), person.id)

    async def _fall_short(self, person: PersonRow) -> None:
        """Close the rooms to somebody for whom too few still give their word."""
        if person.practitioner and not await self.trusted(person):
            note = _(
                "Somebody's word for you no longer counts, so the practitioners' rooms are closed "
                "to you for now. Ask a colleague there to say {vouch}, or a moderator.",
                vouch=Say("vouch", person.user_id),
            )
            await self.close(person, note)

    def _accept(self, by: Actor, person: PersonRow, *, checked: bool) -> None:
        """Raise why this word cannot count for this person."""
        if by.id == person.id:
            raise Conflict(_("Nobody can vouch for themselves."))
        user, stands = Pill(person.user_id), side(self.network, person)
        if stands in OPPOSED:
            raise Conflict(
                _("By their own answer, {user} is not on the side of the defence.", user=user)
            )
        if stands is not Side.DEFENCE and not checked:
            raise Conflict(
                _(
                    "By their own answer, {user} does not defend people. "
                    "Only a moderator can let them in.",
                    user=user,
                )
            )


def _let_in() -> Reply:
    welcome = _(
        "Colleagues gave their word for you: I have invited you to the practitioners' Space. "
        "No case details there either. You can now say {vouch} for others.",
        vouch=Say("vouch"),
    )
    return Reply("trust.opened", welcome)
