"""Who has which power in a room (Matrix specification, ``m.room.power_levels``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kit.errand import Content

NEEDED = 100  # spec: what a room's maker has, and what its settings take
_UNBOUNDED = 12  # from this version on creators have no bounds (MSC4289)


def power(user_id: str, created: Mapping[str, Any], levels: Content | None) -> float:
    """Return somebody's power level; *created* is the whole event with which the room began."""
    if is_unbounded(user_id, created):
        return float("inf")
    if levels is None:  # spec: then who made it has all the power
        return NEEDED if created.get("sender") == user_id else 0
    users = levels.get("users")
    own = users.get(user_id) if isinstance(users, dict) else None
    return _level(own, _level(levels.get("users_default"), 0))


def is_unbounded(user_id: str, created: Mapping[str, Any]) -> bool:
    """Tell whether somebody's power has no bounds, and is not among the levels."""
    content = created.get("content")
    made = content if isinstance(content, dict) else {}
    others = made.get("additional_creators")
    creators = [created.get("sender"), *(others if isinstance(others, list) else ())]
    version = str(made.get("room_version", "1"))
    return user_id in creators and version.isdecimal() and int(version) >= _UNBOUNDED


def needed(levels: Content | None) -> int:
    """Return the power that it takes to do everything in a room."""
    content = levels or {}
    events = content.get("events")
    said = [content.get(each) for each in ("state_default", "kick", "ban", "redact", "invite")]
    said += events.values() if isinstance(events, dict) else ()
    return max([NEEDED, *(each for each in said if isinstance(each, int))])


def _level(said: object, usual: float) -> float:
    return said if isinstance(said, int) and not isinstance(said, bool) else usual
