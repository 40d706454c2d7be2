"""Which rooms are offered to somebody, which ones words are about, and coming and going."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from actions.authority import authorise
from kit.authority import Act, Actor
from kit.network import Access, Network, RoomPlan, WellKnown
from kit.ports import RoomErrands
from kit.understanding import Understanding
from kit.words import fold
from language.analysis import tokens
from storage.people import People
from storage.tables.people import PersonRow

MOST_WORDS = 6  # of the name of a room
GATED = (Access.MEMBERS, Access.PRACTITIONERS, Access.STAFF)


def fitting(network: Network, person: PersonRow) -> list[RoomPlan]:
    """Choose rooms that fit somebody: announcements, lobby, region, then their topics."""
    region = network.region_of(person.country) if person.country else None
    fit = [
        network.rooms.get(WellKnown.ANNOUNCEMENTS),
        network.lobby(person.language),
        network.room_of(region) if region else None,
        *(network.rooms.get(topic) for topic in person.topics),
    ]
    return [room for room in fit if room is not None]


@dataclass(frozen=True, slots=True)
class RoomFinder:
    """Finds rooms by what they are called or about, in any of the languages."""

    network: Network
    understanding: Understanding

    def one(self, words: str, language: str) -> RoomPlan | None:
        """Find the one room that is meant; None unless that is sure."""
        if (called := self.called(words)) is not None:
            return called
        names = {room.slug: _names(room) for room in self._rooms()}
        slug = self.understanding.choice(words, names, language)
        return None if slug is None else self.network.rooms[slug]

    def called(self, words: str) -> RoomPlan | None:
        """Find the one room of exactly that name."""
        called = self._called(words.rstrip(".,;:!،，。"))
        return called[0] if len(called) == 1 else None

    def led_by(self, said: str) -> tuple[RoomPlan | None, str]:
        """Find the room that a text begins with, and the rest: "in the lobby", "lobby-en spam".

        What stands before its whole name says nothing by itself.
        """
        words = said.split()
        before = next((n for n, word in enumerate(words) if not _says_nothing(word)), 0)
        for begin in range(before + 1):
            for end in range(min(begin + MOST_WORDS, len(words)), begin, -1):
                if (room := self.called(" ".join(words[begin:end]))) is not None:
                    return room, " ".join(words[end:])
        return None, said

    def all(self, words: str, language: str) -> Sequence[RoomPlan]:
        """List the rooms that *words* are about, the surest first."""
        found = [*self._called(words), self.one(words, language), *self._of_place(words, language)]
        found += self._sharing(words)
        return list({room.slug: room for room in found if room is not None}.values())

    def _rooms(self) -> list[RoomPlan]:
        return [room for room in self.network.rooms.values() if not room.is_space]

    def _called(self, words: str) -> list[RoomPlan]:
        """Find the rooms of exactly that name."""
        said = fold(words)
        return [
            room for room in self._rooms() if said in map(fold, (room.slug, *room.names.values()))
        ]

    def _of_place(self, words: str, language: str) -> Iterator[RoomPlan | None]:
        """Find the room of the region, of the region of the country, and of the language."""
        regions = self.network.regions
        names = {slug: [*region.names.values()] for slug, region in regions.items()}
        slug = self.understanding.choice(words, names, language)
        country = self.understanding.country(words, language)
        for region in (regions.get(slug or ""), country and self.network.region_of(country)):
            yield self.network.room_of(region) if region else None
        spoken = self.understanding.language(words, language)
        yield self.network.lobby(spoken) if spoken else None

    def _sharing(self, words: str) -> list[RoomPlan]:
        """Find the rooms whose names share the most words with what was said, at least half."""
        said = {token.text: token.forms for token in tokens(words) if not token.stop}
        shared = dict[str, int]()
        every = frozenset[str]().union(*said.values())
        for room in self._rooms():
            named = _named(every, *_names(room))
            shared[room.slug] = sum(not forms.isdisjoint(named) for forms in said.values())
        best = max(shared.values(), default=0)
        enough = best * 2 >= len(said) > 0
        return [room for room in self._rooms() if enough and shared[room.slug] == best]


def _says_nothing(word: str) -> bool:
    return all(token.stop for token in tokens(word))


def _names(room: RoomPlan) -> list[str]:
    return [room.slug, *room.names.values(), *room.words]


def _named(said: frozenset[str], *names: str) -> frozenset[str]:
    """Give the forms of the words of all names of which at least half is said."""
    return frozenset().union(
        *(
            form
            for words in map(_words, names)
            if words and 2 * sum(not said.isdisjoint(word) for word in words) >= len(words)
            for form in words
        )
    )


@lru_cache(maxsize=10_000)
def _words(name: str) -> Sequence[frozenset[str]]:
    """Give the forms of each word of a name that says something."""
    return [token.forms for token in tokens(name) if not token.stop]


@dataclass(frozen=True, slots=True)
class Visits:
    """Lets people into rooms and takes them out of these."""

    network: Network
    people: People
    errands: RoomErrands

    async def enter(self, by: Actor, plan: RoomPlan) -> None:
        """Let somebody in who may enter: invite them to the Space that opens the room.

        Who is in that Space already is not invited again.
        """
        authorise(by, Act.ENTER, plan)
        person = await self.people.get(by.id)
        if plan.access in GATED:
            await self.errands.invite(self.network.gate(plan.access), by.id)
        elif not person.in_space:
            await self.errands.invite(self.network.root, by.id)

    async def leave(self, by: Actor, plans: Sequence[RoomPlan]) -> None:
        """Take somebody out of rooms; what they are a member of they stay."""
        authorise(by, Act.SET_WISHES)
        await self.errands.remove(plans, by.id)
