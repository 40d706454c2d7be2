"""Erasing everybody of a region in an emergency, when two stewards say so within a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions import letters
from actions.authority import Stewards, authorise
from kit.authority import Act, Actor
from kit.due import Planned
from kit.errors import Conflict
from kit.network import Network, Region
from kit.notices import Notice
from kit.ports import Post
from kit.text import Label, Message, Say, n_
from storage.dues import Dues
from storage.people import People
from storage.purges import Purges
from storage.tables.people import PurgeRow

WITHIN_HOURS = 24
PORTION = 500  # of people who are looked at in one transaction


@dataclass(frozen=True, slots=True)
class Erase(Planned):
    """Somebody is to be erased, by a purge."""

    kind: ClassVar[str] = "membership.erase"
    pattern: ClassVar[str] = "purge:{purge}:{person}"
    person: int
    purge: int = 0  # rows of 0.1.0 tell it in their key alone

    @property
    def goes_with(self) -> int | None:
        """The one to be erased."""
        return self.person


@dataclass(frozen=True, slots=True)
class Gather(Planned):
    """Those whom a purge is about are to be found among all *after* a person."""

    kind: ClassVar[str] = "purge.gather"
    once: ClassVar[bool] = True
    purge: int
    after: int


@dataclass(frozen=True, slots=True)
class Purge:
    """What two stewards decide together."""

    people: People
    purges: Purges
    dues: Dues
    post: Post
    stewards: Stewards
    network: Network

    async def wish(self, by: Actor, region: Region, now: datetime) -> int | None:
        """Note one steward's wish, or do it when another wishes the same.

        Returns how many are erased from now on, None while a second steward is needed. The first
        steward is told.

        Raises:
            Conflict: the same steward said it again.
        """
        authorise(by, Act.PURGE)
        wishes = await self._standing(region, now)
        asked = next((wish for wish in wishes if wish.asked_by != by.id), None)
        if asked is None or asked.asked_by is None:
            if wishes:
                raise Conflict(second_needed(region))
            self.purges.ask(region.slug, by.id, now)
            return None
        first = asked.asked_by
        there = await self.people.living_in(region.countries)
        await self.dues.plan(Gather(asked.id, after=0), at=now)
        self.purges.confirm(asked, there, now)
        await self.post.notify(first, Notice.DUTIES, letters.decided(region, there))
        return there

    async def gather(self, what: Gather, now: datetime) -> None:
        """Plan to erase some of those who live there, one transaction each."""
        purge = await self.purges.get(what.purge)
        region = self.network.regions.get(purge.region) if purge else None
        if region is None:
            return
        people = await self.people.countries(what.after, PORTION)
        there = [person_id for person_id, at in people.items() if at in region.countries]
        await self.dues.plan_all((Erase(each, what.purge), now) for each in there)
        if len(people) == PORTION:
            await self.dues.plan(Gather(what.purge, max(people)), at=now)

    async def _standing(self, region: Region, now: datetime) -> list[PurgeRow]:
        """List the wishes of those who are stewards still."""
        pending = await self.purges.pending(region.slug, now - timedelta(hours=WITHIN_HOURS))
        askers = await self.people.named([wish.asked_by for wish in pending if wish.asked_by])
        stewards = {
            person.id for person in askers if self.stewards.actor(person).role.may(Act.PURGE.least)
        }
        return [wish for wish in pending if wish.asked_by in stewards]


def second_needed(region: Region) -> Message:
    """Say what it takes."""
    return n_(
        "Nothing is erased yet. If another steward says {purge} within {n} hour, I erase everybody "
        "of {region}, as if they had said {forget}.",
        "Nothing is erased yet. If another steward says {purge} within {n} hours, I erase "
        "everybody of {region}, as if they had said {forget}.",
        WITHIN_HOURS,
        region=Label(region.names),
        purge=Say("purge region", region.slug),
        forget=Say("forget me"),
    )
