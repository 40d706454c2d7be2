"""Measure who is asked: ``python -m benchmarks.matching``.

How long one request takes with so many experts, beside scoring all of them with numpy if it is
installed; then two months of requests, asked in waves as the hub does, by three ways to choose:
the hub's, the best score alone, and a draw among those who may be asked. That people answer less
the more they were asked lately is an assumption, the same for all three.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from random import Random
from time import process_time
from typing import Any, TypeAlias

from actions.cases.matching import (
    REMEMBERED,
    Asked,
    Candidate,
    Wish,
    fading,
    fits,
    near,
    score,
    waking,
)
from actions.cases.roster import Roster
from bot.starter import starter
from bot.starter.network import load_network
from kit.network import Network, RoomKind, Side

START = datetime(2027, 1, 1, tzinfo=UTC)
MONTHS = timedelta(days=60)
WAVES = (2, 3, 3, 3)
PATIENCE, HELD = timedelta(hours=48), timedelta(days=5)
LANGUAGES = {"en": 0.55, "fr": 0.25, "es": 0.25, "pt": 0.12, "ar": 0.12, "ru": 0.1, "zh": 0.08}

Choose: TypeAlias = Callable[[Wish, datetime, int], list[int]]


@dataclass
class World:
    """Experts and requests as they might be: topics are asked for as unevenly as known."""

    network: Network
    random: Random
    topics: Sequence[str] = ()
    weights: Sequence[float] = ()
    places: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take topics and countries of the network."""
        self.topics = [room.slug for room in self.network.of_kind(RoomKind.THEME)]
        self.weights = [1 / (n + 1) for n in range(len(self.topics))]
        for region in self.network.regions.values():
            self.places += [
                (country, region.slug, region.zone) for country in sorted(region.countries)
            ]

    def languages(self) -> frozenset[str]:
        """Draw one or more languages."""
        some = {each for each, share in LANGUAGES.items() if self.random.random() < share}
        return frozenset(some or {"en"})

    def expert(self, person_id: int) -> Candidate:
        """Draw an expert."""
        topics = frozenset(
            self.random.choices(self.topics, self.weights, k=self.random.randint(1, 4))
        )
        country, region, zone = self.random.choice(self.places)
        return Candidate(person_id, topics, self.languages(), country, region, zone, Side.DEFENCE)

    def wish(self, roster: Roster) -> Wish:
        """Draw a request."""
        (topic,) = self.random.choices(self.topics, self.weights)
        country, region, _zone = self.random.choice(self.places)
        languages = sorted(self.languages())[:2]
        worth = roster.worth({topic: False})
        return Wish(worth, languages, country, region, [Side.DEFENCE], draw=self.random.random())


@dataclass
class Case:
    """A request on its way: who was asked, and how often it was put to somebody."""

    wish: Wish
    asked: set[int] = field(default_factory=set)
    wave: int = 0


@dataclass
class Season:
    """Two months of requests, asked by one way to choose."""

    people: dict[int, Candidate]
    choose: Choose
    told: Callable[[Candidate], None]
    random: Random
    asks: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0

    def run(self, wishes: Sequence[Wish]) -> None:
        """Let requests come in evenly, and let each go on until somebody takes it."""
        turns = count()
        events: list[tuple[datetime, int, Any]] = []
        for number, wish in enumerate(wishes):
            at = START + MONTHS * number / len(wishes)
            heappush(events, (at, next(turns), partial(self._ask, Case(wish))))
        while events:
            now, _turn, step = heappop(events)
            for at, following in step(now):
                heappush(events, (at, next(turns), following))

    def _ask(self, case: Case, now: datetime) -> list[tuple[datetime, Any]]:
        wish = replace(case.wish, but=case.asked)
        chosen = self.choose(wish, now, WAVES[case.wave]) if case.wave < len(WAVES) else []
        if not chosen:
            self.unanswered += 1
            return []
        case.wave += 1
        case.asked.update(chosen)
        following: list[tuple[datetime, Any]] = []
        taken_at: datetime | None = None
        for person_id in chosen:
            self.asks[person_id] += 1
            taken, after = self._answers(self.people[person_id], now)
            self._change(person_id, now, +1, asked=True)
            free = now + after
            if taken and (taken_at is None or free < taken_at):
                taken_at = free
            end = free + HELD if taken and taken_at == free else free
            following.append((end, partial(self._free, person_id)))
        if taken_at is None:
            following.append((now + PATIENCE, partial(self._ask, case)))
        return following

    def _answers(self, person: Candidate, now: datetime) -> tuple[bool, timedelta]:
        """Draw whether somebody takes it, and when they answer: less often, the more they had."""
        willing = 0.5 / (1 + 0.3 * fading(person.heat, now))
        drawn = self.random.random()
        if drawn < willing:
            return True, timedelta(hours=self.random.uniform(1, 40))
        return False, PATIENCE if drawn > 0.75 else timedelta(hours=self.random.uniform(1, 40))

    def _free(self, person_id: int, now: datetime) -> list[tuple[datetime, Any]]:
        self._change(person_id, now, -1, asked=False)
        return []

    def _change(self, person_id: int, now: datetime, by: int, *, asked: bool) -> None:
        person = self.people[person_id]
        asks = tuple(ask for ask in person.asks if ask.at > now - REMEMBERED)
        asks += (Asked(now, None),) * asked
        self.people[person_id] = replace(person, asks=asks, open_now=person.open_now + by)
        self.told(self.people[person_id])

    @property
    def gini(self) -> float:
        """Say how unevenly experts were asked: 0 is all alike."""
        each = sorted(self.asks[person_id] for person_id in self.people)
        upward = sum((place + 1) * times for place, times in enumerate(each))
        return 2 * upward / (len(each) * sum(each)) - (len(each) + 1) / len(each)


