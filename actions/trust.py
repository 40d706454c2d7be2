"""Whose word lets whom into the practitioners' rooms, and taking people out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from actions import letters
from actions.authority import authorise
from actions.cases.interpreters import Interpreters
from actions.consent import member_called
from actions.sides import OPPOSED, side
from kit.authority import Act, Actor, Role
from kit.errors import Conflict, NotFound
from kit.network import Access, Network, Side
from kit.notices import Notice
from kit.ports import Post, RoomErrands
from kit.text import Message, Pill, Say, _
from storage.decisions import Decisions
from storage.experts import Experts
from storage.people import People
from storage.tables.people import Decided, PersonRow
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
    experts: Experts
    decisions: Decisions
    network: Network
    post: Post
    errands: RoomErrands
    interpreters: Interpreters

    async def would_interpret(self, by: Actor, user_id: str) -> Sequence[str]:
        """Say between which languages somebody would interpret who waits for a moderator's word.

        A word for the rooms does not count for that: who gives theirs is asked. Nothing is said to
        anybody else, of whom it would tell something.
        """
        authorise(by, Act.VOUCH)
        person = await self.people.find(user_id) if by.role.may(Role.MODERATOR) else None
        if person is None or await self.experts.vouched(person.id):
            return ()
        entry = await self.experts.get(person.id)
        return entry.interprets or () if entry is not None else ()

    async def vouch(
        self, by: Actor, user_id: str, now: datetime, *, interprets: bool = False
    ) -> tuple[PersonRow, Vouched]:
        """Count a practitioner's or a moderator's word; what convinced them is not kept.

        That of a moderator may be that somebody *interprets*, too.

        Raises:
            Conflict: the word cannot count for this person, who then learns nothing of it.
            NotAllowed: it is the word of neither.
            NotFound: there is no such member.
        """
        authorise(by, Act.VOUCH)
        checked = by.role.may(Role.MODERATOR)
        person = await self._accepted(by, user_id, checked=checked)
        await self.decisions.note(by.id, person.id, Decided.VOUCH, now)
        might_interpret = await self.experts.vouched(person.id)
        if checked:
            person.held = False
        before = await self.trusted(person)
        told = checked and interprets
        await self.vouches.give(person.id, by.id, now, checked=checked, interprets=told)
        if told and not might_interpret:
            await self._let_interpret(person, now)
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
        await self.post.notify(person.id, Notice.STANDING, letters.let_in())
        return person, Vouched.LET_IN

    async def unvouch(self, by: Actor, user_id: str, now: datetime) -> bool:
        """Let one's own word no longer count; a moderator's withdrawal ends everybody's.

        Returns whether nobody's word counts until a moderator gives theirs.

        Raises:
            NotFound: a moderator named no member, or anybody else nobody they vouched for.
        """
        authorise(by, Act.TAKE_BACK_WORD)
        moderator = by.role.may(Role.MODERATOR)
        # Whoever is no moderator reads the same of everybody: they know of their own words only.
        found = await self.people.find(user_id)
        words = await self.vouches.about(found.id) if found is not None else ()
        own = any(word.voucher_id == by.id for word in words)
        if not moderator and not own:
            raise NotFound(_("You have not vouched for {user}.", user=Pill(user_id)))
        person = await member_called(self.people, user_id)
        for word in words:
            if moderator or word.voucher_id == by.id:
                await self.vouches.withdraw(person.id, word.voucher_id)
        person.held = person.held or moderator
        await self.decisions.note(by.id, person.id, Decided.WITHDRAW, now)
        await self._fall_short(person)
        await self.interpreters.review(now)
        return moderator

    async def trusted(self, person: PersonRow) -> bool:
        """Tell whether enough people gave their word; outside the defence only a check counts."""
        if person.held:
            return False
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
        await self.errands.remove(self.network.behind(Access.PRACTITIONERS), person.id)
        await self.post.notify(person.id, Notice.STANDING, letters.closed(note))

    async def category_changed(self, person: PersonRow, before: Side | None, now: datetime) -> None:
        """Let a new answer take effect at once; *before* is the side of the one before.

        Who comes over from the state's or the adverse side needs a moderator's word.
        """
        opposed = side(self.network, person) in OPPOSED
        person.held = person.held or before in OPPOSED
        if opposed:
            await self.end_word_of(person, now)
            await self.vouches.forget(person.id)
        if person.practitioner and not await self.trusted(person):
            note = _(
                "The practitioners' rooms are for the defence, so with your new category "
                "they are closed to you. The other rooms stay open."
            )
            await self.close(person, note)
        elif opposed:  # somebody may have let them in by hand, past the hub
            await self.errands.remove(self.network.behind(Access.PRACTITIONERS), person.id)
        await self.interpreters.review(now)

    async def end_word_of(self, voucher: PersonRow, now: datetime) -> None:
        """Let a voucher's word no longer count, for anybody."""
        await self._end_words(voucher, await self.vouches.by(voucher.id))
        await self.interpreters.review(now)

    async def checked_by(self, voucher: PersonRow) -> Sequence[int]:
        """List for whom somebody gave their word as a moderator."""
        return await self.vouches.checked_by(voucher.id)

    async def end_checks_of(self, voucher: PersonRow, now: datetime) -> Sequence[PersonRow]:
        """Let what somebody said as a moderator no longer count: they are none any more.

        Returns to whom rooms close by it.
        """
        closed = await self._end_words(voucher, await self.checked_by(voucher))
        await self.interpreters.review(now)
        return closed

    async def _end_words(self, voucher: PersonRow, on: Sequence[int]) -> list[PersonRow]:
        closed: list[PersonRow] = []
        for person_id in on:
            await self.vouches.withdraw(person_id, voucher.id)
            closed += await self._fall_short(await self.people.get(person_id))
        return closed

    async def _let_interpret(self, person: PersonRow, now: datetime) -> None:
        """Tell somebody who waits for it that they may interpret, and matching that they may."""
        entry = await self.experts.get(person.id)
        if entry is not None and entry.interprets is not None:
            await self.experts.touch([person.id], now)
            await self.post.notify(person.id, Notice.STANDING, letters.may_interpret())

    async def _open(self, person: PersonRow) -> None:
        person.practitioner = True
        await self.errands.invite(self.network.gate(Access.PRACTITIONERS), person.id)

    async def _fall_short(self, person: PersonRow) -> Sequence[PersonRow]:
        """Close the rooms to somebody for whom too few still give their word.

        Returns them, and to whom rooms close because theirs does not count any more either.
        """
        if not person.practitioner or await self.trusted(person):
            return ()
        note = _(
            "Somebody's word for you no longer counts, so the practitioners' rooms are closed "
            "to you for now. Ask a colleague there to say {vouch}, or a moderator.",
            vouch=Say("vouch", person.user_id),
        )
        await self.close(person, note)
        return [person, *await self._end_words(person, await self.vouches.by(person.id))]

    async def _accepted(self, by: Actor, user_id: str, *, checked: bool) -> PersonRow:
        """Find the one a word is for; raises why it cannot count.

        A practitioner learns nothing more of somebody by trying.
        """
        user, person = Pill(user_id), await self.people.find(user_id)
        if person is not None and by.id == person.id:
            raise Conflict(_("Nobody can vouch for themselves."))
        if checked:
            person = await member_called(self.people, user_id)
            if side(self.network, person) in OPPOSED:
                raise Conflict(
                    _("By their own answer, {user} is not on the side of the defence.", user=user)
                )
            return person
        member = person is not None and person.is_member and not person.held
        if person is None or not member or side(self.network, person) is not Side.DEFENCE:
            raise Conflict(
                _(
                    "Your word cannot count for {user}: they are no member, or only a moderator "
                    "can let them in.",
                    user=user,
                )
            )
        return person
