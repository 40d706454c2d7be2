"""Who is met, heard and greeted: nobody comes back but by their own word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.authority import authorise
from kit.authority import Act, Actor
from kit.network import Network
from storage.dialogues import Dialogues
from storage.gone import Gone
from storage.people import People
from storage.tables.people import PersonRow

# After so many messages in a row that meant nothing, it is probably another program that talks.
PATIENCE = 10


def greet(person: PersonRow) -> bool:
    """Note that somebody is greeted; tells whether they had not been yet."""
    known, person.greeted = person.greeted, True
    return not known


def hear(person: PersonRow, language: str | None) -> None:
    """Note the first words of somebody, and their language if it shows; later they choose it."""
    if not person.has_spoken:
        person.language, person.has_spoken = language or person.language, True


def misunderstand(person: PersonRow) -> int:
    """Count a message that meant nothing; returns how many more are answered, below 0 for none."""
    person.misunderstood += 1
    return PATIENCE - person.misunderstood


def understand(person: PersonRow) -> None:
    """Note that a message meant something: the next one that does not is the first again."""
    person.misunderstood = 0


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Whom the hub knows, and whom it must not know again."""

    people: People
    gone: Gone
    network: Network

    async def meet(
        self, user_id: str, now: datetime, *, spoke_at: datetime | None, language: str | None = None
    ) -> PersonRow | None:
        """Return somebody, remembered from now on if they are new.

        Who is new is addressed in the *language* in which they wrote, else that of the room they
        turned to, if the network speaks it; else in the first of the network.

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
            person = known or await self.people.meet(user_id, self._spoken(language), now)
            person.held = gone.held
            return person
        return known or await self.people.meet(user_id, self._spoken(language), now)

    async def speak(self, by: Actor, language: str) -> None:
        """Speak another language with somebody."""
        authorise(by, Act.SET_WISHES)
        (await self.people.get(by.id)).language = language

    async def named(self, user_id: str, now: datetime) -> PersonRow:
        """Return somebody whom a moderator names, met as ``meet`` does.

        What was kept of them while they were gone goes on to count.
        """
        if (known := await self.people.find(user_id)) is not None:
            return known
        gone = await self.gone.of(user_id)
        person = await self.people.meet(user_id, self._spoken(), now)
        person.held = gone is not None and gone.held
        return person

    def _spoken(self, language: str | None = None) -> str:
        first = self.network.languages[0]
        return language if language and language in self.network.languages else first


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
