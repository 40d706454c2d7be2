"""The life of an item: suggested or shared, listed, checked, put away, led to another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar

from actions.authority import authorise
from actions.curation import letters
from actions.curation.awaiting import plan_look
from kit.authority import Act, Actor, Role
from kit.due import Planned
from kit.errors import Conflict
from kit.network import Network
from kit.notices import WEEK, Notice
from kit.ports import Post
from kit.text import Name, Reply, _, n_
from kit.words import fold
from language.scripts import WRITTEN_IN, language_of_script
from storage.addresses import host
from storage.curation import YEAR, Curation
from storage.dues import Dues
from storage.links import Links
from storage.people import People
from storage.tables.library import ResourceRow, TranslationRow

LONGEST_ID = 25
MOST_WAITING = 5
MONDAY_MORNING = time(7, tzinfo=UTC)
# Where items of the network's own come from, as it is stored.
SUGGESTED, ADDED, SHARED = "suggested by a member", "added by a curator", "shared by a member"


@dataclass(frozen=True, slots=True)
class Week(Planned):
    """It is time for the curators' list."""

    kind: ClassVar[str] = "curation.week"
    pattern: ClassVar[str] = "curation:week:{day}"


@dataclass(frozen=True, slots=True)
class Suggested:
    """A text that somebody knows of, and why it belongs into the library."""

    title: str
    url: str | None
    kind: str
    languages: Sequence[str]
    topics: Sequence[str]
    why: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A practice in three lines, and how its author wants to be named, if at all."""

    title: str
    summary: str
    topics: Sequence[str]
    credit: str | None


@dataclass(frozen=True, slots=True)
class Collection:
    """The items of the library, whoever may see them."""

    curation: Curation
    people: People
    links: Links
    dues: Dues
    post: Post
    network: Network

    async def allow_more(self, by: Actor) -> None:
        """Let somebody contribute; raises Conflict while too much of theirs waits."""
        authorise(by, Act.CONTRIBUTE)
        if (n := await self.curation.waiting_of(by.id)) >= MOST_WAITING:
            raise Conflict(
                n_(
                    "{n} contribution of yours waits for a curator. Please wait for the decision.",
                    "{n} contributions of yours wait for a curator. Please wait for the decision.",
                    n,
                )
            )

    async def suggest(
        self, by: Actor, given: Suggested, spoken: str, now: datetime, *, listed: bool = False
    ) -> ResourceRow:
        """Keep what was suggested until a curator decides; what a curator adds is *listed*."""
        authorise(by, Act.CURATE if listed else Act.CONTRIBUTE)
        language = title_language(given.title, given.languages, spoken)
        row = ResourceRow(
            kind=given.kind,
            year=None,
            organisation=host(given.url) if given.url else "",
            symbol=None,
            url=given.url,
            languages=list(given.languages),
            regions=["global"],
            subjects=self._subjects(given.topics),
            aliases=[],
            titles={language: given.title},
            summaries={spoken: given.why},
            verified=False,
            source=ADDED if listed else SUGGESTED,
            waiting=True,
            added_at=now,
        )
        await self._add(row, given.title, by.id)
        if listed:
            await self.check(by, row, now)
        else:
            await self.plan_week(now)
        return row

    async def share(self, by: Actor, given: Shared, spoken: str, now: datetime) -> ResourceRow:
        """Keep a member's practice until a curator decides."""
        authorise(by, Act.CONTRIBUTE)
        person = await self.people.get(by.id)
        region = self.network.region_of(person.country) if person.country else None
        row = ResourceRow(
            kind="good_practice",
            year=now.year,
            organisation="",
            symbol=None,
            url=None,
            languages=[spoken],
            regions=[region.slug if region else "global"],
            subjects=["good-practice", *self._subjects(given.topics)],
            aliases=[],
            titles={spoken: given.title},
            summaries={spoken: given.summary},
            verified=False,
            source=SHARED,
            waiting=True,
            added_at=now,
        )
        await self._add(row, given.title, by.id, given.credit)
        await self.plan_week(now)
        return row

    async def report(self, by: Actor, row: ResourceRow, why: str, now: datetime) -> None:
        """Keep a member's word that an item is out of date; its address is tried again."""
        authorise(by, Act.CONTRIBUTE)
        await self.curation.report(row.id, by.id, why, now)
        await self.links.doubt(row.id, now)
        await self.plan_week(now)

    async def untranslated(self, row: ResourceRow, language: str) -> None:
        """Raise Conflict if a translation into *language* waits already."""
        if await self.curation.translation(row.id, language) is not None:
            name = Name("language", language)
            text = _("A translation into {language} waits for a curator already.", language=name)
            raise Conflict(text)

    async def propose(
        self, by: Actor, resource_id: str, language: str, title: str, summary: str, now: datetime
    ) -> None:
        """Keep a translation until a curator decides; the first one to come is kept."""
        authorise(by, Act.CONTRIBUTE)
        if await self.curation.translation(resource_id, language) is None:
            proposed = TranslationRow(
                resource_id=resource_id,
                language=language,
                title=title,
                summary=summary,
                person_id=by.id,
                proposed_at=now,
            )
            await self.curation.propose(proposed)
            await self.plan_week(now)

    async def accept(self, by: Actor, proposed: TranslationRow, row: ResourceRow) -> Reply:
        """Take a translation over; its author is told what is returned."""
        authorise(by, Act.CURATE)
        row.titles = {**row.titles, proposed.language: proposed.title}
        row.summaries = {**row.summaries, proposed.language: proposed.summary}
        letter = letters.listed({proposed.language: proposed.title}, row.id)
        await self._tell(by, proposed.person_id, letter)
        await self.curation.settle(proposed)
        return letter

    async def refuse(self, by: Actor, proposed: TranslationRow, why: str) -> None:
        """Put a translation away; its author reads the reason."""
        authorise(by, Act.CURATE)
        letter = letters.refused({proposed.language: proposed.title}, why)
        await self._tell(by, proposed.person_id, letter)
        await self.curation.settle(proposed)

    async def check(self, by: Actor, row: ResourceRow, now: datetime) -> None:
        """Note that a curator found an item right; whoever suggested it is told."""
        authorise(by, Act.CURATE)
        waited, row.waiting = row.waiting, False
        row.retired, row.retired_why, row.superseded_by = False, None, None
        row.verified, row.checked_at, row.checker_id = True, now, by.id
        row.review_by = now + YEAR
        await self._reported(by, row, letters.stands(row.titles, row.id))
        await self.plan_week(now)
        await plan_look(self.dues, now)
        if waited:
            await self._decided(by, row, letters.listed(row.titles, row.id))

    async def change(self, by: Actor, row: ResourceRow, fields: Mapping[str, Any]) -> None:
        """Set fields of an item."""
        authorise(by, Act.CURATE)
        for name, value in fields.items():
            setattr(row, name, value)

    async def retire(self, by: Actor, row: ResourceRow, why: str) -> None:
        """Show an item no longer; whoever suggested it is told if it never was shown."""
        authorise(by, Act.CURATE)
        waited, row.waiting = row.waiting, False
        row.retired, row.retired_why, row.superseded_by = True, why or None, None
        await self.curation.release(row)
        await self._reported(by, row, letters.gone(row.titles, row.id))
        if waited:
            await self._decided(by, row, letters.refused(row.titles, why))

    async def supersede(self, by: Actor, row: ResourceRow, successor: ResourceRow) -> None:
        """Let an item lead to another; one that never was shown is only put away.

        Raises:
            Conflict: it is the same.
        """
        authorise(by, Act.CURATE)
        _differ(row, successor)
        waited, row.waiting = row.waiting, False
        row.retired, row.retired_why = waited, None
        await self.curation.supersede(row, successor)
        await self._reported(by, row, letters.gone(row.titles, row.id))
        if waited:
            await self._decided(by, row, letters.known(successor.titles, successor.id))

    async def merge(self, by: Actor, row: ResourceRow, kept: ResourceRow) -> None:
        """Fill what the second lacks from the first, which leads there from then on.

        Raises:
            Conflict: it is the same.
        """
        authorise(by, Act.CURATE)
        _differ(row, kept)
        kept.titles = {**row.titles, **kept.titles}
        kept.summaries = {**row.summaries, **kept.summaries}
        for name in ("languages", "subjects", "regions"):
            setattr(kept, name, list(dict.fromkeys([*getattr(kept, name), *getattr(row, name)])))
        for name in ("symbol", "url", "year"):
            setattr(kept, name, getattr(kept, name) or getattr(row, name))
        names = [*kept.aliases, *row.aliases, *row.titles.values(), row.symbol or ""]
        kept.aliases = [name for name in dict.fromkeys(names) if name]
        await self.supersede(by, row, kept)

    async def week_due(self, now: datetime) -> None:
        """Give the curators one list a week, if there is anything in it."""
        await self.plan_week(now)
        tasks, dead = await self.curation.tasks(now), len(await self.links.dead())
        if tasks or dead:
            letter, until = letters.week(tasks, dead), now + WEEK
            for curator in await self.people.with_role(Role.CURATOR):
                await self.post.notify(curator.id, Notice.DUTIES, letter, until=until)

    async def plan_week(self, now: datetime) -> None:
        """Plan the curators' list for next Monday."""
        monday = (now + timedelta(days=7 - now.weekday())).date()
        due_at = datetime.combine(monday, MONDAY_MORNING)
        await self.dues.plan(Week(), at=due_at)

    def _subjects(self, topics: Sequence[str]) -> list[str]:
        """Say what the library calls the topics of the network."""
        return [s for topic in topics for s in self.network.rooms[topic].subjects[:1]]

    async def _add(
        self, row: ResourceRow, title: str, person_id: int, credit: str | None = None
    ) -> None:
        """Keep a new item under an id that can be said."""
        row.id = await self.curation.free_id(slug(title, row.kind))
        await self.curation.add(row, person_id, credit)

    async def _reported(self, by: Actor, row: ResourceRow, letter: Reply) -> None:
        """Tell those who reported an item what came of it, and forget the reports."""
        for report in await self.curation.reports(row.id):
            await self._tell(by, report.person_id, letter)
        await self.curation.close_reports(row.id)

    async def _decided(self, by: Actor, row: ResourceRow, letter: Reply) -> None:
        """Tell the member an item comes from what was decided."""
        if (contribution := await self.curation.contribution(row.id)) is not None:
            await self._tell(by, contribution.person_id, letter)

    async def _tell(self, by: Actor, person_id: int | None, letter: Reply) -> None:
        """Tell a contributor, unless they decided themselves or were erased."""
        if person_id is not None and person_id != by.id:
            await self.post.notify(person_id, Notice.CONTRIBUTIONS, letter)


def _differ(row: ResourceRow, other: ResourceRow) -> None:
    if row.id == other.id:
        raise Conflict(_("An item cannot replace itself."))


def slug(title: str, kind: str) -> str:
    """Make an id of a title; it holds a word, so that it is never taken for a number of a list."""
    made = "-".join(re.findall("[a-z0-9]+", fold(title)))
    made = made[: LONGEST_ID + 1].rpartition("-")[0] if len(made) > LONGEST_ID else made
    return made if re.search("[a-z]{3}", made) else f"{kind.replace('_', '-')}-{made}".strip("-")


def title_language(title: str, languages: Sequence[str], spoken: str) -> str:
    """Guess in which of an item's *languages* its title is; *spoken* by who wrote it."""
    if script := language_of_script(title):
        return script
    order = [spoken, *languages] if spoken in languages else [*languages, spoken]
    return next((code for code in order if code not in WRITTEN_IN.values()), "en")
