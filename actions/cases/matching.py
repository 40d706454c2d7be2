"""Who may be asked, and how well each would do: hard filters, then a score whose parts are kept."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, lru_cache
from random import Random
from typing import TypeAlias
from zoneinfo import ZoneInfo

from actions.sides import kept_apart
from kit.network import Opponent, Side
from kit.notices import WEEK, is_quiet
from storage.tables.cases import WEEKLY

AT_ONCE = 2  # requests that an expert has at most
REMEMBERED = timedelta(days=60)  # asks that count
HALF_LIFE = timedelta(days=10)  # after which an ask weighs half
AWAKE = range(8, 20)
AHEAD = 8  # hours in which an answer is hoped for
_BEGAN = datetime.fromisoformat("2026-01-01T00:00:00+00:00")

TOPIC, LANGUAGE, COUNTRY, REGION, HOURS, RELIABLE = 3.0, 0.3, 1.0, 0.5, 0.6, 0.5
LOAD, RECENT, DRAW = -0.6, -0.5, 0.08
INTERPRETER = "*"  # the language of those who interpret, as it were
_zone = lru_cache(maxsize=600)(ZoneInfo)  # the library keeps eight, and reads others again


# A zone, and the full hours on its clock between which somebody wants to read nothing.
Day: TypeAlias = tuple[str | None, tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was put to an expert: when, and whether they answered; None is neither."""

    at: datetime
    answered: bool | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who may be asked at all, with the asks that are remembered, the oldest first."""

    person_id: int
    topics: frozenset[str]
    languages: frozenset[str]
    country: str | None = None
    region: str | None = None
    zone: str | None = None
    side: Side | None = None
    open_now: int = 0
    asks: tuple[Asked, ...] = ()
    weekly: int = WEEKLY
    urgent: bool = False
    never: frozenset[Opponent] = frozenset()
    apart: frozenset[str] = frozenset()  # Matrix IDs, without capitals
    quiet: tuple[int, int] | None = None

    @property
    def heat(self) -> float:
        """Base-2 logarithm of the asks as they would have weighed at one moment for everybody.

        They fade alike, so who has more of it than another always has more: it orders experts
        whatever time it is.
        """
        if not self.asks:
            return -math.inf
        each = [(ask.at - _BEGAN) / HALF_LIFE for ask in self.asks]
        most = max(each)
        return most + math.log2(sum(2 ** (one - most) for one in each))

    @property
    def reliability(self) -> float:
        """Share of asks that were answered, a little drawn to one half while there are few."""
        settled = [ask.answered for ask in self.asks if ask.answered is not None]
        return (sum(settled) + 2) / (len(settled) + 4)

    @property
    def place(self) -> tuple[str | None, Day]:
        """Where they are: equal for all who are equally near and awake."""
        return self.country, (self.zone, self.quiet)

    @property
    def draw(self) -> float:
        """A number in [0, 1) that is theirs until they are asked once more."""
        last = self.asks[-1].at if self.asks else None
        return Random(f"{self.person_id}:{last}").random()  # noqa: S311 -- can be drawn again, keeps no secret


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request asks for; ``topics`` have what each is worth, ``draw`` is in [0, 1).

    ``but`` are those it is never put to: who was asked before, who asks, whom the asker will not
    meet. Those whom one would meet stand on ``sides`` and have the Matrix IDs ``meets``, without
    capitals. From those who are ``apart``, who will not meet one of these, it is withheld, as it
    is from whoever named one of them.
    """

    topics: Mapping[str, float]
    languages: Sequence[str]
    country: str | None = None
    region: str | None = None
    sides: Sequence[Side | None] = ()
    opponent: Opponent | None = None
    but: Collection[int] = field(default_factory=frozenset)
    apart: Collection[int] = field(default_factory=frozenset)
    meets: Collection[str] = field(default_factory=frozenset)
    draw: float = 0.0


def fits(wish: Wish, candidate: Candidate, now: datetime) -> bool:
    """Tell whether an expert comes into question, whatever they said in private (``withheld``)."""
    return (
        candidate.person_id not in wish.but
        and candidate.open_now < AT_ONCE
        and not candidate.topics.isdisjoint(wish.topics)
        and not candidate.languages.isdisjoint(wish.languages)
        and sum(ask.at > now - WEEK for ask in candidate.asks) < candidate.weekly
        and not any(kept_apart(side, candidate.side) for side in wish.sides)
    )


def withheld(wish: Wish, candidate: Candidate) -> bool:
    """Tell whether a limit that an expert alone knows keeps a request from them.

    It decides nothing but whether they get what is put to them: who is asked, how many and until
    when is the same with a limit and without.
    """
    return (
        candidate.person_id in wish.apart
        or wish.opponent in candidate.never
        or not candidate.apart.isdisjoint(wish.meets)
    )


def score(wish: Wish, candidate: Candidate, now: datetime) -> dict[str, float]:
    """Say how well an expert would do: the parts, whose sum orders them.

    The draw is seeded by the request: the same request gives the same order again, while equals
    take turns. Load and recent asks push down, so that nobody is asked for everything.
    """
    common = candidate.topics & wish.topics.keys()
    return {
        "topic": max(wish.topics[topic] for topic in common),
        "language": LANGUAGE * (wish.languages[0] in candidate.languages),
        "near": near(wish, candidate.country, candidate.region),
        "awake": waking((candidate.zone, candidate.quiet), now),
        "reliable": RELIABLE * candidate.reliability,
        "load": LOAD * candidate.open_now,
        "recent": RECENT * math.log1p(fading(candidate.heat, now)),
        "draw": DRAW * ((candidate.draw + wish.draw) % 1),
    }


def interpreting(one: str, other: str) -> str:
    """Return what stands for a topic of those who interpret between two languages."""
    return ":".join(["interpreting", *sorted((one, other))])


def interpreted(topic: str) -> set[str]:
    """Return the two languages for which a topic stands; none if it is a topic."""
    return set(topic.split(":")[1:])


def near(wish: Wish, country: str | None, region: str | None) -> float:
    """Weigh who works under the same law, or in the same region."""
    if wish.country is not None and country == wish.country:
        return COUNTRY
    return REGION if wish.region is not None and region == wish.region else 0.0


def waking(day: Day, now: datetime) -> float:
    """Weigh the share of the hours ahead in an expert's day; unknown zones count half."""
    zone, quiet = day
    if zone is None:
        return HOURS / 2
    return HOURS * _awake(now.astimezone(_zone(zone)).hour, quiet)


@cache
def _awake(hour: int, quiet: tuple[int, int] | None) -> float:
    """Give the share of the hours from *hour* on in which somebody is awake, or is not quiet."""
    ahead = [(hour + each) % 24 for each in range(AHEAD)]
    return sum(h in AWAKE if quiet is None else not is_quiet(h, *quiet) for h in ahead) / AHEAD


def fading(heat: float, now: datetime) -> float:
    """Give what asks still count at a moment: one of now is 1."""
    return math.exp2(heat - (now - _BEGAN) / HALF_LIFE)
