"""Names that look like those of who works for the network: noticed, told once, never acted on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import ClassVar

from actions.acquaintance import Acquaintance
from actions.authority import STAFF, Stewards
from actions.moderation import flood_letters
from actions.staff import Staff
from kit.authority import Act
from kit.due import Planned
from kit.notices import Notice
from kit.ports import Post, RoomErrands
from language.lookalikes import skeleton
from storage.dues import Dues
from storage.experts import Experts
from storage.gone import Gone
from storage.people import People
from storage.tables.people import PersonRow

LONGEST = 100  # of a name that is compared
MOST_PEOPLE = 50_000  # whose names are remembered; the one that was heard of last goes last
LATEST = 3  # names of one person: each room may show another
MOST_ALIKE = 50  # people of one name who are looked up, those first who were called so first
MOST_TOLD = 5  # an hour of one moderator, of the hub, and of all experts together
HOUR = timedelta(hours=1)
TOLD_AGAIN_AFTER = timedelta(days=365)
EXPERTS = -1
_EXPERT, _STAFF, _HUB = 1, 2, 3  # how much somebody is trusted


@dataclass(frozen=True, slots=True)
class Namesake(Planned):
    """People go by names that look the same: one *user_id*, and *others*, parted by spaces.

    *who* is a hash of the first, so that of several at one moment each has a row.
    """

    kind: ClassVar[str] = "namesake"
    untold: ClassVar[frozenset[str]] = frozenset({"user_id", "others"})
    who: str
    user_id: str
    others: str


@dataclass(frozen=True, slots=True)
class NamesakeTold(Planned):
    """Moderators were told that somebody's name looks like that of a person; 0 is the hub.

    Who has the name is known as a *person*, or is *gone*; the other number is 0.
    """

    kind: ClassVar[str] = "namesake.told"
    like: int
    person: int
    gone: int

    @property
    def goes_with(self) -> int | None:
        """Who has the name, if they are known."""
        return self.person or None


@dataclass(frozen=True, slots=True)
class NamesakeLetter(Planned):
    """One of the letters about names like one that moderators read within an hour.

    *of* is who bears it and works for the network; 0 is the hub, and ``EXPERTS`` any expert.
    """

    kind: ClassVar[str] = "namesake.letter"
    place: int
    of: int = 0


class Names:
    """What people in the rooms of the Space are called, in memory, by how it looks.

    A name takes as long to look up however many there are.
    """

    def __init__(self, letters: int, key: bytes, hub: str, own: Iterable[str]) -> None:
        """Compare names of so many *letters* or more, none with 0; the *hub* has its *own*.

        People are told apart in tables by a hash with the *key*, which nobody keeps.
        """
        self._letters = letters
        self._key = key
        self._of: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()
        self._called: dict[str, OrderedDict[str, None]] = {}
        self._hub = hub
        self._own = {skeleton(name[:LONGEST]) for name in own}

    @property
    def on(self) -> bool:
        """Whether names are compared at all."""
        return self._letters > 0

    def called(self, user_id: str, name: str) -> Namesake | None:
        """Remember what somebody is called; returns that it looks like others, if that is news."""
        looks = skeleton(name[:LONGEST])
        theirs = self._of.pop(user_id, OrderedDict())
        self._of[user_id] = theirs
        known = looks in theirs
        if self.on and len(looks) >= self._letters:
            theirs[looks] = None
            theirs.move_to_end(looks)
            self._called.setdefault(looks, OrderedDict())[user_id] = None
        if len(theirs) > LATEST:
            self._forget(user_id, theirs.popitem(last=False)[0])
        if len(self._of) > MOST_PEOPLE:
            longest_ago, names = self._of.popitem(last=False)
            for each in names:
                self._forget(longest_ago, each)
        others = [each for each in self._called.get(looks, ()) if each != user_id]
        if looks in self._own:
            others.insert(0, self._hub)
        if known or looks not in theirs or not others:
            return None
        who = blake2b(user_id.encode(), key=self._key, digest_size=16).hexdigest()
        return Namesake(who, user_id, " ".join(others[:MOST_ALIKE]))

    def _forget(self, user_id: str, looks: str) -> None:
        alike = self._called[looks]
        del alike[user_id]
        if not alike:
            del self._called[looks]


@dataclass(frozen=True, slots=True)
class Impostors:
    """Tells moderators of who may pass for somebody who works for the network, and does no more."""

    people: People
    gone: Gone
    experts: Experts
    dues: Dues
    stewards: Stewards
    staff: Staff
    acquaintance: Acquaintance
    errands: RoomErrands
    post: Post

    async def compare(self, seen: Namesake, now: datetime) -> None:
        """Tell of those who look like a moderator, an expert or the hub, once of each.

        Anybody may become an expert, so who bore a name before one passes for nobody. Who is not
        told of because enough are within the hour is looked at again after it.
        """
        alike = [seen.user_id, *seen.others.split(" ")]
        rows = {each: await self.people.find(each) for each in alike if each != self.errands.hub}
        trust = {each: await self._trust(rows.get(each), each) for each in alike}
        model = max(alike, key=trust.__getitem__)
        like, known = trust[model], rows.get(model)
        of = EXPERTS if like == _EXPERT else known.id if known else 0
        # Of two who are trusted alike neither passes for the other.
        suspects = [each for each in alike if trust[each] < like]
        if like == _EXPERT:
            suspects = [each for each in suspects if each == seen.user_id]
        told = [await self._tell_of(suspect, model, known, of, now) for suspect in suspects]
        if not all(told):
            await self.dues.plan(seen, at=now + HOUR)

    async def _trust(self, person: PersonRow | None, user_id: str) -> int:
        """Rank somebody: anybody can offer to be an expert, and nobody names themselves more."""
        if user_id == self.errands.hub:
            return _HUB
        if user_id in self.stewards.user_ids:
            return _STAFF
        if person is None:
            return 0
        if self.stewards.actor(person).role in STAFF:
            return _STAFF
        return int(await self.experts.get(person.id) is not None)

    async def _tell_of(
        self, suspect: str, model: str, known: PersonRow | None, of: int, now: datetime
    ) -> bool:
        """Tell moderators of somebody, but for whom they know of; False if that has to wait."""
        gone = await self.gone.of(suspect)
        person = None if gone else await self.acquaintance.named(suspect, now)
        told = NamesakeTold(known.id if known else 0, *_numbers(person, gone.id if gone else 0))
        if await self.dues.waits(NamesakeTold, like=told.like, person=told.person, gone=told.gone):
            return True
        if not (left := await self._left(of, now)):
            return False
        await self.dues.plan(told, at=now + TOLD_AGAIN_AFTER)
        about = [each.id for each in (person, known) if each is not None]
        like = None if model == self.errands.hub else model
        reply = flood_letters.named_alike(suspect, like, about, last=left == 1)
        for moderator in await self.staff.who_may(Act.MODERATE, now):
            await self.post.notify(moderator.id, Notice.DUTIES, reply)
        return True

    async def _left(self, of: int, now: datetime) -> int:
        """Take one of the letters of this hour; returns how many were left, 0 if none was."""
        for place in range(MOST_TOLD):
            if not await self.dues.waits(NamesakeLetter, place=place, of=of):
                await self.dues.plan(NamesakeLetter(place, of), at=now + HOUR)
                return MOST_TOLD - place
        return 0


def _numbers(person: PersonRow | None, gone: int) -> tuple[int, int]:
    return person.id if person is not None else 0, gone
