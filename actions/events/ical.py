"""Events as iCalendar writes them (RFC 5545)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from actions.events.agenda import BEFORE
from storage.tables.events import AttendanceRow, EventRow

if TYPE_CHECKING:
    from icalendar import Event

MEDIA = "text/calendar"
PRODUCT = "-//ILAN Hub//ILAN Hub//EN"
# A program that asks more often than this learns nothing new.
REFRESH = timedelta(hours=1)
LENGTH = timedelta(hours=1)  # of an event whose end was not said


def calendar(
    name: str,
    server: str,
    events: Sequence[tuple[EventRow, AttendanceRow | None]],
    until: Mapping[int, datetime],
) -> bytes:
    """Write a calendar called *name* of events of the hub on *server*, with everybody's reminders.

    Conferences last *until* their last session is over. The same events give the same bytes. Times
    are instants in UTC, which need no rules of a zone: what a library writes of these (VTIMEZONE)
    is wrong where clocks change for Ramadan.
    """
    from icalendar import Calendar  # noqa: PLC0415 -- 3 MB, which no start waits for

    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for event, attendance in events:
        whole.add_component(_event(server, event, attendance, until.get(event.id)))
    written: bytes = whole.to_ical()
    return written


def _event(
    server: str, event: EventRow, attendance: AttendanceRow | None, until: datetime | None
) -> Event:
    from icalendar import Alarm, Event  # noqa: PLC0415 -- as above

    written = Event()
    written.add("uid", f"event-{event.id}@{server}")
    written.add("dtstamp", event.revised_at or event.starts_at)
    written.add("sequence", event.revision)
    written.add("summary", event.title)
    written.add("dtstart", event.starts_at)
    over = event.starts_at + (event.length or LENGTH)
    written.add("dtend", over if until is None else max(over, until))
    if event.place:
        written.add("location", event.place)
    if event.link:
        written.add("url", event.link)
    if event.kind is not None:
        written.add("categories", [event.kind.value])
    if about := "\n\n".join(filter(None, [event.about, event.link])):
        written.add("description", about)
    if event.cancelled:
        written.add("status", "CANCELLED")
        return written
    for before in _before(attendance):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event.title)
        alarm.add("trigger", -before)
        written.add_component(alarm)
    return written


def _before(attendance: AttendanceRow | None) -> list[timedelta]:
    if attendance is None or attendance.before is None:
        return list(BEFORE)
    return [timedelta(seconds=each) for each in attendance.before]
