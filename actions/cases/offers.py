"""Putting a request to one expert after another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.cases import letters
from actions.cases.matching import Candidate, Wish, rank
from actions.cases.states import move, move_offer
from actions.sides import apart
from kit.due import Planned
from kit.network import Network, WellKnown
from kit.notices import WEEK, Notice
from kit.ports import Post
from kit.roomkey import SpaceRoom
from kit.subject import OfRequest
from storage.attention import Attention
from storage.dues import Dues
from storage.experts import Experts, Load
from storage.people import People
from storage.requests import Requests
from storage.tables.cases import OfferRow, OfferState, RequestRow, RequestState
from storage.tables.people import PersonRow

REPLY_WITHIN = timedelta(hours=48)
RECENT = timedelta(days=30)
DAY = timedelta(days=1)
DESK = SpaceRoom(WellKnown.EXPERT_DESK.value)
WEEKLY = 3  # offers that an expert gets at most


@dataclass(frozen=True, slots=True)
class Deadline(Planned):
    """An expert's time to answer is over.

    It does not go with the expert: if they are erased, the request must still go on.
    """

    kind: ClassVar[str] = "experts.deadline"
    pattern: ClassVar[str] = "offer:{request}:{expert}"  # an expert is asked once
    request: int
    expert: int


@dataclass(frozen=True, slots=True)
class Again(Planned):
    """A request that found nobody is to be looked at again."""

    kind: ClassVar[str] = "experts.again"
    request: int


@dataclass(frozen=True, slots=True)
class Offers:
    """Asks experts, one at a time, until one takes a request on or none is left."""

    experts: Experts
    requests: Requests
    people: People
    dues: Dues
    attention: Attention
    post: Post
    network: Network

    async def next(self, request: RequestRow, now: datetime) -> None:
        """Ask the best expert who was not asked yet; tell the asker when there is none."""
        asker = await self.people.get(request.asker_id)
        region = self._region(asker.country)
        wish = Wish(request.id, asker.id, request.languages, asker.country, region)
        candidates = await self._candidates(request.topic, asker, now)
        ranked = rank(wish, candidates, await self.requests.offered(request.id), now)
        if not ranked:
            if request.state is not RequestState.UNMATCHED:
                move(request, RequestState.UNMATCHED)
                letter = letters.unmatched(self.network, request)
                await self.post.notify(asker.id, Notice.REQUESTS, letter)
                await self.post.room(DESK, letters.untaken(self.network, request, asker))
            await self.dues.plan(Again(request.id), at=now + DAY)
            return
        chosen, score = ranked[0]
        move(request, RequestState.OFFERED)
        await self.requests.offer(request.id, chosen.person_id, score, now)
        letter = letters.offer(self.network, request, asker)
        until = now + REPLY_WITHIN
        await self.post.notify(chosen.person_id, Notice.REQUESTS, letter, until=until)
        await self.dues.plan(Deadline(request.id, chosen.person_id), at=until)

    async def somebody_is_free(self, now: datetime) -> None:
        """Look again at all requests that found nobody, each by itself: nobody waits for that."""
        for request in await self.requests.unmatched():
            await self.dues.plan(Again(request.id), at=now)

    async def pass_on(self, request: RequestRow, offer: OfferRow, now: datetime) -> bool:
        """Ask the next expert in place of one; returns whether that one was told of it before."""
        told = not await self.post.retract(OfRequest(request.id), offer.expert_id)
        move_offer(offer, OfferState.DECLINED)
        request.expert_id = None
        await self.settled(request)
        await self.next(request, now)
        return told

    async def take_back(self, request: RequestRow) -> None:
        """Let a request go that its asker no longer makes; an expert who knows of it is told."""
        move(request, RequestState.WITHDRAWN)
        unaware = await self.post.retract(OfRequest(request.id))
        for offer in await self.requests.standing(request.id):
            told = offer.state is not OfferState.OFFERED or offer.expert_id not in unaware
            move_offer(offer, OfferState.WITHDRAWN)
            if told:
                await self.post.notify(offer.expert_id, Notice.REQUESTS, letters.withdrawn(request))
        await self.settled(request)
        request.question = ""

    async def settled(self, request: RequestRow) -> None:
        """Wait for no answer to an offer any more."""
        await self.dues.cancel(Deadline, request=request.id)

    async def _candidates(self, topic: str, asker: PersonRow, now: datetime) -> list[Candidate]:
        loads = await self.experts.loads(now - WEEK, now - RECENT)
        refusing = await self.attention.refusing(Notice.REQUESTS)
        return [
            Candidate(
                person.id,
                expert.languages,
                person.country,
                self._region(person.country),
                person.zone,
                load.open_now,
                load.month,
            )
            for expert, person in await self.experts.candidates(topic)
            if person.id not in refusing
            and not apart(self.network, asker, person)
            and (load := loads.get(person.id, Load())).week < WEEKLY
        ]

    def _region(self, country: str | None) -> str | None:
        region = self.network.region_of(country) if country else None
        return region.slug if region else None
