"""A measure as it is carried out in every room, watched to its end, and brought back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.departures import Departures
from actions.moderation import letters
from actions.moderation.effects import Effects
from actions.moderation.lifting import KEPT, Lifting
from kit.due import Planned
from kit.errand import SetLevel, Unban
from kit.network import Network
from kit.notices import Notice
from kit.ports import Post, RoomErrands
from kit.text import Message, Names
from storage.audits import Audits
from storage.dues import Dues
from storage.measures import Measures, Places, shutting_out
from storage.people import People
from storage.queue import State
from storage.rooms import Rooms
from storage.tables.audit import Audited
from storage.tables.moderation import Measure, MeasureRow, MeasureState
from storage.tables.people import PersonRow

LOOK_AGAIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class WatchMeasure(Planned):
    """It is time to look how far a measure has come."""

    kind: ClassVar[str] = "measure.watch"
    measure: int


@dataclass(frozen=True, slots=True)
class Expire(Planned):
    """A measure ends by itself."""

    kind: ClassVar[str] = "measure.expire"
    once: ClassVar[bool] = True
    measure: int


@dataclass(frozen=True, slots=True)
class Settle(Planned):
    """Nobody took back that somebody was shut out: what was theirs is erased."""

    kind: ClassVar[str] = "measure.settle"
    once: ClassVar[bool] = True
    measure: int


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What was decided, done on the homeserver and in the hub's own books."""

    people: People
    measures: Measures
    audits: Audits
    rooms: Rooms
    dues: Dues
    network: Network
    departures: Departures
    lifting: Lifting
    errands: RoomErrands
    post: Post

    async def begin(self, row: MeasureRow, person: PersonRow, now: datetime) -> None:
        """Tell somebody what was decided about them, and do it in every room."""
        row.state = MeasureState.DOING
        what = Audited(row.kind)
        await self.audits.note(what, now, by=row.by_id, about=person.id, number=row.id)
        if row.kind is Measure.UNBAN:
            await self.departures.readmit(person.user_id)
        if not await self.departures.shut_out(person.user_id, now):
            told = letters.told(row, self.network, await self.where(row))
            await self.post.notify(person.id, Notice.MEASURES, told)
        if row.shuts_out:
            for before in shutting_out(await self.measures.about(person.id)):
                before.state = before.state if before is row else MeasureState.UNDONE
            person.suspended = True
            await self.departures.go(person, now)
        await self._act(row, person.user_id)
        if row.until is not None:
            await self.dues.plan(Expire(row.id), at=row.until)
        elif row.shuts_out:
            await self.dues.plan(Settle(row.id), at=now + KEPT)
        await self.dues.plan(WatchMeasure(row.id), at=now + LOOK_AGAIN)

    async def _act(self, row: MeasureRow, user_id: str) -> None:
        """Ask the homeserver for it in every room."""
        effects = Effects(self.network, row, user_id)
        for place, key in await self.measures.places(row.id):
            if (errand := effects.there(place, key)) is not None:
                place.txn_id = self.errands.act(place.room, errand)
        for room in await self.rooms.network_rooms() if row.kind is Measure.MUTE else ():
            if room.room_id is None:  # it is being made, so nobody looked there
                await self._extend(row, user_id, room.id)

    async def made(self, room: int) -> None:
        """Let nobody write in a room that was made after they were muted."""
        for row, user_id in await self.measures.muting():
            await self._extend(row, user_id, room)

    async def _extend(self, row: MeasureRow, user_id: str, room: int) -> None:
        key = await self.rooms.space_key(room)
        if key is None:
            return
        place = await self.measures.place(row.id, room)
        if (errand := Effects(self.network, row, user_id).there(place, key)) is not None:
            place.txn_id = self.errands.act(room, errand)

    async def watch(self, number: int, now: datetime) -> None:
        """Tell a moderator the figures once nothing of a measure is left to be done."""
        row = await self.measures.get(number)
        if row is None or row.state not in {MeasureState.DOING, MeasureState.UNDOING}:
            return
        back = row.state is MeasureState.UNDOING
        progress = await self.measures.progress(number, back=back)
        if progress[State.NEW]:
            await self.dues.plan(WatchMeasure(number), at=now + LOOK_AGAIN)
            return
        done = progress[State.SENT]
        failed = progress.total() - done - progress[State.WITHDRAWN]
        row.state = MeasureState.UNDONE if back else MeasureState.DONE
        reader = (row.undone_by_id if back else None) or row.by_id
        if reader is None:
            return
        if back:
            reply = letters.undone(row, done, failed)
        else:
            reply = letters.finished(row, await self.what(row), done, failed)
        await self.post.notify(reader, Notice.MEASURES, reply)

    async def expire(self, number: int, now: datetime) -> None:
        """Let a measure end that was decided until now."""
        row = await self.measures.get(number)
        if row is not None and row.state in {MeasureState.DOING, MeasureState.DONE}:
            await self.reverse(row, now)

    async def let_in(self, room: int, user_id: str) -> None:
        """Let the ban of somebody end who was erased meanwhile, unless they are banned anew."""
        if await self._anew(Measure.BAN, room, user_id):
            return
        key = await self.rooms.space_key(room)
        if key is not None and key.slug == self.network.root.slug:
            await self.departures.readmit(user_id)
        self.errands.act(room, Unban(user_id))

    async def let_speak(self, room: int, user_id: str, level: int | None) -> None:
        """Let the mute of somebody end who was erased meanwhile, unless they are muted anew."""
        if not await self._anew(Measure.MUTE, room, user_id):
            self.errands.act(room, SetLevel(user_id, level))

    async def _anew(self, kind: Measure, room: int, user_id: str) -> bool:
        """Tell whether something holds in a room that was decided after somebody came back."""
        person = await self.people.find(user_id)
        about = await self.measures.about(person.id) if person else ()
        there = [row for row in about if row.kind is kind and row.room in {None, room}]
        return bool(there) or (kind is Measure.BAN and bool(shutting_out(about)))

    async def settle(self, number: int, now: datetime) -> None:
        """Erase what was kept of somebody who is shut out, in case that was taken back."""
        row = await self.measures.get(number)
        if row is None or row.person_id is None or row.state is not MeasureState.DONE:
            return
        person = await self.people.get(row.person_id)
        person.suspended = False
        banned = row.kind is Measure.BAN
        await self.departures.remove(person.user_id, now, now, banned=banned)

    async def readmitted(self, user_id: str, now: datetime) -> None:
        """Take a ban back whole that somebody lifted by hand in the Space."""
        person = await self.people.find(user_id)
        rows = shutting_out(await self.measures.about(person.id)) if person else ()
        for row in rows:
            if row.kind is Measure.BAN:
                await self.reverse(row, now)

    async def what(self, row: MeasureRow, person: PersonRow | None = None) -> Message:
        """Name what a measure does, in figures."""
        assert row.person_id is not None
        person = person or await self.people.get(row.person_id)
        return await self._what(row, person, await self.measures.places(row.id))

    async def what_each(self, rows: Sequence[MeasureRow]) -> Sequence[Message]:
        """Name what each of these does, with no more statements for several than for one."""
        whose = [row.person_id for row in rows if row.person_id]
        people = {person.id: person for person in await self.people.named(whose)}
        places = await self.measures.places_of([row.id for row in rows])
        await self.rooms.read_ahead([row.room for row in rows if row.in_one_room and row.room])
        return [
            await self._what(row, people[row.person_id], places[row.id])
            for row in rows
            if row.person_id
        ]

    async def _what(self, row: MeasureRow, person: PersonRow, places: Places) -> Message:
        messages = sum(
            place.messages
            for place, _key in places
            if not row.in_one_room or place.room == row.room
        )
        rooms = self._count(row, person, places)
        return letters.deed(row, person.user_id, rooms, messages, await self.where(row))

    async def where(self, row: MeasureRow) -> Names | None:
        """Name the one room in which a measure holds; None for one of the whole Space."""
        key = await self.rooms.space_key(row.room) if row.in_one_room and row.room else None
        plan = self.network.rooms.get(key.slug) if key else None
        return plan.names if plan else None

    async def is_idle(self, row: MeasureRow, person: PersonRow, now: datetime) -> bool:
        """Tell whether a measure would change nothing anywhere; who is banned is told nothing."""
        if row.kind is Measure.WARN:
            return await self.departures.shut_out(person.user_id, now)
        return self._count(row, person, await self.measures.places(row.id)) == 0

    def _count(self, row: MeasureRow, person: PersonRow, places: Places) -> int:
        effects = Effects(self.network, row, person.user_id)
        return sum(effects.there(place, key) is not None for place, key in places)

    async def reverse(self, row: MeasureRow, now: datetime) -> None:
        """Bring back what was before, in the rooms and in the hub's own books."""
        assert row.person_id is not None
        person = await self.people.get(row.person_id)
        row.state = MeasureState.UNDOING
        what = Audited.UNDO if row.undone_by_id else Audited.END
        await self.audits.note(what, now, by=row.undone_by_id, about=person.id, number=row.id)
        await self.lifting.lift(row, person.user_id)
        if row.shuts_out:
            person.suspended = False
            await self.departures.come_back(person, now)
            await self.departures.readmit(person.user_id)
        if row.kind is not Measure.UNBAN:
            reply = letters.lifted(row, self.network, await self.where(row))
            await self.post.notify(person.id, Notice.MEASURES, reply)
        await self.dues.plan(WatchMeasure(row.id), at=now + LOOK_AGAIN)
