"""The desk of moderators: what becomes of requests that get no expert, without reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.authority import authorise
from actions.cases import letters
from actions.cases.crowds import Crowds
from actions.cases.offers import Offers
from actions.cases.states import Event, may, out_of_turn, patience
from kit.authority import Act, Actor
from kit.codes import code
from kit.errors import NotFound
from kit.network import Region
from kit.notices import Notice
from kit.ports import Post
from kit.text import _
from storage.audits import Audits
from storage.people import People
from storage.requests import Requests
from storage.tables.audit import Audited
from storage.tables.cases import CaseOutcome, RequestRow, RequestState


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What a moderator sees of a request: neither who asked nor what, nor who was asked.

    How many were asked would tell them that a limit of an expert holds.
    *due* is when the hub does something about it by itself.
    """

    request: RequestRow
    region: Region | None
    owner: str | None
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Triage:
    """Lets moderators look after requests."""

    requests: Requests
    audits: Audits
    people: People
    offers: Offers
    crowds: Crowds
    post: Post

    async def open(self, by: Actor, most: int) -> Sequence[RequestRow]:
        """List the oldest requests that nobody takes, then others."""
        authorise(by, Act.TRIAGE)
        return await self.requests.oldest_open(most)

    async def look(self, by: Actor, number: int, now: datetime) -> CaseFile:
        """Show one request.

        Raises:
            NotFound: there is none that is not over.
        """
        request = await self._open(by, number)
        asker = await self.people.get(request.asker_id)
        owner_id = await self.requests.owner(number)
        owner = await self.people.get(owner_id) if owner_id is not None else None
        waits = patience(request)
        steps = waits.steps if waits is not None else ()
        moments = [request.since + after for after, _care in steps]
        due = next((moment for moment in moments if moment > now), None)
        region = await self.crowds.region_of(asker, now)
        return CaseFile(request, region, owner.user_id if owner else None, due)

    async def take(self, by: Actor, number: int) -> None:
        """Look after a request from now on; raises NotFound."""
        request = await self._open(by, number)
        await self.requests.own(request.id, by.id)

    async def widen(self, by: Actor, number: int, now: datetime) -> None:
        """Ask those once more who did not answer, if any of them may be asked.

        Raises:
            Conflict: it does not wait for an expert to come.
            NotFound: there is no such request.
        """
        request = await self._open(by, number)
        if request.state is not RequestState.UNMATCHED:
            raise out_of_turn(number)
        request.widened_at = now
        await self.offers.next(request, now)

    async def may_close(self, by: Actor, number: int) -> RequestRow:
        """Return a request that somebody may end.

        Raises:
            Conflict: it does not wait for an expert to come.
            NotFound: there is no such request.
        """
        request = await self._open(by, number)
        if not may(Event.GIVE_UP, request):
            raise out_of_turn(number)
        return request

    async def close(self, by: Actor, number: int, now: datetime) -> None:
        """Let a request end that gets no expert, and tell who asked.

        Raises:
            Conflict: it does not wait for an expert to come.
            NotFound: there is no such request.
        """
        request = await self.may_close(by, number)
        await self.offers.close(request, Event.GIVE_UP, CaseOutcome.UNMET, now)
        await self.audits.note(Audited.CASE_CLOSE, now, by=by.id, number=number)
        letter = letters.closed_by_desk(request)
        await self.post.notify(request.asker_id, Notice.REQUESTS, letter)

    async def _open(self, by: Actor, number: int) -> RequestRow:
        authorise(by, Act.TRIAGE)
        request = await self.requests.get(number)
        if request is None or request.state.over:
            raise NotFound(_("There is no open request {number}.", number=code(number)))
        return request
