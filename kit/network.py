"""What a network is made of: regions, member categories, rooms. See ``starter/space.yaml``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kit.text import Message, Names


class Side(StrEnum):
    """Where a category of members stands in a criminal case; decides about practitioner rooms."""

    DEFENCE = "defence"
    NEUTRAL = "neutral"
    STATE = "state"
    ADVERSE = "adverse"


class Opponent(StrEnum):
    """Who stands on the other side of a matter, as far as it decides who may advise on it."""

    NOBODY = "nobody"
    PROSECUTION = "prosecution"
    POLICE = "police"
    AUTHORITY = "authority"
    COMPANY = "company"
    PERSON = "person"


class Access(StrEnum):
    """Who may join a room. Each level but the last is membership of one Space."""

    OPEN = "open"
    MEMBERS = "members"
    PRACTITIONERS = "practitioners"
    STAFF = "staff"
    INVITE = "invite"


class RoomKind(StrEnum):
    """What a room is for. A gate is a Space whose members are the people of one access level."""

    ROOT = "root"
    SPACE = "space"
    GATE = "gate"
    FUNCTIONAL = "functional"
    LOBBY = "lobby"
    REGION = "region"
    THEME = "theme"
    GROUP = "group"


class WellKnown(StrEnum):
    """Rooms that the hub looks for by their slug, because it writes in them or offers them."""

    WELCOME = "welcome"
    EVENTS = "events"
    ANNOUNCEMENTS = "announcements"
    ACTION = "action"
    EXPERT_DESK = "expert-desk"
    WELLBEING = "wellbeing"


@dataclass(frozen=True, slots=True)
class Region:
    """A group of countries that share a room."""

    slug: str
    names: Names
    languages: Sequence[str]
    zone: str
    countries: frozenset[str]


@dataclass(frozen=True, slots=True)
class Category:
    """What a member does; ``words`` are free answers that mean it, in any language."""

    slug: str
    names: Names
    side: Side
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A room or Space as it should be on the homeserver."""

    slug: str
    kind: RoomKind
    parent: str | None
    names: Names
    topics: Names
    access: Access
    encrypted: bool = False
    read_only: bool = False
    language: str | None = None
    subjects: Sequence[str] = ()
    words: Sequence[str] = ()
    knock: bool = False  # who may not enter may ask to

    @property
    def is_space(self) -> bool:
        """Whether it holds rooms instead of messages."""
        return self.kind in {RoomKind.ROOT, RoomKind.SPACE, RoomKind.GATE}


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """From how much on the hub slows down what may be a flood; 0 switches each off.

    More than so many *messages* of one newcomer in one room within a minute, or *everywhere*; rooms
    with *copies* of one text within ten minutes, *joins* of the Space within ten minutes; for
    *link_hours* who has just come posts no links. Somebody is a newcomer for *newcomer_hours*.
    Names of *lookalike_letters* or more are compared with those of who works for the network.
    """

    messages: int = 10
    everywhere: int = 30
    copies: int = 3
    joins: int = 50
    link_hours: int = 0
    newcomer_hours: int = 72
    lookalike_letters: int = 2


