"""What the hub does by itself about a flood: little, for a while, told, and easily taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.acquaintance import Acquaintance
from actions.authority import STAFF, Stewards
from actions.moderation import flood_letters
from actions.moderation.floods import TOLD_AGAIN_AFTER, Flood, Flooded, FloodTold
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
from storage.dues import Dues
from storage.gone import Gone
from storage.measures import Measures
from storage.people import People
from storage.rooms import Rooms
from storage.tables.audit import Audited
from storage.tables.moderation import Measure, MeasureRow, MeasureState
from storage.tables.people import GoneRow, PersonRow

MUTED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Vigilance:
    """Slows down newcomers who send too much; moderators read of it, and decide."""

    people: People
    gone: Gone
    measures: Measures
    audits: Audits
    dues: Dues
    rooms: Rooms
    network: Network
    stewards: Stewards
    staff: Staff
    acquaintance: Acquaintance
    doors: DoorKeeping
    errands: RoomErrands
    post: Post

    async def act(self, seen: Flooded, now: datetime) -> None:
        """Do what is called for about a flood, if who sent it is not trusted.

        Who was erased is no newcomer, and only their own word makes the hub know them again: of
        them moderators read, who decide.
        """
        sort = Flood(seen.sort)
        if sort is Flood.JOINS:
            await self.doors.brake(now)
            return
        room = await self.rooms.get(SpaceRoom(seen.room))
        if room is None or seen.user_id == self.errands.hub:
            return
        person = await self.people.find(seen.user_id)
        if person is not None and await self._is_trusted(person):
            return
        gone = await self.gone.of(seen.user_id)
        limits = self.network.limits
        hours = limits.link_hours if sort is Flood.LINK else limits.newcomer_hours
        if gone is None and _is_new(person, timedelta(hours=hours), now):
            if sort is Flood.LINK:
                await self._hold(seen, room.id, now)
            else:
                await self._mute(seen, room.id if sort is Flood.MESSAGES else None, now)
        elif sort is Flood.COPIES and await self._is_news(sort, person, gone, now):
            await self._tell(flood_letters.copied(seen.user_id, person), now)

    async def _is_trusted(self, person: PersonRow) -> bool:
        known = self.stewards.actor(person).role in STAFF or person.practitioner
        return known or await self.measures.is_trusted(person.id)

    async def _is_news(
        self, sort: Flood, person: PersonRow | None, gone: GoneRow | None, now: datetime
    ) -> bool:
        """Tell whether nothing was said of somebody's flood for an hour; from now on it was."""
        who = person.id if person else 0, gone.id if gone else 0
        if await self.dues.waits(FloodTold, sort=sort, person=who[0], gone=who[1]):
            return False
        await self.dues.plan(FloodTold(sort, *who), at=now + TOLD_AGAIN_AFTER)
        return True

    async def _mute(self, seen: Flooded, room: int | None, now: datetime) -> None:
        """Mute somebody for an hour, once it is known which power they had."""
        root = await self.rooms.get(SpaceRoom(self.network.root.slug))
        if root is None:
            return
        person = await self.acquaintance.named(seen.user_id, now)
        about = await self.measures.about(person.id)
        if any(each.bars(Measure.MUTE, room) for each in about):
            return
        row = _own(Measure.MUTE, MeasureState.LOOKING, person, seen, now)
        row.room, row.until = room, now + MUTED_FOR
        await self.measures.begin(row)
        self.errands.act(root.id, Examine(row.id))

    async def _hold(self, seen: Flooded, room: int, now: datetime) -> None:
        """Delete a message with a link of who has just come, and say so once an hour."""
        person = await self.acquaintance.named(seen.user_id, now)
        row = _own(Measure.REDACT, MeasureState.DONE, person, seen, now)
        row.room, row.event_id = room, seen.event
        await self.measures.begin(row)
        await self.audits.note(Audited.REDACT, now, about=person.id, number=row.id)
        self.errands.act(room, Redact(seen.event))
        if not await self._is_news(Flood.LINK, person, None, now):
            return
        hours = self.network.limits.link_hours
        await self.post.notify(person.id, Notice.MEASURES, flood_letters.link_held(hours))
        await self._tell(flood_letters.held(row, person.user_id), now)

    async def _tell(self, reply: Reply, now: datetime) -> None:
        for moderator in await self.staff.who_may(Act.MODERATE, now):
            await self.post.notify(moderator.id, Notice.DUTIES, reply)


def _is_new(person: PersonRow | None, span: timedelta, now: datetime) -> bool:
    """Tell whether somebody came within a *span*, as does who is a stranger."""
    if person is None:
        return span > timedelta(0)
    return not person.settled and now - person.met_at < span


def _own(
    kind: Measure, state: MeasureState, person: PersonRow, seen: Flooded, now: datetime
) -> MeasureRow:
    why = Flood(seen.sort)
    return MeasureRow(kind=kind, state=state, person_id=person.id, reason=why, of_hub=True, at=now)
