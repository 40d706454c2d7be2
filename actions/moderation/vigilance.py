"""What the hub does by itself about a flood: little, for a while, told, and easily taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.authority import STAFF, Stewards
from actions.departures import Acquaintance
from actions.moderation import letters
from actions.moderation.floods import Flood, Flooded
from actions.moderation.lockdowns import DoorKeeping
from actions.staff import Staff
from kit.authority import Act
from kit.errand import Examine, Redact
from kit.network import Network
from kit.notices import Notice
from kit.ports import Post, RoomErrands
from kit.roomkey import SpaceRoom
from kit.text import Reply
from storage.audits import Audits
from storage.measures import Measures
from storage.rooms import Rooms
from storage.tables.audit import Audited
from storage.tables.moderation import Measure, MeasureRow, MeasureState
from storage.tables.people import PersonRow

MUTED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Vigilance:
    """Slows down newcomers who send too much; moderators read of it, and decide."""

    measures: Measures
    audits: Audits
    rooms: Rooms
    network: Network
    stewards: Stewards
    staff: Staff
    acquaintance: Acquaintance
    doors: DoorKeeping
    errands: RoomErrands
    post: Post

    async def act(self, seen: Flooded, now: datetime) -> None:
        """Do what is called for about a flood, if who sent it is not trusted."""
        sort = Flood(seen.sort)
        if sort is Flood.JOINS:
            await self.doors.brake(now)
            return
        room = await self.rooms.get(SpaceRoom(seen.room))
        if room is None or seen.user_id == self.errands.hub:
            return
        person = await self.acquaintance.named(seen.user_id, now)
        if await self._is_trusted(person):
            return
        age = now - person.met_at
        limits = self.network.limits
        if sort is Flood.LINK:
            if age < timedelta(hours=limits.link_hours):
                await self._hold(person, room.id, seen, now)
        elif age < timedelta(hours=limits.newcomer_hours):
            await self._mute(person, sort, None if sort is Flood.COPIES else room.id, now)
        elif sort is Flood.COPIES:
            await self._tell(letters.copied(person), now)

    async def _is_trusted(self, person: PersonRow) -> bool:
        known = self.stewards.actor(person).role in STAFF or person.practitioner
        return known or await self.measures.is_trusted(person.id)

    async def _mute(self, person: PersonRow, sort: Flood, room: int | None, now: datetime) -> None:
        """Mute somebody for an hour, once it is known which power they had."""
        root = await self.rooms.get(SpaceRoom(self.network.root.slug))
        about = await self.measures.about(person.id)
        if root is None or any(each.bars(Measure.MUTE, room) for each in about):
            return
        until = now + MUTED_FOR
        row = _own(Measure.MUTE, MeasureState.LOOKING, person, sort, now)
        row.room, row.until = room, until
        await self.measures.begin(row)
        self.errands.act(root.id, Examine(row.id))

    async def _hold(self, person: PersonRow, room: int, seen: Flooded, now: datetime) -> None:
        """Delete a message with a link of who has just come, and tell them why."""
        row = _own(Measure.REDACT, MeasureState.DONE, person, Flood.LINK, now)
        row.room, row.event_id = room, seen.event
        await self.measures.begin(row)
        await self.audits.note(Audited.REDACT, now, about=person.id, number=row.id)
        self.errands.act(room, Redact(seen.event))
        hours = self.network.limits.link_hours
        await self.post.notify(person.id, Notice.MEASURES, letters.link_held(hours))
        await self._tell(letters.held(row, person.user_id), now)

    async def _tell(self, reply: Reply, now: datetime) -> None:
        for moderator in await self.staff.who_may(Act.MODERATE, now):
            await self.post.notify(moderator.id, Notice.DUTIES, reply)


def _own(
    kind: Measure, state: MeasureState, person: PersonRow, sort: Flood, now: datetime
) -> MeasureRow:
    return MeasureRow(kind=kind, state=state, person_id=person.id, reason=sort, of_hub=True, at=now)