def seasons(network: Network, experts: int, requests: int) -> dict[str, Season]:
    """Play the same requests three times, each with its own way to choose."""
    played = {}
    for name in ("hub", "best", "random"):
        world, roster, draws = World(network, Random(1)), Roster(), Random(2)
        people = {n: world.expert(n) for n in range(1, experts + 1)}
        for person in people.values():
            roster.put(person)
        wishes = [world.wish(roster) for _ in range(requests)]

        def hub(wish: Wish, now: datetime, most: int, roster: Roster = roster) -> list[int]:
            return [each.candidate.person_id for each in roster.rank(wish, now, most)]

        def best(wish: Wish, now: datetime, most: int, people: Any = people) -> list[int]:
            able = [replace(each, asks=(), open_now=0) for each in people.values()]
            able = [each for each in able if fits(wish, each, now)]
            able.sort(key=lambda each: (-sum(score(wish, each, now).values()), each.person_id))
            return [each.person_id for each in able[:most]]

        def drawn(
            wish: Wish, now: datetime, most: int, people: Any = people, draws: Random = draws
        ) -> list[int]:
            able = [each.person_id for each in people.values() if fits(wish, each, now)]
            return draws.sample(able, min(most, len(able)))

        told = roster.put if name == "hub" else lambda _person: None
        played[name] = Season(
            people, {"hub": hub, "best": best, "random": drawn}[name], told, Random(3)
        )
        played[name].run(wishes)
    return played


def times(network: Network, experts: int, requests: int) -> tuple[float, float | None]:
    """Measure one request among so many experts: milliseconds at the 99th percentile."""
    world, roster = World(network, Random(4)), Roster()
    people = [world.expert(n) for n in range(experts)]
    for n, person in enumerate(people):
        asked = START - timedelta(hours=world.random.uniform(1, 1_000))
        people[n] = replace(person, asks=(Asked(asked, None),)) if n % 3 == 0 else person
        roster.put(people[n])
    wishes = [world.wish(roster) for _ in range(requests)]
    ours = [_took(partial(roster.rank, wish, START, 3)) for wish in wishes]
    if find_spec("numpy") is None:
        return _p99(ours), None
    everybody = exhaustive(people, world)
    return _p99(ours), _p99([_took(partial(everybody, wish)) for wish in wishes])


def exhaustive(people: Sequence[Candidate], world: World) -> Callable[[Wish], Any]:
    """Score everybody for each request, with arrays made beforehand."""
    numpy = import_module("numpy")
    knows = {t: numpy.array([t in each.topics for each in people]) for t in world.topics}
    speaks = {code: numpy.array([code in each.languages for each in people]) for code in LANGUAGES}
    country = numpy.array([each.country for each in people])
    region = numpy.array([each.region for each in people])
    awake = numpy.array([waking((each.zone, each.quiet), START) for each in people])
    recent = numpy.array([0.5 * math.log1p(fading(each.heat, START)) for each in people])
    draw = numpy.array([each.draw for each in people])

    def rank(wish: Wish) -> Any:
        (topic,) = wish.topics
        able = knows[topic] & numpy.logical_or.reduce([speaks[code] for code in wish.languages])
        close = near(wish, None, wish.region)
        total = numpy.where(
            country == wish.country, 1.0, numpy.where(region == wish.region, close, 0)
        )
        total += awake - recent + 0.08 * ((draw + wish.draw) % 1) + 0.3 * speaks[wish.languages[0]]
        return numpy.argpartition(numpy.where(able, -total, numpy.inf), 3)[:3]

    return rank


def _took(work: Callable[[], object]) -> float:
    before = process_time()
    work()
    return 1_000 * (process_time() - before)


def _p99(each: list[float]) -> float:
    return sorted(each)[math.ceil(0.99 * len(each)) - 1]


def main() -> None:
    """Print the figures of each size, then those of all."""
    parser = argparse.ArgumentParser(description="Measure who is asked.")
    parser.add_argument("--experts", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--people", type=int, default=600, help="experts of the two months")
    parser.add_argument("--requests", type=int, default=3_000)
    given = parser.parse_args()
    network = load_network(starter("space.yaml"), starter("vocabulary.yaml"))
    ours, theirs = 0.0, None
    for experts in given.experts:
        ours, theirs = times(network, experts, 500)
        beside = "-" if theirs is None else f"{theirs:.2f}"
        print(f"experts={experts} p99_ms={ours:.2f} numpy_p99_ms={beside}")
    played = seasons(network, given.people, given.requests)
    for name, season in played.items():
        print(
            f"{name}: gini={season.gini:.3f} unanswered={season.unanswered / given.requests:.3f} "
            f"max_asks={max(season.asks.values())} never_asked={given.people - len(season.asks)}"
        )
    hub, drawn = played["hub"], played["random"]
    print(
        f"p99_ms={ours:.2f} numpy_p99_ms={'-' if theirs is None else f'{theirs:.2f}'} "
        f"gini={hub.gini:.3f} unanswered={hub.unanswered / given.requests:.3f} "
        f"unanswered_random={drawn.unanswered / given.requests:.3f} "
        f"max_asks={max(hub.asks.values())} never_asked={given.people - len(hub.asks)}"
    )


if __name__ == "__main__":
    main()
