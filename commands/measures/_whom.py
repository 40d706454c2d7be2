"""Whom a measure is about, and where it is to hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from actions.moderation.naming import Naming
from actions.rooms.visits import RoomFinder, says_nothing
from commands.measures._times import read_span
from kit.command import Call
from kit.errors import BadArgument, Incomplete
from kit.target import Target, read_target
from kit.text import Label, Say, Series, _
from storage.tables.moderation import Measure

MOST_AHEAD = 7  # words that say where, before how long is said
MOST_NAMED = 3  # rooms that are shown


async def whom_to(call: Call, kind: Measure, said: str, naming: Naming) -> tuple[Target, str]:
    """Read whom a measure is about; returns what is left of the message.

    Raises:
        BadArgument: that names nobody, or several.
        Incomplete: nothing is said.
    """
    if (found := read_target(said, call.room_id, call.answers)) is not None:
        return found
    if (called := await naming.led_by(call.by, said)) is not None:
        return Target(user_id=called[0]), called[1]
    usage = Say(kind.value, "@name:server …")
    amiss = BadArgument if said else Incomplete
    if kind is Measure.MUTE and not said:
        raise amiss(
            _(
                "Whom? Answer one of their messages in a room, or say their full Matrix ID: "
                "{usage}. If I am to write less to you, say {mute_all}.",
                usage=usage,
                mute_all=Say("mute all"),
            )
        )
    raise amiss(
        _(
            "Whom? Answer one of their messages in a room, or say their full Matrix ID: {usage}",
            usage=usage,
        )
    )


def scope(
    finder: RoomFinder, whom: Target, said: str, language: str
) -> tuple[Target, timedelta | None, str]:
    """Read in which one room, and how long, in either order; what is left is why.

    Of who is only known by a message it is not known yet where they are.

    Raises:
        BadArgument: several rooms may be meant.
    """
    read = finder.understanding
    whom, rest = _in_room(finder, whom, said)
    span, rest = read_span(read, rest, language)
    if span is not None and not whom.slug:
        whom, rest = _in_room(finder, whom, rest, loosely=True)
    words = rest.split()
    if span is not None or not words or not says_nothing(words[0]):
        return whom, span, rest
    for end in range(2, min(MOST_AHEAD, len(words)) + 1):  # "in the English lobby for 3 hours"
        span, after = read_span(read, " ".join(words[end:]), language)
        if span is not None:
            whom, where = _in_room(finder, whom, " ".join(words[:end]), loosely=True)
            everywhere = any(read.whole_series(word) for word in where.split())
            named = () if everywhere or whom.slug else finder.all(where, language)
            if len(named) > 1:
                rooms = Series([Label(room.names) for room in named[:MOST_NAMED]])
                raise BadArgument(
                    _("Which room? Please say its whole name, such as {rooms}.", rooms=rooms)
                )
            return whom, span, after if everywhere else f"{where} {after}".strip()
    return whom, None, rest


def _in_room(
    finder: RoomFinder, whom: Target, said: str, *, loosely: bool = False
) -> tuple[Target, str]:
    """Read the one room that *said* begins with, also *loosely* by words of its name."""
    if not whom.user_id or whom.slug:
        return whom, said
    room, rest = finder.led_by(said, loosely=loosely)
    return (replace(whom, slug=room.slug), rest) if room else (whom, said)
