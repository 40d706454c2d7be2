"""When events take place at the same time, so that nobody can be at both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage.tables.events import EventKind, EventRow

# What people are at beside other things.
_BESIDE = (EventKind.CONFERENCE, EventKind.DEADLINE, EventKind.OBSERVANCE)


def ends(event: EventRow) -> datetime:
    """Say when an event is over; one of which that is not known, when it begins."""
    return event.starts_at + (event.length or timedelta(0))


def at_once(event: EventRow, others: Sequence[EventRow]) -> list[EventRow]:
    """Choose those of the *others* at which nobody can be who is at an event."""
    if event.kind in _BESIDE:
        return []
    return [
        other
        for other in others
        if other.id != event.id
        and other.kind not in _BESIDE
        and (
            other.starts_at == event.starts_at
            or (other.starts_at < ends(event) and event.starts_at < ends(other))
        )
    ]
