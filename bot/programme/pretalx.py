"""The schedule that pretalx and frab export as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from bot.programme.written import RawSession, Unusable
from kit.errors import BadFile

_LENGTH = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})", re.ASCII)  # days, hours, minutes


class _Person(BaseModel):
    public_name: str | None = None
    name: str | None = None


class _Talk(BaseModel):
    guid: str
    title: str
    date: AwareDatetime
    duration: str
    track: str | None = None
    url: str | None = None
    abstract: str | None = None
    persons: list[_Person] = Field(default_factory=list)


class _Day(BaseModel):
    rooms: dict[str, list[_Talk]]


class _Conference(BaseModel):
    days: list[_Day]


class _Schedule(BaseModel):
    conference: _Conference


class _File(BaseModel):
    schedule: _Schedule


def read(text: str) -> Iterator[RawSession | Unusable]:
    """Read each talk of each room of each day."""
    try:
        file = _File.model_validate_json(text)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        where = ".".join(str(part) for part in faults[0]["loc"])
        raise BadFile(f"no schedule of pretalx: {where}: {faults[0]['msg']}") from error
    for day, found in enumerate(file.schedule.conference.days, start=1):
        for room, talks in found.rooms.items():
            for place, talk in enumerate(talks, start=1):
                yield _talk(talk, room, f"day {day}, {room}, talk {place}")


def _talk(talk: _Talk, room: str, where: str) -> RawSession | Unusable:
    length = _LENGTH.fullmatch(talk.duration)
    if length is None:
        return Unusable(f"{where}: its duration is not written as 01:30")
    days, hours, minutes = (int(part or 0) for part in length.groups())
    try:
        ends = talk.date + timedelta(days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return Unusable(f"{where}: it ends after all that a calendar has")
    names = [person.public_name or person.name or "" for person in talk.persons]
    return RawSession(
        where,
        talk.guid,
        talk.title,
        talk.date,
        ends,
        room=room,
        link=talk.url or "",
        about=talk.abstract or "",
        track=talk.track or "",
        speakers=[name for name in names if name],
    )
