"""What members attend."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.text import _
from storage.base import NEVER_AGAIN, Base, BigKey, blind, key, person, sealed
from storage.privacy import FOR_GOOD, After, Privacy, Until, With


class EventRow(Base):
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
    title: Mapped[str]
    starts_at: Mapped[datetime]
    zone: Mapped[str]
    host_id: Mapped[int | None] = person(
        "SET NULL", why="who may change it", kept="until `forget me`"
    )
    cancelled: Mapped[bool] = mapped_column(default=False)
    ends_at: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=0)
    revised_at: Mapped[datetime | None]
    capacity: Mapped[int | None]


class SeriesRow(Base):
    """An event that comes again: at the wall time *begins* of its zone, by a *rule* of RFC 5545.

    What is to come is as it says; ``length`` is in seconds.
    """

    __tablename__ = "series"
    privacy = Privacy(why="what comes again, and when", ends=(FOR_GOOD,))
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    rule: Mapped[str]
    begins: Mapped[str]
    zone: Mapped[str]
    title: Mapped[str]
    length: Mapped[int | None]
    place: Mapped[str]
    link: Mapped[str]
    about: Mapped[str]
    ended: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int | None]


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


class AttendanceRow(Base):
    """A member who said they are going, or *waits* for a place *since* then.

    ``before`` is set once they chose their own reminders.
    """

    __tablename__ = "attendance"
    privacy = Privacy(
        why="to remind you",
        ends=(After(30, "event_id.starts_at", "after the event"),),
        said=lambda n: _("Events you are going to: {n}, to remind you", n=n),
    )
    event_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    before: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    """Seconds before the beginning."""
    waits: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime | None]
