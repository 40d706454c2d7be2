"""Whom or what a moderator, or somebody who reports, speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from kit.words import read_event, read_user

_AFTER = ",;:،，؛"  # what may stand behind a Matrix ID in a sentence


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody by Matrix ID, or by an event they sent in a room.

    Beside a Matrix ID, *slug* is the one room of the Space where a measure is to hold.
    """

    user_id: str = ""
    room_id: str = ""
    event_id: str = ""
    slug: str = ""


def read_target(said: str, room_id: str, answers: str) -> tuple[Target, str] | None:
    """Read whom or what a text begins with, or the event that it *answers* in a room.

    Returns what is left of the text too.
    """
    first, _space, rest = said.partition(" ")
    try:
        return Target(user_id=read_user(first.rstrip(_AFTER))), rest.strip()
    except ValueError:
        pass
    if (event := read_event(first)) is not None:
        return Target(room_id=event[0], event_id=event[1]), rest.strip()
    if answers:
        return Target(room_id=room_id, event_id=answers), said.strip()
    return None
