"""Putting a request to experts, a few at a time, until one takes it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from actions.cases import letters
from actions.cases.choosing import Choosing, Chosen, is_expert
from actions.cases.crowds import Crowds
from actions.cases.states import (
    DAY,
    Event,
    answer_by,
    may,
    move,
    move_offer,
    out_of_turn,
    patience,
)
from actions.cases.waiting import LOOKED_AT, usual_wait
from kit.due import Planned
from kit.network import Network, WellKnown
from kit.notices import Notice
from kit.ports import Post
from kit.roomkey import SpaceRoom
from kit.subject import OfRequest
from kit.text import Reply
from storage.dues import Dues
from storage.experts import Experts
from storage.people import People
from storage.requests import Requests
from storage.tables.cases import (
    AnyOffer,
    CaseOutcome,
    OfferKind,
    OfferRow,
    OfferState,
    RequestRow,
    RequestState,
    WithheldRow,
)
from storage.tables.people import PersonRow

DESK = SpaceRoom(WellKnown.EXPERT_DESK.value)


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
    choosing: Choosing
    requests: Requests
    people: People
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
        chosen = await self.choosing.next(request, offers, now)
        if not chosen:
            await self._run_out(request, asker, now)
            return
        await self.move(request, Event.PUT, now)
        before = {offer.expert_id for offer in offers if offer.state is OfferState.DONE}
        region = await self.crowds.region_of(asker, now)
        until = answer_by(request, now)
        for each in chosen:
            again = each.ranked.candidate.person_id in before
            letter = letters.offer(
                self.network, request, asker, region, until, each.kind, again=again
            )
            await self._put(request, each, letter, now)

    async def seek_interpreter(self, request: RequestRow, now: datetime) -> None:
        """Ask who interprets between the asker and the expert; others are asked if nobody does."""
        taken = await self.requests.offer_to(request.id, request.expert_id or 0)
        assert taken is not None
        offers = await self.requests.offers(request.id)
        chosen = await self.choosing.interpreter(request, taken.expert_id, offers, now)
        if chosen is None:
            letter = letters.no_interpreter(request)
            await self.post.notify(taken.expert_id, Notice.REQUESTS, letter)
            await self.pass_on(request, taken, now, OfferState.WITHDRAWN)
            return
        await self.move(request, Event.NEED_INTERPRETER, now)
        entry = await self.experts.get(taken.expert_id)
        spoken = entry.languages if entry is not None else ()
        until = answer_by(request, now)
        letter = letters.interpreting(self.network, request, taken.expert_id, spoken, until)
        await self._put(request, chosen, letter, now)

    async def _put(self, request: RequestRow, chosen: Chosen, letter: Reply, now: datetime) -> None:
        candidate = chosen.ranked.candidate
        offer = {
            "request_id": request.id,
            "expert_id": candidate.person_id,
            "kind": chosen.kind,
            "state": OfferState.OFFERED,
            "offered_at": now,
        }
        if chosen.withheld:
            await self.requests.withhold(WithheldRow(**offer))
        else:
            await self.requests.offer(OfferRow(**offer, score=dict(chosen.ranked.score)))
            until, at_once = answer_by(request, now), request.urgent and candidate.urgent
            await self.post.notify(
                candidate.person_id, Notice.REQUESTS, letter, until=until, at_once=at_once
            )
        await self.experts.touch([candidate.person_id], now)

    async def somebody_is_free(self, now: datetime) -> None:
        """Look again at all requests that found nobody, each by itself: nobody waits for that."""
        numbers = await self.requests.unmatched()
        await self.dues.cancel(Again)
        await self.dues.plan_all((Again(number), now) for number in numbers)

    async def take(self, request: RequestRow, offer: OfferRow, now: datetime) -> None:
        """An expert takes a request on; the others who were asked need not answer any more.

        Who shares no language with the asker waits for an interpreter.
        """
        interpreted = offer.kind is OfferKind.INTERPRETED
        await self.move(request, Event.NEED_INTERPRETER if interpreted else Event.TAKE, now)
        await self.decide(offer, OfferState.ACCEPTED, now)
        request.expert_id = offer.expert_id
        request.taken_at = request.taken_at or now
        await self.release(request, OfferState.WITHDRAWN, letters.expired, now)
        if interpreted:
            await self.seek_interpreter(request, now)

    async def interpret(self, request: RequestRow, offer: OfferRow, now: datetime) -> None:
        """Somebody interprets; the others who were asked need not answer any more."""
        await self.move(request, Event.INTERPRET, now)
        await self.decide(offer, OfferState.ACCEPTED, now)
        await self.release(request, OfferState.WITHDRAWN, letters.expired, now)

    async def pass_on(
        self,
        request: RequestRow,
        offer: AnyOffer,
        now: datetime,
        to: OfferState = OfferState.DECLINED,
    ) -> bool:
        """Ask others unless somebody is still to answer; tells whether this one knew of it.

        Without an expert nobody need interpret; without an interpreter the expert waits for
        another one.
        """
        unaware = await self.post.retract(OfRequest(request.id), offer.expert_id)
        told = isinstance(offer, OfferRow) and not unaware
        await self.decide(offer, to, now)
        if is_expert(offer):
            if request.expert_id == offer.expert_id:
                request.expert_id = None
                await self.release(request, OfferState.WITHDRAWN, letters.expired, now)
            if not await self.requests.standing(request.id):
                await self.next(request, now)
            return told
        if all(map(is_expert, await self.requests.standing(request.id))):
            await self.seek_interpreter(request, now)
        return told

    async def tell_without(self, request: RequestRow, offer: AnyOffer) -> None:
        """Tell who was told of somebody who helps that they do not after all.

        That is the asker, or the expert while they are to say whether somebody may interpret.
        """
        gone = letters.stepped_back if is_expert(offer) else letters.interpreter_stepped_back
        letter = gone(request.id)
        if request.state is RequestState.ACCEPTED:
            await self.post.notify(request.asker_id, Notice.REQUESTS, letter)
        elif request.state is RequestState.AWAITS_EXPERT and not is_expert(offer):
            assert request.expert_id is not None
            await self.post.notify(request.expert_id, Notice.REQUESTS, letter)

    async def let_expert_go(self, request: RequestRow, now: datetime) -> None:
        """Put a request to others than who took it on, who is told."""
        offer = await self.requests.offer_to(request.id, request.expert_id or 0)
        if offer is not None:
            await self.post.notify(offer.expert_id, Notice.REQUESTS, letters.expired(request))
            await self.pass_on(request, offer, now)

    async def refuse_interpreter(self, request: RequestRow, now: datetime) -> bool:
        """Ask another to interpret than who is ready to, who is told; tells whether one was."""
        person_id = await self.requests.interpreter(request)
        offer = await self.requests.offer_to(request.id, person_id) if person_id else None
        if offer is None:
            return False
        await self.post.notify(offer.expert_id, Notice.REQUESTS, letters.expired(request))
        await self.pass_on(request, offer, now)
        return True

    async def release(
        self,
        request: RequestRow,
        to: OfferState,
        letter: Callable[[RequestRow], Reply],
        now: datetime,
    ) -> None:
        """End all offers but those of who helps with the request, and tell who knows of theirs."""
        unaware = await self.post.retract(OfRequest(request.id))
        for offer in await self.requests.standing(request.id):
            if request.expert_id is not None and offer.state is OfferState.ACCEPTED:
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
        """Let a request end over which people met."""
        await self.move(request, Event.FINISH, now)
        for offer in await self.requests.standing(request.id):
            await self.decide(offer, OfferState.DONE, now)
        request.question = ""
        await self.somebody_is_free(now)

    async def end_part(self, request: RequestRow, offer: OfferRow, now: datetime) -> None:
        """Let who interprets go while the others meet on; raises Conflict before they met."""
        if not may(Event.FINISH, request):
            raise out_of_turn(request.id)
        await self.decide(offer, OfferState.DONE, now)

    async def outcomes(self, request: RequestRow) -> dict[int, CaseOutcome | None]:
        """Give what each of those who still take part said came of it, by person."""
        said = {request.asker_id: request.outcome}
        for person_id in await self.helpers(request):
            offer = await self.requests.offer_to(request.id, person_id)
            if offer is not None and offer.state.stands:
                said[person_id] = offer.outcome
        return said

    async def helpers(self, request: RequestRow) -> list[int]:
        """List who helps with a request: the expert, then who interprets."""
        helpers = request.expert_id, await self.requests.interpreter(request)
        return [each for each in helpers if each is not None]

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
