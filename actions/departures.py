"""Who leaves, who is taken out, and who comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.cases.handing_on import HandingOn
from actions.cases.introductions import Introductions
from actions.erasure import Erasure
from actions.events.agenda import Agenda
from storage.attention import Attention
from storage.experts import Experts
from storage.gone import Gone
from storage.people import People
from storage.tables.people import PersonRow


@dataclass(frozen=True, slots=True)
class Departures:
    """People who leave the Space or their chat, or are taken out of the Space."""

    people: People
    gone: Gone
    erasure: Erasure
    handing_on: HandingOn
    introductions: Introductions
    agenda: Agenda
    attention: Attention
    experts: Experts

    async def enter(self, person: PersonRow, now: datetime) -> bool:
        """Note that somebody is in the Space; tells whether they were not before."""
        known, person.in_space = person.in_space, True
        if not known:
            await self.come_back(person, now)
        return not known

    async def leave_space(self, person: PersonRow, now: datetime) -> None:
        """Note that somebody is in the Space no more, and write no more to them."""
        person.in_space = False
        await self.go(person, now)

    async def go(self, person: PersonRow, now: datetime) -> None:
        """Let somebody be gone who left the Space, or is shut out of it: nobody meets them on."""
        await self.introductions.part(person.id, now)
        await self.leave(person, now)

    async def leave(self, person: PersonRow, now: datetime) -> None:
        """Write no more of what somebody asked for until now, and let nobody wait for them."""
        person.departed = True
        await self.handing_on.leave(person, now)
        await self.agenda.vacate(person.id, now)
        await self.attention.clear(person.id)

    async def come_back(self, person: PersonRow, now: datetime) -> None:
        """Write to somebody as before they left, and remind them of what they are going to."""
        person.departed = False
        await self.agenda.resume(person.id, now)
        await self.experts.touch([person.id], now)

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
