"""Members who serve as experts: who does, and when they are asked nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.authority import authorise
from actions.cases.handing_on import HandingOn
from actions.cases.offers import Offers
from actions.cases.vouching import Vouching
from kit.authority import Act, Actor
from kit.due import ForPerson
from kit.errors import BadArgument, Conflict
from kit.network import Opponent
from kit.notices import WEEK, Notice
from kit.ports import Post
from kit.text import Reply, Say, _
from kit.times import When
from storage.dues import Dues
from storage.experts import Experts
from storage.people import People
from storage.tables.cases import WEEKLY, ExpertRow, OfferState, RequestState


@dataclass(frozen=True, slots=True)
class Back(ForPerson):
    """An expert who is away wanted to be asked again from now on."""

    kind: ClassVar[str] = "experts.back"


@dataclass(frozen=True, slots=True)
class AwayBegins(ForPerson):
    """An expert is away from now on; *until* is a moment in ISO 8601, or nothing."""

    kind: ClassVar[str] = "experts.away_begins"
    until: str = ""


@dataclass(frozen=True, slots=True)
class NamedLately(ForPerson):
    """Who is an expert no more changed whom they name so often in the week that ends now."""

    kind: ClassVar[str] = "experts.named"
    times: int


YEAR, PATIENCE = timedelta(days=365), timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class GoesOn(ForPerson):
    """An expert is to say whether they go on (stage 0), or has not said so (1)."""

    kind: ClassVar[str] = "experts.goes_on"
    stage: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How often an expert may be asked, against whom never, and whether at any hour."""

    weekly: int
    never: Sequence[Opponent]
    people: Sequence[str]
    urgent: bool


@dataclass(frozen=True, slots=True)
class Interpreting:
    """Between which languages somebody interprets, and whether they learnt how."""

    languages: Sequence[str]
    trained: bool


@dataclass(frozen=True, slots=True)
class UnderWay:
    """How many requests wait for an expert's answer, were taken on, and led to an introduction."""

    offered: int
    taken: int
    met: int


MOST_NAMINGS = 3  # changes in a week of whom somebody is never put together with


