"""Who interprets reads everything: they do so for as long as a moderator's word for them counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.cases import introduction_letters as told
from actions.cases import letters
from actions.cases.handing_on import HandingOn
from actions.cases.introductions import Introductions
from actions.cases.offers import Offers
from kit.notices import Notice
from kit.ports import Post
from storage.requests import Requests
from storage.tables.cases import RequestRow, RequestState


@dataclass(frozen=True, slots=True)
class Interpreters:
    """Those who interpret, or are asked to."""

    requests: Requests
    offers: Offers
    handing_on: HandingOn
    introductions: Introductions
    post: Post

    async def review(self, now: datetime) -> None:
        """End the part of each for whom no word counts any more, after words have ended.

        Whoever met them is told, and they are taken out of the room; what waits for them goes to
        others.
        """
        for request, offer in await self.requests.interpreting():
            if not await self.handing_on.apart(request, offer):
                continue
            if request.state is RequestState.INTRODUCED:
                await self._take_out(request, offer.expert_id, now)
            elif await self.offers.pass_on(request, offer, now):
                gone = letters.expired(request)
                await self.post.notify(offer.expert_id, Notice.REQUESTS, gone)

    async def _take_out(self, request: RequestRow, person_id: int, now: datetime) -> None:
        over = told.interprets_no_more(request)
        await self.post.notify(person_id, Notice.REQUESTS, over)
        await self.introductions.take_out(request, person_id, now)
