"""Whom a measure is about, and where it is to hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from actions.moderation.naming import Naming
from actions.rooms.visits import RoomFinder
from commands.measures._times import LONGEST
from kit.command import Call
from kit.errors import BadArgument, Incomplete, NotFound
from kit.target import Target, read_target
from kit.text import Label, Say, Series, _
from kit.words import USER_ID
from storage.tables.moderation import Measure

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
    if (named := USER_ID.search(said)) is not None:  # "for spam, two days, @amal:server"
        return Target(user_id=named[0]), f"{said[: named.start()]}{said[named.end() :]}".strip(
            " ,;:"
        )
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


def bounded(
    finder: RoomFinder, kind: Measure, whom: Target, said: str, language: str
) -> tuple[Target, timedelta | None, str]:
    """Read in which one room it is to hold, how long, and why; for ever is as long as may be.

    Raises:
        BadArgument: several rooms may be meant, or of whom is only known by a message.
        NotFound: no room is called so.
    """
    bounds = finder.understanding.bounds(said, language)
    if bounds.unknown and not bounds.room:
        if len(named := finder.all(bounds.unknown, language)) > 1:
            rooms = Series([Label(room.names) for room in named[:MOST_NAMED]])
            raise BadArgument(
                _("Which room? Please say its whole name, such as {rooms}.", rooms=rooms)
            )
        raise NotFound(
            _(
                "Nothing was done: I know no room called {room}. {rooms} shows what rooms are "
                "called. Please say it again with such a name, or without a room for all of them.",
                room=bounds.unknown,
                rooms=Say("rooms"),
            )
        )
    if bounds.room and not whom.user_id:
        raise BadArgument(
            _(
                "To decide for one room, please say whom by their full Matrix ID: {usage}",
                usage="@name:server",
            )
        )
    span = LONGEST if bounds.endless and kind is Measure.MUTE else bounds.span
    return replace(whom, slug=bounds.room), span, bounds.reason
