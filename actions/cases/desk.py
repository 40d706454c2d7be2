"""The desk: what those do who have a part in a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TypeAlias

from actions.authority import Part, authorise
from actions.cases import letters, outcomes
from actions.cases.choosing import is_expert
from actions.cases.handing_on import HandingOn
from actions.cases.introductions import Introductions
from actions.cases.offers import Offers
from actions.cases.states import Event, may_agree, out_of_turn
from kit.authority import Act, Actor
from kit.codes import code
from kit.errors import Conflict, NotFound
from kit.network import Network, Opponent
from kit.notices import WEEK, Notice
from kit.ports import Numbers, Post
from kit.text import Label, Reply, Say, Series, _
from storage.people import People
from storage.requests import Requests
from storage.tables.cases import (
    CaseOutcome,
    OfferRow,
    OfferState,
    RequestRow,
    RequestState,
)

MOST_OPEN, MOST_WEEKLY = 3, 5  # requests of one member: each takes somebody's time

May: TypeAlias = Callable[[RequestRow, OfferRow | None], bool]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a member asks an expert, and whom an expert must not be bound to."""

    topic: str
    languages: Sequence[str]
    question: str
    urgent: bool = False
    opponent: Opponent | None = None
    interpreted: bool = False


class Agreed(Enum):
    """What somebody's yes led to."""

    TAKEN_ON = auto()
    AWAITS_INTERPRETER = auto()
    NOBODY_INTERPRETS = auto()
    INTERPRETS = auto()
    INTRODUCED = auto()
    EXPERT_HAD_LEFT = auto()
    INTERPRETER_HAD_LEFT = auto()


