"""Telling something to the whole network: its rooms, and every member in their digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.authority import authorise, may
from actions.staff import Staff
from kit.authority import Act, Actor
from kit.due import Planned
from kit.errors import Conflict, NotFound
from kit.network import Network, RoomKind, RoomPlan, WellKnown
from kit.notices import Notice
from kit.ports import Post
from kit.roomkey import SpaceRoom
from kit.subject import OfAnnouncement
from kit.text import Paragraphs, Pill, Reply, Say, Verbatim, Versions, _
from storage.announcements import Announcements
from storage.attention import Attention
from storage.audits import Audits
from storage.dues import Dues
from storage.tables.announcing import AnnouncementRow, AnnouncementState
from storage.tables.audit import Audited

# So many members are told in one transaction, which takes about as long as a command.
PORTION = 50
GRACE = timedelta(seconds=60)
NOBODY = 0  # before the first member


@dataclass(frozen=True, slots=True)
class Proclaim(Planned):
    """An announcement goes on: to the rooms first, then to all members *after* one."""

    kind: ClassVar[str] = "announcement.proclaim"
    once: ClassVar[bool] = True
    announcement: int
    after: int


@dataclass(frozen=True, slots=True)
class NetworkNews:
    """Announcements, one at a time: each reader has them in their language."""

    announcements: Announcements
    audits: Audits
    attention: Attention
    dues: Dues
    network: Network
    post: Post
    staff: Staff

    async def reach(self, by: Actor) -> tuple[int, int]:
        """Say to how many rooms and members something would be told.

        Raises:
            Conflict: another announcement is under way.
        """
        authorise(by, Act.ANNOUNCE)
        await self._alone()
        return len(self._rooms()), await self.attention.reached(Notice.NEWS, by.id)

    async def announce(
        self,
        by: Actor,
        texts: Mapping[str, str],
        usual: str,
        now: datetime,
        *,
        room: str | None = None,
    ) -> AnnouncementRow:
        """Tell *texts* by language after a minute; who has no text in theirs reads the *usual* one.

        With the slug of a *room* it is said there alone.

        Raises:
            Conflict: another announcement is under way.
        """
        authorise(by, Act.ANNOUNCE)
        await self._alone()
        row = await self.announcements.add(
            AnnouncementRow(
                by_id=by.id,
                texts=dict(texts),
                usual=usual,
                state=AnnouncementState.TELLING,
                told=0,
                room=room,
                at=now,
            )
        )
        await self.audits.note(Audited.ANNOUNCE, now, by=by.id, number=row.id)
        await self.dues.plan(Proclaim(row.id, NOBODY), at=now + GRACE)
        # What is said in the hub's voice is known to others who could stop it, before it is said.
        for other in await self.staff.who_may(Act.ANNOUNCE, now):
            if other.id != by.id:
                await self.post.notify(other.id, Notice.MEASURES, _coming(by, row))
        return row

    async def go_on(self, what: Proclaim, now: datetime) -> None:
        """Tell the rooms, or some members, and leave the rest for later; report the end."""
        row = await self.announcements.get(what.announcement)
        if row is None or row.state is not AnnouncementState.TELLING:
            return
        if what.after == NOBODY and not await self._stands_for(row):
            row.state = AnnouncementState.STOPPED
            return
        if what.after == NOBODY:
            await self._say_in_rooms(row)
        members = [] if row.room else await self.attention.member_ids(what.after, PORTION)
        readers = [each for each in members if each != row.by_id]
        if readers:
            await self.post.publish(Notice.NEWS, _item(row), to=readers)
            row.told += len(readers)
        if len(members) == PORTION:
            await self.dues.plan(Proclaim(row.id, members[-1]), at=now)
            return
        row.state = AnnouncementState.DONE
        if row.by_id is not None:
            reached = await self.attention.reached(Notice.NEWS, row.by_id)
            reply = _finished(row, len(self._rooms()), reached)
            if row.room:
                reply = Reply("news.done", _("Your announcement is out."), (str(row.id),))
            await self.post.notify(row.by_id, Notice.DUTIES, reply)

    async def stop(self, by: Actor, now: datetime) -> AnnouncementRow:
        """Tell the latest announcement to nobody further, and take it out of digests.

        Who announced it is told, unless they stop it themselves.

        Raises:
            NotAllowed: a steward announced it.
            NotFound: there is none, or it is stopped already.
        """
        authorise(by, Act.ANNOUNCE)
        row = await self.announcements.last()
        if row is None or row.state is AnnouncementState.STOPPED:
            raise NotFound(_("There is no announcement that could be stopped."))
        if row.by_id is not None:
            authorise(by, Act.ANNOUNCE, await self._announcer(row.by_id))
        row.state = AnnouncementState.STOPPED
        await self.audits.note(Audited.ANNOUNCE_STOP, now, by=by.id, number=row.id)
        await self.post.retract(OfAnnouncement(row.id))
        if row.by_id not in {None, by.id}:
            await self.post.notify(row.by_id, Notice.MEASURES, _stopped(by, row))
        return row

    async def _announcer(self, person_id: int) -> Actor:
        return self.staff.stewards.actor(await self.staff.people.get(person_id))

    async def _stands_for(self, row: AnnouncementRow) -> bool:
        """Tell whether there is still somebody who may announce it."""
        return row.by_id is not None and may(await self._announcer(row.by_id), Act.ANNOUNCE)

    async def _alone(self) -> None:
        row = await self.announcements.under_way()
        if row is not None:
            raise Conflict(
                _(
                    "An announcement is under way, so far to {n} members. {stop} stops it.",
                    n=row.told,
                    stop=Say("announce stop"),
                )
            )

    def _rooms(self) -> Sequence[RoomPlan]:
        """List the announcements room and the lobbies."""
        news = self.network.rooms.get(WellKnown.ANNOUNCEMENTS)
        return [*([news] if news else []), *self.network.of_kind(RoomKind.LOBBY)]

    async def _say_in_rooms(self, row: AnnouncementRow) -> None:
        alone = self.network.rooms.get(row.room or "")
        for room in [alone] if alone else [] if row.room else self._rooms():
            # In the announcements room people of all languages read.
            own = room.kind is RoomKind.LOBBY
            bodies = [Versions(row.texts, row.usual)] if own else map(Verbatim, row.texts.values())
            for body in bodies:
                reply = Reply("news.announced", body, (str(row.id),))
                await self.post.room(SpaceRoom(room.slug), reply)


def _coming(by: Actor, row: AnnouncementRow) -> Reply:
    user = Pill(by.user_id)
    heading = _("{user} announces this to everybody in a minute:", user=user)
    if row.room:
        heading = _("{user} announces this in one room in a minute:", user=user)
    how = _("{stop} stops it.", stop=Say("announce stop"))
    body = Paragraphs([heading, Versions(row.texts, row.usual), how])
    return Reply("news.coming", body, (str(row.id),), about=[by.id])


def _stopped(by: Actor, row: AnnouncementRow) -> Reply:
    text = _("{user} stopped your announcement.", user=Pill(by.user_id))
    return Reply("news.stopped_by_other", text, (str(row.id),), about=[by.id])


def _item(row: AnnouncementRow) -> Reply:
    text = _("News of the network: {text}", text=Versions(row.texts, row.usual))
    return Reply("news.item", text, (str(row.id),), subject=OfAnnouncement(row.id))


def _finished(row: AnnouncementRow, rooms: int, members: int) -> Reply:
    text = _(
        "Your announcement is out: in {rooms} rooms, and in the digests of {members} members.",
        rooms=rooms,
        members=members,
    )
    return Reply("news.done", text, (str(row.id),))
