"""What people wish about being written to, and what waits for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from kit.notices import Notice
from kit.subject import Subject
from storage.repository import Repository
from storage.rows import insert_new
from storage.tables.people import PersonRow
from storage.tables.talk import AttentionRow, ConcernRow, NoticeRow, NoticeState

_MEMBERS = PersonRow.is_member, ~PersonRow.departed
_THEIRS = AttentionRow.person_id == PersonRow.id


def usual(person_id: int) -> AttentionRow:
    """Give the wishes of somebody who never said any."""
    return AttentionRow(
        person_id=person_id,
        quiet_from=None,
        quiet_until=None,
        digest=True,
        muted=False,
        switched_off=[],
    )


class Attention(Repository):
    """Wishes of each person, notices that wait, and which were said lately."""

    async def wishes(self, person_id: int) -> AttentionRow:
        """Return what a person wishes; a change counts once it is ``put``."""
        return await self._session.get(AttentionRow, person_id) or usual(person_id)

    async def put(self, wishes: AttentionRow) -> None:
        """Keep what a person wishes."""
        await self._session.merge(wishes)

    async def member_ids(self, after: int, most: int) -> Sequence[int]:
        """List members who have not left in the order of their numbers: so many *after* one."""
        query = select(PersonRow.id).where(*_MEMBERS, PersonRow.id > after)
        return (await self._session.scalars(query.order_by(PersonRow.id).limit(most))).all()

    async def unread(self, subject: Subject, after: int, most: int) -> Sequence[int]:
        """List for whom something about a subject waits, in the same order: so many *after* one."""
        waits = NoticeRow.subject == subject, NoticeRow.state != NoticeState.SAID
        query = select(NoticeRow.person_id).where(*waits, NoticeRow.person_id > after).distinct()
        query = query.order_by(NoticeRow.person_id).limit(most)
        return (await self._session.scalars(query)).all()

    async def members(
        self, person_ids: Collection[int]
    ) -> Sequence[tuple[PersonRow, AttentionRow]]:
        """Return those of these who are members and have not left, with what they wish."""
        query = (
            select(PersonRow, AttentionRow)
            .outerjoin(AttentionRow, _THEIRS)
            .where(*_MEMBERS, PersonRow.id.in_(person_ids))
            .order_by(PersonRow.id)
        )
        found = (await self._session.execute(query)).all()
        return [(person, wishes or usual(person.id)) for person, wishes in found]

    async def reached(self, notice: Notice, but: int) -> int:
        """Count the members, *but* one, who have not left and want what is of this kind."""
        others = PersonRow.is_member, ~PersonRow.departed, PersonRow.id != but
        counted = select(func.count()).select_from(PersonRow).where(*others)
        wishes = (
            select(AttentionRow.switched_off)
            .join(PersonRow, PersonRow.id == AttentionRow.person_id)
            .where(*others)
        )
        refusing = sum(notice in each for each in await self._session.scalars(wishes))
        return (await self._session.scalar(counted) or 0) - refusing

    async def keep(self, rows: Sequence[dict[str, Any]], about: Collection[int] = ()) -> None:
        """Add notices, each with every column but the number; they tell *about* these persons."""
        if not about:
            await insert_new(self._session, NoticeRow, rows)
            return
        notices = [NoticeRow(**row) for row in rows]
        self._session.add_all(notices)
        await self._session.flush()
        self._session.add_all(
            ConcernRow(notice_id=notice.id, person_id=person_id)
            for notice in notices
            for person_id in about
            if person_id != notice.person_id
        )

    async def clear(self, person_id: int) -> None:
        """Drop what waits to be said to a person."""
        waiting = NoticeRow.person_id == person_id, NoticeRow.state != NoticeState.SAID
        await self._session.execute(delete(NoticeRow).where(*waiting))

    async def about(self, ids: Collection[int]) -> dict[int, list[int]]:
        """Say of whom notices tell beside their readers."""
        found: dict[int, list[int]] = {}
        query = select(ConcernRow).where(ConcernRow.notice_id.in_(ids))
        for row in await self._session.scalars(query.order_by(ConcernRow.person_id)):
            found.setdefault(row.notice_id, []).append(row.person_id)
        return found

    async def forget(self, person_id: int) -> None:
        """Forget what waits for others and tells of a person."""
        concerned = select(ConcernRow.notice_id).where(ConcernRow.person_id == person_id)
        await self._session.execute(delete(NoticeRow).where(NoticeRow.id.in_(concerned)))

    async def waiting(self, person_id: int, state: NoticeState) -> Sequence[NoticeRow]:
        """List what a person has not been told yet, the oldest first."""
        query = (
            select(NoticeRow)
            .where(NoticeRow.person_id == person_id, NoticeRow.state == state)
            .order_by(NoticeRow.id)
        )
        return (await self._session.scalars(query)).all()

    async def drop(self, ids: Sequence[int]) -> None:
        """Forget notices that were said or say nothing any more."""
        await self._session.execute(delete(NoticeRow).where(NoticeRow.id.in_(ids)))

    async def retract(self, subject: Subject, person_id: int | None = None) -> set[int]:
        """Forget what waits about a subject, for one person or all; returns who was not told."""
        about = [NoticeRow.subject == subject, NoticeRow.state != NoticeState.SAID]
        if person_id is not None:
            about.append(NoticeRow.person_id == person_id)
        taken = delete(NoticeRow).where(*about).returning(NoticeRow.person_id)
        return set(await self._session.scalars(taken))

    async def said(self, person_id: int, after: datetime) -> Sequence[datetime]:
        """List when a person was written to without having asked, the oldest first."""
        query = (
            select(NoticeRow.since)
            .where(NoticeRow.person_id == person_id, NoticeRow.state == NoticeState.SAID)
            .where(NoticeRow.since > after)
            .order_by(NoticeRow.since)
        )
        return (await self._session.scalars(query)).all()
