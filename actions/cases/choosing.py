"""Whom a request is put to next: experts, and who interprets between its asker and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from actions.cases.matching import INTERPRETER, TOPIC, Wish, interpreting, withheld
from actions.cases.pool import Pool
from actions.cases.roster import Ranked
from actions.sides import side
from kit.network import Network, Side
from storage.avoidances import Avoidances
from storage.experts import Experts
from storage.people import People
from storage.tables.cases import AnyOffer, OfferKind, OfferState, RequestRow
from storage.tables.people import PersonRow

FIRST, LATER = 2, 3  # who are asked at once, at first and after these
TRIES = 5  # how often those are passed over for whom nobody interprets


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who is asked as what; they get nothing if a limit of theirs has it ``withheld``."""

    ranked: Ranked
    kind: OfferKind
    withheld: bool


@dataclass(frozen=True, slots=True)
class Choosing:
    """Chooses whom to ask, of those who may be asked.

    An expert who shares no language with the asker may be asked where somebody interprets between
    the two: after all others, or beside them if the asker wants it so.
    """

    experts: Experts
    pool: Pool
    people: People
    avoidances: Avoidances
    network: Network

    async def next(
        self, request: RequestRow, offers: Sequence[AnyOffer], now: datetime
    ) -> Sequence[Chosen]:
        """Choose the best experts who may be asked; *offers* are all that were made."""
        asker = await self.people.get(request.asker_id)
        wish = await self._wish(request, asker, offers)
        reached = await self.pool.reached(request.languages, now)
        wider = replace(wish, languages=[*request.languages, *reached])
        found = await self._same(request, wider, offers, now)
        most = LATER if any(map(is_expert, offers)) else FIRST
        for each in [wider] if request.interpreted else [wish, wider]:
            found = found or await self._best(request, each, offers, most, now)
        return [
            Chosen(each, _kind(request, each), withheld(wish, each.candidate)) for each in found
        ]

    async def interpreter(
        self, request: RequestRow, expert_id: int, offers: Sequence[AnyOffer], now: datetime
    ) -> Chosen | None:
        """Choose the best who interprets between the asker and an expert.

        Only one is asked at a time: who interprets reads everything, so nobody gets there by being
        faster than others.
        """
        wish = await self._between(request, expert_id, offers)
        best = await self.pool.best(wish, now, 1)
        return next(
            (Chosen(each, OfferKind.INTERPRETER, withheld(wish, each.candidate)) for each in best),
            None,
        )

    async def _wish(
        self, request: RequestRow, asker: PersonRow, offers: Sequence[AnyOffer]
    ) -> Wish:
        region = self.network.region_of(asker.country) if asker.country else None
        asked = {offer.expert_id for offer in offers if not _again(request, offer)}
        return Wish(
            self.pool.topics(request.topic, related=False),
            request.languages,
            asker.country,
            region.slug if region else None,
            [side(self.network, asker)],
            request.opponent,
            but={asker.id, *asked, *await self._avoided(asker)},
            apart=await self.avoidances.of(asker.id),
            meets={asker.user_id.casefold()},
            draw=Random(request.id).random(),  # noqa: S311 -- can be drawn again, keeps no secret
        )

    async def _between(
        self, request: RequestRow, expert_id: int, offers: Sequence[AnyOffer]
    ) -> Wish:
        """Wish for who interprets, wherever they are; whom the expert avoids does not show.

        Whoever may stand against the defence interprets for nobody.
        """
        asker, expert = await self.people.get(request.asker_id), await self.people.get(expert_id)
        entry = await self.experts.get(expert_id)
        spoken = entry.languages if entry is not None else ()
        wish = await self._wish(request, asker, offers)
        avoided = await self._avoided(expert) | await self.avoidances.of(expert_id)
        return replace(
            wish,
            topics={interpreting(a, b): TOPIC for a in request.languages for b in spoken},
            languages=[INTERPRETER],
            country=None,
            region=None,
            sides=[*wish.sides, side(self.network, expert), Side.DEFENCE],
            but={*wish.but, expert_id},
            apart={*wish.apart, *avoided},
            meets={*wish.meets, expert.user_id.casefold()},
        )

    async def _same(
        self, request: RequestRow, wish: Wish, offers: Sequence[AnyOffer], now: datetime
    ) -> Sequence[Ranked]:
        """Choose by themselves who answered a question before that comes once more."""
        knows = [each for each in offers if each.state is OfferState.DONE and is_expert(each)]
        if not knows:
            return []
        last = max(knows, key=lambda offer: offer.offered_at).expert_id
        asker = await self.people.get(request.asker_id)
        but = {asker.id, *await self._avoided(asker)}
        same = await self.pool.one(replace(wish, but=but), last, now)
        return await self._understood(request, [same] if same else [], offers, now)

    async def _best(
        self,
        request: RequestRow,
        wish: Wish,
        offers: Sequence[AnyOffer],
        most: int,
        now: datetime,
    ) -> Sequence[Ranked]:
        """List who comes first, for the topic or one near it, and understands the asker."""
        wider = replace(wish, topics=self.pool.topics(request.topic, related=True))
        for each in (wish, wider):
            but = {*each.but}
            for _try in range(TRIES):
                best = await self.pool.best(replace(each, but=but), now, most)
                if understood := await self._understood(request, best, offers, now):
                    return understood
                but |= {ranked.candidate.person_id for ranked in best}
                if not best:
                    break
        return []

    async def _understood(
        self,
        request: RequestRow,
        experts: Sequence[Ranked],
        offers: Sequence[AnyOffer],
        now: datetime,
    ) -> Sequence[Ranked]:
        """Leave those of *experts* who share a language with the asker, or have an interpreter."""
        understood: list[Ranked] = []
        for each in experts:
            found = _kind(request, each) is OfferKind.EXPERT
            if not found:
                between = await self._between(request, each.candidate.person_id, offers)
                found = bool(await self.pool.best(between, now, 1))
            if found:
                understood.append(each)
        return understood

    async def _avoided(self, person: PersonRow) -> set[int]:
        """List whom somebody will not meet: after a request of theirs, or by their own limits."""
        avoided = await self.avoidances.by(person.id)
        if (entry := await self.experts.get(person.id)) is not None:
            named = [await self.people.find(user_id) for user_id in entry.apart]
            avoided |= {each.id for each in named if each is not None}
        return avoided


def _kind(request: RequestRow, expert: Ranked) -> OfferKind:
    shared = not expert.candidate.languages.isdisjoint(request.languages)
    return OfferKind.EXPERT if shared else OfferKind.INTERPRETED


def is_expert(offer: AnyOffer) -> bool:
    """Tell whether an offer was made to an expert, with an interpreter or without."""
    return offer.kind is not OfferKind.INTERPRETER


def _again(request: RequestRow, offer: AnyOffer) -> bool:
    """Tell whether somebody may be asked once more: nobody who said no or has it before them."""
    if offer.state is OfferState.EXPIRED:
        return request.widened_at is not None and offer.offered_at < request.widened_at
    interpreted = offer.state is OfferState.DONE and not is_expert(offer)
    return interpreted or offer.state is OfferState.WITHDRAWN
