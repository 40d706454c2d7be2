"""Putting a request to experts, a few at a time, until one takes it on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import ClassVar

from actions.cases import letters
from actions.cases.crowds import Crowds
from actions.cases.matching import Wish, withheld
from actions.cases.pool import Pool
from actions.cases.roster import Ranked
from actions.cases.states import (
    DAY,
    REPLY_WITHIN,
    SOON,
    Event,
    move,
    move_offer,
    patience,
)
from actions.cases.waiting import LOOKED_AT, usual_wait
from actions.sides import side
from kit.due import Planned
from kit.network import Network, WellKnown
from kit.notices import Notice
from kit.ports import Post
from kit.roomkey import SpaceRoom
from kit.subject import OfRequest
from kit.text import Reply
from storage.avoidances import Avoidances
from storage.dues import Dues
from storage.experts import Experts
from storage.people import People
from storage.requests import Requests
from storage.tables.cases import (
    AnyOffer,
    CaseOutcome,
    OfferRow,
    OfferState,
    RequestRow,
    RequestState,
    WithheldRow,
)
from storage.tables.people import PersonRow

DESK = SpaceRoom(WellKnown.EXPERT_DESK.value)
FIRST, LATER = 2, 3  # experts who are asked at once, at first and after these


@dataclass(frozen=True, slots=True)
class Watch(Planned):
    """Nobody has done the next thing for a request by the time of a *step* (``patience``)."""

    kind: ClassVar[str] = "experts.watch"
    request: int
    step: int


@dataclass(frozen=True, slots=True)
class Again(Planned):
    """A request that found nobody is to be looked at again."""

    kind: ClassVar[str] = "experts.again"
    request: int


@dataclass(frozen=True, slots=True)
class Offers:
    """Asks experts until one takes a request on or none is left."""

    experts: Experts
    pool: Pool
    requests: Requests
    people: People
    avoidances: Avoidances
    crowds: Crowds
    dues: Dues
    post: Post
    network: Network

    async def move(self, request: RequestRow, event: Event, now: datetime) -> None:
        """Let something happen to a request, and see to what comes next; raises Conflict."""
        move(request, event)
        request.since = now
        await self.dues.cancel(Watch, request=request.id)
        await self.dues.cancel(Again, request=request.id)
        await self.watch(request, 0)

    async def watch(self, request: RequestRow, step: int) -> None:
        """Look after a request where it is, once the time of a step has come."""
        waits = patience(request)
        if waits is not None and step < len(waits.steps):
            after, _care = waits.steps[step]
            await self.dues.plan(Watch(request.id, step), at=request.since + after)

    async def next(self, request: RequestRow, now: datetime) -> None:
        """Ask the best experts who may be asked; tell the asker when there are none.

        From whom a limit of theirs keeps it, it is withheld, and all goes on as if they did not
        answer: nobody learns against whom an expert never works, or who will not meet whom.
        """
        asker = await self.people.get(request.asker_id)
        offers = await self.requests.offers(request.id)
        wish = await self._wish(request, asker, offers)
        chosen = await self._choose(request, wish, offers, now)
        if not chosen:
            await self._run_out(request, asker, now)
            return
        await self.move(request, Event.PUT, now)
        before = {offer.expert_id for offer in offers if offer.state is OfferState.DONE}
        region = await self.crowds.region_of(asker, now)
        until = now + (SOON if request.urgent else REPLY_WITHIN)
        for each in chosen:
            expert_id, score = each.candidate.person_id, dict(each.score)
            offer = {"request_id": request.id, "expert_id": expert_id, "offered_at": now}
            if withheld(wish, each.candidate):
                await self.requests.withhold(WithheldRow(**offer, state=OfferState.OFFERED))
                continue
            await self.requests.offer(OfferRow(**offer, state=OfferState.OFFERED, score=score))
            again = expert_id in before
            letter = letters.offer(self.network, request, asker, region, until, again=again)
            at_once = request.urgent and each.candidate.urgent
            await self.post.notify(expert_id, Notice.REQUESTS, letter, until=until, at_once=at_once)
        await self.experts.touch([each.candidate.person_id for each in chosen], now)

    async def somebody_is_free(self, now: datetime) -> None:
        """Look again at all requests that found nobody, each by itself: nobody waits for that."""
        numbers = await self.requests.unmatched()
        await self.dues.cancel(Again)
        await self.dues.plan_all((Again(number), now) for number in numbers)

    async def take(self, request: RequestRow, offer: OfferRow, now: datetime) -> None:
        """An expert takes a request on; the others who were asked need not answer any more."""
        await self.move(request, Event.TAKE, now)
        await self.decide(offer, OfferState.ACCEPTED, now)
        request.expert_id = offer.expert_id
        request.taken_at = request.taken_at or now
        await self.release(request, OfferState.WITHDRAWN, letters.expired, now)

    async def pass_on(
        self,
        request: RequestRow,
        offer: AnyOffer,
        now: datetime,
        to: OfferState = OfferState.DECLINED,
    ) -> bool:
        """Ask others unless somebody is still to answer; tells whether this one knew of it."""
        unaware = await self.post.retract(OfRequest(request.id), offer.expert_id)
        told = isinstance(offer, OfferRow) and not unaware
        if request.expert_id == offer.expert_id:
            request.expert_id = None
        await self.decide(offer, to, now)
        if not await self.requests.standing(request.id):
            await self.next(request, now)
        return told

    async def release(
        self,
        request: RequestRow,
        to: OfferState,
        letter: Callable[[RequestRow], Reply],
        now: datetime,
    ) -> None:
        """End all offers but that of who took the request on, and tell those who know of theirs."""
        unaware = await self.post.retract(OfRequest(request.id))
        for offer in await self.requests.standing(request.id):
            if offer.expert_id == request.expert_id:
                continue
            aware = offer.state is not OfferState.OFFERED or offer.expert_id not in unaware
            await self.decide(offer, to, now)
            if aware and isinstance(offer, OfferRow):
                await self.post.notify(offer.expert_id, Notice.REQUESTS, letter(request))

    async def take_back(self, request: RequestRow, now: datetime) -> None:
        """Let a request go that its asker no longer makes; experts who know of it are told."""
        await self._end(request, Event.WITHDRAW, now)

    async def close(
        self, request: RequestRow, event: Event, outcome: CaseOutcome, now: datetime
    ) -> None:
        """Let a request end that led to nothing; experts who know of it are told."""
        await self._end(request, event, now)
        request.outcome = outcome

    async def finish(self, request: RequestRow, now: datetime) -> None:
        """Let a request end over which two people met."""
        await self.move(request, Event.FINISH, now)
        for offer in await self.requests.standing(request.id):
            await self.decide(offer, OfferState.DONE, now)
        request.question = ""
        await self.somebody_is_free(now)

    async def outcomes(self, request: RequestRow) -> dict[int, CaseOutcome | None]:
        """Give what each of the two who met said came of it, by person."""
        said = {request.asker_id: request.outcome}
        offer = await self.requests.offer_to(request.id, request.expert_id or 0)
        return said if offer is None else {**said, offer.expert_id: offer.outcome}

    async def reopen(self, request: RequestRow, now: datetime) -> None:
        """Let a request that is over begin once more; who took it on is asked first."""
        await self.move(request, Event.REOPEN, now)
        request.expert_id = request.outcome = request.widened_at = None
        request.asker_missed = False
        request.reopened_at = now
        for offer in await self.requests.made(request.id):
            offer.outcome = None
        await self.next(request, now)

    async def _end(self, request: RequestRow, event: Event, now: datetime) -> None:
        await self.move(request, event, now)
        request.expert_id = None
        await self.release(request, OfferState.WITHDRAWN, letters.withdrawn, now)
        request.question = ""

    async def decide(self, offer: AnyOffer, to: OfferState, now: datetime) -> None:
        """Take an offer to another state, which matching has to know; raises Conflict."""
        move_offer(offer, to)
        await self.experts.touch([offer.expert_id], now)

    async def usual_days(self, now: datetime) -> int | None:
        """Say how many days one waits for an expert as a rule, None if that is not known."""
        return usual_wait(await self.requests.waits(now - LOOKED_AT))

    async def tell_desk(self, request: RequestRow, asker: PersonRow, now: datetime) -> None:
        """Tell those at the desk of a request that nobody takes."""
        region = await self.crowds.region_of(asker, now)
        await self.post.room(DESK, letters.untaken(self.network, request, asker, region))

    async def _run_out(self, request: RequestRow, asker: PersonRow, now: datetime) -> None:
        if request.state is not RequestState.UNMATCHED:
            await self.move(request, Event.RUN_OUT, now)
            letter = letters.unmatched(self.network, request, await self.usual_days(now))
            await self.post.notify(asker.id, Notice.REQUESTS, letter)
            await self.tell_desk(request, asker, now)
        await self.dues.plan(Again(request.id), at=now + DAY)

    async def _wish(
        self, request: RequestRow, asker: PersonRow, offers: Sequence[AnyOffer]
    ) -> Wish:
        region = self.network.region_of(asker.country) if asker.country else None
        asked = {offer.expert_id for offer in offers if not _again(request, offer)}
        return Wish(
            self.pool.topics(request.topic, related=False),
            request.languages,
            asker.country,
            region.slug if region else None,
            side(self.network, asker),
            request.opponent,
            but={asker.id, *asked, *await self._avoided(asker)},
            apart=await self.avoidances.of(asker.id),
            asker=asker.user_id.casefold(),
            draw=Random(request.id).random(),  # noqa: S311 -- can be drawn again, keeps no secret
        )

    async def _choose(
        self, request: RequestRow, wish: Wish, offers: Sequence[AnyOffer], now: datetime
    ) -> list[Ranked]:
        knows = [offer for offer in offers if offer.state is OfferState.DONE]
        if knows:  # the question comes once more: whoever answered it before is asked by themselves
            last = max(knows, key=lambda offer: offer.offered_at).expert_id
            asker = await self.people.get(request.asker_id)
            but = {asker.id, *await self._avoided(asker)}
            if (same := await self.pool.one(replace(wish, but=but), last, now)) is not None:
                return [same]
        return await self._best(request, wish, LATER if offers else FIRST, now)

    async def _best(
        self, request: RequestRow, wish: Wish, most: int, now: datetime
    ) -> list[Ranked]:
        if best := await self.pool.best(wish, now, most):
            return best
        wider = replace(wish, topics=self.pool.topics(request.topic, related=True))
        return await self.pool.best(wider, now, most)

    async def _avoided(self, asker: PersonRow) -> set[int]:
        """List whom an asker will not meet: after a request of theirs, or by their own limits."""
        avoided = await self.avoidances.by(asker.id)
        if (entry := await self.experts.get(asker.id)) is not None:
            named = [await self.people.find(user_id) for user_id in entry.apart]
            avoided |= {person.id for person in named if person is not None}
        return avoided


def _again(request: RequestRow, offer: AnyOffer) -> bool:
    """Tell whether an expert may be asked once more: nobody who said no or has it before them."""
    if offer.state is OfferState.EXPIRED:
        return request.widened_at is not None and offer.offered_at < request.widened_at
    return offer.state is OfferState.WITHDRAWN
