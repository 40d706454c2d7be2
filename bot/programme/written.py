"""A session as a file has it, and the one that comes of it: nothing in it is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from actions.events.programme import Session
from actions.events.recurrence import instant
from kit.words import clean, has_link, is_address
from storage.addresses import read_address
from storage.tables.events import LONGEST, Details, EventKind

# What does not fit is cut: all of it stands in the programme that people are handed.
LONGEST_TITLE, LONGEST_TEXT, LONGEST_ABOUT, LONGEST_LINK = 120, 80, 240, 200
LONGEST_UID = 255
# What no calendar of people goes beyond: at the ends of what a computer counts, zones overflow.
YEARS = range(1970, 2200)


@dataclass(frozen=True, slots=True)
class RawSession:
    """What a file says at one place. A naive moment is one of the clock at the conference."""

    place_in_file: str
    uid: str
    title: str
    starts: datetime
    ends: datetime | None = None
    room: str = ""
    link: str = ""
    about: str = ""
    track: str = ""
    speakers: Sequence[str] = ()


class Unusable(ValueError):
    """What a file says at one place cannot be taken; the text says why, for an operator."""


class ReadsSessions(Protocol):
    """Reads one format: what cannot be taken comes between what can, as the reason."""

    def __call__(self, text: str) -> Iterator[RawSession | Unusable]:
        """Find the sessions; raises BadFile where the text is not of this format."""


def as_session(written: RawSession, zone: str) -> Session:
    """Make a session of what a file says; raises Unusable."""
    uid, title = clean(written.uid), _plain(written.title, LONGEST_TITLE)
    if not uid or not title:
        raise Unusable(f"{written.place_in_file}: it needs an id and a title without links")
    if len(uid) > LONGEST_UID:
        raise Unusable(f"{written.place_in_file}: its id has more than {LONGEST_UID} characters")
    if any(said.year not in YEARS for said in (written.starts, written.ends) if said):
        raise Unusable(f"{written.place_in_file}: it is not between {YEARS[0]} and {YEARS[-1]}")
    starts = _moment(written.starts, zone)
    length = None if written.ends is None else _moment(written.ends, zone) - starts
    if length is not None and not timedelta(0) <= length <= LONGEST:
        raise Unusable(f"{written.place_in_file}: it ends before it begins, or far too late")
    room, link = written.room, written.link
    if is_address(room):  # where calendars put the link of a call
        room, link = "", link or room
    details = Details(
        title=title,
        length=length or None,
        place=_plain(room, LONGEST_TEXT),
        link=_link(link, written.place_in_file),
        about=_plain(written.about, LONGEST_ABOUT),
        kind=EventKind.SESSION,
    )
    speakers = _plain(", ".join(written.speakers), LONGEST_ABOUT)
    return Session(uid, details, starts, _plain(written.track, LONGEST_TEXT), speakers)


def _moment(said: datetime, zone: str) -> datetime:
    return instant(said, zone) if said.tzinfo is None else said.astimezone(UTC)


def _plain(said: str, longest: int) -> str:
    """Take words on one line, without what clients would make a link of."""
    text = " ".join(word for word in clean(said).split() if not has_link(word))
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _link(said: str, where: str) -> str:
    if not said:
        return ""
    try:
        link = read_address(said.strip())
    except ValueError as error:
        raise Unusable(f"{where}: nobody can follow its link") from error
    if len(link) > LONGEST_LINK:
        raise Unusable(f"{where}: its link has more than {LONGEST_LINK} characters")
    return link


def unlike(sessions: Sequence[tuple[str, Session]]) -> Iterator[str]:
    """Say which places of a file have the id of one before."""
    seen: dict[str, str] = {}
    for where, each in sessions:
        if first := seen.get(each.uid):
            yield f"{where}: the same id as {first}: give each its own"
        seen.setdefault(each.uid, where)
