"""The requests that are put to experts, and the offers in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Select, and_, delete, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.repository import Repository
from storage.tables.cases import (
    MET,
    OPEN,
    STANDING,
    AnyOffer,
    CaseOwnerRow,
    OfferKind,
    OfferRow,
    RequestRow,
    RequestState,
    WithheldRow,
)

_UNDECIDED = (
    RequestState.OFFERED,
    RequestState.AWAITS_INTERPRETER,
    RequestState.AWAITS_EXPERT,
    RequestState.ACCEPTED,
)

_BEGAN = func.coalesce(RequestRow.reopened_at, RequestRow.created_at)


def _interprets(request_id: int | InstrumentedAttribute[int]) -> Select[int]:
    return select(OfferRow.expert_id).where(
        OfferRow.request_id == request_id,
        OfferRow.kind == OfferKind.INTERPRETER,
        OfferRow.state.in_(MET),
    )


class Requests(Repository):
    """Questions for experts, and the offers made of them."""

    async def add(self, row: RequestRow) -> RequestRow:
        """Keep a new request and give it its number."""
        self._session.add(row)
        await self._session.flush()
        return row

    async def get(self, request_id: int) -> RequestRow | None:
        """Return a request."""
        return await self._session.get(RequestRow, request_id)

    async def of(self, person_id: int) -> Sequence[RequestRow]:
        """List a person's own requests that are not over."""
        query = (
            select(RequestRow)
            .where(RequestRow.asker_id == person_id, RequestRow.state.in_(OPEN))
            .order_by(RequestRow.id)
        )
        return (await self._session.scalars(query)).all()

    async def around(self, person_id: int) -> Sequence[tuple[RequestRow, OfferRow | None]]:
        """List the open requests a person asked, and with the offer those they were asked to take.

        What they refused is not among them.
        """
        put = and_(
            OfferRow.request_id == RequestRow.id,
            OfferRow.expert_id == person_id,
            OfferRow.state.in_(STANDING),
        )
        theirs = or_(RequestRow.asker_id == person_id, OfferRow.expert_id == person_id)
        query = (
            select(RequestRow, OfferRow)
            .outerjoin(OfferRow, put)
            .where(theirs, RequestRow.state.in_(OPEN))
            .order_by(RequestRow.id)
        )
        return [(request, offer) for request, offer in await self._session.execute(query)]

    async def asked_since(self, person_id: int, since: datetime) -> int:
        """Count what a person asked of late, anew or once more, whatever became of it."""
        theirs = select(func.count()).where(RequestRow.asker_id == person_id)
        anew = await self._session.scalar(theirs.where(RequestRow.created_at >= since))
        again = await self._session.scalar(theirs.where(RequestRow.reopened_at >= since))
        return (anew or 0) + (again or 0)

    async def ended(self, person_id: int, since: datetime) -> Sequence[int]:
        """List a person's own requests that ended *since* a moment."""
        query = select(RequestRow.id).where(
            RequestRow.asker_id == person_id,
            RequestRow.state.not_in(OPEN),
            RequestRow.since >= since,
        )
        return (await self._session.scalars(query.order_by(RequestRow.id))).all()

    async def undecided(self, person_id: int) -> Sequence[tuple[RequestRow, AnyOffer]]:
        """List what a person asked, was asked or took on, with offers before anybody met."""
        found: list[tuple[RequestRow, AnyOffer]] = []
        for kind in (OfferRow, WithheldRow):
            theirs = (RequestRow.asker_id, RequestRow.expert_id, kind.expert_id)
            query = (
                select(RequestRow, kind)
                .join(kind, kind.request_id == RequestRow.id)
                .where(
                    RequestRow.state.in_(_UNDECIDED),
                    kind.state.in_(STANDING),
                    or_(*(each == person_id for each in theirs)),
                )
            )
            rows = await self._session.execute(query)
            found += [(request, cast("AnyOffer", offer)) for request, offer in rows]
        return sorted(found, key=lambda each: each[0].id)

    async def interpreting(self) -> Sequence[tuple[RequestRow, OfferRow]]:
        """List who interprets for requests that are not over, or is asked to."""
        query = (
            select(RequestRow, OfferRow)
            .join(OfferRow, OfferRow.request_id == RequestRow.id)
            .where(
                RequestRow.state.in_(OPEN),
                OfferRow.kind == OfferKind.INTERPRETER,
                OfferRow.state.in_(STANDING),
            )
            .order_by(RequestRow.id)
        )
        return [(request, offer) for request, offer in await self._session.execute(query)]

    async def met(self, person_id: int) -> Sequence[int]:
        """List the requests over which a person was introduced to somebody."""
        introduced = RequestRow.state.in_((RequestState.INTRODUCED, RequestState.DONE))
        interprets = _interprets(RequestRow.id).where(
            OfferRow.expert_id == person_id, OfferRow.offered_at >= _BEGAN
        )
        theirs = or_(
            RequestRow.asker_id == person_id,
            RequestRow.expert_id == person_id,
            interprets.exists(),
        )
        query = select(RequestRow.id).where(introduced, theirs).order_by(RequestRow.id)
        return (await self._session.scalars(query)).all()

    async def offers(self, request_id: int) -> Sequence[AnyOffer]:
        """List all offers of a request, by expert; what was withheld stands for what was made."""
        made = select(OfferRow).where(OfferRow.request_id == request_id)
        withheld = select(WithheldRow).where(WithheldRow.request_id == request_id)
        found: dict[int, AnyOffer] = {}
        found |= {row.expert_id: row for row in await self._session.scalars(made)}
        found |= {row.expert_id: row for row in await self._session.scalars(withheld)}
        return [found[expert_id] for expert_id in sorted(found)]

    async def made(self, request_id: int) -> Sequence[OfferRow]:
        """List the offers of a request that its experts know, by expert."""
        query = select(OfferRow).where(OfferRow.request_id == request_id)
        return (await self._session.scalars(query.order_by(OfferRow.expert_id))).all()

    async def offer(self, row: OfferRow) -> None:
        """Record that an expert is asked, perhaps once more."""
        same = WithheldRow.request_id == row.request_id, WithheldRow.expert_id == row.expert_id
        await self._session.execute(delete(WithheldRow).where(*same))
        await self._session.merge(row)

    async def withhold(self, row: WithheldRow) -> None:
        """Record that an expert would be asked, perhaps once more, but for a limit of theirs."""
        await self._session.merge(row)

    async def interpreter(self, request: RequestRow) -> int | None:
        """Return who is ready to interpret for a request, since it was asked or opened again."""
        began = request.reopened_at or request.created_at
        query = _interprets(request.id).where(OfferRow.offered_at >= began)
        return (await self._session.scalars(query)).one_or_none()

    async def offer_to(self, request_id: int, expert_id: int) -> OfferRow | None:
        """Return the offer made to an expert."""
        return await self._session.get(OfferRow, (request_id, expert_id))

    async def unmatched(self) -> Sequence[int]:
        """List the requests that wait for an expert to come, the oldest first."""
        query = (
            select(RequestRow.id)
            .where(RequestRow.state == RequestState.UNMATCHED)
            .order_by(RequestRow.created_at, RequestRow.id)
        )
        return (await self._session.scalars(query)).all()

    async def oldest_unmatched(self, most: int) -> Sequence[RequestRow]:
        """List those that wait for an expert to come for the longest time."""
        query = (
            select(RequestRow)
            .where(RequestRow.state == RequestState.UNMATCHED)
            .order_by(RequestRow.created_at, RequestRow.id)
            .limit(most)
        )
        return (await self._session.scalars(query)).all()

    async def waits(self, since: datetime) -> Sequence[timedelta]:
        """List how long requests made *since* a moment waited for an expert to take them on."""
        query = select(RequestRow.created_at, RequestRow.taken_at)
        rows = await self._session.execute(query.where(RequestRow.created_at >= since))
        return [taken - made for made, taken in rows if taken is not None]

    async def oldest_open(self, most: int) -> Sequence[RequestRow]:
        """List open requests, first those that nobody takes, the oldest first."""
        taken = RequestRow.state != RequestState.UNMATCHED
        query = select(RequestRow).where(RequestRow.state.in_(OPEN))
        query = query.order_by(taken, RequestRow.created_at, RequestRow.id).limit(most)
        return (await self._session.scalars(query)).all()

    async def owner(self, request_id: int) -> int | None:
        """Return who looks after a request."""
        row = await self._session.get(CaseOwnerRow, request_id)
        return row.person_id if row is not None else None

    async def own(self, request_id: int, person_id: int) -> None:
        """Let one person look after a request from now on."""
        await self._session.merge(CaseOwnerRow(request_id=request_id, person_id=person_id))

    async def standing(self, request_id: int) -> Sequence[AnyOffer]:
        """List the offers of a request that still stand."""
        return [offer for offer in await self.offers(request_id) if offer.state.stands]

    async def open_count(self) -> int:
        """Count requests that are not over, for operators."""
        query = select(func.count()).select_from(RequestRow).where(RequestRow.state.in_(OPEN))
        return await self._session.scalar(query) or 0
