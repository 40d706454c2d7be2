"""Whom moderators mean by a part of a name."""

from __future__ import annotations

from dataclasses import dataclass

from actions.authority import authorise
from kit.authority import Act, Actor
from kit.errors import BadArgument, NotFound
from kit.text import Pill, Series, _
from language.analysis import tokens
from storage.people import People

MOST = 5  # people of one name that are listed
_ENDS = (",", ";", ":", ".", "،", "؛")  # behind which no name goes on
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
                return found, without_surname(word, " ".join(words[place + 1 :]))
            if not all(token.stop for token in tokens(word)):
                return None
        return None

    async def full(self, by: Actor, said: str) -> str:
        """Return the full Matrix ID of what ``kit.words.read_somebody`` read.

        Raises:
            BadArgument: several people are called so.
            NotFound: nobody is.
        """
        authorise(by, Act.MODERATE)
        if ":" in said:
            return said
        if (found := await self.one(by, said)) is None:
            raise NotFound(_("I know nobody called so. Please say the full Matrix ID."))
        return found

    async def one(self, by: Actor, said: str) -> str | None:
        """Find the one with a Matrix ID that begins so: "@amal", "amal"; None if nobody's does.

        Raises:
            BadArgument: several people are called so.
        """
        authorise(by, Act.MODERATE)
        local = said.strip("@.,;:!?،؛。，").casefold()
        found = await self.people.called([local]) if local else []
        if len(found) > 1:
            users = Series([Pill(user_id) for user_id in found[:MOST]])
            raise BadArgument(
                _(
                    "Several people are called so. Please say the full Matrix ID: {users}",
                    users=users,
                )
            )
        return found[0] if found else None


def without_surname(name: str, behind: str) -> str:
    """Leave out what a *name* goes on with, such as "Rob: no insults" behind "Rude"."""
    first, space, rest = behind.partition(" ")
    goes_on = not name.endswith(_ENDS) and name.lstrip("@").istitle() and first.istitle()
    if not goes_on:
        return behind
    return rest.lstrip(" ,:;–—-") if space else ""
