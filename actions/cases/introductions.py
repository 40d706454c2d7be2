"""Introductions: people in an encrypted room of their own, or told why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.cases import introduction_letters as told
from actions.cases import letters
from actions.cases.choosing import is_expert
from actions.cases.offers import Offers
from actions.cases.states import Event
from kit.network import Network
from kit.notices import Notice
from kit.ports import Post, RoomErrands
from kit.roomkey import Private
from storage.people import People
from storage.requests import Requests
from storage.tables.cases import RequestRow, RequestState


@dataclass(frozen=True, slots=True)
class Introductions:
    """Rooms in which an asker and an expert meet, with who interprets for them."""

    requests: Requests
    people: People
    offers: Offers
    post: Post
    errands: RoomErrands
    network: Network

    async def begin(self, request: RequestRow, now: datetime) -> None:
        """Bring those together who agreed: an encrypted room, and the introduction."""
        await self.offers.move(request, Event.AGREE, now)
        room, met = room_of(request.id), [*await self.offers.helpers(request), request.asker_id]
        names = self.network.rooms[request.topic].names
        await self.errands.open_private(room, met, names)
        *helpers, asker = [await self.people.get(each) for each in met]
        letter = told.introduction(self.network, request, asker, *helpers)
        await self.post.room(room, letter, to=met)

    async def invited(self, number: int, person_id: int) -> None:
        """Give those who help the question once all are invited: the asker is the last."""
        request = await self.requests.get(number)
        if request is None or request.state is not RequestState.INTRODUCED:
            return
        if person_id == request.asker_id:
            for each in await self.offers.helpers(request):
                letter = told.question(request, interpret=each != request.expert_id)
                await self.post.notify(each, Notice.REQUESTS, letter)

    async def not_invited(self, number: int, person_id: int, now: datetime) -> None:
        """Tell all that one of them cannot be invited, and let the request go on.

        Without its expert it goes to the next one, and without who interprets to another; without
        its asker it waits until they ask again, once, and then it is over.
        """
        request = await self.requests.get(number)
        if request is None or request.state is not RequestState.INTRODUCED:
            return
        asker_id, helpers = request.asker_id, await self.offers.helpers(request)
        if request.expert_id is None:
            return
        await self.errands.close_private(room_of(number), [*helpers, asker_id])
        if person_id == asker_id and request.asker_missed:
            await self.offers.take_back(request, now)
            await self.post.notify(asker_id, Notice.REQUESTS, told.asker_gives_up(request))
            return
        if person_id == asker_id:
            request.asker_missed = True
            await self.offers.move(request, Event.MISS, now)
            await self.post.notify(asker_id, Notice.REQUESTS, told.asker_refuses(request))
            for each in helpers:
                await self.post.notify(each, Notice.REQUESTS, told.asker_missing(request))
            return
        await self.post.notify(person_id, Notice.REQUESTS, told.expert_refuses(request))
        missing = told.expert_missing(request)
        if person_id != request.expert_id:
            missing = letters.interpreter_stepped_back(number)
        await self.post.notify(asker_id, Notice.REQUESTS, missing)
        offer = await self.requests.offer_to(number, person_id)
        if offer is not None:
            await self.offers.pass_on(request, offer, now)

    async def finish(self, request: RequestRow, now: datetime) -> None:
        """Let a request end over which people met: their room is theirs alone from then on."""
        await self.offers.finish(request, now)
        await self.errands.leave_private(room_of(request.id))

    async def part(self, person_id: int, now: datetime) -> None:
        """Take somebody who goes out of the rooms they were introduced in, and tell the others.

        What is over is not touched: the hub has left that room to those who were in it.
        """
        for number in await self.requests.met(person_id):
            request = await self.requests.get(number)
            if request is not None and request.state is RequestState.INTRODUCED:
                await self.take_out(request, person_id, now)

    async def take_out(self, request: RequestRow, person_id: int, now: datetime) -> None:
        """Take one of those who met out of their room, and tell the others, never why.

        Without who interprets the others go on. Without who asked, or the expert, the request is
        over, and the hub leaves: but not before it took them out, which nobody else could.
        """
        await self.errands.remove_from(room_of(request.id), person_id)
        others = {request.asker_id, *await self.offers.helpers(request)} - {person_id}
        offer = await self.requests.offer_to(request.id, person_id)
        if offer is None or is_expert(offer):
            await self.finish(request, now)
        elif offer.state.stands:
            await self.offers.end_part(request, offer, now)
        for each in sorted(others):
            letter = told.interpreter_taken_out(request)
            if request.state is not RequestState.INTRODUCED:
                letter = told.taken_out(request, asked=each == request.asker_id)
            await self.post.notify(each, Notice.REQUESTS, letter)


def room_of(number: int) -> Private:
    """Name the room in which those meet who agreed to."""
    return Private(f"request:{number}")


def request_of(matter: str) -> int:
    """Return the number of the request for which there is a private room."""
    return int(matter.removeprefix("request:"))
