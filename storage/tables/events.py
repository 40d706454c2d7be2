"""What members attend."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, declared_attr, mapped_column

from kit.text import _
from storage.base import NEVER_AGAIN, Base, BigKey, blind, key, person, sealed
from storage.privacy import FOR_GOOD, After, Privacy, Until, With
from storage.types import Closed, Seconds

LONGEST = timedelta(days=31)  # that an event takes


class EventKind(StrEnum):
    """What sort of event it is: a word of the database, for good."""

    CONFERENCE = "conference"
    SESSION = "session"
    TRAINING = "training"
    WEBINAR = "webinar"
    MEETING = "meeting"
    DEADLINE = "deadline"
    OBSERVANCE = "observance"


@dataclass(frozen=True, slots=True)
class Details:
    """What an event is, but for when; what is empty is not known."""

    title: str = ""
    length: timedelta | None = None
    place: str = ""
    link: str = ""
    about: str = ""
    capacity: int | None = None
    kind: EventKind | None = None


class Described:
    """Has a column for each field of ``Details``."""

    title: Mapped[str]
    length: Mapped[timedelta | None] = mapped_column(Seconds)
    place: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int | None]
    kind: Mapped[EventKind | None] = mapped_column(Closed(EventKind))

    @declared_attr
    @classmethod
    def details(cls) -> Mapped[Details]:
        """Give all of them as one value, which is read and written whole."""
        return composite(Details, *(field.name for field in fields(Details)))


class EventRow(Described, Base):
    """Something members attend. ``starts_at`` is the instant, ``zone`` where it is at home.

    ``revision`` counts its changes, as iCalendar's SEQUENCE does (RFC 5545, 3.8.7.4).
    """

    __tablename__ = "event"
    privacy = Privacy(
        why="what happens when",
        ends=(FOR_GOOD,),
        said=lambda n: _("Events you announced: {n}, so that you can change them", n=n),
    )
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    starts_at: Mapped[datetime]
    zone: Mapped[str]
    host_id: Mapped[int | None] = person(
        "SET NULL", why="who may change it", kept="until `forget me`"
    )
    cancelled: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)
    revised_at: Mapped[datetime | None]


class SeriesRow(Described, Base):
    """An event that comes again: at the wall time *begins* of its zone, by a *rule* of RFC 5545.

    What is to come is as it says.
    """

    __tablename__ = "series"
    privacy = Privacy(why="what comes again, and when", ends=(FOR_GOOD,))
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    rule: Mapped[str]
    begins: Mapped[str]
    zone: Mapped[str]
    ended: Mapped[bool] = mapped_column(default=False)


class OccurrenceRow(Base):
    """Which event of a series an event is: the wall time at which its rule has it, moved or not."""

    __tablename__ = "occurrence"
    privacy = Privacy(why="so that no event of a series comes twice", ends=(FOR_GOOD,))
    event_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    series_id: Mapped[int] = mapped_column(BigKey, ForeignKey("series.id", ondelete="CASCADE"))
    slot: Mapped[str]
    __table_args__ = (UniqueConstraint("series_id", "slot"),)


class ProgrammeRow(Base):
    """A session of a conference: its *uid* in the programme, its track and who speaks."""

    __tablename__ = "programme"
    privacy = Privacy(
        why="what a conference has when, and who speaks, as its published programme says",
        ends=(FOR_GOOD,),
    )
    event_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    conference_id: Mapped[int] = mapped_column(BigKey, ForeignKey("event.id", ondelete="CASCADE"))
    uid: Mapped[str]
    track: Mapped[str]
    speakers: Mapped[str]
    __table_args__ = (UniqueConstraint("conference_id", "uid"),)


class CalendarRow(Base):
    """The address at which a person's own calendar program reads what they are going to."""

    __tablename__ = "calendar"
    privacy = Privacy(
        why="to show you your events in a calendar program of yours",
        ends=(Until("until `calendar off`"), With("person_id")),
        said=lambda n: _("Addresses at which your calendar can be read: {n}", n=n),
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    token: Mapped[str] = sealed("calendar.token", why="who knows it reads your calendar")
    token_key: Mapped[str] = blind("calendar.token", unique=True)


class Response(StrEnum):
    """What a member said about an event: a word of the database, for good."""

    GOING = "going"
    MAYBE = "maybe"
    """They are reminded and told as who is going is, but take no place and are not counted."""
    WAITS = "waits"
    """All places were taken."""


class AttendanceRow(Base):
    """A member who said they are going, or maybe, or who waits for a place *since* then.

    ``before`` is set once they chose their own reminders.
    """

    __tablename__ = "attendance"
    privacy = Privacy(
        why="to remind you",
        ends=(After(30, "event_id.starts_at", "after the event"),),
        said=lambda n: _("Events you are going to, or may be: {n}, to remind you", n=n),
    )
    event_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    before: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    """Seconds before the beginning."""
    response: Mapped[Response] = mapped_column(Closed(Response), default=Response.GOING)
    since: Mapped[datetime | None]
