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
from kit.due import ForPerson
from kit.errors import Conflict, NotAllowed, NotFound
from kit.notices import Notice
from kit.ports import Post
from kit.text import Node, Pill, Reply, Say, _
from storage.audits import Audits
from storage.dues import Dues
from storage.encryption.correspondents import Correspondents
from storage.outbox import Outbox
from storage.people import People
from storage.tables.audit import Audited
from storage.tables.people import PersonRow

TOLD_AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ToldOfIdentity(ForPerson):
    """Somebody and the moderators were told of a new identity, by its *numbers*.

    Until then nothing is said of others: there is no end to those that can be shown.
    """

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
        if person is not None and not await self.dues.waits(ToldOfIdentity, person=person.id):
            await self._tell(person, "", now)

    async def set_up(self, user_id: str, device: Sequence[Node]) -> None:
        """Tell somebody that a device of theirs let another identity count; *device* names it."""
        if (person := await self.people.find(user_id)) is not None:
            await self.post.warn(person.id, letters.identity_set_up(device))

    async def look_again(self, person_id: int, told: str, now: datetime) -> None:
        """Tell of the identity that is shown by now, unless it is the one of which they were."""
        await self._tell(await self.people.get(person_id), told, now)

    async def _tell(self, person: PersonRow, told: str, now: datetime) -> None:
        key = await self.correspondents.replaced(person.user_id)
        if key is None or (said := numbers(key)) == told:
            return
        await self.dues.plan(ToldOfIdentity(person.id, said), at=now + TOLD_AGAIN_AFTER)
        await self.post.warn(person.id, letters.identity_replaced(said))
        for moderator in await self.staff.who_may(Act.RECOGNISE, now, person):
            await self.post.notify(moderator.id, Notice.DUTIES, letters.to_recognise(person, said))

    async def recognise(
        self, by: Actor, user_id: str, said: str, now: datetime, *, vouched: bool
    ) -> Reply | None:
        """Let somebody's new identity count; they are told.

        *said* are the numbers that they read out, by a device that is *vouched* for. Without
        numbers nothing is done, and what a moderator has to ask is returned.

        Raises:
            NotAllowed: whoever has the moderator's account could have said it.
            NotFound: no other identity than before is shown of them.
            Conflict: the numbers are not those of the one that is shown at this moment.
        """
        authorise(by, Act.RECOGNISE)
        person = await self.people.find(user_id)
        if person is not None:
            authorise(by, Act.RECOGNISE, person)
        key = await self.correspondents.replaced(user_id) if person else None
        if person is None or key is None:
            raise NotFound(_("{user} shows no new identity: all is as it was.", user=Pill(user_id)))
        if not said.strip():
            return letters.to_recognise(person, numbers(key))
        if not vouched:
            raise NotAllowed(
                _(
                    "Say that in an encrypted chat with me, from a device that you verified: "
                    "otherwise it could be said by whoever has your account."
                )
            )
        if read_numbers(said) != numbers(key):
            raise Conflict(
                _(
                    "These are not the numbers of the identity that {user} shows at this moment. "
                    "Ask them again: it may have been replaced once more. {verify} shows the right "
                    "ones.",
                    user=Pill(user_id),
                    verify=Say("verify", user_id),
                )
            )
        await self.correspondents.accept(user_id, key, now)
        await self.outbox.hasten([user_id])
        await self.audits.note(Audited.IDENTITY_ACCEPT, now, by=by.id, about=person.id)
        await self.post.notify(person.id, Notice.STANDING, letters.recognised())
        return None
