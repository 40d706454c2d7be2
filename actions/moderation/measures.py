"""Measures as they are decided: looked into, shown, agreed to, dropped or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import ClassVar

from actions.acquaintance import Acquaintance
from actions.authority import DecidedMeasure, Stewards, authorise, no_measure
from actions.moderation import letters
from actions.moderation.enforcement import Enforcement
from actions.staff import Staff
from kit.authority import Act, Actor
from kit.due import Planned
from kit.errand import Examine
from kit.errors import Conflict, NotAllowed, NotFound, UserError, refusal
from kit.network import Network
from kit.notices import Notice
from kit.ports import Post, RoomErrands
from kit.roomkey import SpaceRoom
from kit.target import Target
from kit.text import Message, Pill, Say, _
from storage.audits import Audits
from storage.dues import Dues
from storage.measures import Measures
from storage.people import People
from storage.rooms import Rooms
from storage.tables.audit import Audited
from storage.tables.moderation import Measure, MeasureRow, MeasureState
from storage.tables.people import PersonRow

GRACE = timedelta(seconds=60)
SHOWN_FOR = timedelta(hours=1)  # so long a yes is to what was shown
SOON = timedelta(minutes=2)  # after it was asked for, what is shown still answers that


@dataclass(frozen=True, slots=True)
class Begin(Planned):
    """The grace of a measure is over."""

    kind: ClassVar[str] = "measure.begin"
    measure: int


class Beginning(Enum):
    """What comes of a yes."""

    IN_A_MINUTE = 1
    AT_ONCE = 2
    SHOWN_AGAIN = 3  # what it was to is too long ago


@dataclass(frozen=True, slots=True)
class Moderation:
    """What moderators do about somebody in all rooms of the Space, and take back."""

    people: People
    measures: Measures
    audits: Audits
    rooms: Rooms
    dues: Dues
    network: Network
    stewards: Stewards
    staff: Staff
    acquaintance: Acquaintance
    enforcement: Enforcement
    errands: RoomErrands
    post: Post

    async def propose(
        self,
        by: Actor,
        kind: Measure,
        target: Target,
        reason: str,
        now: datetime,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> MeasureRow:
        """Look where somebody is; the one who asked is shown what would be done.

        Raises:
            Conflict: something is decided about them already, or there is no Space.
            NotAllowed: they are protected.
            NotFound: the event is in no room of the Space.
        """
        authorise(by, Act.MODERATE)
        person, room = None, None
        if target.user_id:
            if target.user_id == self.errands.hub:
                raise NotAllowed(_ourselves())
            person = await self.acquaintance.named(target.user_id, now)
            room = await self.rooms.get(SpaceRoom(target.slug)) if target.slug else None
            if target.slug and (room is None or room.room_id is None):
                raise NotFound(_("That room is not built yet."))
            await self._check(by, kind, person, room.id if room else None)
        else:
            room = await self.rooms.at(target.room_id)
            if room is None or not isinstance(room.key, SpaceRoom):
                raise NotFound(_("I act only in rooms of the Space: answer a message there."))
        row = await self.measures.begin(
            MeasureRow(
                kind=kind,
                state=MeasureState.LOOKING,
                person_id=person.id if person else None,
                by_id=by.id,
                reason=reason,
                room=room.id if room else None,
                event_id=target.event_id or None,
                since=since,
                until=until,
                at=now,
            )
        )
        await self._examine(row)
        return row

    async def _examine(self, row: MeasureRow) -> None:
        root = await self.rooms.get(SpaceRoom(self.network.root.slug))
        if root is None:
            raise Conflict(_("There is no Space yet: the operator has to make it."))
        self.errands.act(root.id, Examine(row.id))

    async def surveyed(self, number: int, author: str, now: datetime) -> None:
        """Show a moderator what would be done, now that it is known where.

        *author* is whom a measure turned out to be about that was about an event.
        """
        row = await self.measures.get(number)
        if row is None or row.state is not MeasureState.LOOKING:
            return
        if row.of_hub:
            await self._begin_own(row, now)
            return
        if row.by_id is None:
            return
        if row.person_id is None and author:
            row.person_id = (await self.acquaintance.named(author, now)).id
        if row.person_id is None:
            row.state = MeasureState.DROPPED
            await self.post.notify(row.by_id, Notice.MEASURES, letters.lost())
            return
        try:
            person = await self._allowed(row)
        except UserError as error:
            await self._drop(row, error)
            return
        row.state = MeasureState.SHOWN
        if await self.enforcement.is_idle(row, person, now):
            row.state = MeasureState.DROPPED
            reply = letters.idle(person.user_id)
        else:
            reply = letters.preview(row, await self.enforcement.what(row, person), person.user_id)
        asked = now - row.at <= SOON
        await self.post.notify(row.by_id, Notice.MEASURES, reply, asked=asked)

    async def _begin_own(self, row: MeasureRow, now: datetime) -> None:
        """Do what the hub does by itself, and tell those who may take it back."""
        assert row.person_id is not None
        person = await self.people.get(row.person_id)
        about = await self.measures.about(person.id)
        if any(each.bars(row.kind, row.room) for each in about if each is not row):
            row.state = MeasureState.DROPPED
            return
        await self.enforcement.begin(row, person, now)
        reply = letters.acted(row, await self.enforcement.what(row, person), person.user_id)
        for moderator in await self.staff.who_may(Act.MODERATE, now):
            await self.post.notify(moderator.id, Notice.DUTIES, reply)

    async def agree(self, by: Actor, number: int, now: datetime) -> Beginning:
        """Carry a measure out after the grace, or at once if that was agreed to before.

        One that was shown long ago is looked into and shown once more: much may have changed.

        Raises:
            Conflict: it is over, or something else is decided about them meanwhile.
            NotFound: they began no such measure.
        """
        authorise(by, Act.MODERATE)
        row = await self.measures.get(number)
        if row is None or row.state is MeasureState.LOOKING:
            raise NotFound(no_measure(number))
        authorise(by, Act.MODERATE, row)
        await self._allowed(row)
        at_once = row.state is MeasureState.AGREED
        if row.state not in {MeasureState.SHOWN, MeasureState.AGREED}:
            raise Conflict(_("Measure {number} is decided already.", number=number))
        if not at_once and now - row.at > SHOWN_FOR:
            row.until = row.until and row.until + (now - row.at)
            row.state, row.at = MeasureState.LOOKING, now
            await self._examine(row)
            return Beginning.SHOWN_AGAIN
        row.state = MeasureState.AGREED
        await self.dues.plan(Begin(number), at=now if at_once else now + GRACE)
        return Beginning.AT_ONCE if at_once else Beginning.IN_A_MINUTE

    async def begin(self, number: int, now: datetime) -> None:
        """Let what was agreed to be done, if it may still be."""
        row = await self.measures.get(number)
        if row is None or row.state is not MeasureState.AGREED:
            return
        if row.by_id is None:  # who decided it asked to be forgotten: nobody answers for it
            row.state = MeasureState.DROPPED
            return
        about = await self.measures.about(row.person_id) if row.person_id is not None else ()
        harder = next((other for other in about if row.gives_way_to(other)), None)
        if harder is not None:
            await self._give_way(row, harder)
            return
        try:
            person = await self._allowed(row)
        except UserError as error:
            await self._drop(row, error)
            return
        for other in about:
            if other.state is MeasureState.AGREED and other.gives_way_to(row):
                await self._give_way(other, row)
        await self.enforcement.begin(row, person, now)

    async def _give_way(self, row: MeasureRow, harder: MeasureRow) -> None:
        """Drop what waits out its grace for something harder, and tell who decided it."""
        row.state, row.undone_by_id = MeasureState.DROPPED, harder.by_id
        if row.by_id is not None:
            reply = letters.overtaken(row, harder, await self.enforcement.what(harder))
            await self.post.notify(row.by_id, Notice.MEASURES, reply)

    async def undo(self, by: Actor, number: int, now: datetime) -> MeasureRow:
        """Take a measure back: dropped if it has not begun, else undone in every room.

        Who decided it is told, if it was somebody else.

        Raises:
            Conflict: it is over, or cannot be undone.
            NotAllowed: a steward decided it.
            NotFound: there is no such measure.
        """
        row = await self._undo(by, number, now)
        if row.by_id not in {None, by.id}:
            await self.post.notify(row.by_id, Notice.MEASURES, letters.taken_back(by, row))
        return row

    async def _undo(self, by: Actor, number: int, now: datetime) -> MeasureRow:
        authorise(by, Act.UNDO)
        row = await self.measures.get(number)
        if row is None:
            raise NotFound(no_measure(number))
        decider = await self.people.get(row.by_id) if row.by_id is not None else None
        decided = DecidedMeasure(row, self.stewards.actor(decider) if decider else None)
        authorise(by, Act.UNDO, decided)
        if row.state.proposed or row.state is MeasureState.AGREED:
            row.state = MeasureState.DROPPED
            return row
        if row.state not in {MeasureState.DOING, MeasureState.DONE}:
            raise Conflict(_("Measure {number} is over already.", number=number))
        if row.of_hub and not row.kind.lasts:  # what comes of theirs from now on stays
            row.state, row.undone_by_id = MeasureState.UNDONE, by.id
            about = row.person_id
            await self.audits.note(Audited.UNDO, now, by=by.id, about=about, number=row.id)
            return row
        if not row.kind.revocable:
            raise Conflict(_("Measure {number} cannot be taken back.", number=number))
        row.undone_by_id = by.id
        await self.enforcement.reverse(row, now)
        return row

    async def to_undo(self, by: Actor, user_id: str) -> Sequence[MeasureRow]:
        """List what ``undo_all_of`` would take back of what a moderator decided, the oldest first.

        Raises:
            NotAllowed: it takes a steward.
        """
        authorise(by, Act.UNDO)
        decided = [row for row in await self.measures.decided_by(user_id) if _stops(row)]
        if decided:
            authorise(by, Act.UNDO_ALL)
        return decided

    async def undo_all_of(self, by: Actor, user_id: str, now: datetime) -> Sequence[MeasureRow]:
        """Take back all that a moderator did and that can be, and stop what they agreed to.

        Of who did nothing of that kind it takes back what holds about them. Returns what that is.

        Raises:
            NotAllowed: it takes a steward.
            NotFound: there is nothing of either.
        """
        decided = await self.to_undo(by, user_id)
        if not decided:
            return await self.lift(by, user_id, frozenset(Measure), now)
        for row in decided:  # of so many at once nobody is told one by one
            await self._undo(by, row.id, now)
        return decided

    async def lift(
        self, by: Actor, user_id: str, kinds: frozenset[Measure], now: datetime
    ) -> Sequence[MeasureRow]:
        """Take back what of these *kinds* holds about somebody, or is about to; returns it.

        Raises:
            NotAllowed: a steward decided it.
            NotFound: there is nothing of that kind.
        """
        authorise(by, Act.UNDO)
        person = await self.people.find(user_id)
        about = await self.measures.about(person.id) if person else ()
        lifted = [row for row in about if row.kind in kinds and _stops(row)]
        if not lifted:  # of warnings, which end with nothing, the last is meant
            warned = [row for row in about if row.kind is Measure.WARN and row.kind in kinds]
            lifted = warned[-1:]
        if not lifted:
            raise NotFound(
                _(
                    "I find nothing about {user} that can be taken back. {measures} shows what "
                    "was decided.",
                    user=Pill(user_id),
                    measures=Say("measures"),
                )
            )
        for row in lifted:
            await self.undo(by, row.id, now)
        return lifted

    async def _allowed(self, row: MeasureRow) -> PersonRow:
        """Return whom a measure is about, if who began it may still act on them."""
        assert row.by_id is not None
        assert row.person_id is not None
        person = await self.people.get(row.person_id)
        by = self.stewards.actor(await self.people.get(row.by_id))
        room = row.room if row.in_one_room else None
        await self._check(by, row.kind, person, room, besides=row.id)
        return person

    async def _check(
        self, by: Actor, kind: Measure, person: PersonRow, room: int | None, *, besides: int = 0
    ) -> None:
        if person.user_id == self.errands.hub:
            raise NotAllowed(_ourselves())
        authorise(by, Act.MODERATE, self.stewards.actor(person))
        for other in await self.measures.about(person.id):
            same = other.of_hub or other.by_id == by.id
            goes_with = kind is Measure.WARN and other.kind is not kind and same
            if other.id == besides or goes_with or not other.bars(kind, room):
                continue
            if other.state.under_way:
                text = _(
                    "Measure {number} about them is under way: {measures} shows it.",
                    number=other.id,
                    measures=Say("measures", str(other.id)),
                )
                raise Conflict(text)
            text = _(
                "Measure {number} is in force: {undo} takes it back.",
                number=other.id,
                undo=Say("undo", str(other.id)),
            )
            raise Conflict(text)

    async def _drop(self, row: MeasureRow, error: UserError) -> None:
        row.state = MeasureState.DROPPED
        if row.by_id is not None:
            await self.post.notify(row.by_id, Notice.MEASURES, refusal(error))


def _stops(row: MeasureRow) -> bool:
    """Tell whether a measure can be stopped before it begins, or taken back."""
    begun = row.state in {MeasureState.DOING, MeasureState.DONE}
    return row.state is MeasureState.AGREED or (begun and row.kind.lasts)


def _ourselves() -> Message:
    return _("I do not act on myself.")
