"""Members who answer requests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select, update

from kit.notices import Notice
from storage.repository import Repository
from storage.tables.cases import STANDING, ExpertRow, OfferRow, OfferState, WithheldRow
from storage.tables.people import PersonRow, VouchRow
from storage.tables.talk import AttentionRow

# What a transaction that is under way has changed is seen once it ends, which may be that late.
OVERLAP = timedelta(seconds=10)


# Where experts are joined with their persons: a moderator's word that they may interpret counts.
_GIVEN = exists().where(VouchRow.person_id == PersonRow.id, VouchRow.checked, VouchRow.interprets)
_VOUCHED = and_(_GIVEN, ~PersonRow.held)


@dataclass(frozen=True, slots=True)
class Available:
    """An expert who is there to be asked, and what was put to them, the oldest first."""

    person_id: int
    topics: Sequence[str]
    languages: Sequence[str]
    country: str | None
    zone: str | None
    category: str | None
    weekly: int
    urgent: bool
    never: Sequence[str]
    interprets: Sequence[str]  # nothing without a moderator's word: who interprets reads all
    quiet: tuple[int, int] | None
    offers: list[tuple[OfferState, datetime]] = field(default_factory=list)


class Experts(Repository):
    """Members who answer, with what matching needs to know about them."""

    async def get(self, person_id: int) -> ExpertRow | None:
        """Return a person's entry as an expert."""
        return await self._session.get(ExpertRow, person_id)

    async def put(self, row: ExpertRow) -> None:
        """Register an expert or change their entry."""
        await self._session.merge(row)

    async def remove(self, row: ExpertRow) -> None:
        """Let somebody be no expert any more."""
        await self._session.delete(row)
        await self._session.flush()

    async def vouched(self, person_id: int) -> bool:
        """Tell whether a moderator gave their word that somebody may interpret, and it counts."""
        theirs = PersonRow.id == person_id
        return await self._session.scalar(select(_VOUCHED).where(theirs)) or False

    async def unvouched(self) -> Sequence[tuple[ExpertRow, PersonRow]]:
        """List those who would interpret and wait for a moderator's word, the longest known first.

        For whom a moderator took back all words waits no more.
        """
        query = (
            select(ExpertRow, PersonRow)
            .join(PersonRow, PersonRow.id == ExpertRow.person_id)
            .where(ExpertRow.interprets.is_not(None), ~_VOUCHED)
            .where(~PersonRow.departed, ~PersonRow.held)
            .order_by(PersonRow.met_at, ExpertRow.person_id)
        )
        return [(expert, person) for expert, person in await self._session.execute(query)]

    async def unname(self, user_id: str) -> None:
        """Forget that experts are never to be put together with somebody."""
        # What is sealed cannot be asked for; but most experts name nobody.
        naming = select(ExpertRow.person_id, ExpertRow.never).where(ExpertRow.never.is_not(None))
        found = {
            row.person_id: [each for each in row.never if each != user_id]
            async for rows in self._portions(naming)
            for row in rows
            if user_id in row.never
        }
        for person_id, never in found.items():
            (await self._session.get_one(ExpertRow, person_id)).never = never or None

    async def touch(self, person_ids: Collection[int], now: datetime) -> None:
        """Note that matching has to know something new of these, those who are no experts aside.

        Each change has a moment of its own, later than those before it.
        """
        last = await self._session.scalar(select(func.max(ExpertRow.changed_at)))
        at = now if last is None else max(now, last + timedelta(microseconds=1))
        these = ExpertRow.person_id.in_(person_ids)
        await self._session.execute(update(ExpertRow).where(these).values(changed_at=at))

    async def changed(self, after: datetime | None) -> dict[int, datetime]:
        """Say of whom there was something new since a moment, or ever, and when."""
        query = select(ExpertRow.person_id, ExpertRow.changed_at)
        if after is not None:
            query = query.where(ExpertRow.changed_at >= after - OVERLAP)
        rows = await self._session.execute(query)
        return {row.person_id: row.changed_at for row in rows}

    async def available(self, person_ids: Sequence[int], since: datetime) -> dict[int, Available]:
        """Find which of these may be asked, with what stands or was put to them *since* then.

        Who is away, has left or wants no requests is not among them. What is withheld from them
        counts as if they were asked.
        """
        query = (
            select(
                ExpertRow.person_id,
                ExpertRow.topics,
                ExpertRow.languages,
                ExpertRow.weekly,
                ExpertRow.urgent,
                ExpertRow.never,
                ExpertRow.interprets,
                _VOUCHED.label("vouched"),
                PersonRow.country,
                PersonRow.zone,
                PersonRow.category,
                AttentionRow.muted,
                AttentionRow.switched_off,
                AttentionRow.quiet_from,
                AttentionRow.quiet_until,
            )
            .join(PersonRow, PersonRow.id == ExpertRow.person_id)
            .outerjoin(AttentionRow, AttentionRow.person_id == ExpertRow.person_id)
            .where(ExpertRow.person_id.in_(person_ids), ~ExpertRow.away, ~PersonRow.departed)
        )
        found: dict[int, Available] = {}
        rows = await self._session.execute(query)
        for row in rows:
            if not (row.muted or Notice.REQUESTS in (row.switched_off or ())):
                begin, end = row.quiet_from, row.quiet_until
                found[row.person_id] = Available(
                    row.person_id,
                    row.topics,
                    row.languages,
                    row.country,
                    row.zone,
                    row.category,
                    row.weekly,
                    row.urgent,
                    row.never or (),
                    (row.interprets or ()) if row.vouched else (),
                    None if begin is None or end is None else (begin, end),
                )
        offers: dict[tuple[int, int], tuple[OfferState, datetime]] = {}
        for kind in (OfferRow, WithheldRow):
            asked = select(kind.expert_id, kind.request_id, kind.state, kind.offered_at).where(
                kind.expert_id.in_(found), or_(kind.state.in_(STANDING), kind.offered_at >= since)
            )
            offers |= {
                (expert_id, request_id): (state, at)
                for expert_id, request_id, state, at in await self._session.execute(asked)
            }
        in_turn = sorted(offers.items(), key=lambda each: (each[1][1], each[0][1]))
        for (expert_id, _request), offer in in_turn:
            found[expert_id].offers.append(offer)
        return found