@dataclass(frozen=True, slots=True)
class Desk:
    """Requests on their way through the states, by those who have a part in them."""

    requests: Requests
    people: People
    offers: Offers
    post: Post
    introductions: Introductions
    handing_on: HandingOn
    network: Network
    numbers: Numbers

    async def may_ask(self, by: Actor, now: datetime) -> None:
        """Do nothing if a member may ask once more.

        Raises:
            Conflict: they asked as much as one may.
        """
        authorise(by, Act.ASK)
        if len(await self.requests.of(by.id)) >= MOST_OPEN:
            text = _(
                "You may have {most} open requests at a time. {requests} shows yours; "
                "{withdraw} or {done} with a number ends one.",
                most=MOST_OPEN,
                requests=Say("requests"),
                withdraw=Say("withdraw"),
                done=Say("done"),
            )
            raise Conflict(text)
        if await self.requests.asked_since(by.id, now - WEEK) >= MOST_WEEKLY:
            text = _(
                "You may ask {most} times in a week. Please ask again in a few days.",
                most=MOST_WEEKLY,
            )
            raise Conflict(text)

    async def ask(self, by: Actor, inquiry: Inquiry, now: datetime) -> RequestRow:
        """Keep a request; ``begin`` puts it to the first expert.

        Raises:
            Conflict: they asked as much as one may.
        """
        await self.may_ask(by, now)
        number = self.numbers.draw()
        while await self.requests.get(number) is not None:
            number = self.numbers.draw()
        return await self.requests.add(
            RequestRow(
                id=number,
                asker_id=by.id,
                topic=inquiry.topic,
                languages=list(inquiry.languages),
                question=inquiry.question,
                urgent=inquiry.urgent,
                opponent=inquiry.opponent,
                interpreted=inquiry.interpreted,
                state=RequestState.OPEN,
                created_at=now,
            )
        )

    async def begin(self, request: RequestRow, now: datetime) -> None:
        """Put a new request to the first expert."""
        await self.offers.next(request, now)

    async def mine(self, by: Actor) -> Sequence[tuple[RequestRow, OfferRow | None]]:
        """List what somebody asked and, with the offer, what was put to them; none that is over."""
        authorise(by, Act.ASK)
        return await self.requests.around(by.id)

    async def meant(self, by: Actor, act: Act, said: int | None, may: May) -> int:
        """Return the number that was *said*, or that of the only request for which one *may* do it.

        Raises:
            Conflict: there are several.
            NotFound: there is none.
        """
        authorise(by, act)
        if said is not None:
            return said
        around = await self.requests.around(by.id)
        if not around:
            raise NotFound(_("You have no request that is open, and none waits for you."))
        numbers = [request.id for request, offer in around if may(request, offer)]
        if not numbers and len(around) > 1:
            raise Conflict(
                _(
                    "None of your requests waits for that now. {requests} shows where they stand.",
                    requests=Say("requests"),
                )
            )
        if len(numbers) > 1:
            raise which(numbers)
        return numbers[0] if numbers else around[0][0].id  # to read why it cannot be done

    async def accept(self, by: Actor, number: int, now: datetime) -> Agreed:
        """An expert takes a request on, somebody interprets, or its asker agrees to meet them.

        Who interprets reads everything, so the expert says first whether they want to meet them.

        Raises:
            Conflict: it does not wait for that.
            NotFound: they have no part in such a request.
        """
        request, offer = await self._part(by, Act.TAKE_PART, number)
        if request.asker_id == by.id:
            return await self._agree(request, now)
        if offer is None or not may_agree(request, offer):
            raise out_of_turn(number)
        if not is_expert(offer):
            return await self._interpret(request, offer, now)
        if offer.state is OfferState.ACCEPTED:
            await self.offers.move(request, Event.APPROVE, now)
        else:
            await self.offers.take(request, offer, now)
        if request.state is not RequestState.ACCEPTED:
            waits = offer.state.stands
            return Agreed.AWAITS_INTERPRETER if waits else Agreed.NOBODY_INTERPRETS
        await self._ask_to_meet(request, now)
        return Agreed.TAKEN_ON

    async def _interpret(self, request: RequestRow, offer: OfferRow, now: datetime) -> Agreed:
        if await self.handing_on.apart(request, offer):
            await self.offers.pass_on(request, offer, now)
            return Agreed.NOBODY_INTERPRETS
        await self.offers.interpret(request, offer, now)
        interpreter = await self._interpreter(request, now)
        assert interpreter is not None
        assert request.expert_id is not None
        found = letters.interpreter_found(self.network, request, interpreter)
        await self.post.notify(request.expert_id, Notice.REQUESTS, found)
        return Agreed.INTERPRETS

    async def _ask_to_meet(self, request: RequestRow, now: datetime) -> None:
        assert request.expert_id is not None
        expert = await self.people.get(request.expert_id)
        region = await self.offers.crowds.region_of(expert, now)
        interpreter = await self._interpreter(request, now)
        letter = letters.accepted(self.network, request, expert, region, interpreter)
        await self.post.notify(request.asker_id, Notice.REQUESTS, letter)

    async def _interpreter(
        self, request: RequestRow, now: datetime
    ) -> letters.InterpreterCard | None:
        person_id = await self.requests.interpreter(request)
        entry = await self.offers.experts.get(person_id) if person_id is not None else None
        if entry is None:
            return None
        person = await self.people.get(entry.person_id)
        region = await self.offers.crowds.region_of(person, now)
        return letters.InterpreterCard(person, entry, region)

    async def decline(
        self, by: Actor, number: int, now: datetime, why: OfferState = OfferState.DECLINED
    ) -> None:
        """Who was asked passes, must not help, or changes their mind; others are asked.

        Who is told of somebody ready to interpret refuses that person alone by it.

        Raises:
            Conflict: it does not wait for that.
            NotFound: they have no part in such a request.
        """
        request, offer = await self._part(by, Act.TAKE_PART, number)
        if not request.state.waits:
            raise out_of_turn(number)
        asked = RequestState.ACCEPTED if offer is None else RequestState.AWAITS_EXPERT
        tells = offer is None or is_expert(offer)
        refuses = tells and request.state is asked and why is OfferState.DECLINED
        if refuses and await self.offers.refuse_interpreter(request, now):
            return
        if offer is None:
            raise Conflict(
                _(
                    "This is your own request. Say {withdraw} to take it back.",
                    withdraw=Say("withdraw", code(number)),
                )
            )
        if not offer.state.stands:
            raise out_of_turn(number)
        if offer.state is OfferState.ACCEPTED:
            await self.offers.tell_without(request, offer)
        await self.offers.pass_on(request, offer, now, why)

    async def withdraw(self, by: Actor, number: int, now: datetime) -> None:
        """The asker takes a request back; an expert who was asked is told.

        Raises:
            Conflict: it is over.
            NotFound: they asked no such request.
        """
        request, _offer = await self._part(by, Act.TAKE_BACK_REQUEST, number)
        await self.offers.take_back(request, now)

    async def finish(self, by: Actor, number: int, now: datetime) -> Reply:
        """One of them closes what they were introduced for; the others are told.

        Who interprets ends their own part alone. Returns what is to be said to who closes it.

        Raises:
            Conflict: they were not introduced.
            NotFound: they have no part in such a request.
        """
        request, offer = await self._part(by, Act.TAKE_PART, number)
        if request.asker_id != by.id and (offer is None or not offer.state.stands):
            raise out_of_turn(number)
        if offer is not None and not is_expert(offer):
            await self.offers.end_part(request, offer, now)
            return outcomes.part_over(request, offer.outcome)
        said = await self.offers.outcomes(request)
        await self.introductions.finish(request, now)
        for person_id, outcome in said.items():
            if person_id != by.id:
                await self.post.notify(
                    person_id, Notice.REQUESTS, outcomes.closed(request, outcome)
                )
        return outcomes.closed(request, said.get(by.id))

    async def offered(self, by: Actor, number: int) -> tuple[RequestRow, OfferRow]:
        """Return a request that was put to an expert, and how; raises NotFound."""
        request, offer = await self._part(by, Act.TAKE_PART, number)
        if offer is None:
            raise NotFound(_("I know of no request {number} of yours.", number=code(number)))
        return request, offer

    async def introduced(self, by: Actor, number: int) -> RequestRow:
        """Return a request over which somebody was introduced; raises Conflict, NotFound."""
        request, offer = await self._part(by, Act.TAKE_PART, number)
        met = request.asker_id == by.id or (offer is not None and offer.state.met)
        if not met or request.state not in {RequestState.INTRODUCED, RequestState.DONE}:
            raise out_of_turn(number)
        return request

    async def say_outcome(self, by: Actor, number: int, outcome: CaseOutcome) -> None:
        """One of them says what came of it; the others do not learn it.

        Raises:
            Conflict: they were not introduced.
            NotFound: they have no part in such a request.
        """
        request = await self.introduced(by, number)
        if request.asker_id == by.id:
            request.outcome = outcome
        elif (offer := await self.requests.offer_to(number, by.id)) is not None:
            offer.outcome = outcome

    async def avoid(self, by: Actor, number: int, now: datetime) -> int:
        """Never put somebody together again with those of a request, who do not learn of it.

        Returns with how many that is.

        Raises:
            Conflict: nobody has taken it on.
            NotFound: they have no part in such a request.
        """
        request, offer = await self._part(by, Act.TAKE_PART, number)
        if request.asker_id == by.id:
            met = [each for each in await self.requests.made(number) if each.state.met]
            others = {each.expert_id for each in met}
        else:
            others = {request.asker_id, *await self.offers.helpers(request)} - {by.id}
        if not others:
            text = _("No expert has accepted request {number} yet.", number=code(number))
            raise Conflict(text)
        for other in others:
            await self.offers.choosing.avoidances.add(by.id, other, now)
        if request.state is RequestState.ACCEPTED and request.asker_id == by.id:
            await self.offers.let_expert_go(request, now)
        elif request.state.waits and offer is not None and offer.state.stands:
            await self.decline(by, number, now, OfferState.CONFLICT)
        return len(others)

    async def _part(self, by: Actor, act: Act, number: int) -> tuple[RequestRow, OfferRow | None]:
        authorise(by, act)
        request = await self.requests.get(number)
        offer = await self.requests.offer_to(number, by.id)
        authorise(by, act, Part(number, request, offer))
        assert request is not None
        return request, offer

    async def _agree(self, request: RequestRow, now: datetime) -> Agreed:
        if request.state is RequestState.OFFERED:
            text = _("No expert has accepted request {number} yet.", number=code(request.id))
            raise Conflict(text)
        if request.state is RequestState.AWAITS_INTERPRETER:
            raise Conflict(
                _(
                    "An expert can help with request {number}, but nobody has agreed to interpret "
                    "yet. I tell you when somebody does.",
                    number=code(request.id),
                )
            )
        if request.state is RequestState.AWAITS_EXPERT:
            raise Conflict(
                _(
                    "An expert can help with request {number} and is asked whether they want to "
                    "meet who is ready to interpret. I ask you after that.",
                    number=code(request.id),
                )
            )
        if request.state is not RequestState.ACCEPTED:
            raise out_of_turn(request.id)
        # The network may have changed what a category means since they were asked.
        for offer in sorted(await self.requests.standing(request.id), key=is_expert, reverse=True):
            if await self.handing_on.apart(request, offer):
                await self.offers.pass_on(request, offer, now)
                left, interpreter = Agreed.EXPERT_HAD_LEFT, Agreed.INTERPRETER_HAD_LEFT
                return left if is_expert(offer) else interpreter
        await self.introductions.begin(request, now)
        return Agreed.INTRODUCED


def which(numbers: Sequence[int]) -> Conflict:
    """Ask which of several requests is meant."""
    listed = Series([Label({"en": code(number)}) for number in numbers])
    return Conflict(_("Which one? Say its number with it: {numbers}.", numbers=listed))
