"""Who is in the chats with the hub and in private rooms, as our own homeserver tells it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, delete, select

from kit.audience import Only
from storage.repository import Repository, padded
from storage.rows import insert_new
from storage.tables.people import PersonRow
from storage.tables.rooms import OccupantRow

ANYBODY = "*"
"""An occupant that stands for whoever may come in unasked, or read without being there."""

# Made once: building a statement takes longer than running it.
_IN = select(OccupantRow.user_id).where(OccupantRow.room_id == bindparam("room_id"))
_OTHERS = (
    select(OccupantRow.room_id, OccupantRow.user_id)
    .where(OccupantRow.room_id.in_(bindparam("room_ids", expanding=True)))
    .where(OccupantRow.user_key != bindparam("me"))
)
_NAMES = select(PersonRow.id, PersonRow.user_id).where(
    PersonRow.id.in_(bindparam("numbers", expanding=True))
)


class Occupants(Repository):
    """Members of a room by Matrix ID, the hub among them. Nobody at all: it is not known who.

    ``ANYBODY`` is one of them where others read along, or were there before.
    """

    async def of(self, room_id: str) -> frozenset[str]:
        """Return who is in a Matrix room, the hub too; nobody where that is not known."""
        return frozenset(await self._session.scalars(_IN, {"room_id": room_id}))

    async def known(self, room_ids: Collection[str]) -> set[str]:
        """Return those of these Matrix rooms of which it is known who is in them."""
        query = select(OccupantRow.room_id).where(OccupantRow.room_id.in_(room_ids)).distinct()
        return set(await self._session.scalars(query))

    async def places(self, user_id: str) -> Sequence[str]:
        """List the rooms in which somebody is known to be."""
        query = select(OccupantRow.room_id).where(OccupantRow.user_key == user_id)
        return (await self._session.scalars(query.order_by(OccupantRow.id))).all()

    async def crowded(self, rooms: Mapping[str, Only], me: str) -> set[str]:
        """Choose the rooms where somebody is known to be beside their audience and *me*, the hub.

        Who was erased has no name any more: as many as were may be anybody, so that the last word
        to them is said.
        """
        if not rooms:
            return set()
        there: dict[str, set[str]] = {}
        inside = {"room_ids": padded(rooms), "me": me}
        for room_id, user_id in await self._session.execute(_OTHERS, inside):
            there.setdefault(room_id, set()).add(user_id)
        if not there:
            return set()
        numbers = {each for room_id in there for each in rooms[room_id].person_ids}
        names = dict((await self._session.execute(_NAMES, {"numbers": padded(numbers)})).all())
        crowded = set()
        for room_id, inside_it in there.items():
            wanted = rooms[room_id].person_ids
            known = {names[number] for number in wanted if number in names}
            if len(inside_it - known) > len(wanted) - len(known):
                crowded.add(room_id)
        return crowded

    async def count(self, room_id: str, user_ids: Collection[str]) -> None:
        """Note everybody who is in a room, the hub among them."""
        await self.lose_sight([room_id])
        rows = [_row(room_id, user_id) for user_id in user_ids]
        await insert_new(self._session, OccupantRow, rows)

    async def move(self, room_id: str, moves: Mapping[str, bool]) -> None:
        """Note who came (True) into a room, and who went."""
        for user_id, came in moves.items():
            if came:
                await insert_new(self._session, OccupantRow, [_row(room_id, user_id)])
            else:
                here = OccupantRow.room_id == room_id, OccupantRow.user_key == user_id
                await self._session.execute(delete(OccupantRow).where(*here))

    async def lose_sight(self, room_ids: Collection[str]) -> None:
        """Know no longer who is in these rooms."""
        if room_ids:
            there = OccupantRow.room_id.in_(room_ids)
            await self._session.execute(delete(OccupantRow).where(there))

    async def lose_sight_of_all(self) -> None:
        """Know no longer who is in any room."""
        await self._session.execute(delete(OccupantRow))

    async def forget(self, user_id: str) -> None:
        """Erase where a person is, and with whom."""
        await self.lose_sight(await self.places(user_id))


def _row(room_id: str, user_id: str) -> dict[str, str]:
    return {"room_id": room_id, "user_id": user_id}