class RoomBook(Mapping[str, RoomPlan]):
    """The rooms of a network by slug: those of its file, then those that people founded in chat.

    It is the one part of a network that changes while the hub runs. The file comes first: a room
    that it names is as it says.
    """

    def __init__(self, declared: Mapping[str, RoomPlan]) -> None:
        """Begin with the rooms that the file declares."""
        self.declared = dict(declared)
        self._all = self.declared
        self.archived: frozenset[str] = frozenset()

    def renew(self, founded: Mapping[str, RoomPlan], archived: Collection[str]) -> None:
        """Take in the rooms that were *founded* in chat, and which of these are *archived*.

        One whose Space the file no longer has hangs below the root.
        """
        root = next(room.slug for room in self.declared.values() if room.kind is RoomKind.ROOT)
        placed = {
            slug: plan if plan.parent in self.declared else replace(plan, parent=root)
            for slug, plan in founded.items()
        }
        self._all = {**self.declared, **placed, **self.declared}
        self.archived = frozenset(archived) - self.declared.keys()

    def __getitem__(self, slug: str) -> RoomPlan:
        return self._all[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def lobby_slug(language: str) -> str:
    """Say what the room of those who speak a language is called in the file of the Space."""
    return f"lobby-{language}"


def region_slug(region: str) -> str:
    """Say what the room of a region is called in the file of the Space."""
    return f"region-{region}"


# Sentences that a network may word itself, and the holes each may have.
TEXTS: Mapping[str, frozenset[str]] = {
    "welcome": frozenset({"network"}),
    "introduction": frozenset({"network"}),
}


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A day that is observed each year; *checked* if somebody compared it with a public page."""

    names: Names
    month: int
    day: int
    checked: bool

    def following(self, today: date) -> date:
        """Give when it is next, today too."""
        this = date(today.year, self.month, self.day)
        return this if this >= today else this.replace(year=today.year + 1)


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """An event of the past, *begins* as ISO 8601 has it: a day, or a month alone."""

    title: str
    begins: str
    place: str
    checked: bool

    @property
    def day(self) -> date | None:
        """The day on which it began, if that is known."""
        return None if self.begins.count("-") == 1 else date.fromisoformat(self.begins)


@dataclass(frozen=True, slots=True)
class Helpline:
    """Whom defenders at risk can call: who it is, how they are reached, and who says so.

    *dated* is the day on which the *source* said it, if it bears one. Without *regions*, by their
    slug, it is for all.
    """

    body: str
    reach: str
    source: str
    dated: date | None = None
    regions: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """The whole configuration of a network.

    ``kinds`` are those of library items; ``texts`` are its own words for some of ours. ``short`` is
    what stands behind the name of each room.
    """

    names: Names
    languages: Sequence[str]
    content_languages: Sequence[str]
    regions: Mapping[str, Region]
    categories: Mapping[str, Category]
    rooms: RoomBook
    subject_rooms: Mapping[str, str]
    gates: Mapping[Access, str]
    texts: Mapping[str, Names]
    kinds: Mapping[str, Names]
    short: str = ""
    days: Sequence[DayOfYear] = ()
    held: Sequence[HeldEvent] = ()
    limits: FloodLimits = FloodLimits()
    helplines: Sequence[Helpline] = ()

    def of_kind(self, kind: RoomKind) -> list[RoomPlan]:
        """List the rooms of one kind, in the order of the file."""
        return [room for room in self.rooms.values() if room.kind is kind]

    def word(self, name: str, usual: Message) -> Message:
        """Say *usual* in the network's own words, in the languages that have them."""
        return replace(usual, own=self.texts.get(name, {}))

    @property
    def root(self) -> RoomPlan:
        """The Space everybody joins."""
        return self.of_kind(RoomKind.ROOT)[0]

    @property
    def halls(self) -> list[RoomPlan]:
        """List the open rooms in which all are spoken to: the welcome room and the lobbies."""
        welcome = self.rooms.get(WellKnown.WELCOME)
        return [*filter(None, [welcome]), *self.of_kind(RoomKind.LOBBY)]

    def gate(self, access: Access) -> RoomPlan | None:
        """Return the Space whose members may join the rooms of an access level, if there is one."""
        slug = self.gates.get(access)
        return None if slug is None else self.rooms[slug]

    def lobby(self, language: str) -> RoomPlan | None:
        """Return the room of those who speak a language, if there is one."""
        return self.rooms.get(lobby_slug(language))

    def room_of(self, region: Region) -> RoomPlan | None:
        """Return the room of a region, if there is one."""
        return self.rooms.get(region_slug(region.slug))

    def behind(self, access: Access) -> list[RoomPlan]:
        """List the rooms of an access level, then the Space whose members may join them."""
        rooms = [room for room in self.rooms.values() if room.access is access]
        gate = self.gate(access)
        return rooms if gate is None else [*rooms, gate]

    def clocks(self, slug: str) -> Sequence[str]:
        """List the zones a room reads: that of its region, or those of all regions."""
        return [self.zones[slug]] if slug in self.zones else list(self.zones.values())

    @property
    def zones(self) -> Mapping[str, str]:
        """The zone of each room that belongs to a region, by its slug."""
        return {region_slug(region.slug): region.zone for region in self.regions.values()}

    def helplines_in(self, country: str | None) -> Sequence[Helpline]:
        """List whom defenders of a country can call, those of its region first."""
        region = self.region_of(country) if country else None
        near = [line for line in self.helplines if region and region.slug in line.regions]
        return [*near, *(line for line in self.helplines if not line.regions)]

    def region_of(self, country: str) -> Region | None:
        """Find the region a country (ISO 3166-1 alpha-2) belongs to."""
        return next((r for r in self.regions.values() if country in r.countries), None)
