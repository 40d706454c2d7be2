"""Whose encryption it is: an identity that takes the place of another counts by a moderator's word.

Whoever holds the password or runs the homeserver can show one, and answer for its owner in every
chat. So nobody says of themselves that it is theirs, and no time makes it so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions import letters
from actions.authority import authorise
from actions.staff import Staff
from kit.authority import Act, Actor
from kit.codes import numbers, read_numbers
from kit.due import ForPerson, WrongNumbers
from kit.errors import NotAllowed, NotFound
from kit.notices import Notice
from kit.ports import Post
from kit.text import Message, Node, Pill, Reply, _
from storage.audits import Audits
from storage.dues import Dues
from storage.encryption.correspondents import Correspondents
from storage.outbox import Outbox
from storage.people import People
from storage.tables.audit import Audited
from storage.tables.people import PersonRow

TOLD_AGAIN_AFTER = timedelta(days=1)
# So many identities a day somebody is told of: there is no end to those that can be shown.
MOST_TOLD = 3
# So often a day a moderator may say wrong numbers.
MOST_WRONG = 3
# A moderator's word counts when their own identity does for so long.
SETTLED_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ToldOfIdentity(ForPerson):
    """Somebody was told of a new identity, by its *numbers*, and moderators of the first one."""

    kind: ClassVar[str] = "trust.identity"
    numbers: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """Identities that took the place of others."""

    correspondents: Correspondents
    people: People
    staff: Staff
    outbox: Outbox
    audits: Audits
    dues: Dues
    post: Post

    async def replaced(self, user_id: str, now: datetime) -> None:
        """Tell somebody of whom another identity is shown, and those who may let it count."""
        person = await self.people.find(user_id)
        if person is not None:
            await self._tell(person, now)

    async def set_up(self, user_id: str, device: Sequence[Node]) -> None:
        """Tell somebody that a device of theirs let another identity count; *device* names it."""
        if (person := await self.people.find(user_id)) is not None:
            await self.post.warn(person.id, letters.identity_set_up(device))

    async def look_again(self, person_id: int, told: str, now: datetime) -> None:
        """Tell of the identity that is shown by now, unless it is the one of which they were."""
        person = await self.people.get(person_id)
        key = await self.correspondents.replaced(person.user_id)
        if key is not None and numbers(key) != told:
            await self._tell(person, now)

    async def _tell(self, person: PersonRow, now: datetime) -> None:
        """Tell somebody of the identity that is shown, and of a first one of the day moderators."""
        key = await self.correspondents.replaced(person.user_id)
        told = [what.numbers for what, _at in await self.dues.planned(ToldOfIdentity, person.id)]
        if key is None or (said := numbers(key)) in told or len(told) >= MOST_TOLD:
            return
        await self.dues.plan(ToldOfIdentity(person.id, said), at=now + TOLD_AGAIN_AFTER)
        await self.post.warn(person.id, letters.identity_replaced(said))
        staff = await self.staff.who_may(Act.RECOGNISE, now)
        if told or not (person.is_member or person.id in {each.id for each in staff}):
            return
        for moderator in await self.staff.who_may(Act.RECOGNISE, now, person):
            letter = letters.to_recognise(person)
            await self.post.notify(moderator.id, Notice.DUTIES, letter, at_once=True)

    async def recognise(
        self, by: Actor, user_id: str, said: str, now: datetime, *, vouched: bool
    ) -> Reply:
        """Let the identity of somebody count that is shown, or the one before again.

        *said* are its numbers, by a device that is *vouched* for. Those of one that is shown are
        told to its owner alone, so that they have to be asked. Without numbers nothing is done,
        and what can be done is returned. They and all stewards are told at once.

        Raises:
            NotAllowed: whoever has the moderator's account could have said it.
            NotFound: no other identity than before is shown of them, or was.
        """
        authorise(by, Act.RECOGNISE)
        person = await self.people.find(user_id)
        if person is None:
            raise NotFound(_as_it_was(user_id))
        authorise(by, Act.RECOGNISE, person)
        key = await self.correspondents.replaced(user_id)
        before = await self.correspondents.before(user_id)
        if key is None and before is None:
            raise NotFound(_as_it_was(user_id))
        if not said.strip():
            if key is not None:
                return letters.to_recognise(person)
            return letters.may_be_brought_back(person, numbers(before or ""))
        await self._make_sure(by, now, vouched=vouched)
        if before is not None and read_numbers(said) == numbers(before):
            await self.correspondents.bring_back(user_id, now)
            what, told = Audited.IDENTITY_BACK, letters.brought_back()
        elif key is not None and read_numbers(said) == numbers(key):
            await self.correspondents.accept(user_id, key, now)
            before = await self.correspondents.before(user_id)
            what, told = Audited.IDENTITY_ACCEPT, letters.recognised(person, numbers(before or ""))
        else:
            wrong = await self.dues.count(WrongNumbers, by.id)
            await self.dues.plan(WrongNumbers(by.id, wrong + 1), at=now + TOLD_AGAIN_AFTER)
            return letters.other_numbers(person)
        await self.outbox.hasten([user_id])
        entry = await self.audits.note(what, now, by=by.id, about=person.id)
        await self.post.warn(person.id, told)
        letter = letters.identity_decided(
            by, person, entry, None if what is Audited.IDENTITY_BACK else numbers(before or "")
        )
        for steward in await self.staff.who_may(Act.UNDO_ALL, now):
            if steward.id not in {by.id, person.id}:
                await self.post.notify(steward.id, Notice.DUTIES, letter, at_once=True)
        return letters.identity_done(person, back=what is Audited.IDENTITY_BACK)

    async def _make_sure(self, by: Actor, now: datetime, *, vouched: bool) -> None:
        """Raise NotAllowed if whoever got hold of a moderator's account could say it."""
        if not vouched:
            raise NotAllowed(
                _(
                    "Say that in an encrypted chat with me, from a device that you verified: "
                    "otherwise it could be said by whoever has your account."
                )
            )
        own = await self.correspondents.find(by.user_id)
        if own is not None and own.pinned_at is not None and own.pinned_at > now - SETTLED_AFTER:
            raise NotAllowed(
                _(
                    "Your own identity for encryption counts for less than a week. Ask another "
                    "moderator: otherwise whoever gets your account could say it at once."
                )
            )
        if await self.dues.count(WrongNumbers, by.id) >= MOST_WRONG:
            raise NotAllowed(
                _("You said wrong numbers too often today. Ask another moderator, or wait a day.")
            )


def _as_it_was(user_id: str) -> Message:
    return _("{user} shows no new identity: all is as it was.", user=Pill(user_id))
