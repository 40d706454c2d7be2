"""What time does to requests: nobody waits for ever, and everybody is asked what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.cases import letters, outcomes
from actions.cases.introductions import Introductions
from actions.cases.offers import Offers
from actions.cases.states import Care, Event, patience
from kit.network import Network
from kit.notices import Notice
from kit.ports import Post
from kit.text import Reply
from storage.people import People
from storage.requests import Requests
from storage.tables.cases import CaseOutcome, OfferState, RequestRow, RequestState


@dataclass(frozen=True, slots=True)
class Watching:
    """Looks after requests whose owner lets a deadline pass."""

    requests: Requests
    people: People
    offers: Offers
    introductions: Introductions
    post: Post
    network: Network

    async def overdue(self, number: int, now: datetime) -> None:
        """Do what is due for a request where it is; what was missed before that is left out."""
        request = await self.requests.get(number)
        waits = patience(request) if request is not None else None
        if request is None or waits is None:
            return
        moments = [request.since + after for after, _care in waits.steps]
        due = [step for step, moment in enumerate(moments) if moment <= now]
        if not due:
            return
        before = request.state, request.since
        await self._care(request, waits.steps[due[-1]][1], now)
        if (request.state, request.since) == before:
            await self.offers.watch(request, due[-1] + 1)

    async def _care(self, request: RequestRow, care: Care, now: datetime) -> None:
        match care:
            case Care.ASK_OTHERS:
                await self._ask_others(request, now)
            case Care.ASK_INTERPRETERS:
                await self.offers.release(request, OfferState.EXPIRED, letters.expired, now)
                await self.offers.seek_interpreter(request, now)
            case Care.REMIND_ASKER:
                await self._tell(request.asker_id, letters.your_turn(request))
            case Care.LAPSE:
                await self.offers.close(request, Event.LAPSE, CaseOutcome.LAPSED, now)
                await self._tell(request.asker_id, letters.lapsed(request))
                await self.offers.somebody_is_free(now)
            case Care.WIDEN:
                await self._widen(request, now)
            case Care.REMIND_DESK:
                await self._still_waiting(request, now)
            case Care.GIVE_UP:
                await self.offers.close(request, Event.GIVE_UP, CaseOutcome.UNMET, now)
                await self._tell(request.asker_id, letters.gave_up(request))
            case Care.FOLLOW_UP:
                await self._follow_up(request)
            case Care.FINISH:
                await self._finish(request, now)

    async def _ask_others(self, request: RequestRow, now: datetime) -> None:
        if request.state is RequestState.AWAITS_EXPERT:
            await self.offers.let_expert_go(request, now)
            return
        await self.offers.release(request, OfferState.EXPIRED, letters.expired, now)
        await self.offers.next(request, now)

    async def _widen(self, request: RequestRow, now: datetime) -> None:
        request.widened_at = now
        await self.offers.next(request, now)
        if request.state is RequestState.UNMATCHED:
            await self._still_waiting(request, now)

    async def _finish(self, request: RequestRow, now: datetime) -> None:
        said = await self.offers.outcomes(request)
        await self.introductions.finish(request, now)
        for person_id, outcome in said.items():
            await self._tell(person_id, outcomes.closed(request, outcome))

    async def look_again(self, number: int, now: datetime) -> None:
        """Put a request to experts, if it still waits for somebody who is free."""
        request = await self.requests.get(number)
        if request is not None and request.state is RequestState.UNMATCHED:
            await self.offers.next(request, now)

    async def _still_waiting(self, request: RequestRow, now: datetime) -> None:
        letter = letters.still_waiting(request, await self.offers.usual_days(now))
        await self._tell(request.asker_id, letter)
        asker = await self.people.get(request.asker_id)
        await self.offers.tell_desk(request, asker, now)

    async def _follow_up(self, request: RequestRow) -> None:
        """Ask those of them who did not say yet what came of it."""
        for person_id, outcome in (await self.offers.outcomes(request)).items():
            if outcome is None:
                await self._tell(person_id, outcomes.follow_up(self.network, request))

    async def _tell(self, person_id: int, letter: Reply) -> None:
        await self.post.notify(person_id, Notice.REQUESTS, letter)
