"""Experts by topic, language and place, so that a request meets only those who come first."""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from actions.cases.matching import (
    DRAW,
    LANGUAGE,
    RECENT,
    RELIABLE,
    TOPIC,
    Candidate,
    Day,
    Wish,
    fading,
    fits,
    interpreted,
    near,
    score,
    waking,
)

RELATED = 0.5  # what a topic near the one that is asked for is worth
_EXACT = 1e-9  # sums of the same parts in another order


@dataclass(frozen=True, slots=True)
class Ranked:
    """An expert, and the parts of their score."""

    candidate: Candidate
    score: Mapping[str, float]

    @property
    def total(self) -> tuple[float, int]:
        """What orders them."""
        return sum(self.score.values()), -self.candidate.person_id


@dataclass(slots=True)
class _Shelf:
    """Experts of one topic, language and place, who differ only in what they were asked.

    Those with nothing to remember stand by their draw, the others by the asks that weigh on them.
    """

    region: str | None
    idle: list[tuple[float, int]] = field(default_factory=list)
    asked: list[tuple[float, int]] = field(default_factory=list)

    def side_of(self, candidate: Candidate) -> tuple[list[tuple[float, int]], float]:
        if candidate.asks or candidate.open_now:
            return self.asked, candidate.heat
        return self.idle, candidate.draw


class Roster:
    """All experts who may be asked, in memory. ``rank`` looks at few of them."""

    def __init__(self) -> None:
        """Begin with nobody; ``seen`` is when each changed whom it knows, or knows to be none."""
        self.seen: dict[int, datetime] = {}
        self._people: dict[int, Candidate] = {}
        self._shelves: dict[tuple[str, str], dict[tuple[str | None, Day], _Shelf]] = {}
        self._sizes: dict[str, int] = {}

    def __contains__(self, candidate: Candidate) -> bool:
        return self._people.get(candidate.person_id) == candidate

    def put(self, candidate: Candidate) -> None:
        """Take an expert in, or what has changed of them."""
        self.drop(candidate.person_id)
        self._people[candidate.person_id] = candidate
        for topic in candidate.topics:
            self._sizes[topic] = self._sizes.get(topic, 0) + 1
            for language in candidate.languages:
                places = self._shelves.setdefault((topic, language), {})
                shelf = places.setdefault(candidate.place, _Shelf(candidate.region))
                row, at = shelf.side_of(candidate)
                insort(row, (at, candidate.person_id))

    def drop(self, person_id: int) -> None:
        """Forget an expert, if they are known."""
        if (candidate := self._people.pop(person_id, None)) is None:
            return
        for topic in candidate.topics:
            self._sizes[topic] -= 1
            for language in candidate.languages:
                places = self._shelves[topic, language]
                row, at = places[candidate.place].side_of(candidate)
                del row[bisect_left(row, (at, person_id))]
                if not (places[candidate.place].idle or places[candidate.place].asked):
                    del places[candidate.place]

    def reached(self, languages: Sequence[str]) -> list[str]:
        """List the languages to or from which somebody interprets one of these."""
        pairs = [interpreted(topic) for topic, size in self._sizes.items() if size]
        spoken = set(languages)
        return sorted(set().union(*(pair for pair in pairs if pair & spoken)) - spoken)

    def worth(self, topics: Mapping[str, bool]) -> dict[str, float]:
        """Weigh topics: those that few experts have count most, and *related* ones (True) half."""
        rarity = {topic: self._rarity(topic) for topic in topics}
        own = max((rarity[topic] for topic, related in topics.items() if not related), default=1.0)
        return {
            topic: TOPIC * (RELATED if related else rarity[topic] / own)
            for topic, related in topics.items()
        }

    def _rarity(self, topic: str) -> float:
        return math.log(2 + len(self._people) / (1 + self._sizes.get(topic, 0)))

    def rank(self, wish: Wish, now: datetime, most: int) -> list[Ranked]:
        """List those who may be asked and come first, best first, *most* at most.

        Each shelf gives its experts in an order in which what they can reach at best only falls. So
        it is enough to look at the shelf that promises most, until nobody left can come before
        those who were found.
        """
        turns = count()  # so that no two entries are equal
        rows = [
            (-promise, next(turns), person_id, row)
            for row in self._rows(wish, now)
            for promise, person_id in [next(row)]
        ]
        heapq.heapify(rows)
        best: list[tuple[tuple[float, int], Ranked]] = []
        met = set[int]()
        while rows and not (len(best) == most and -rows[0][0] + _EXACT < best[0][0][0]):
            _promise, turn, person_id, row = rows[0]
            if (following := next(row, None)) is None:
                heapq.heappop(rows)
            else:
                heapq.heapreplace(rows, (-following[0], turn, following[1], row))
            candidate = self._people[person_id]
            if person_id in met or not fits(wish, candidate, now):
                continue
            met.add(person_id)
            ranked = Ranked(candidate, score(wish, candidate, now))
            if len(best) < most:
                heapq.heappush(best, (ranked.total, ranked))
            elif ranked.total > best[0][0]:
                heapq.heapreplace(best, (ranked.total, ranked))
        return [ranked for _total, ranked in sorted(best, key=lambda each: each[0], reverse=True)]

    def _rows(self, wish: Wish, now: datetime) -> Iterator[Iterator[tuple[float, int]]]:
        days: dict[Day, float] = {}
        for topic, worth in wish.topics.items():
            for place, language in enumerate(wish.languages):
                spoken = LANGUAGE if place == 0 else 0.0
                for (country, day), shelf in self._shelves.get((topic, language), {}).items():
                    if day not in days:
                        days[day] = waking(day, now)
                    sure = worth + spoken + days[day] + near(wish, country, shelf.region)
                    if shelf.idle:
                        yield _idle(shelf.idle, sure + RELIABLE / 2, wish.draw)
                    if shelf.asked:
                        yield _asked(shelf.asked, sure + RELIABLE + DRAW, now)


def _idle(row: list[tuple[float, int]], sure: float, turned: float) -> Iterator[tuple[float, int]]:
    """Give those who were not asked, by what the draw of the request makes of theirs."""
    begin = bisect_left(row, (1 - turned, 0))
    for place in range(begin - 1, begin - 1 - len(row), -1):
        draw, person_id = row[place]
        yield sure + DRAW * ((draw + turned) % 1), person_id


def _asked(row: list[tuple[float, int]], sure: float, now: datetime) -> Iterator[tuple[float, int]]:
    """Give those who were asked, the least asked first, with the most that they can reach."""
    for heat, person_id in row:
        yield sure + RECENT * math.log1p(fading(heat, now)), person_id
