"""A calendar (RFC 5545): each of its events is a session."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.programme.written import RawSession, Unusable
from kit.errors import BadFile


def read(text: str) -> Iterator[RawSession | Unusable]:
    """Read each event that was not called off; a category is its track."""
    from icalendar import Calendar  # noqa: PLC0415 -- 3 MB, which no start waits for

    try:
        found = Calendar.from_ical(text).walk("VEVENT")
    except (ValueError, IndexError, KeyError) as error:
        raise BadFile("this is no calendar as RFC 5545 has it") from error
    for place, event in enumerate(found, start=1):
        if str(event.get("status", "")).upper() != "CANCELLED":
            yield _event(event, f"event {place}")


def _event(event: Any, where: str) -> RawSession | Unusable:
    if event.get("rrule") or event.get("recurrence-id"):
        return Unusable(f"{where}: it comes again: write each time as an event of its own")
    try:
        starts, ends = event.start, event.end
    except (ValueError, TypeError, OverflowError):
        return Unusable(f"{where}: it has no beginning, or an end that contradicts it")
    if not isinstance(starts, datetime) or not isinstance(ends, datetime):
        return Unusable(f"{where}: it has a day, but no hour")
    categories = event.get("categories")
    tracks = categories if isinstance(categories, list) else [categories] if categories else []
    return RawSession(
        where,
        str(event.get("uid", "")),
        str(event.get("summary", "")),
        starts,
        ends,
        room=str(event.get("location", "")),
        link=str(event.get("url", "")),
        about=str(event.get("description", "")),
        track=", ".join(str(name) for track in tracks for name in track.cats),
    )
