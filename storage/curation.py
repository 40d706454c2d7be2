"""What curators look after: suggestions, translations, reports, review dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from storage.addresses import comparable
from storage.repository import Repository
from storage.rows import insert_new
from storage.tables.library import ContributionRow, ResourceRow, StaleRow, TranslationRow, UsageRow

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a curator: ``reason`` is suggested, translated, stale or due."""

    reason: str
    row: ResourceRow
    language: str | None = None

    @property
    def id(self) -> str:
        """What a curator says to mean it; resources have no slash in theirs."""
        return f"{self.row.id}/{self.language}" if self.language else self.row.id


class Curation(Repository):
    """Items whoever may see them, and what people said about them."""

    async def get(self, resource_id: str) -> ResourceRow | None:
        """Return an item, whatever state it is in."""
        return await self._session.get(ResourceRow, resource_id)

    async def at(self, url: str) -> ResourceRow | None:
        """Find an item by its address, the shown before the waiting; retired ones do not count."""
        same = ResourceRow.address == comparable(url), ~ResourceRow.retired
        query = select(ResourceRow).where(*same).order_by(ResourceRow.waiting, ResourceRow.id)
        return (await self._session.scalars(query)).first()

    async def free_id(self, wanted: str) -> str:
        """Return *wanted*, numbered if it is taken."""
        query = select(ResourceRow.id).where(ResourceRow.id.startswith(wanted, autoescape=True))
        taken = set(await self._session.scalars(query))
        numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
        return next(each for each in (wanted, *numbered) if each not in taken)

    async def add(self, row: ResourceRow, person_id: int, credit: str | None = None) -> None:
        """Keep a new item and who it comes from."""
        self._session.add(row)
        await self._session.flush()
        contribution = ContributionRow(resource_id=row.id, person_id=person_id, credit=credit)
        self._session.add(contribution)

    async def contribution(self, resource_id: str) -> ContributionRow | None:
        """Return who an item comes from, unless they were erased."""
        return await self._session.get(ContributionRow, resource_id)

    async def waiting_of(self, person_id: int) -> int:
        """Count what a person contributed and nobody has decided about."""
        suggested = (
            select(func.count())
            .select_from(ContributionRow)
            .join(ResourceRow, ResourceRow.id == ContributionRow.resource_id)
            .where(ContributionRow.person_id == person_id, ResourceRow.waiting)
        )
        translated = select(func.count()).where(TranslationRow.person_id == person_id)
        counted = [await self._session.scalar(query) for query in (suggested, translated)]
        return sum(filter(None, counted))

    async def translation(self, resource_id: str, language: str) -> TranslationRow | None:
        """Return the translation that waits."""
        return await self._session.get(TranslationRow, (resource_id, language))

    async def propose(self, row: TranslationRow) -> None:
        """Keep a translation until it is decided."""
        self._session.add(row)

    async def settle(self, row: TranslationRow) -> None:
        """Forget a translation that was decided."""
        await self._session.delete(row)

    async def report(self, resource_id: str, person_id: int, why: str, now: datetime) -> None:
        """Keep a member's word that an item is out of date, in place of an earlier one."""
        row = StaleRow(resource_id=resource_id, person_id=person_id, why=why, reported_at=now)
        await self._session.merge(row)

    async def reports(self, resource_id: str) -> Sequence[StaleRow]:
        """List what members say is out of date with an item, the oldest first."""
        query = select(StaleRow).where(StaleRow.resource_id == resource_id)
        return (await self._session.scalars(query.order_by(StaleRow.reported_at))).all()

    async def close_reports(self, resource_id: str) -> None:
        """Forget the reports: the item was looked at."""
        await self._session.execute(delete(StaleRow).where(StaleRow.resource_id == resource_id))

    async def supersede(self, row: ResourceRow, by: ResourceRow) -> None:
        """Let *row*, and what it replaced itself, lead to *by*."""
        for each in (row, *await self._replaced_by(row)):
            each.superseded_by = by.id

    async def release(self, row: ResourceRow) -> None:
        """Let what *row* replaced stand for itself again."""
        for each in await self._replaced_by(row):
            each.superseded_by = None

    async def _replaced_by(self, row: ResourceRow) -> Sequence[ResourceRow]:
        query = select(ResourceRow).where(ResourceRow.superseded_by == row.id)
        return (await self._session.scalars(query)).all()

    async def tasks(self, now: datetime) -> list[Task]:
        """List what waits for a curator, the oldest of each kind first."""
        waiting = select(ResourceRow).where(ResourceRow.waiting, ~ResourceRow.retired)
        waiting = waiting.order_by(ResourceRow.added_at, ResourceRow.id)
        translated = (
            select(ResourceRow, TranslationRow.language)
            .join(TranslationRow, TranslationRow.resource_id == ResourceRow.id)
            .order_by(TranslationRow.proposed_at, ResourceRow.id)
        )
        reported = (
            select(ResourceRow)
            .where(ResourceRow.in_use, ResourceRow.id.in_(select(StaleRow.resource_id)))
            .order_by(ResourceRow.id)
        )
        due = (
            select(ResourceRow)
            .where(ResourceRow.in_use, ResourceRow.review_by <= now)
            .order_by(ResourceRow.review_by, ResourceRow.id)
        )
        tasks = [Task("suggested", row) for row in await self._session.scalars(waiting)]
        tasks += [Task("translated", *each) for each in await self._session.execute(translated)]
        tasks += [Task("stale", row) for row in await self._session.scalars(reported)]
        known = {task.id for task in tasks}
        tasks += [Task("due", r) for r in await self._session.scalars(due) if r.id not in known]
        return tasks

    async def count(self, what: str, resource_ids: Sequence[str], now: datetime) -> None:
        """Count that items were ``found`` or ``opened`` this month; nobody's name is kept."""
        key = {"month": f"{now:%Y-%m}"}
        fresh = [{"resource_id": each, **key, "found": 0, "opened": 0} for each in resource_ids]
        await insert_new(self._session, UsageRow, fresh)
        column = {"found": UsageRow.found, "opened": UsageRow.opened}[what]
        these = UsageRow.resource_id.in_(resource_ids), UsageRow.month == key["month"]
        await self._session.execute(update(UsageRow).where(*these).values({column: column + 1}))

    async def usage(self, resource_id: str, now: datetime) -> tuple[int, int]:
        """Sum up a year: how often an item was found, and how often opened."""
        counted = func.sum(UsageRow.found), func.sum(UsageRow.opened)
        recent = UsageRow.month > f"{now - YEAR:%Y-%m}"
        query = select(*counted).where(UsageRow.resource_id == resource_id, recent)
        found, opened = (await self._session.execute(query)).one()
        return found or 0, opened or 0
