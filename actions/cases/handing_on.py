"""People who go, stop being experts or change sides: what waits with them goes to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.cases import letters
from actions.cases.choosing import is_expert
from actions.cases.offers import Offers
from actions.sides import apart, may_interpret, side
from kit.network import Network
from kit.notices import Notice
from kit.ports import Post
from storage.people import People
from storage.requests import Requests
from storage.tables.cases import AnyOffer, RequestRow
from storage.tables.people import PersonRow


@dataclass(frozen=True, slots=True)
class HandingOn:
    """Lets nobody wait for somebody who cannot, or may not, help any more."""

    requests: Requests
    people: People
    offers: Offers
    post: Post
    network: Network

    async def leave(self, person: PersonRow, now: datetime) -> None:
        """Let nobody wait for somebody who goes.

        What they were asked is put to others, and what they asked is taken back.
        """
        await self.hand_on(person.id, now)
        for request in await self.requests.of(person.id):
            if request.state.waits:
                await self.offers.take_back(request, now)

    async def hand_on(self, expert_id: int, now: datetime) -> None:
        """Put to others what an expert was asked, and what they took on before anybody met."""
        self.offers.choosing.pool.roster.drop(expert_id)
        for request, offer in await self.requests.undecided(expert_id):
            if offer.expert_id == expert_id and offer.state.stands:
                await self.offers.tell_without(request, offer)
                await self.offers.pass_on(request, offer, now)

    async def sides_changed(self, person: PersonRow, now: datetime) -> None:
        """Put what waits between a person and those they are kept apart from to somebody else."""
        await self.offers.experts.touch([person.id], now)
        for request, offer in await self.requests.undecided(person.id):
            if not offer.state.stands or not await self.apart(request, offer):
                continue
            if await self.offers.pass_on(request, offer, now):
                await self.post.notify(offer.expert_id, Notice.REQUESTS, letters.expired(request))

    async def apart(self, request: RequestRow, offer: AnyOffer) -> bool:
        """Tell whether somebody must not meet who asks, or the expert for whom they interpret.

        Who interprets needs the word of a moderator, which may have ended since they were asked.
        """
        helper = await self.people.get(offer.expert_id)
        if not is_expert(offer):
            vouched = await self.offers.experts.vouched(helper.id)
            if not (vouched and may_interpret(side(self.network, helper))):
                return True
        others = [request.asker_id] if is_expert(offer) else [request.asker_id, request.expert_id]
        met = [await self.people.get(each) for each in others if each is not None]
        return any(apart(self.network, each, helper) for each in met)
