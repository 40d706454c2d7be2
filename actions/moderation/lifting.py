"""Bringing back what was in the rooms before a measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from actions.moderation.effects import Effects
from kit.due import Planned
from kit.network import Network
from kit.ports import RoomErrands
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
class LetSpeak(Planned):
    """The mute of somebody who was erased meanwhile ends in a room.

    Their Matrix ID is kept for that alone, and until then. *level* is the power that they had
    there, empty for that of everybody.
    """

    kind: ClassVar[str] = "measure.let_speak"
    once: ClassVar[bool] = True
    untold: ClassVar[frozenset[str]] = frozenset({"user_id", "level"})
    measure: int
    room: int
    user_id: str
    level: str


@dataclass(frozen=True, slots=True)
class Lifting:
    """Takes measures back in the rooms; the hub's own books are not its matter."""

    measures: Measures
    dues: Dues
    network: Network
    errands: RoomErrands

    async def lift(self, row: MeasureRow, user_id: str) -> None:
        """Call off what is not done yet, and undo what is done or under way."""
        places = [(place, key) for place, key in await self.measures.places(row.id) if place.txn_id]
        await self.measures.call_off(row.id)
        effects = Effects(self.network, row, user_id)
        for place, key in places:
            # Behind what may be under way in that room; where nothing was done it changes nothing.
            for errand in effects.back(place, key):
                place.undo_txn_id = self.errands.act(place.room, errand)

    async def goes_on(self, person: PersonRow) -> MeasureRow | None:
        """Return the mute or ban that holds longest about somebody whose record goes."""
        held = [row for row in await self.measures.about(person.id) if _holds(row)]
        return max(held, key=lambda row: (row.until is None, row.until or row.at), default=None)

    async def end_later(self, person: PersonRow) -> None:
        """Plan the ends of mutes and bans that were decided until a moment: their records go."""
        for row in await self.measures.about(person.id):
            if not _holds(row) or row.until is None:
                continue
            for place, _key in await self.measures.places(row.id):
                if place.txn_id:
                    who, level = person.user_id, "" if place.level is None else str(place.level)
                    end: Planned = LetIn(row.id, place.room, who)
                    if row.kind is Measure.MUTE:
                        end = LetSpeak(row.id, place.room, who, level)
                    await self.dues.plan(end, at=row.until)

    async def shut_out(self, person: PersonRow) -> MeasureRow | None:
        """Return the measure that keeps somebody out of the Space."""
        found = shutting_out(await self.measures.about(person.id))
        return found[-1] if found else None


def _holds(row: MeasureRow) -> bool:
    """Tell whether somebody is muted or banned by a measure, wherever it holds."""
    begun = row.state in {MeasureState.DOING, MeasureState.DONE}
    return begun and row.kind in {Measure.MUTE, Measure.BAN}
