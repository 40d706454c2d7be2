"""Whom or what a command of a moderator or a member is about."""

from __future__ import annotations

from dataclasses import replace

from actions.moderation.measures import Target
from actions.rooms.visits import RoomFinder
from kit.command import Call
from kit.words import read_event, read_user
from language.analysis import tokens

MOST_WORDS = 6  # of the name of a room
_AFTER = ",;:،，؛"  # what may stand behind a Matrix ID in a sentence


def target(call: Call, said: str) -> tuple[Target, str] | None:
    """Read it from the message, or from what that answers; returns what is left of the message."""
    first, _space, rest = said.partition(" ")
    try:
        return Target(user_id=read_user(first.rstrip(_AFTER))), rest.strip()
    except ValueError:
        pass
    if (event := read_event(first)) is not None:
        return Target(room_id=event[0], event_id=event[1]), rest.strip()
    if call.answers:
        return Target(room_id=call.room_id, event_id=call.answers), said.strip()
    return None


def in_room(finder: RoomFinder, whom: Target, said: str) -> tuple[Target, str]:
    """Read the one room in which it is to hold, where *said* begins with one, and the rest.

    "from the lobby", "in lobby-en", "lobby-en": what stands before the whole name of a room says
    nothing by itself. Of who is only known by a message it is not known yet where they are.
    """
    words = said.split() if whom.user_id else []
    before = next((n for n, word in enumerate(words) if not _says_nothing(word)), 0)
    for begin in range(before + 1):
        for end in range(min(begin + MOST_WORDS, len(words)), begin, -1):
            if (room := finder.called(" ".join(words[begin:end]))) is not None:
                return replace(whom, slug=room.slug), " ".join(words[end:])
    return whom, said


def _says_nothing(word: str) -> bool:
    return all(token.stop for token in tokens(word))
