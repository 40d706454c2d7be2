"""What somebody wishes for in words of their own: to be done, offered, or not understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import TypeAlias

from bot.talk.guesses import appealed, by_staff, hidden, may_be_left, told_apart, without_erasing
from bot.talk.offers import AskingBack
from bot.talk.particulars import Particulars
from bot.talk.scope import Scope
from bot.talk.taken import Match, Meant
from bot.talk.weighed import (
    ABOUT,
    ALONE,
    LEAST,
    SAYS,
    SMALL_TALK,
    WORTH,
    is_nothing,
    together,
)
from bot.talk.weighing import Weighing
from bot.talk.wording import is_question, parts_of, size_of
from bot.understanding.wishes import FIND, Guess, Recogniser
from kit.authority import Act
from kit.command import Call, Command
from kit.listing import read_wish
from kit.table import CommandTable
from kit.trait import Purpose, Trait
from language.scripts import is_disguised
from search.index import LibraryIndex
from storage.measures import Measures

# So likely a wish is done at once: what changes something, what only shows, and what only says.
SURE, SURE_TO_SHOW, SURE_TO_SAY = 0.85, 0.7, 0.6
LIKELY = 0.95  # so likely words after `find` are what the library may answer without sharing one
MOST = 3
CLAUSE = 3  # words that are no mere subject
MISSPELT = 3  # words of a command that was mistyped
_MEMBER, _STRANGER = -1.5, 0.5  # that somebody wants to join
_ASKS = 0.05  # so likely an appeal is looked into
_BEARS = 2.0  # that somebody about whom moderators decided something asks after that
_NAMED = 2.0  # that a command is meant whose words are said alone
_OPEN = 1.5  # that somebody wants to cancel the question that is open


class StillLearning(Exception):
    """The hub has just started and cannot tell yet what is meant: ask again in a moment."""


Consent: TypeAlias = Callable[[str, str], bool | None]


class Wishing:
    """Weighs sentences; what is guessed and weighty is never done without a yes."""

    def __init__(
        self,
        table: CommandTable,
        answers: Iterable[Command],
        recogniser: Future[Recogniser],
        index: LibraryIndex,
        particulars: Particulars,
    ) -> None:
        """Know what can be wished for: *table* has the commands, *answers* all else."""
        self._understanding = particulars.understanding
        self._answers = {answer.path: answer for answer in answers}
        self._table = table
        self._weighing = Weighing(table, recogniser, index, self._understanding)
        self.weigh = self._weighing.weigh
        self._index = index
        self.tells = index.tells
        self._particulars, self.ordered = particulars, particulars.ordered
        self._asked = {command.path: command.asked for command in table if command.asked}
        asking = AskingBack(table, self._answers, self._understanding)
        self.offer, self.not_understood = asking.offer, asking.not_understood

    @property
    def has_learnt(self) -> bool:
        """Whether it is known yet what people wish for."""
        return self._weighing.has_learnt

    async def _weighed(
        self, scope: Scope, call: Call, text: str, prior: Mapping[str, float]
    ) -> Sequence[Guess]:
        """Weigh as ``weigh``; about whom something is decided asks after that, or wants to be gone.

        The latter only if they say so: "my account was stolen" says what happened.
        What was shown last makes nothing less sure that is likeliest without it too.
        """
        shown = await self._particulars.gatherings.spoken_of(scope, call, text)
        found = await self.weigh(text, call.language, {**shown, **prior})
        if len(shown) > 1 and not self._is_sure(found[0]):
            alone = await self.weigh(text, call.language, prior)
            found = alone if alone[0].wish == found[0].wish else found
        appeal = self._table.path(Purpose.APPEAL)
        asks = any(each.wish == appeal and each.likely >= _ASKS for each in found)
        erased = found[0].wish in self._table.having(Trait.ERASES)
        if self._understanding.erases(text) or not (asks or erased):
            return found
        if not await Measures(scope.session).about(call.person_id):
            return found
        found = await self.weigh(text, call.language, {**prior, appeal: _BEARS} if asks else prior)
        return appealed(self._table, found)

    async def meant(self, scope: Scope, call: Call, text: str, *, member: bool) -> Meant:
        """Say what is to be done, or offered.

        Raises:
            StillLearning: it is not known yet what people wish for.
        """
        if not any(map(str.isalpha, text)) or is_disguised(text):
            return Meant()
        if not self.has_learnt:
            raise StillLearning
        start = self._table.path(Purpose.START)
        prior = {**hidden(self._table, call.role), start: _MEMBER if member else _STRANGER}
        named = self._table.match(text)
        if named is not None and not named[1]:
            prior[named[0].path] = _NAMED
        weighed = await self._weighed(scope, call, text, prior)
        text, weighed = await self._last_part(call, text, weighed, member=member)
        weighed = self._inquired(call, text, weighed)
        likely: Sequence[Guess] = [each for each in weighed if each.likely >= WORTH]
        consents = self._understanding.consent(text, call.language) is not None
        if consents:  # it names nothing that could be done
            likely = [each for each in likely if each.wish.startswith((*SAYS, start))]
        if not likely or is_nothing(likely):
            return Meant()
        likely = self._permitted(call, text, likely, member=member)
        if may_be_left(self._table, call.role, likely, sure=SURE) and (
            own := await self._particulars.of_reported(scope, call, text, likely)
        ):
            return Meant(own)
        likely = without_erasing(self._table, by_staff(self._table, call.role, likely))
        likely = await told_apart(scope, call, self._table, likely)
        sure = certain = self._is_sure(likely[0])
        if not sure and len(text.split()) <= MISSPELT and self._table.nearest(text, call.role):
            return Meant()  # a command with a typing fault
        matches: list[Match] = []
        for each in likely[: 1 if sure or likely[0].likely >= ALONE else MOST]:
            command = self._named(each.wish)
            if command is None or not (sure or self._may(call, each.wish)):
                continue
            taken = await self._particulars.of(scope, call, command, text)
            matches += taken.matches[:MOST] if sure else taken.matches[:1]
            sure = sure and taken.sure
        only = sure and len(matches) == 1
        # Who may not is told so, instead of being asked for a yes first.
        weighty = only and matches[0][0].weighty and call.role.may(matches[0][0].act.least)
        return Meant(matches[:MOST], only and not weighty, certain and bool(matches))

    def _inquired(self, call: Call, text: str, weighed: Sequence[Guess]) -> Sequence[Guess]:
        """Take what a question is about for what has its words: whether it is so, or how."""
        asked: dict[str, str] = {}
        if is_question(text) and not self._particulars.occasions.lasting(text, call):
            asked |= self._asked
        if self._understanding.inquires(text):
            asked[self._table.path(Purpose.ADD_EVENT)] = self._table.path(Purpose.ORGANISERS)
        if not asked:
            return weighed
        return together([Guess(asked.get(each.wish, each.wish), each.likely) for each in weighed])

    async def _last_part(
        self, call: Call, text: str, weighed: Sequence[Guess], *, member: bool
    ) -> tuple[str, Sequence[Guess]]:
        """Read the last part of a sentence that says nothing for sure: "well then, any events?".

        What it asks for is only shown or said.
        """
        parts = parts_of(text)
        if not parts or self._is_sure(weighed[0]) or (member and self.tells(text)):
            return text, weighed
        found = await self.weigh(parts[-1], call.language, {})
        asks = self._only_shows(found[0].wish) and found[0].likely >= SURE_TO_SHOW
        return (parts[-1], found) if asks else (text, weighed)

    async def called(self, scope: Scope, call: Call, text: str, *, member: bool) -> Match | None:
        """Say what is surely wished for in a room; a choice there would be among all who read it.

        A word in passing is left to people: two programs could thank each other for ever.
        """
        if not text[:1].isalnum():  # the prefix began "!!!"
            return None
        meant = await self.meant(scope, call, text, member=member)
        if not meant.sure or meant.matches[0][0].path.startswith(SMALL_TALK):
            return None
        return meant.matches[0]

    async def instead(self, scope: Scope, call: Call, match: Match, text: str) -> bool:
        """Tell whether *text* is no command with something wrong in it, but another wish."""
        command, rest = match
        if is_disguised(text) or not self.has_learnt:
            return False
        best = (await self._weighed(scope, call, text, {}))[0]
        other = best.wish != command.path or not command.takes(rest)
        return other and self._is_sure(best) and self._named(best.wish) is not None

    async def passes_over_a_no(self, call: Call, command: Command, text: str) -> bool:
        """Tell whether *text* wishes for *command* as much without the words that deny something.

        "Do not mute all" is no wish for it, though it has all the words of one.
        """
        spoken = self._understanding.written_in(text) or call.language
        bare = self._understanding.undenied(text, spoken)
        if bare == text or command.shows:
            return False
        if (called := self._table.match(bare)) is not None and called[0] is command:
            return True
        denied, said = (
            next((each.likely for each in found if each.wish == command.path), 0.0)
            for found in [await self.weigh(each, call.language, {}) for each in (text, bare)]
        )
        return said >= max(denied, SURE)

    async def looks_up(self, said: str, language: str) -> bool:
        """Tell whether *said* rather looks something up than it is anything else."""
        if not self.has_learnt:
            return False
        best = (await self.weigh(said, language, {}))[0]
        return best.wish == FIND and best.likely >= LIKELY

    async def is_small_talk(self, said: str, language: str) -> bool:
        """Tell whether *said* can hardly be more than a word in passing."""
        if not self.has_learnt:
            return False
        best = (await self.weigh(said, language, {}))[0]
        return best.wish.startswith(SMALL_TALK) and best.likely >= LIKELY

    async def aside(
        self,
        scope: Scope,
        call: Call,
        text: str,
        *,
        about: bool = False,
        prose: bool = False,
        stopping: bool = False,
        asking: bool = False,
        member: bool = True,
        guessed: bool = False,
    ) -> Match | None:
        """Find what *text* surely asks for beside an open question, or where it wants to go.

        Where an answer is *about* something, it neither looks up what it is about nor needs a
        lawyer for it, and where it is *prose*, which may hold any word, it looks up nothing. Where
        it can be taken as an answer, only what is to *stop* counts, where it is *asking*, what asks
        about the hub, and where it is *guessed* to be one, what asks to be shown something. A
        plain no is one to what is open, and who is no *member* has no consent to withdraw.
        """
        if is_disguised(text) or not self.has_learnt:
            return None
        having, cancel = self._table.having, self._table.path(Purpose.CANCEL)
        prior = {**hidden(self._table, call.role), cancel: _OPEN}
        weighed = await self.weigh(text, call.language, prior, without=())
        best = self._for_anybody(call, weighed[:MOST]) or weighed[0]
        if best.wish in having(Trait.STOPS):
            fits = best.likely >= SURE
        elif not prose and size_of(text) >= CLAUSE and self.tells(text):
            best, fits = Guess(FIND, 1.0), True
        elif stopping:
            of_hub = asking and best.wish.startswith(ABOUT)
            fits = (of_hub or (guessed and self._asks_to_see(best.wish))) and self._is_sure(best)
        elif not prose and self._index.names_item(text):
            best, fits = Guess(FIND, 1.0), True
        else:
            fits = best.wish in having(Trait.BESIDE) or self._only_shows(best.wish)
            answers = about and best.wish in {FIND, self._table.path(Purpose.LAWYER)}
            fits = fits and self._is_sure(best) and not answers
            fits = fits and not (prose and best.wish in {FIND, self._table.path(Purpose.LANGUAGE)})
        if (
            best.wish in having(Trait.OF_ONESELF)
            and self._understanding.consent(text, call.language) is not None
        ):
            fits = False
        fits = fits and (member or best.wish != self._table.path(Purpose.WITHDRAW))
        command = self._named(best.wish) if fits else None
        if command is None:
            return None
        taken = await self._particulars.of(scope, call, command, text)
        if not taken.sure or len(taken.matches) != 1:
            return None
        [(command, rest)] = taken.matches
        return None if command.lacks(rest) else (command, rest)

    async def elsewhere(
        self, scope: Scope, call: Call, text: str, *, dialogue: str
    ) -> Sequence[Match]:
        """Find what *text* surely wishes to change, rather than to answer a *dialogue*.

        What the dialogue itself is for is none.
        """
        if is_disguised(text) or not self.has_learnt or size_of(text) < CLAUSE:
            return ()
        weighed = await self.weigh(text, call.language, {})
        commands = [
            (each.likely, command)
            for each in weighed
            if (command := self._table.command(each.wish)) is not None
            and each.wish != FIND
            and command.act is not Act.LOOK
        ]
        others = [each for each in commands if each[1].path.split()[0] != dialogue]
        best = next((command for likely, command in others if likely >= ALONE), None)
        sure = sum(likely for likely, _command in others) >= SURE
        if best is None or not sure:
            return ()
        return (await self._particulars.of(scope, call, best, text)).matches[:MOST]

    async def beside(self, text: str, language: str) -> str | None:
        """Find the path of what *text* surely says beside a command that waits for its rest.

        A wish to leave is none: it may be a reason, such as "leave them alone".
        """
        if not self.has_learnt:
            return None
        best = await self._weighing.alone(text, language)
        fits = best.wish in self._table.having(Trait.NO_REASON) or best.wish.startswith(SAYS)
        return best.wish if fits and self._is_sure(best) else None

    async def completed(self, scope: Scope, call: Call, match: Match, text: str) -> Match | None:
        """Take the event that *text* surely names for a command that is followed by talk."""
        taken = await self._particulars.of_event(scope, call, match[0], text)
        return taken if taken and taken[0] is match[0] and taken[0].takes(taken[1]) else None

    async def named(self, scope: Scope, call: Call, command: Command, text: str) -> str:
        """Take what *text* names for a command."""
        return (await self._particulars.of(scope, call, command, text)).matches[0][1]

    async def retaken(self, call: Call, match: Match, text: str) -> Match:
        """Take a command for another one about an event, by what follows its word.

        The number of an event is for it, what it is to be behind that for a change of it, and what
        is announced with its day for an event, unless it rather tells what became of one.
        """
        if (announced := self._particulars.announced(call, match)) is None:
            return self._particulars.numbered(call, match)
        if not self.has_learnt or not call.role.may(match[0].act.least):
            return announced
        best = (await self.weigh(text, call.language, {}))[0]
        told = best.wish in self._table.having(Trait.CHANGES_EVENT)
        return match if told else announced

    def offered(self, entry: str) -> Match | None:
        """Read an entry of a list of wishes."""
        path, rest = read_wish(entry)
        command = self._named(path)
        return None if command is None else (command, rest)

    def _is_sure(self, reading: Guess) -> bool:
        """Tell whether a wish is so likely that it is done without asking."""
        # Who can bear no more is answered, and not asked what they mean.
        if reading.wish == self._table.path(Purpose.EXHAUSTION):
            return reading.likely >= LEAST
        says = reading.wish == FIND or reading.wish.startswith(SAYS)
        least = SURE_TO_SAY if says else SURE_TO_SHOW if self._only_shows(reading.wish) else SURE
        return reading.likely >= least

    def _permitted(
        self, call: Call, text: str, likely: Sequence[Guess], *, member: bool
    ) -> Sequence[Guess]:
        """Leave out what a member may not do, if something else is likely.

        Nor does a member who tells of a case need a lawyer: it is a client's. Who is no member
        rather asks about the hub.
        """
        if member:
            others = {self._table.path(Purpose.LAWYER)} if self.tells(text) else set()
            able = [each for each in likely if each.wish not in others]
            return [each for each in able if self._may(call, each.wish)] or likely
        asks = self._for_anybody(call, likely)
        return [asks] if asks else likely

    def _for_anybody(self, call: Call, weighed: Sequence[Guess]) -> Guess | None:
        """Find what somebody asks about the hub, where they may not do what is likelier."""
        if self._may(call, weighed[0].wish) or self._named(weighed[0].wish) is None:
            return None
        asks = (each for each in weighed if each.wish.startswith(ABOUT) and each.likely >= LEAST)
        return next((Guess(each.wish, SURE_TO_SAY) for each in asks), None)

    def _only_shows(self, wish: str) -> bool:
        command = self._named(wish)
        looks = command is not None and command.act is Act.LOOK and not command.weighty
        return looks or (command is not None and command.shows)

    def _asks_to_see(self, wish: str) -> bool:
        """Tell whether it is a wish to be shown something, which nobody says of themselves."""
        of_oneself = wish in {FIND, self._table.path(Purpose.LAWYER)} or wish.startswith(SAYS)
        return self._only_shows(wish) and not of_oneself

    def _may(self, call: Call, wish: str) -> bool:
        command = self._named(wish)
        return command is not None and call.role.may(command.act.least)

    def _named(self, wish: str) -> Command | None:
        if wish == FIND and (everywhere := self._table.of(Purpose.EVERYWHERE)):
            return everywhere
        return self._table.command(wish) or self._answers.get(wish)
