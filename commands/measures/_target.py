"""Whom or what a command of a moderator or a member is about."""

from __future__ import annotations

from actions.moderation.measures import Target
from kit.command import Call
from kit.words import read_event, read_user


def target(call: Call, said: str) -> tuple[Target, str] | None:
    """Read it from the message, or from what that answers; returns what is left of the message."""
    first, _space, rest = said.partition(" ")
    try:
        return Target(user_id=read_user(first)), rest.strip()
    except ValueError:
        pass
    if (event := read_event(first)) is not None:
        return Target(room_id=event[0], event_id=event[1]), rest.strip()
    if call.answers:
        return Target(room_id=call.room_id, event_id=call.answers), said.strip()
    return None
