"""The numbered lists that each person saw last."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select

from kit.listing import Listing, ListKind
from storage.repository import Repository
from storage.rows import put
from storage.tables.queues import OutboxRow
from storage.tables.rooms import RoomRow
from storage.tables.talk import ListingRow

WAITS = timedelta(hours=1)  # who comes back later means something else

# Made once: building a statement takes longer than running it.
_LAST = (
    select(ListingRow)
    .outerjoin(OutboxRow, OutboxRow.txn_id == ListingRow.said)
    .where(ListingRow.person_id == bindparam("person"))
    .order_by(OutboxRow.id.desc().nulls_last())
    .limit(1)
    .execution_options(populate_existing=True)
)
_LAST_OF = _LAST.where(ListingRow.kind.in_(bindparam("kinds", expanding=True)))


class Listings(Repository):
    """The last list of each kind that a person saw, and how much of it was shown."""

    async def put(self, person_id: int, listing: Listing, said: str) -> None:
        """Remember a list in place of the one of its kind; *said* is its transaction id."""
        row = {
            "person_id": person_id,
            "kind": listing.word,
            "ids": list(listing.ids),
            "shown": listing.last,
            "said": said,
            "met_at": None,
        }
        await put(self._session, ListingRow, row)

    async def last(self, person_id: int, *kinds: str) -> ListingRow | None:
        """Return the list a person saw last, of these *kinds* or of any."""
        query, wanted = (_LAST_OF, {"kinds": kinds}) if kinds else (_LAST, {})
        return (await self._session.scalars(query, {"person": person_id, **wanted})).one_or_none()

    async def recent(self, person_id: int, kind: ListKind, now: datetime) -> ListingRow | None:
        """Return the last list of a kind, if it was said so lately that it is still spoken of."""
        row = await self.last(person_id, kind)
        said_at = await self.said_at(row) if row is not None else None
        return row if said_at is not None and now - said_at <= WAITS else None

    async def is_just_said(self, row: ListingRow) -> bool:
        """Tell whether nothing was said after a list where that was said."""
        query = select(OutboxRow.room).where(OutboxRow.txn_id == row.said)
        room = (await self._session.scalars(query)).one_or_none()
        if room is None:
            return False
        # It may itself be what the hub said of its own accord.
        each = [await self.is_last_word([row.said], room, noted=noted) for noted in (False, True)]
        return any(each)

    async def came_between(self, row: ListingRow) -> bool:
        """Tell whether a list came unasked, less than an hour after what its reader asked for."""
        said = OutboxRow.room, OutboxRow.id, OutboxRow.created_at, OutboxRow.unasked
        this = (
            await self._session.execute(select(*said).where(OutboxRow.txn_id == row.said))
        ).one_or_none()
        if this is None or not this.unasked:
            return False
        before = select(OutboxRow.created_at).where(OutboxRow.room == this.room)
        asked = before.where(OutboxRow.id < this.id, ~OutboxRow.unasked)
        last = await self._session.scalar(asked.order_by(OutboxRow.id.desc()).limit(1))
        return last is not None and this.created_at - last <= WAITS

    async def said_in(self, event_id: str, person_id: int) -> ListingRow | None:
        """Return the list that an event holds, unless who saw it has seen another since.

        What was shown to somebody else in their own chat is none to this person.
        """
        query = (
            select(ListingRow)
            .join(OutboxRow, OutboxRow.txn_id == ListingRow.said)
            .join(RoomRow, RoomRow.id == OutboxRow.room)
            .where(OutboxRow.event_id == event_id)
            .where(or_(ListingRow.person_id == person_id, RoomRow.person_id.is_(None)))
            .execution_options(populate_existing=True)
        )
        return (await self._session.scalars(query)).one_or_none()

    async def answered(
        self, person_id: int, answers: str | None, kinds: Collection[str]
    ) -> ListingRow | None:
        """Return the list in the event that somebody *answers*, or else their last of *kinds*."""
        row = await self.said_in(answers, person_id) if answers else None
        return row or await self.last(person_id, *kinds)

    async def alone(
        self, person_id: int, answers: str | None, kinds: Collection[ListKind]
    ) -> ListingRow | None:
        """Return the list or card that is answered, or the last of *kinds*, if it has one entry."""
        row = await self.answered(person_id, answers, [*kinds, *(kind.card for kind in kinds)])
        return row if row is not None and row.shown == len(row.ids) == 1 else None

    async def is_last_word(
        self, said: Collection[str | None], room: int, *, noted: bool = False
    ) -> bool:
        """Tell whether nothing was said in a room after one of these messages.

        What the hub said of its own accord, asking nothing, counts only if it is *noted*.
        """
        query = select(OutboxRow.txn_id).where(OutboxRow.room == room)
        query = query if noted else query.where(~OutboxRow.unasked)
        last = query.order_by(OutboxRow.id.desc()).limit(1)
        return (await self._session.scalars(last)).one_or_none() in said

    async def last_said_at(self, row: ListingRow, room: int) -> datetime | None:
        """Return when a list was said, if nothing was said in a room after it."""
        query = select(OutboxRow.txn_id, OutboxRow.created_at).where(OutboxRow.room == room)
        last = query.order_by(OutboxRow.id.desc()).limit(1)
        said = (await self._session.execute(last)).one_or_none()
        return said.created_at if said is not None and said.txn_id == row.said else None

    async def is_after(self, row: ListingRow, said: Collection[str]) -> bool:
        """Tell whether a list was said after all of these messages."""
        query = select(OutboxRow.txn_id).where(OutboxRow.txn_id.in_([*said, row.said]))
        last = query.order_by(OutboxRow.id.desc()).limit(1)
        return (await self._session.scalars(last)).one_or_none() == row.said

    async def said_before(self, row: ListingRow, room: int) -> str | None:
        """Return the transaction id of what was said in a room right before a list."""
        listed = select(OutboxRow.id).where(OutboxRow.txn_id == row.said).scalar_subquery()
        before = select(OutboxRow.txn_id).where(OutboxRow.room == room, OutboxRow.id < listed)
        last = before.order_by(OutboxRow.id.desc()).limit(1)
        return (await self._session.scalars(last)).one_or_none()

    async def said_at(self, row: ListingRow) -> datetime | None:
        """Return when a list was said; None where that is forgotten."""
        said = select(OutboxRow.created_at).where(OutboxRow.txn_id == row.said)
        return (await self._session.scalars(said)).one_or_none()

    async def drop(self, row: ListingRow) -> None:
        """Forget a list."""
        await self._session.delete(row)

    async def resolve(self, person_id: int, kind: ListKind, index: int) -> str | None:
        """Return the id at place *index* (from 1) of the last list of a kind, if it was shown."""
        row = await self.last(person_id, kind)
        return None if row is None else entry(row, index)


def answer_in(row: ListingRow, *, yes: bool) -> str:
    """Return the command that a yes or a no stands for, and the number that was offered."""
    agree, refuse, *number = row.ids
    return " ".join([agree if yes else refuse, *number])


def entry(row: ListingRow, index: int) -> str | None:
    """Return the id at place *index* (from 1) of a list, if it was shown."""
    return str(row.ids[index - 1]) if 1 <= index <= row.shown else None
