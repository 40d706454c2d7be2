"""A programme that nobody has held: 107 sessions in three days, in five rooms at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

VIENNA = ZoneInfo("Europe/Vienna")
FIRST = datetime(2027, 5, 19, 9, 0, tzinfo=VIENNA)
HOURS = (9, 10, 11, 13, 14, 15, 16, 17)
ROOMS = ("Board Room A", "Board Room B", "M2", "M3", "Press Room")
TRACKS = ("Legal aid", "Juvenile justice", "Prisons")
MOST = 107


def talk(number: int, starts: datetime, **otherwise: Any) -> dict[str, Any]:
    """Give a session as pretalx exports it."""
    told = {
        "guid": f"00000000-0000-0000-0000-{number:012}",
        "title": f"Session {number} on {TRACKS[number % 3].lower()}",
        "date": starts.isoformat(),
        "duration": "00:50",
        "track": TRACKS[number % 3],
        "abstract": f"What session {number} is about.",
        "url": f"https://example.org/talk/{number}",
        "persons": [{"public_name": f"Speaker {number}"}],
    }
    return told | otherwise


def talks() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each session with its room: 40, 40 and 27 on the three days."""
    numbers = count(1)
    for day in range(3):
        for hour in HOURS:
            for room in ROOMS:
                if (number := next(numbers)) > MOST:
                    return
                starts = FIRST.replace(hour=hour) + timedelta(days=day)
                yield room, talk(number, starts)


def schedule(changes: Mapping[int, Mapping[str, Any] | None] | None = None) -> str:
    """Write it as a file of pretalx, with *changes* of some sessions; None leaves one out."""
    days: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for place, (room, told) in enumerate(talks(), start=1):
        change = (changes or {}).get(place, {})
        if change is None:
            continue
        changed = told | {name: value for name, value in change.items() if name != "room"}
        rooms = days.setdefault(str(changed["date"])[:10], {})
        rooms.setdefault(str(change.get("room", room)), []).append(changed)
    return json.dumps({"schedule": {"conference": {"days": [{"rooms": r} for r in days.values()]}}})