@dataclass(frozen=True, slots=True)
class Serving:
    """Experts by their own word."""

    experts: Experts
    people: People
    dues: Dues
    offers: Offers
    handing_on: HandingOn
    vouching: Vouching
    post: Post

    async def volunteer(
        self,
        by: Actor,
        topics: Sequence[str],
        languages: Sequence[str],
        now: datetime,
        interpreting: Interpreting | None = None,
    ) -> None:
        """Register an expert, or who interprets, then put waiting requests to them."""
        authorise(by, Act.SERVE)
        (await self.people.get(by.id)).departed = False
        known = await self.experts.get(by.id)
        row = ExpertRow(
            person_id=by.id,
            topics=list(topics),
            languages=list(languages),
            away=False,
            weekly=known.weekly if known else WEEKLY,
            urgent=known is not None and known.urgent,
            never=known.never if known else None,
            interprets=list(interpreting.languages) if interpreting else None,
            trained=interpreting is not None and interpreting.trained,
            since=now,
            changed_at=now,
        )
        for named, until in await self.dues.planned(NamedLately, by.id):
            row.named_times, row.named_since = named.times, until - WEEK
        await self.dues.drop(NamedLately, by.id)
        await self.experts.put(row)
        await self.experts.touch([by.id], now)
        await self._goes_on(by.id, now)
        if not (known and known.interprets) and await self.vouching.needs_word(by.id):
            await self.vouching.came(now)
        await self.offers.somebody_is_free(now)

    async def limit(self, by: Actor, limits: Limits, now: datetime) -> None:
        """Keep how often, against and by whom and when an expert may be asked.

        Whom they name is never put together with them, and does not learn it. Nothing depends on
        who of these is known: nobody can find out here who is a member.

        Raises:
            Conflict: they are no expert, or changed whom they name as often as one may.
        """
        authorise(by, Act.SERVE)
        row = await self.entry(by)
        if {*limits.people} != {*row.apart}:
            _count_naming(row, now)
        row.weekly, row.urgent = limits.weekly, limits.urgent
        row.never = [*limits.never, *limits.people] or None
        await self.experts.touch([by.id], now)
        await self.offers.somebody_is_free(now)

    async def speak(self, by: Actor, language: str, now: datetime) -> None:
        """Ask an expert in one language more.

        Raises:
            Conflict: they are no expert.
        """
        row = await self.entry(by)
        row.languages = [*dict.fromkeys([*row.languages, language])]
        await self.experts.touch([by.id], now)
        await self.offers.somebody_is_free(now)

    async def serves(self, by: Actor) -> bool:
        """Tell whether somebody is an expert, also while they are away."""
        authorise(by, Act.SERVE)
        return await self.experts.get(by.id) is not None

    async def entry(self, by: Actor) -> ExpertRow:
        """Return what somebody offers as an expert; raises Conflict if they are none."""
        authorise(by, Act.SERVE)
        if (row := await self.experts.get(by.id)) is None:
            raise Conflict(
                _("You are not an expert yet. Say {volunteer}.", volunteer=Say("volunteer"))
            )
        return row

    async def serve(self, by: Actor, now: datetime, *, away: bool) -> None:
        """Ask nothing of an expert until they say otherwise, or count them in again.

        Raises:
            Conflict: they are no expert.
        """
        authorise(by, Act.SERVE)
        row = await self.entry(by)
        row.away = away
        await self.experts.touch([by.id], now)
        for kind in (Back, GoesOn, AwayBegins):
            await self.dues.drop(kind, by.id)
        if not away:  # they ask for it, even if they left before
            await self._goes_on(by.id, now)
            (await self.people.get(by.id)).departed = False
            await self.offers.somebody_is_free(now)

    async def pause(self, by: Actor, until: datetime, now: datetime) -> None:
        """Ask nothing of an expert for some time, then count them in again.

        Raises:
            BadArgument: that is in the past.
            Conflict: they are no expert.
        """
        authorise(by, Act.SERVE)
        if until <= now:
            raise BadArgument(
                _("That is in the past: {when}. Please choose another time.", when=When(until))
            )
        await self.serve(by, now, away=True)
        await self.dues.plan(Back(by.id), at=until)

    async def pause_from(self, by: Actor, begin: datetime, until: datetime | None) -> None:
        """Ask nothing of an expert from a moment that lies ahead, until another one or their word.

        Raises:
            Conflict: they are no expert.
        """
        authorise(by, Act.SERVE)
        await self.entry(by)
        await self.dues.drop(AwayBegins, by.id)
        away = AwayBegins(by.id, until.isoformat() if until else "")
        await self.dues.plan(away, at=begin)

    async def begin_away(self, expert_id: int, until: datetime | None, now: datetime) -> None:
        """Let an expert be away who said so before, unless that is over already."""
        row = await self.experts.get(expert_id)
        if row is None or (until is not None and until <= now):
            return
        row.away = True
        await self.experts.touch([expert_id], now)
        for kind in (Back, GoesOn):
            await self.dues.drop(kind, expert_id)
        if until is not None:
            await self.dues.plan(Back(expert_id), at=until)

    async def under_way(self, by: Actor) -> UnderWay:
        """Count what is under way with an expert."""
        authorise(by, Act.SERVE)
        around = await self.offers.requests.around(by.id)
        stand = [(request, offer) for request, offer in around if offer is not None]
        met = sum(request.state is RequestState.INTRODUCED for request, _offer in stand)
        offered = sum(offer.state is OfferState.OFFERED for _request, offer in stand)
        return UnderWay(offered, len(stand) - offered - met, met)

    async def stop(self, by: Actor, now: datetime) -> None:
        """End what somebody offers as an expert; what waits with them goes to others.

        Over what they met somebody they go on. How often they changed whom they name still counts:
        who begins anew could find out otherwise who asks.

        Raises:
            Conflict: they are no expert.
        """
        authorise(by, Act.SERVE)
        row = await self.entry(by)
        if row.named_since is not None and now < row.named_since + WEEK:
            await self.dues.plan(NamedLately(by.id, row.named_times), at=row.named_since + WEEK)
        await self.experts.remove(row)
        for kind in (Back, GoesOn, AwayBegins):
            await self.dues.drop(kind, by.id)
        await self.handing_on.hand_on(by.id, now)

    async def away_until(self, by: Actor) -> datetime | None:
        """Return when an expert who is away is asked again by itself."""
        authorise(by, Act.SERVE)
        planned = await self.dues.planned(Back, by.id)
        return planned[0][1] if planned else None

    async def back(self, expert_id: int, now: datetime) -> None:
        """Count an expert in again whose time away is over, and tell them."""
        row = await self.experts.get(expert_id)
        if row is not None and row.away:
            row.away = False
            await self.experts.touch([expert_id], now)
            await self._goes_on(expert_id, now)
            text = _("You wanted to be away until now. I may ask you again.")
            await self.post.notify(expert_id, Notice.REQUESTS, Reply("experts.back", text))
            await self.offers.somebody_is_free(now)

    async def ask_on(self, expert_id: int, stage: int, now: datetime) -> None:
        """Ask an expert once a year whether they go on; who does not answer is asked nothing."""
        row = await self.experts.get(expert_id)
        if row is None or row.away:
            return
        if stage == 0:
            await self.dues.plan(GoesOn(expert_id, 1), at=now + PATIENCE)
            text = _(
                "You have helped as an expert for a year. Would you like to go on? "
                "Say {available}, or {volunteer} to change topics, or {away}. "
                "Without an answer I stop asking you in four weeks.",
                available=Say("available"),
                volunteer=Say("volunteer"),
                away=Say("away"),
            )
        else:
            row.away = True
            await self.experts.touch([expert_id], now)
            text = _(
                "You did not say whether you go on as an expert, so I ask you nothing any more. "
                "{available} counts you in again.",
                available=Say("available"),
            )
        await self.post.notify(expert_id, Notice.REQUESTS, Reply("experts.goes_on", text))

    async def _goes_on(self, expert_id: int, now: datetime) -> None:
        await self.dues.drop(GoesOn, expert_id)
        await self.dues.plan(GoesOn(expert_id, 0), at=now + YEAR)


def _count_naming(row: ExpertRow, now: datetime) -> None:
    """Count a change of whom an expert named; raises Conflict for one too many in a week."""
    if row.named_since is None or now >= row.named_since + WEEK:
        row.named_since, row.named_times = now, 0
    if row.named_times >= MOST_NAMINGS:
        raise Conflict(
            _(
                "You may change whom I never put together with you {most} times in a week, again "
                "from {when}. Until then all stays as it was; {conflict} passes on a request.",
                most=MOST_NAMINGS,
                when=When(row.named_since + WEEK),
                conflict=Say("conflict"),
            )
        )
    row.named_times += 1
