"""Telling people that the library has something by now on what they looked for in vain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.authority import authorise
from actions.curation import letters
from kit.authority import Act, Actor
from kit.due import Due, Planned
from kit.errors import Conflict, NotFound
from kit.notices import Notice
from kit.ports import Post
from kit.text import Say, _, n_
from kit.words import clean
from search.index import LibraryIndex
from storage.awaited import Awaited
from storage.dues import Dues
from storage.items import Items
from storage.tables.library import AwaitedRow, ResourceRow

MOST_AWAITED = 5
LONGEST = 200  # characters
# What comes after the first of a search is on something else, too often to write to somebody.
_BEST = 3
_PORTION = 50  # searches in one transaction
EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LookAgain(Planned):
    """The library may have something on what people wait for whose number is over *after*."""

    kind: ClassVar[str] = "library.look_again"
    after: int


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Searches that are repeated when the library has grown."""

    awaited: Awaited
    items: Items
    index: LibraryIndex
    dues: Dues
    post: Post

    async def ask(self, by: Actor, words: str, language: str, now: datetime) -> None:
        """Tell somebody as soon as a search for *words* finds what it does not find today.

        Raises:
            Conflict: they wait for it already, or for too much.
        """
        authorise(by, Act.AWAIT)
        words = clean(words)[:LONGEST]
        waits = await self.awaited.of(by.id)
        if any(row.words.casefold() == words.casefold() for row in waits):
            raise Conflict(
                _("You asked me that already. I will tell you as soon as there is something.")
            )
        if len(waits) >= MOST_AWAITED:
            raise Conflict(
                n_(
                    "You have {n} alert already. Remove one first: {alerts}.",
                    "You have {n} alerts already. Remove one first: {alerts}.",
                    len(waits),
                    alerts=Say("alerts"),
                )
            )
        await self.awaited.add(by.id, words, await self._best(words, language), now)

    async def of(self, by: Actor) -> Sequence[AwaitedRow]:
        """List what somebody waits for."""
        authorise(by, Act.AWAIT)
        return await self.awaited.of(by.id)

    async def drop(self, by: Actor, place: int) -> AwaitedRow:
        """Wait no longer for what stands at *place*, from 1, in their list.

        Raises:
            NotFound: there is none.
        """
        waits = await self.of(by)
        if not 1 <= place <= len(waits):
            raise NotFound(
                _("You have no alert with that number. {alerts} shows yours.", alerts=Say("alerts"))
            )
        await self.awaited.drop(row := waits[place - 1])
        return row

    async def look_again(self, due: Due[LookAgain]) -> None:
        """Repeat some of the searches, and tell whoever has waited long enough."""
        rows = await self.awaited.after(due.what.after, _PORTION)
        for row, language in rows:
            new = [each for each in await self._best(row.words, language) if each not in row.known]
            for item in await self.items.several(new[:1]):
                await self._tell(row, item)
        if len(rows) == _PORTION:
            await self.dues.plan(LookAgain(rows[-1][0].id), at=due.due_at)

    async def _tell(self, row: AwaitedRow, item: ResourceRow) -> None:
        letter = letters.arrived(row.words, item.titles, item.id)
        await self.post.notify(row.person_id, Notice.AWAITED, letter)
        await self.awaited.drop(row)

    async def _best(self, words: str, language: str) -> Sequence[str]:
        found = self.index.search(words, language)
        return (await self.items.standing(found.ids))[:_BEST]


async def plan_look(dues: Dues, now: datetime) -> None:
    """Plan to repeat the searches soon: the library has grown, and may grow on."""
    begun = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
    await dues.plan(LookAgain(0), at=now - begun % EVERY + EVERY)
