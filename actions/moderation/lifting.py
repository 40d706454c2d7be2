"""Bringing back what was in the rooms before a measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from actions.moderation import letters
from actions.moderation.effects import Effects
from kit.due import Planned
from kit.network import Network
from kit.notices import Notice
from kit.ports import Post, RoomErrands
from storage.dues import Dues
from storage.measures import Measures, shutting_out
from storage.tables.moderation import Measure, MeasureRow, MeasureState
from storage.tables.people import PersonRow

# So long what belonged to somebody who is shut out waits for a change of mind.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LetIn(Planned):
    """The ban of somebody who was erased meanwhile ends in a room.

    Their Matrix ID is kept for that alone, and until then.
    """

    kind: ClassVar[str] = "measure.let_in"
    once: ClassVar[bool] = True
    untold: ClassVar[frozenset[str]] = frozenset({"user_id"})
    measure: int
    room: int
    user_id: str


@dataclass(frozen=True, slots=True)
class Lifting:
    """Takes measures back in the rooms; the hub's own books are not its matter."""

    measures: Measures
    dues: Dues
    network: Network
    errands: RoomErrands
    post: Post

    async def lift(self, row: MeasureRow, user_id: str) -> None:
        """Call off what is not done yet, and undo what is done or under way."""
        places = [(place, key) for place, key in await self.measures.places(row.id) if place.txn_id]
        await self.measures.call_off(row.id)
        effects = Effects(self.network, row, user_id)
        for place, key in places:
            # Behind what may be under way in that room; where nothing was done it changes nothing.
            for errand in effects.back(place, key):
                place.undo_txn_id = self.errands.act(place.room, errand)

    async def unmute(self, person: PersonRow) -> None:
        """Lift the mutes of somebody whose record goes: nobody could do so afterwards.

        Who decided it is told that it does not hold any more.
        """
        for row in await self.measures.about(person.id):
            begun = row.state in {MeasureState.DOING, MeasureState.DONE}
            if row.kind is Measure.MUTE and begun:
                await self.lift(row, person.user_id)
                if row.by_id is not None:
                    reply = letters.undone(row, 0, 0)
                    await self.post.notify(row.by_id, Notice.MEASURES, reply)

    async def let_in_later(self, row: MeasureRow, user_id: str) -> None:
        """Plan the end of a ban that was decided until a moment: its record goes."""
        if row.kind is Measure.BAN and row.until is not None:
            for place, _key in await self.measures.places(row.id):
                if place.txn_id:
                    await self.dues.plan(LetIn(row.id, place.room, user_id), at=row.until)

    async def shut_out(self, person: PersonRow) -> MeasureRow | None:
        """Return the measure that keeps somebody out of the Space."""
        found = shutting_out(await self.measures.about(person.id))
        return found[-1] if found else None
