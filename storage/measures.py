"""Measures of moderators, and the rooms in which they are carried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from kit.roomkey import SpaceRoom
from storage.queue import State
from storage.repository import Repository, padded
from storage.tables.moderation import Measure, MeasureRow, MeasureState, PlaceRow, Presence
from storage.tables.people import PersonRow
from storage.tables.queues import OutboxRow
from storage.tables.rooms import RoomRow


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the homeserver says of somebody in one room of the Space."""

    room: int
    presence: Presence | None
    level: int | None
    messages: int


Places: TypeAlias = list[tuple[PlaceRow, SpaceRoom]]
"""Rooms of the Space that a measure looked into, each with its key."""


class Measures(Repository):
    """What was decided about somebody, by its number."""

    async def begin(self, row: MeasureRow) -> MeasureRow:
        """Number a new measure."""
        self._session.add(row)
        await self._session.flush()
        return row

    async def get(self, number: int) -> MeasureRow | None:
        """Return one measure; None where it is gone with the person."""
        return await self._session.get(MeasureRow, number)

    async def latest(
        self, most: int, *, by_id: int | None = None, about: int | None = None
    ) -> Sequence[MeasureRow]:
        """List the latest that were decided, by or about one person if named, the newest first.

        Of those that were dropped only what gave way to something harder.
        """
        proposed = MeasureRow.state.in_([MeasureState.LOOKING, MeasureState.SHOWN])
        dropped = MeasureRow.state == MeasureState.DROPPED, MeasureRow.undone_by_id.is_(None)
        decided = ~or_(proposed, and_(*dropped))
        query = select(MeasureRow).where(decided).order_by(MeasureRow.id.desc()).limit(most)
        if by_id is not None:
            query = query.where(MeasureRow.by_id == by_id)
        if about is not None:
            query = query.where(MeasureRow.person_id == about)
        return (await self._session.scalars(query)).all()

    async def holding(self, most: int) -> Sequence[MeasureRow]:
        """List the latest that hold at this moment, the newest first."""
        holds = MeasureRow.state.in_([MeasureState.DOING, MeasureState.DONE])
        kinds = MeasureRow.kind.in_([Measure.MUTE, Measure.REMOVE, Measure.BAN])
        query = select(MeasureRow).where(holds, kinds).order_by(MeasureRow.id.desc()).limit(most)
        return (await self._session.scalars(query)).all()

    async def about(self, person_id: int) -> Sequence[MeasureRow]:
        """List what was decided about somebody and is not over, the oldest first."""
        return await self._standing(MeasureRow.person_id == person_id)

    async def decided_by(self, user_id: str) -> Sequence[MeasureRow]:
        """List what somebody decided and is not over, the oldest first, erased or not."""
        known = select(PersonRow.id).where(PersonRow.user_key == user_id).scalar_subquery()
        return await self._standing(or_(MeasureRow.by_id == known, MeasureRow.by_key == user_id))

    async def detach(self, person_id: int) -> Sequence[MeasureRow]:
        """Leave what holds about somebody to who they are from now on; returns it.

        What else was decided about them goes with their row.
        """
        rows = await self._standing(MeasureRow.person_id == person_id)
        holding = [row for row in rows if row.kind.lasts and row.state is not MeasureState.AGREED]
        for row in holding:
            row.person_id = None
        await self._session.flush()
        return holding

    async def is_trusted(self, person_id: int) -> bool:
        """Tell whether a moderator took back what the hub did about somebody by itself."""
        theirs = MeasureRow.person_id == person_id, MeasureRow.of_hub.is_(True)
        back = select(MeasureRow.id).where(*theirs, MeasureRow.undone_by_id.is_not(None)).limit(1)
        return await self._session.scalar(back) is not None

    async def sign(self, person_id: int, user_id: str) -> None:
        """Keep by a hash who decided what is not over: they are erased, and it may be undone."""
        for row in await self._standing(MeasureRow.by_id == person_id):
            row.by_key = user_id
        await self._session.flush()

    async def muting(self) -> Sequence[tuple[MeasureRow, str]]:
        """List the mutes that hold, each with the Matrix ID of whom it is about."""
        holds = MeasureRow.state.in_([MeasureState.DOING, MeasureState.DONE])
        query = (
            select(MeasureRow, PersonRow.user_id)
            .join(PersonRow, PersonRow.id == MeasureRow.person_id)
            .where(MeasureRow.kind == Measure.MUTE, holds)
            .order_by(MeasureRow.id)
        )
        return [(row, user_id) for row, user_id in await self._session.execute(query)]

    async def _standing(self, whose: ColumnElement[bool]) -> Sequence[MeasureRow]:
        held = MeasureRow.state.in_(
            [MeasureState.AGREED, MeasureState.DOING, MeasureState.DONE, MeasureState.UNDOING]
        )
        query = select(MeasureRow).where(whose, held).order_by(MeasureRow.id)
        return (await self._session.scalars(query)).all()

    async def place(self, number: int, room: int) -> PlaceRow:
        """Return a room of a measure; one that was made after it is added as nobody was in it."""
        row = await self._session.get(PlaceRow, (number, room))
        if row is None:
            row = PlaceRow(measure_id=number, room=room, messages=0)
            self._session.add(row)
        return row

    async def note(self, number: int, found: Sequence[Sighting]) -> None:
        """Keep where somebody was before a measure, in place of what was found before."""
        await self._session.execute(delete(PlaceRow).where(PlaceRow.measure_id == number))
        self._session.add_all(
            PlaceRow(
                measure_id=number,
                room=each.room,
                presence=each.presence,
                level=each.level,
                messages=each.messages,
            )
            for each in found
        )

    async def places(self, number: int) -> Places:
        """List the rooms of the Space that a measure looked into, in the order they were made."""
        return (await self.places_of([number]))[number]

    async def places_of(self, numbers: Collection[int]) -> Mapping[int, Places]:
        """List the same of several measures by their numbers."""
        query = select(PlaceRow, RoomRow.key).join(RoomRow, RoomRow.id == PlaceRow.room)
        these = PlaceRow.measure_id.in_(padded(numbers))
        found: dict[int, Places] = {number: [] for number in numbers}
        for place, key in await self._session.execute(query.where(these).order_by(PlaceRow.room)):
            if isinstance(key, SpaceRoom):
                found[place.measure_id].append((place, key))
        return found

    async def call_off(self, number: int) -> None:
        """Give up what waits to be done for a measure; what is under way may still be done."""
        errands = select(PlaceRow.txn_id).where(PlaceRow.measure_id == number)
        waiting = OutboxRow.txn_id.in_(errands), OutboxRow.state == State.NEW
        given_up = {"state": State.WITHDRAWN, "reason": "taken back", "content": None}
        await self._session.execute(update(OutboxRow).where(*waiting).values(given_up))

    async def progress(self, number: int, *, back: bool = False) -> Counter[State]:
        """Count the rooms by what became of their errand; of those that take it *back* if asked.

        What the outbox no longer remembers was done.
        """
        txn_id = PlaceRow.undo_txn_id if back else PlaceRow.txn_id
        state = func.coalesce(OutboxRow.state, State.SENT)
        query = (
            select(state, func.count())
            .select_from(PlaceRow)
            .outerjoin(OutboxRow, OutboxRow.txn_id == txn_id)
            .where(PlaceRow.measure_id == number, txn_id.is_not(None))
            .group_by(state)
        )
        return Counter({State(word): n for word, n in (await self._session.execute(query)).all()})


def shutting_out(measures: Collection[MeasureRow]) -> list[MeasureRow]:
    """Choose those by which somebody is shut out of the Space."""
    doing = {MeasureState.DOING, MeasureState.DONE}
    return [each for each in measures if each.shuts_out and each.state in doing]
