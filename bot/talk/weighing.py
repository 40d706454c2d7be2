"""How likely each wish is that a sentence may hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future

from bot.talk.guesses import ERASING, WITHDRAW
from bot.talk.lookups import likelihood
from bot.talk.weighed import declined, together
from bot.talk.wording import is_question
from bot.understanding.wishes import FIND, Guess, Recogniser
from kit.table import CommandTable
from kit.understanding import Understanding
from kit.words import USER_ID
from search.index import LibraryIndex

CANCEL = "cancel"
STEERING = ("back", "skip", "pause", CANCEL)
LAWYER = "lawyer"
# What is only ever wished for about oneself: not where somebody else is named.
MUTE = "mute all"
OF_ONESELF = ERASING | {MUTE, "unmute", "leave all"}
_BYE, _PAUSE = "say bye", "pause"  # the one is no question; the other is one where nothing is open
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
        apart: Collection[str] = STEERING,
    ) -> Sequence[Guess]:
        """List what *text* may wish for; *prior* speaks for a wish, those *apart* are not meant."""
        said = likelihood(self._index, text, language)
        if self._understanding.looks_for_people(text):
            said = _KNOWING
        weights = {**prior, FIND: said}
        if self._understanding.practises(text):
            apart = {*apart, LAWYER}
        if is_question(text):
            apart = {*apart, _BYE}
        found = together(await self._read(text, language, weights, apart))
        wished = self._understanding.wished(text, language)
        if wished != text and not is_question(text):
            rest = await self._learnt.result().read(wished, language, weights, apart)
            found = declined(found, rest[0].wish if wished else "", self._table)
        return self._mended(text, found)

    def _mended(self, text: str, found: Sequence[Guess]) -> Sequence[Guess]:
        """Take for what is near it what *text* does not wish for by its words."""
        if self._understanding.posting(text) and not self._understanding.erases(text):
            # Who wants no messages is not forgotten for it.
            found = together(
                [Guess(MUTE, each.likely) if each.wish in ERASING else each for each in found]
            )
        if USER_ID.search(text):
            found = [each for each in found if each.wish not in OF_ONESELF]
        elif any(map(str.isdecimal, text)):  # "I changed my mind about 7" is about an event
            found = [each for each in found if each.wish != WITHDRAW] or found
        return found

    async def _read(
        self, text: str, language: str, weights: Mapping[str, float], apart: Collection[str]
    ) -> Sequence[Guess]:
        """Read *text*; who surely wants to go away while nothing is open says goodbye."""
        if _PAUSE not in apart or _BYE in apart:
            return await self._learnt.result().read(text, language, weights, apart)
        some = [wish for wish in apart if wish != _PAUSE]
        found = await self._learnt.result().read(text, language, weights, some)
        if found[0].wish == _PAUSE and found[0].likely >= _PAUSED:
            return [Guess(_BYE, found[0].likely)]
        return [each for each in found if each.wish != _PAUSE]
