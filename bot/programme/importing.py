"""What the programme in a file makes of a conference, as an operator reads it, and doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions.events.programme import Fate, ProgrammeImport, Session, SessionUpdate
from actions.events.recurrence import wall
from bot.library.exchange.entry import limited
from bot.library.exchange.merging import file_text
from bot.programme import calendar, csv_file, pretalx
from bot.programme.written import ReadsSessions, Unusable, as_session, unlike
from kit.errors import BadFile
from storage.dues import Dues
from storage.engine import Storage
from storage.events import Events
from storage.programmes import Programmes
from storage.tables.events import EventRow

FORMATS: Mapping[str, ReadsSessions] = {
    ".csv": csv_file.read,
    ".ics": calendar.read,
    ".json": pretalx.read,
}
_MOST_FAULTS = 20
_MOST_DAYS = 31
_NEAR = timedelta(days=7)  # of the day that a conference is announced for
_ORDER = tuple(Fate)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a programme for the conference *title* in *zone*."""

    title: str
    zone: str
    updates: Sequence[SessionUpdate]

    def lines(self) -> Iterator[str]:
        """Write it for an operator: what is new or otherwise, and how many members are told."""
        yield f"{self.title}, times of {self.zone}:"
        shown = [each for each in self.updates if each.fate is not Fate.SAME]
        for each in sorted(
            shown, key=lambda each: (_ORDER.index(each.fate), each.session.starts_at)
        ):
            yield f"  {self._line(each)}"
        counts = Counter(each.fate for each in self.updates)
        yield ", ".join(f"{counts[fate]} {fate}" for fate in Fate)

    def _line(self, each: SessionUpdate) -> str:
        number = "" if each.event_id is None else f" {each.event_id}"
        new = each.session
        room = f" ({new.details.place})" if new.details.place else ""
        told = f" [{each.told} told]" if each.told else ""
        line = f"{each.fate}{number}: {self._clock(new)} {new.details.title}{room}{told}"
        if each.was is None or each.fate is Fate.CALLED_OFF:
            return line
        notes = [f"{name}: {old} -> {now}" for name, old, now in self._changes(each.was, new)]
        return "\n      ".join([line, *notes])

    def _changes(self, was: Session, new: Session) -> Iterator[tuple[str, Any, Any]]:
        if was.starts_at != new.starts_at:
            yield "time", self._clock(was), self._clock(new)
        for field in fields(was.details):
            old, now = getattr(was.details, field.name), getattr(new.details, field.name)
            if old != now:
                yield field.name, old or "-", now or "-"
        for name in ("track", "speakers"):
            old, now = getattr(was, name), getattr(new, name)
            if old != now:
                yield name, old or "-", now or "-"

    def _clock(self, each: Session) -> str:
        return f"{wall(each.starts_at, self.zone):%a %Y-%m-%d %H:%M}"


def read_programme(path: Path, zone: str) -> list[Session]:
    """Read all sessions of a file.

    Raises:
        BadFile: it cannot be read, or some session cannot be taken: one that is left out would be
            taken for called off.
    """
    read = FORMATS.get(path.suffix.casefold())
    if read is None:
        raise BadFile(f"{path}: a programme is a file whose name ends in {', '.join(FORMATS)}")
    sessions: list[tuple[str, Session]] = []
    faults: list[str] = []
    try:
        for found in limited(read(file_text(path))):
            try:
                if isinstance(found, Unusable):
                    raise found
                sessions.append((found.place_in_file, as_session(found, zone)))
            except Unusable as fault:
                faults.append(str(fault))
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from error
    faults += unlike(sessions)
    if faults:
        more = [f"and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
        told = "\n  ".join([*faults[:_MOST_FAULTS], *more])
        raise BadFile(f"{path}: nothing is changed, because these cannot be taken:\n  {told}")
    if not sessions:
        raise BadFile(f"{path}: there is no session in it")
    days = {wall(each.starts_at, zone).date() for _where, each in sessions}
    if len(days) > _MOST_DAYS:
        raise BadFile(f"{path}: it has {len(days)} days, and a conference {_MOST_DAYS} at most")
    return [each for _where, each in sessions]


async def import_programme(
    storage: Storage, path: Path, conference_id: int, *, now: datetime, dry_run: bool = False
) -> Imported:
    """Make the sessions of a conference what a file says, or only say what would become of them.

    Raises:
        BadFile: the file cannot be read, or there is no such conference; nothing is changed.
    """
    async with storage.read() as session:
        conference = await _conference(session, conference_id)
    sessions = read_programme(path, conference.zone)  # nobody who wants to write waits for that
    _belongs(conference, sessions)
    async with storage.read() if dry_run else storage.write() as session:
        conference = await _conference(session, conference_id)
        work = ProgrammeImport(Events(session), Programmes(session), Dues(session))
        does = work.updates if dry_run else work.take
        updates = await does(conference, sessions, now)
        return Imported(conference.title, conference.zone, updates)


def _belongs(conference: EventRow, sessions: Sequence[Session]) -> None:
    """Raise BadFile for sessions so far from a conference that its number must be another's."""
    first = min(each.starts_at for each in sessions)
    if any(abs(each.starts_at - conference.starts_at) <= _NEAR for each in sessions):
        return
    day, other = (f"{wall(at, conference.zone):%Y-%m-%d}" for at in (conference.starts_at, first))
    raise BadFile(
        f"nothing is changed: event {conference.id}, {conference.title!r}, is on {day}, and the "
        f"sessions begin on {other}. Give the number of another, or move it in the chat, with "
        f"`event edit {conference.id} {other} ...`"
    )


async def _conference(session: AsyncSession, number: int) -> EventRow:
    conference = await Events(session).get(number)
    if conference is None or await Programmes(session).of(number) is not None:
        raise BadFile(
            f"event {number} is no conference: an organiser announces it in the chat, "
            "with `event add`, and gets its number"
        )
    return conference
