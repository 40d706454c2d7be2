"""Whose word lets whom into the practitioners' rooms, and taking people out of them."""

from __future__ import annotations

from dataclasses import dataclass

from kit.network import Access, Network, Side
from kit.ports import Post
from kit.text import Message, Reply, Say, _
from storage.people import People
from storage.tables.people import PersonRow
from storage.vouches import Vouches

ENOUGH = 2  # practitioners, where no moderator looked


@dataclass(frozen=True, slots=True)
class Trust:
    """The practitioners' rooms. Matrix looks at the gate only when somebody joins."""

    people: People
    vouches: Vouches
    network: Network
    post: Post

    def side(self, person: PersonRow) -> Side | None:
        """Tell where a person stands by their own answer."""
        category = self.network.categories.get(person.category or "")
        return category.side if category else None

    async def trusted(self, person: PersonRow) -> bool:
        """Tell whether enough people gave their word; outside the defence only a check counts."""
        given = await self.vouches.about(person.id)
        match self.side(person):
            case Side.DEFENCE:
                return len(given) >= ENOUGH or any(vouch.checked for vouch in given)
            case Side.NEUTRAL:
                return any(vouch.checked for vouch in given)
            case _:
                return False

    async def open(self, person: PersonRow) -> None:
        """Invite a person to the practitioners' Space."""
        person.practitioner = True
        await self.post.invite("space:practitioners", person.id)

    async def close(self, person: PersonRow, note: Message) -> None:
        """Take a person out of every room behind the gate, and tell them why."""
        person.practitioner = False
        await self.post.remove(self.network.behind(Access.PRACTITIONERS), person.id)
        await self.post.direct(person.id, Reply("trust.closed", note))

    async def changed_category(self, person: PersonRow) -> None:
        """Let a new answer take effect at once."""
        opposed = self.side(person) in {Side.STATE, Side.ADVERSE}
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
            await self.fall_short(await self.people.get(person_id))

    async def fall_short(self, person: PersonRow) -> None:
        """Close the rooms to somebody for whom too few still give their word."""
        if person.practitioner and not await self.trusted(person):
            note = _(
                "Somebody's word for you no longer counts, so the practitioners' rooms are closed "
                "to you for now. Ask a colleague there to say {vouch}, or a moderator.",
                vouch=Say("vouch", person.user_id),
            )
            await self.close(person, note)
