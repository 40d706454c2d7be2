"""Who leaves, who is taken out, and who is met: nobody comes back but by their own word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.cases.desk import Desk
from actions.erasure import Erasure
from actions.events.agenda import Agenda
from storage.attention import Attention
from storage.dialogues import Dialogues
from storage.gone import Gone
from storage.people import People
from storage.tables.people import PersonRow


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Whom the hub knows, and whom it must not know again."""

    people: People
    gone: Gone

    async def meet(
        self, user_id: str, language: str, now: datetime, *, spoke_at: datetime | None
    ) -> PersonRow | None:
        """Return somebody, remembered from now on if they are new.

        *spoke_at* is when they turned to the hub themselves, None if it was only told of them.
        Returns None for who is shut out, and for who was erased and has not spoken since; also
        where a moderator named them meanwhile.
        """
        known = await self.people.find(user_id)
        if known is not None and known.has_spoken:
            return known
        if (gone := await self.gone.of(user_id)) is not None:
            if gone.shut_out(now) or spoke_at is None or spoke_at < gone.since:
                return None
            await self.gone.back(user_id)
            person = known or await self.people.meet(user_id, language, now)
            person.held = gone.held
            return person
        return known or await self.people.meet(user_id, language, now)

    async def named(self, user_id: str, now: datetime) -> PersonRow:
        """Return somebody whom a moderator names; who is new speaks English until they say so.

        What was kept of them while they were gone goes on to count.
        """
        if (known := await self.people.find(user_id)) is not None:
            return known
        gone = await self.gone.of(user_id)
        person = await self.people.meet(user_id, "en", now)
        person.held = gone is not None and gone.held
        return person


@dataclass(frozen=True, slots=True)
class Greeting:
    """The first words to somebody, and the question that comes with them."""

    people: People
    dialogues: Dialogues

    async def take_back(self, person_id: int) -> bool:
        """Let the next hello be a first one, since the last reached nobody; tell if there was one.

        Who is a member has read it.
        """
        person = await self.people.get(person_id)
        if person.is_member or not person.greeted:
            return False
        person.greeted = False
        await self.dialogues.end(person_id)
        return True


@dataclass(frozen=True, slots=True)
class Departures:
    """People who leave the Space or their chat, or are taken out of the Space."""

    people: People
    gone: Gone
    erasure: Erasure
    desk: Desk
    agenda: Agenda
    attention: Attention

    async def leave(self, person: PersonRow, now: datetime) -> None:
        """Write no more of what somebody asked for until now, and let nobody wait for them."""
        person.departed = True
        await self.desk.leave(person, now)
        await self.agenda.vacate(person.id, now)
        await self.attention.clear(person.id)

    async def come_back(self, person: PersonRow, now: datetime) -> None:
        """Write to somebody as before they left, and remind them of what they are going to."""
        person.departed = False
        await self.agenda.resume(person.id, now)

    async def remove(self, user_id: str, at: datetime, now: datetime, *, banned: bool) -> None:
        """Withdraw everything from somebody who was taken out of the Space at the moment *at*.

        A ban counts until it is lifted. Being taken out counts once: who came back since is not
        meant, when the homeserver tells of it again. Who is shut out by a measure keeps what is
        theirs until that can no longer be taken back.
        """
        person = await self.people.find(user_id)
        if person is not None and person.suspended:
            return
        if person is not None and (banned or person.in_space or at >= person.met_at):
            await self.erasure.expel(person.id, now, banned=banned)
        elif banned:
            await self.gone.note(user_id, now, banned=True)

    async def shut_out(self, user_id: str, now: datetime) -> bool:
        """Tell whether somebody is not met again, whatever they say."""
        gone = await self.gone.of(user_id)
        return gone is not None and gone.shut_out(now)

    async def readmit(self, user_id: str) -> None:
        """Let a ban be over: their next hello is a first one."""
        await self.gone.lift(user_id)
