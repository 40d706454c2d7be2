"""Putting a request to one expert after another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import ClassVar

from actions.cases import letters
from actions.cases.matching import Wish
from actions.cases.pool import Pool
from actions.cases.states import move, move_offer
from actions.sides import side
from kit.due import Planned
from kit.network import Network, WellKnown
from kit.notices import Notice
from kit.ports import Post
from kit.roomkey import SpaceRoom
from kit.subject import OfRequest
from storage.dues import Dues
from storage.experts import Experts
from storage.people import People
from storage.requests import Requests
from storage.tables.cases import OfferRow, OfferState, RequestRow, RequestState

REPLY_WITHIN = timedelta(hours=48)
DAY = timedelta(days=1)
DESK = SpaceRoom(WellKnown.EXPERT_DESK.value)


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
    pool: Pool
    requests: Requests
    people: People
    dues: Dues
    post: Post
    network: Network

    async def next(self, request: RequestRow, now: datetime) -> None:
        """Ask the best expert who was not asked yet; tell the asker when there is none."""
        asker = await self.people.get(request.asker_id)
        region = self.network.region_of(asker.country) if asker.country else None
        wish = Wish(
            self.pool.topics(request.topic, related=False),
            request.languages,
            asker.country,
            region.slug if region else None,
            side(self.network, asker),
            but={asker.id, *await self.requests.offered(request.id)},
            draw=Random(request.id).random(),  # noqa: S311 -- can be drawn again, keeps no secret
        )
        best = await self.pool.best(wish, now, 1)
        if not best:
            wider = replace(wish, topics=self.pool.topics(request.topic, related=True))
            best = await self.pool.best(wider, now, 1)
        if not best:
            if request.state is not RequestState.UNMATCHED:
                move(request, RequestState.UNMATCHED)
                letter = letters.unmatched(self.network, request)
                await self.post.notify(asker.id, Notice.REQUESTS, letter)
                await self.post.room(DESK, letters.untaken(self.network, request, asker))
            await self.dues.plan(Again(request.id), at=now + DAY)
            return
        (chosen,) = best
        expert_id = chosen.candidate.person_id
        move(request, RequestState.OFFERED)
        await self.requests.offer(request.id, expert_id, dict(chosen.score), now)
        await self.experts.touch([expert_id], now)
        letter = letters.offer(self.network, request, asker)
        until = now + REPLY_WITHIN
        await self.post.notify(expert_id, Notice.REQUESTS, letter, until=until)
        await self.dues.plan(Deadline(request.id, expert_id), at=until)

    async def somebody_is_free(self, now: datetime) -> None:
        """Look again at all requests that found nobody, each by itself: nobody waits for that."""
        for request in await self.requests.unmatched():
            await self.dues.plan(Again(request.id), at=now)

    async def pass_on(self, request: RequestRow, offer: OfferRow, now: datetime) -> bool:
        """Ask the next expert in place of one; returns whether that one was told of it before."""
        told = not await self.post.retract(OfRequest(request.id), offer.expert_id)
        await self.decide(offer, OfferState.DECLINED, now)
        request.expert_id = None
        await self.settled(request)
        await self.next(request, now)
        return told

    async def take_back(self, request: RequestRow, now: datetime) -> None:
        """Let a request go that its asker no longer makes; an expert who knows of it is told."""
        move(request, RequestState.WITHDRAWN)
        unaware = await self.post.retract(OfRequest(request.id))
        for offer in await self.requests.standing(request.id):
            told = offer.state is not OfferState.OFFERED or offer.expert_id not in unaware
            await self.decide(offer, OfferState.WITHDRAWN, now)
            if told:
                await self.post.notify(offer.expert_id, Notice.REQUESTS, letters.withdrawn(request))
        await self.settled(request)
        request.question = ""

    async def decide(self, offer: OfferRow, to: OfferState, now: datetime) -> None:
        """Take an offer to another state, which matching has to know; raises Conflict."""
        move_offer(offer, to)
        await self.experts.touch([offer.expert_id], now)

    async def settled(self, request: RequestRow) -> None:
        """Wait for no answer to an offer any more."""
        await self.dues.cancel(Deadline, request=request.id)
