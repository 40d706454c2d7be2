"""Asking once more what is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.authority import Part, authorise
from actions.cases.desk import Desk, Inquiry, which
from actions.cases.states import REOPENED_WITHIN, Event, may
from kit.authority import Act, Actor
from kit.codes import code
from kit.errors import Conflict, NotFound
from kit.notices import WEEK
from kit.text import Say, _
from storage.tables.cases import RequestRow


@dataclass(frozen=True, slots=True)
class Reopening:
    """Lets members put a request of theirs to experts again that has ended."""

    desk: Desk

    async def ended(self, by: Actor, said: int | None, now: datetime) -> RequestRow:
        """Return what may be asked once more: the request that was *said*, or the only one.

        Raises:
            Conflict: it is open, was over too long ago or opened again lately, or there are
                several, or they asked as much as one may.
            NotFound: they asked no such request.
        """
        authorise(by, Act.ASK)
        await self.desk.may_ask(by, now)
        if said is None:
            numbers = await self.desk.requests.ended(by.id, now - REOPENED_WITHIN)
            if not numbers:
                raise NotFound(
                    _(
                        "No request of yours has ended in the last {days} days. {ask} makes one.",
                        days=REOPENED_WITHIN.days,
                        ask=Say("ask"),
                    )
                )
            if len(numbers) > 1:
                raise which(numbers)
            said = numbers[0]
        request = await self.desk.requests.get(said)
        authorise(by, Act.ASK, Part(said, request))
        assert request is not None
        if not may(Event.REOPEN, request):
            raise Conflict(
                _(
                    "Request {number} is still open. {requests} shows where it stands.",
                    number=code(said),
                    requests=Say("requests"),
                )
            )
        if request.reopened_at is not None and request.reopened_at > now - WEEK:
            raise Conflict(
                _(
                    "Request {number} was opened again within the last week. Please wait a few "
                    "days, or make another one with {ask}.",
                    number=code(said),
                    ask=Say("ask"),
                )
            )
        if request.since < now - REOPENED_WITHIN:
            raise Conflict(
                _(
                    "Request {number} ended more than {days} days ago. {ask} makes another one.",
                    number=code(said),
                    days=REOPENED_WITHIN.days,
                    ask=Say("ask"),
                )
            )
        return request

    async def reopen(self, by: Actor, number: int, inquiry: Inquiry, now: datetime) -> RequestRow:
        """Put a request once more to experts that is over, first to who took it on.

        Raises:
            Conflict: it is open, was over too long ago, or they asked as much as one may.
            NotFound: they asked no such request.
        """
        authorise(by, Act.ASK)
        request = await self.ended(by, number, now)
        request.topic, request.languages = inquiry.topic, list(inquiry.languages)
        request.question, request.urgent = inquiry.question, inquiry.urgent
        request.opponent, request.interpreted = inquiry.opponent, inquiry.interpreted
        await self.desk.offers.reopen(request, now)
        return request
