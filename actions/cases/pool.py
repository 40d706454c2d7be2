"""The experts to choose from: what is in memory proposes, and the tables decide."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from actions.cases.matching import (
    INTERPRETER,
    REMEMBERED,
    Asked,
    Candidate,
    Wish,
    fits,
    interpreting,
    score,
)
from actions.cases.roster import Ranked, Roster
from kit.network import Network, Opponent, RoomKind
from search.index import LibraryIndex
from storage.experts import Available, Experts
from storage.tables.cases import OfferState

PORTION = 200  # experts who are learnt before others go on

_ANSWERED = {
    OfferState.ACCEPTED: True,
    OfferState.DECLINED: True,
    OfferState.CONFLICT: True,
    OfferState.DONE: True,
    OfferState.EXPIRED: False,
}


@dataclass(frozen=True, slots=True)
class Pool:
    """Experts as they are in this transaction."""

    experts: Experts
    network: Network
    index: LibraryIndex
    roster: Roster

    def topics(self, topic: str, *, related: bool) -> dict[str, float]:
        """Weigh the topic of a request and, for want of anybody there, those near to it."""
        near = self.index.neighbours(self.network.rooms[topic].subjects) if related else set()
        themes = self.network.of_kind(RoomKind.THEME)
        around = [room.slug for room in themes if not near.isdisjoint(room.subjects)]
        return self.roster.worth({**dict.fromkeys(around, True), topic: False})

    async def reached(self, languages: Sequence[str], now: datetime) -> list[str]:
        """List the languages to or from which somebody interprets one of these."""
        await self.learn(now)
        return self.roster.reached(languages)

    async def best(self, wish: Wish, now: datetime, most: int) -> list[Ranked]:
        """List who comes first for a request, *most* at most.

        What is remembered of them is compared with the tables, and corrected until it is the same:
        a transaction that was taken back may have left something behind.
        """
        await self.learn(now)
        while True:
            ranked = self.roster.rank(wish, now, most)
            if not await self._correct([each.candidate.person_id for each in ranked], now):
                return ranked

    async def one(self, wish: Wish, person_id: int, now: datetime) -> Ranked | None:
        """Return an expert as they would be ranked, None if they may not be asked."""
        found = await self.experts.available([person_id], now - REMEMBERED)
        candidate = self._candidate(found[person_id]) if person_id in found else None
        if candidate is None or not fits(wish, candidate, now):
            return None
        return Ranked(candidate, score(wish, candidate, now))

    async def learn(self, now: datetime) -> None:
        """Learn what has changed since the last time; of everybody the first time."""
        seen = self.roster.seen
        changed = await self.experts.changed(max(seen.values(), default=None))
        news = [each for each, at in changed.items() if seen.get(each) != at]
        for begin in range(0, len(news), PORTION):
            await self._correct(news[begin : begin + PORTION], now)
            await asyncio.sleep(0)
        seen |= changed

    async def _correct(self, person_ids: Sequence[int], now: datetime) -> bool:
        """Remember these as the tables have them; tells whether anything was otherwise."""
        if not person_ids:
            return False
        found = await self.experts.available(person_ids, now - REMEMBERED)
        news = [
            known for each in found.values() if (known := self._candidate(each)) not in self.roster
        ]
        for candidate in news:
            self.roster.put(candidate)
        gone = [person_id for person_id in person_ids if person_id not in found]
        for person_id in gone:
            self.roster.drop(person_id)
        return bool(news or gone)

    def _candidate(self, known: Available) -> Candidate:
        category = self.network.categories.get(known.category or "")
        region = self.network.region_of(known.country) if known.country else None
        pairs = [interpreting(*pair) for pair in combinations(known.interprets, 2)]
        return Candidate(
            known.person_id,
            frozenset([*known.topics, *pairs]),
            frozenset([*known.languages, INTERPRETER] if pairs else known.languages),
            known.country,
            region.slug if region else None,
            known.zone,
            category.side if category else None,
            sum(state.stands for state, _at in known.offers),
            tuple(Asked(at, _ANSWERED.get(state)) for state, at in known.offers),
            known.weekly,
            known.urgent,
            frozenset(Opponent(each) for each in known.never if each in set(Opponent)),
            frozenset(each.casefold() for each in known.never if each.startswith("@")),
            known.quiet,
        )
