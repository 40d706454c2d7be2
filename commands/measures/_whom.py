"""Whom a measure is about, and where it is to hold."""

from __future__ import annotations

from dataclasses import replace

from actions.moderation.naming import Naming
from actions.rooms.visits import RoomFinder
from kit.command import Call
from kit.errors import BadArgument, Incomplete
from kit.target import Target, read_target
from kit.text import Say, _
from storage.tables.moderation import Measure


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


def in_room(finder: RoomFinder, whom: Target, said: str) -> tuple[Target, str]:
    """Read the one room in which it is to hold, where *said* begins with one, and the rest.

    Of who is only known by a message it is not known yet where they are.
    """
    if not whom.user_id:
        return whom, said
    room, rest = finder.led_by(said)
    return (replace(whom, slug=room.slug), rest) if room else (whom, said)
