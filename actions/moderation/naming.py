"""Whom people mean: by a Matrix ID, a link, the message they answer, or a part of a name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actions.authority import authorise
from actions.moderation.measures import Target
from actions.rooms.visits import RoomFinder
from kit.authority import Act, Actor
from kit.errors import BadArgument
from kit.text import Pill, Series, _
from kit.words import read_event, read_user
from language.analysis import tokens
from storage.people import People

MOST = 5  # people of one name that are listed
_AFTER = ",;:،，؛"  # what may stand behind a Matrix ID in a sentence
AHEAD = 2  # words that may stand before a name: "the", "this user"


@dataclass(frozen=True, slots=True)
class Naming:
    """Finds people by what stands before the colon of their Matrix ID."""

    people: People

    async def led_by(self, by: Actor, said: str) -> tuple[str, str] | None:
        """Find whom a text names first, "the spammer, adverts"; returns their ID and the rest.

        Raises:
            BadArgument: several people are called so.
        """
        authorise(by, Act.MODERATE)
        words = said.split(maxsplit=AHEAD + 1)
        for place, word in enumerate(words[: AHEAD + 1]):
            if (found := await self.one(by, word)) is not None:
                return found, " ".join(words[place + 1 :])
            if not all(token.stop for token in tokens(word)):
                return None
        return None

    async def one(self, by: Actor, said: str) -> str | None:
        """Find the one with a Matrix ID that begins so: "@amal", "amal"; None if nobody's does.

        Raises:
            BadArgument: several people are called so.
        """
        authorise(by, Act.MODERATE)
        local = said.strip("@.,;:!?،؛。，").casefold()
        found = await self.people.called(local) if local else []
        if len(found) > 1:
            users = Series([Pill(user_id) for user_id in found[:MOST]])
            raise BadArgument(
                _(
                    "Several people are called so. Please say the full Matrix ID: {users}",
                    users=users,
                )
            )
        return found[0] if found else None


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


def in_room(finder: RoomFinder, whom: Target, said: str) -> tuple[Target, str]:
    """Read the one room in which it is to hold, where *said* begins with one, and the rest.

    Of who is only known by a message it is not known yet where they are.
    """
    if not whom.user_id:
        return whom, said
    room, rest = finder.led_by(said)
    return (replace(whom, slug=room.slug), rest) if room else (whom, said)
