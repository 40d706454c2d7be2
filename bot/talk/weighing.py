"""How likely each wish is that a sentence may hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future

from bot.talk.lookups import likelihood
from bot.talk.weighed import declined, together
from bot.talk.wording import is_question
from bot.understanding.wishes import FIND, Guess, Recogniser
from kit.table import CommandTable
from kit.trait import Purpose, Trait
from kit.understanding import Understanding
from kit.words import USER_ID
from search.index import LibraryIndex

_PAUSED = 0.85  # so likely somebody goes away, where nothing is open
_KNOWING = -4.0  # that a text is looked for, and no people


class Weighing:
    """Weighs sentences by what was learnt of examples, and by what rules say of them."""

    def __init__(
        self,
        table: CommandTable,
        recogniser: Future[Recogniser],
        index: LibraryIndex,
        understanding: Understanding,
    ) -> None:
        """Weigh once the *recogniser* is there."""
        self._table, self._learnt = table, recogniser
        self._index, self._understanding = index, understanding
        # The one is no question; the other is one where nothing is open.
        self._bye, self._pause = table.path(Purpose.BYE), table.path(Purpose.PAUSE)

    @property
    def has_learnt(self) -> bool:
        """Whether it is known yet what people wish for."""
        return self._learnt.done()

    async def alone(self, text: str, language: str) -> Guess:
        """Give what *text* most likely wishes for by its examples alone."""
        return (await self._learnt.result().read(text, language, {}))[0]

    async def weigh(
        self,
        text: str,
        language: str,
        prior: Mapping[str, float],
        without: Collection[str] | None = None,
    ) -> Sequence[Guess]:
        """List what *text* may wish for; *prior* speaks for a wish.

        Those it is read *without* are not meant; unless it is said, these are what steers.
        """
        without = self._table.having(Trait.STEERS) if without is None else without
        said = likelihood(self._index, text, language)
        if self._understanding.looks_for_people(text):
            said = _KNOWING
        weights = {**prior, FIND: said}
        if self._understanding.practises(text):
            without = {*without, self._table.path(Purpose.LAWYER)}
        if is_question(text):
            without = {*without, self._bye}
        found = together(await self._read(text, language, weights, without))
        wished = self._understanding.wished(text, language)
        if wished != text and not is_question(text):
            rest = await self._learnt.result().read(wished, language, weights, without)
            found = declined(found, rest[0].wish if wished else "", self._table)
        return self._mended(text, found)

    def _mended(self, text: str, found: Sequence[Guess]) -> Sequence[Guess]:
        """Take for what is near it what *text* does not wish for by its words."""
        if self._understanding.posting(text) and not self._understanding.erases(text):
            # Who wants no messages is not forgotten for it.
            mute, erasing = self._table.path(Purpose.MUTE), self._table.having(Trait.ERASES)
            found = together(
                [Guess(mute, each.likely) if each.wish in erasing else each for each in found]
            )
        if USER_ID.search(text):
            of_oneself = self._table.having(Trait.OF_ONESELF)
            found = [each for each in found if each.wish not in of_oneself]
        elif any(map(str.isdecimal, text)):  # "I changed my mind about 7" is about an event
            withdraw = self._table.path(Purpose.WITHDRAW)
            found = [each for each in found if each.wish != withdraw] or found
        return found

    async def _read(
        self, text: str, language: str, weights: Mapping[str, float], without: Collection[str]
    ) -> Sequence[Guess]:
        """Read *text*; who surely wants to go away while nothing is open says goodbye."""
        if self._pause not in without or self._bye in without:
            return await self._learnt.result().read(text, language, weights, without)
        some = [wish for wish in without if wish != self._pause]
        found = await self._learnt.result().read(text, language, weights, some)
        if found[0].wish == self._pause and found[0].likely >= _PAUSED:
            return [Guess(self._bye, found[0].likely)]
        return [each for each in found if each.wish != self._pause]
