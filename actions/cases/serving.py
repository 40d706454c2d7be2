"""Members who serve as experts: who does, and when they are asked nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from actions.authority import authorise
from actions.cases.offers import Offers
from kit.authority import Act, Actor
from kit.due import ForPerson
from kit.errors import BadArgument, Conflict
from kit.notices import Notice
from kit.ports import Post
from kit.text import Reply, Say, When, _
from storage.dues import Dues
from storage.experts import Experts
from storage.people import People
from storage.tables.cases import ExpertRow


@dataclass(frozen=True, slots=True)
class Back(ForPerson):
    """An expert who is away wanted to be asked again from now on."""

    kind: ClassVar[str] = "experts.back"


@dataclass(frozen=True, slots=True)
class Serving:
    """Experts by their own word."""

    experts: Experts
    people: People
    dues: Dues
    offers: Offers
    post: Post

    async def volunteer(
        self, by: Actor, topics: Sequence[str], languages: Sequence[str], now: datetime
    ) -> None:
        """Register an expert, then put waiting requests to them."""
        authorise(by, Act.SERVE)
        (await self.people.get(by.id)).departed = False
        row = ExpertRow(
            person_id=by.id,
            topics=list(topics),
            languages=list(languages),
            away=False,
            since=now,
            changed_at=now,
        )
        await self.experts.put(row)
        await self.experts.touch([by.id], now)
        await self.offers.somebody_is_free(now)

    async def serve(self, by: Actor, now: datetime, *, away: bool) -> None:
        """Ask nothing of an expert until they say otherwise, or count them in again.

        Raises:
            Conflict: they are no expert.
        """
        authorise(by, Act.SERVE)
        if (row := await self.experts.get(by.id)) is None:
            raise Conflict(
                _("You are not an expert yet. Say {volunteer}.", volunteer=Say("volunteer"))
            )
        row.away = away
        await self.experts.touch([by.id], now)
        await self.dues.drop(Back, by.id)
        if not away:  # they ask for it, even if they left before
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

    async def back(self, expert_id: int, now: datetime) -> None:
        """Count an expert in again whose time away is over, and tell them."""
        row = await self.experts.get(expert_id)
        if row is not None and row.away:
            row.away = False
            await self.experts.touch([expert_id], now)
            text = _("You wanted to be away until now. I may ask you again.")
            await self.post.notify(expert_id, Notice.REQUESTS, Reply("experts.back", text))
            await self.offers.somebody_is_free(now)
