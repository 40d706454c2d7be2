"""The programme of a conference: its sessions, and what a newer programme makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from actions.events.agenda import Reminder
from actions.events.before import Before
from actions.events.hosting import NOBODY, Telling
from actions.events.letters import News
from storage.dues import Dues
from storage.events import Events
from storage.programmes import Part, Programmes
from storage.tables.events import Details, EventKind, EventRow


class Fate(StrEnum):
    """What a programme makes of a session."""

    NEW = "new"
    MOVED = "moved"
    CHANGED = "changed"
    CALLED_OFF = "called off"
    SAME = "left alone"


@dataclass(frozen=True, slots=True)
class Session:
    """A session as a programme has it; the *uid* stays when all else changes."""

    uid: str
    details: Details
    starts_at: datetime
    track: str = ""
    speakers: str = ""


@dataclass(frozen=True, slots=True)
class SessionUpdate:
    """What becomes of a session that *was* otherwise; so many who chose it are *told*."""

    fate: Fate
    session: Session
    was: Session | None = None
    event_id: int | None = None
    told: int = 0


@dataclass(frozen=True, slots=True)
class ProgrammeImport:
    """Makes the sessions of a conference what its programme says."""

    events: Events
    programmes: Programmes
    dues: Dues

    async def updates(
        self, conference: EventRow, sessions: Sequence[Session], now: datetime
    ) -> list[SessionUpdate]:
        """Compare a whole programme with the sessions that are there; changes nothing.

        Those who chose a session are told if it is ahead, and its time, place, link, length or
        title changes.
        """
        parts = await self.programmes.sessions(conference.id)
        held = {row.uid: (event, row) for event, row in parts}
        told = await self.programmes.told([event.id for event, _row in parts])
        found = [_update(held.get(session.uid), session) for session in sessions]
        left = held.keys() - {session.uid for session in sessions}
        gone = [part for part in parts if part[1].uid in left and not part[0].cancelled]
        found += [
            SessionUpdate(Fate.CALLED_OFF, _as_was(part), _as_was(part), part[0].id)
            for part in gone
        ]
        return [
            replace(each, told=told.get(each.event_id or 0, 0)) if _is_news(each, now) else each
            for each in found
        ]

    async def take(
        self, conference: EventRow, sessions: Sequence[Session], now: datetime
    ) -> list[SessionUpdate]:
        """Make the sessions what a programme says, and plan to tell those who chose them.

        Who is going to the conference hears once that there is a programme.
        """
        first = not await self.programmes.sessions(conference.id)
        kind = conference.kind or EventKind.CONFERENCE
        conference.details = replace(conference.details, kind=kind)
        found = await self.updates(conference, sessions, now)
        for each in sorted(found, key=lambda each: each.session.starts_at):
            await self._take(conference, each, now)  # numbers rise with the hours
        if first and found:
            conference.revision += 1
            conference.revised_at = now
            await self._tell(conference, News.PROGRAMME, now)
        return found

    async def _take(self, conference: EventRow, each: SessionUpdate, now: datetime) -> None:
        new = each.session
        if each.event_id is None:
            zone, host = conference.zone, conference.host_id
            event = await self.events.add(new.details, new.starts_at, zone, host, now)
        elif each.fate is Fate.SAME or (known := await self.events.any(each.event_id)) is None:
            return
        else:
            event = known
        was = Before.of(event).dump()
        event.details, event.starts_at = new.details, new.starts_at
        event.cancelled = each.fate is Fate.CALLED_OFF
        await self.programmes.put(conference.id, event.id, new.uid, new.track, new.speakers)
        if each.fate is Fate.NEW:
            return
        event.revision += 1
        event.revised_at = now
        if each.fate is not Fate.CHANGED:
            await self.dues.cancel(Reminder, event=event.id)
        if each.told:
            await self._tell(event, _NEWS[each.fate], now, was)

    async def _tell(self, event: EventRow, news: News, now: datetime, was: str = "") -> None:
        what = Telling(event.id, event.revision, news, NOBODY, after=0, was=was)
        await self.dues.plan(what, at=now)


_NEWS = {
    Fate.MOVED: News.MOVED,
    Fate.CHANGED: News.CHANGED,
    Fate.CALLED_OFF: News.CALLED_OFF,
}


def _update(part: Part | None, session: Session) -> SessionUpdate:
    if part is None:
        return SessionUpdate(Fate.NEW, session)
    event, was = part[0], _as_was(part)
    # How many places there are, the programme does not say.
    session = replace(session, details=replace(session.details, capacity=event.capacity))
    if event.cancelled or session.starts_at != was.starts_at:
        fate = Fate.MOVED
    else:
        fate = Fate.SAME if session == was else Fate.CHANGED
    return SessionUpdate(fate, session, was, event.id)


def _as_was(part: Part) -> Session:
    event, row = part
    return Session(row.uid, event.details, event.starts_at, row.track, row.speakers)


def _is_news(each: SessionUpdate, now: datetime) -> bool:
    if each.was is None or each.fate is Fate.SAME:
        return False
    if max(each.session.starts_at, each.was.starts_at) <= now:
        return False
    return each.fate is not Fate.CHANGED or _told_of(each.session) != _told_of(each.was)


def _told_of(session: Session) -> Details:
    return replace(session.details, about="", kind=EventKind.SESSION)
