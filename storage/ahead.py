"""What is asked of each event before anything is known of it, read for several at once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select

from storage.dialogues import Dialogues
from storage.repository import Repository, padded
from storage.tables.people import PersonRow
from storage.tables.rooms import RoomRow
from storage.tables.talk import DialogueRow

# Made once: building a statement takes longer than running it.
_ROOMS = select(RoomRow).where(RoomRow.room_id.in_(bindparam("room_ids", expanding=True)))
_PEOPLE = (
    select(PersonRow, DialogueRow)
    .outerjoin(DialogueRow, DialogueRow.person_id == PersonRow.id)
    .where(PersonRow.user_key.in_(bindparam("user_ids", expanding=True)))
)


class ReadAhead(Repository):
    """Reads what ``Rooms.at``, ``People.find`` and ``Dialogues.get`` are about to be asked."""

    async def read(self, room_ids: Collection[str], user_ids: Collection[str]) -> None:
        """Read these Matrix rooms, and these users with the questions that wait for them."""
        if not room_ids:
            return
        self._keep(await self._session.scalars(_ROOMS, {"room_ids": padded(room_ids)}))
        for row in await self._session.execute(_PEOPLE, {"user_ids": padded(user_ids)}):
            self._keep(row)
            if row.DialogueRow is None:
                Dialogues(self._session).has_none(row.PersonRow.id)
