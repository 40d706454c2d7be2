"""Becoming a member, what a member tells of themselves, and saying once a year that it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.authority import authorise
from actions.cases.handing_on import HandingOn
from actions.consent import agree
from actions.sides import side
from actions.trust import Trust
from kit.authority import Act, Actor, Role
from kit.due import ForPerson
from kit.network import Access, Network
from kit.ports import RoomErrands
from kit.text import Say, _
from storage.directory import Directory
from storage.dues import Dues
from storage.people import People
from storage.tables.people import PersonRow

YEAR = timedelta(days=365)
PATIENCE = timedelta(days=14)
# The clock of everybody and nobody: asking for it erases where somebody is.
NOWHERE = frozenset({"UTC", "Etc/UTC"})


@dataclass(frozen=True, slots=True)
class Confirmation(ForPerson):
    """A member's answers are a year old: *stage* 0 asks, 1 reminds, 2 closes rooms."""

    kind: ClassVar[str] = "confirm"
    pattern: ClassVar[str] = "confirm:{person}:{day}:{stage}"
    stage: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody answers who wants to be a member."""

    language: str
    country: str | None
    zone: str | None
    category: str
    topics: Sequence[str]


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A member to be asked whether their answers are still right; ``last`` before rooms close."""

    person: PersonRow
    last: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """Members and their answers."""

    people: People
    directory: Directory
    dues: Dues
    network: Network
    errands: RoomErrands
    trust: Trust
    handing_on: HandingOn

    async def join(self, person_id: int, profile: Profile, now: datetime) -> PersonRow:
        """Make somebody a member who agreed to the rules, and open the members' Space to them."""
        person = await self.people.get(person_id)
        person.language = profile.language
        person.country, person.zone = profile.country, profile.zone
        person.category, person.topics = profile.category, list(profile.topics)
        agree(person, profile.language, now)
        if person.role is Role.ANYONE:
            person.role = Role.MEMBER
        await self._plan(person.id, now + YEAR)
        if not person.in_space:
            await self.errands.invite(self.network.root, person.id)
        await self.errands.invite(self.network.gate(Access.MEMBERS), person.id)
        return person

    async def agree(self, by: Actor, language: str, now: datetime) -> None:
        """Keep that a member agreed to the rules as they are worded."""
        authorise(by, Act.KEEP_MEMBERSHIP)
        agree(await self.people.get(by.id), language, now)

    async def keep_time(self, by: Actor, zone: str, now: datetime) -> None:
        """Keep somebody's time zone."""
        authorise(by, Act.SET_WISHES)
        person = await self.people.get(by.id)
        person.zone = None if zone in NOWHERE else zone
        await self.handing_on.offers.experts.touch([by.id], now)

    async def move(self, by: Actor, country: str | None, zone: str | None, now: datetime) -> None:
        """Keep where a member works."""
        authorise(by, Act.CHANGE_PROFILE)
        person = await self.people.get(by.id)
        person.country, person.zone = country, zone
        await self.handing_on.offers.experts.touch([by.id], now)

    async def choose_topics(self, by: Actor, topics: Sequence[str]) -> None:
        """Keep what matters to a member."""
        authorise(by, Act.CHANGE_PROFILE)
        (await self.people.get(by.id)).topics = list(topics)

    async def show(self, by: Actor, fields: Sequence[str]) -> None:
        """Let other members find these fields of a member, and no others."""
        authorise(by, Act.CHANGE_PROFILE)
        await self.directory.show(by.id, fields)

    async def change_category(self, by: Actor, category: str, now: datetime) -> None:
        """Keep what a member does.

        Leaving the defence closes the practitioners' rooms at once, and what waits between them and
        the defence is put to others.
        """
        authorise(by, Act.CHANGE_PROFILE)
        person = await self.people.get(by.id)
        before = side(self.network, person)
        person.category = category
        await self.trust.category_changed(person, before, now)
        await self.handing_on.sides_changed(person, now)

    async def confirm(self, by: Actor, now: datetime) -> PersonRow:
        """Take a member's answers as right for another year; rooms that were closed open again."""
        authorise(by, Act.KEEP_MEMBERSHIP)
        person = await self.people.get(by.id)
        await self.dues.cancel(Confirmation, person=person.id)
        await self._plan(person.id, now + YEAR)
        await self.trust.reopen(person)
        return person

    async def confirmation_due(
        self, person_id: int, stage: int, now: datetime
    ) -> Unconfirmed | None:
        """Say whom to ask once a year (stage 0) and to remind once (1); then close rooms (2).

        Who has left is not written to, so for them it waits until they are back.
        """
        person = await self.people.get(person_id)
        if person.departed:
            await self._plan(person_id, now + PATIENCE, stage)
            return None
        if stage <= 1:
            await self._plan(person_id, now + PATIENCE, stage + 1)
            return Unconfirmed(person, last=stage == 1)
        await self._plan(person_id, now + YEAR)
        if person.practitioner:
            note = _(
                "You did not confirm your answers, so the practitioners' rooms are closed to you "
                "for now. Say {confirm} and they open again.",
                confirm=Say("confirm"),
            )
            await self.trust.close(person, note)
        return None

    async def _plan(self, person_id: int, at: datetime, stage: int = 0) -> None:
        await self.dues.plan(Confirmation(person_id, stage), at=at)
