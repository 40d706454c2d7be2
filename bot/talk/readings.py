"""What a message may mean, one reading after the other: the first whose it is decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.talk.dialogues import STEERING, Outcome, Standing, Talks
from bot.talk.discretion import Discretion
from bot.talk.hearing import Heard
from bot.talk.interpreter import LAWYER, Interpreter, Meant
from bot.talk.particulars import Match
from bot.talk.pointing import Pointing
from bot.talk.scope import Scope
from bot.talk.unfinished import Unfinished
from bot.talk.wording import is_exact, is_short, is_talk, is_whole
from kit.command import Call
from kit.errors import NotUnderstood
from kit.table import CommandTable
from kit.text import Say, _
from kit.understanding import Understanding

HELP = "help"
GREETED_BY = ("start", "say hello")  # the greeting is an answer to these
SETTLED = (*GREETED_BY, "language")  # so the next question is to these, where a language is asked


@dataclass(frozen=True, slots=True)
class Facts:
    """What every reading is given; none changes it.

    *match* is the command that the message begins with; it is *exact* if all of the message is that
    command. *answer* is what the message would be to the question that is *asked*.
    """

    scope: Scope
    heard: Heard
    call: Call
    asked: Standing | None
    match: Match | None
    exact: bool
    answer: Outcome | None

    @property
    def text(self) -> str:
        """What was said."""
        return self.heard.text

    @property
    def is_new(self) -> bool:
        """Whether the welcome is still to be said."""
        return not self.heard.person.greeted and not self.heard.person.is_member

    @property
    def is_firm(self) -> bool:
        """Whether it is an answer that can hardly be anything else."""
        if self.asked is None or self.answer is None or not self.answer.readable:
            return False
        return not self.answer.guessed and not (self.asked.prose and is_short(self.text))


@dataclass(frozen=True, slots=True)
class Run:
    """A command is to be run; then the question that is open is recalled."""

    match: Match
    welcome: bool = False
    """Whether the welcome follows."""
    said: str | None = None
    """What it is told was said, if that is not all of the message."""


@dataclass(frozen=True, slots=True)
class RunFirst:
    """A command is to be run, and then *answer* taken for the question that is open."""

    match: Match
    answer: Outcome


@dataclass(frozen=True, slots=True)
class TakeAnswer:
    """The open question is answered, or asked again with what is wrong."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Offer:
    """It is asked which of these is meant, or whether the only one is."""

    matches: Sequence[Match]
    welcome: bool = False


@dataclass(frozen=True, slots=True)
class Greet:
    """The welcome is all there is to say."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """It is not meant for the hub."""


Meaning: TypeAlias = Run | RunFirst | TakeAnswer | Offer | Greet | Ignore


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings. Each says what is meant, or None: then the message is not its own."""

    table: CommandTable
    talks: Talks
    pointing: Pointing
    unfinished: Unfinished
    interpreter: Interpreter
    discretion: Discretion
    understanding: Understanding

    async def facts(self, scope: Scope, heard: Heard, call: Call) -> Facts:
        """Look at a message as far as nobody has to weigh it."""
        asked = await self.talks.standing(scope, call.person_id) if heard.direct else None
        answer = None
        if asked is not None:
            said = self.pointing.digits(heard.text) if asked.closed else heard.text
            answer = self.talks.consider(call, asked, said)
        match = await self._match(scope, heard, asked, answer)
        exact = match is not None and self._is_exact(heard, match, asked)
        return Facts(scope, heard, call, asked, match, exact, answer)

    async def _match(
        self, scope: Scope, heard: Heard, asked: Standing | None, answer: Outcome | None
    ) -> Match | None:
        """Find the command that the message begins with.

        The word of one may be an answer: "decline" is a no, and "lawyer" what somebody is.
        """
        overheard = heard.mere_reply and not heard.direct
        match = self.table.match(heard.text) if overheard else self.table.meant(heard.text)
        if match is None:
            return None
        path = match[0].path
        if asked and asked.plain and path not in {*STEERING, "start"}:
            if self.understanding.consent(heard.text, heard.person.language) is not None:
                return None
        elif asked and asked.closed and path == LAWYER and answer and answer.readable:
            return None
        return await self.pointing.counted(scope, heard, match, asked=asked is not None)

    @staticmethod
    def _is_exact(heard: Heard, match: Match, asked: Standing | None) -> bool:
        if asked and match[0].lacks(match[1]):
            return False
        prose = asked is not None and asked.prose
        return heard.addressed or is_exact(heard.text, *match, prose=prose)

    async def read(self, facts: Facts) -> Meaning:
        """Ask the readings in their order.

        Raises:
            UserError: it means nothing, or nothing may be done with it.
        """
        for reading in ORDER:
            if (meaning := await reading(self, facts)) is not None:
                return meaning
        if facts.heard.direct:
            raise self.interpreter.not_understood(facts.text, facts.call)
        if not facts.heard.named:  # the prefix may have called another program
            return Ignore()
        raise NotUnderstood(
            _("I did not understand that. Say {help} to see what I can do.", help=Say("help"))
        )

    async def finished(self, facts: Facts) -> Meaning | None:
        """What was missing from the last command."""
        if facts.asked or not facts.heard.direct:
            return None
        match = await self.unfinished.filled(
            facts.scope, facts.heard, facts.match, exact=facts.exact
        )
        if match is not None and match[0].takes_free_words:
            self.discretion.check(replace(facts.heard, text=match[1]))
        return Run(match) if match else None

    async def agreed(self, facts: Facts) -> Meaning | None:
        """A yes or a no to the hub's last words."""
        if facts.exact or not facts.heard.direct:
            return None
        after = facts.asked.messages if facts.asked else ()
        match = await self.pointing.agreed(
            facts.scope, facts.heard, self.understanding.consent, after=after
        )
        return Run(match) if match else None

    async def late(self, facts: Facts) -> Meaning | None:
        """A yes that comes too late for what cannot be undone: it is asked again."""
        asked, answer = facts.asked, facts.answer
        if asked is None or answer is None or not answer.readable or asked.question is None:
            return None
        if not await self.talks.is_late(facts.scope, facts.heard.room.id, asked, facts.text):
            return None
        return TakeAnswer(Outcome(asked.talk, asked.question))

    async def entry(self, facts: Facts) -> Meaning | None:
        """An entry of a list, by its number or its place."""
        if facts.match:
            return None
        asked = facts.asked is not None
        match = await self.pointing.entry(facts.scope, facts.heard, asked=asked)
        return Run(match) if match else None

    async def overheard(self, facts: Facts) -> Meaning | None:
        """In a room, talk of others about what the hub said."""
        if facts.heard.direct or not facts.heard.mere_reply:
            return None
        return None if facts.match and is_whole(facts.text, *facts.match) else Ignore()

    async def need(self, facts: Facts) -> Meaning | None:
        """The need of a lawyer; where a story is asked for, it is one."""
        lawyer, heard, match = self.table.command(LAWYER), facts.heard, facts.match
        if lawyer is None or (facts.asked and facts.asked.prose):
            return None
        # "lawyer Kenya": what follows it is either a country or talk about lawyers.
        said = match[1] if match and match[0] is lawyer else ""
        if said and self.understanding.country(said, heard.person.language) is not None:
            return Run((lawyer, ""), said=said)
        if (facts.exact and match and match[0].path != HELP) or not heard.direct:
            return None
        seeks = self.understanding.seeks_lawyer(facts.text, member=heard.person.is_member)
        if not seeks:
            return None
        answer = self._shown(facts)
        return RunFirst((lawyer, ""), answer) if answer else Run((lawyer, ""))

    async def guarded(self, facts: Facts) -> Meaning | None:
        """What may give somebody away: nothing is done with it, unless a command takes no words."""
        if not facts.exact or not facts.match or facts.match[0].takes_free_words:
            self.discretion.check(facts.heard)
        return None

    async def command(self, facts: Facts) -> Meaning | None:
        """A command with all it takes and nothing else."""
        return Run(facts.match) if facts.exact and facts.match else None

    async def spoken(self, facts: Facts) -> Meaning | None:
        """Something else, said where the language is asked for: so it shows which it is."""
        if (answer := self._shown(facts)) is None:
            return None
        call = replace(facts.call, language=answer.language or facts.call.language)
        match = await self.interpreter.aside(facts.scope, call, facts.text)
        return RunFirst(match, answer) if match and match[0].path not in SETTLED else None

    def _shown(self, facts: Facts) -> Outcome | None:
        """Give the language a message is in as the answer, where that is asked for."""
        asked, answer = facts.asked, facts.answer
        if asked is None or answer is None or not asked.speaks or not facts.is_firm:
            return None
        named = self.understanding.language(facts.text, facts.call.language)
        return answer if named is None and answer.language is not None else None

    async def revised(self, facts: Facts) -> Meaning | None:
        """Another answer to an earlier question: "no, I meant Peru"."""
        if facts.asked is None or facts.answer is None or facts.is_firm:
            return None
        outcome = self.talks.revised(facts.call, facts.asked, facts.answer, facts.text)
        return TakeAnswer(outcome) if outcome else None

    async def aside(self, facts: Facts) -> Meaning | None:
        """A sure wish beside a question; where it can be an answer, only one to stop or erase."""
        asked, answer = facts.asked, facts.answer
        if asked is None or answer is None or facts.is_firm:
            return None
        match = await self.interpreter.aside(
            facts.scope,
            facts.call,
            facts.text,
            about=asked.weighed,
            prose=asked.prose,
            stopping=answer.readable,
        )
        return Run(match) if match else None

    async def answered(self, facts: Facts) -> Meaning | None:
        """An answer to the question that is open."""
        return TakeAnswer(facts.answer) if facts.answer and facts.answer.readable else None

    async def begun(self, facts: Facts) -> Meaning | None:
        """A command with something wrong or missing, unless another wish is sure."""
        match = facts.match
        if match is None or (facts.asked and match[0].lacks(match[1])):
            return None
        if facts.heard.direct and not facts.asked and is_talk(*match):
            said = facts.text, facts.heard.person.language
            return None if await self.interpreter.instead(match, *said) else Run(match)
        return Run(match)

    async def complaint(self, facts: Facts) -> Meaning | None:
        """No answer to the question that is open: it says why."""
        return TakeAnswer(facts.answer) if facts.answer else None

    async def wished(self, facts: Facts) -> Meaning | None:
        """A wish in words of one's own, or a look-up; a newcomer is welcomed after it."""
        if not facts.heard.direct:
            return None
        member = facts.heard.person.is_member
        meant = await self.interpreter.meant(facts.scope, facts.call, facts.text, member=member)
        new, path = facts.is_new, meant.matches[0][0].path if meant.matches else ""
        if new and (path in {"", *GREETED_BY} or self._introduced(facts.text, meant)):
            return Greet()
        if not meant.matches:
            return None
        return Run(meant.matches[0], new) if meant.sure else Offer(meant.matches, new)

    def _introduced(self, text: str, meant: Meant) -> bool:
        """Tell whether somebody says what they are, and nothing else that is sure."""
        says_no_more = not meant.sure or meant.matches[0][0].path == "profile category"
        return says_no_more and self.understanding.practises(text)

    async def called(self, facts: Facts) -> Meaning | None:
        """A sure wish in a room, where the hub is called."""
        member = facts.heard.person.is_member
        match = await self.interpreter.called(facts.scope, facts.call, facts.text, member=member)
        return Run(match) if match else None


ORDER: Sequence[Callable[[Readings, Facts], Awaitable[Meaning | None]]] = (
    Readings.finished,
    Readings.agreed,
    Readings.late,
    Readings.entry,
    Readings.overheard,
    Readings.need,
    Readings.guarded,
    Readings.command,
    Readings.spoken,
    Readings.revised,
    Readings.aside,
    Readings.answered,
    Readings.begun,
    Readings.complaint,
    Readings.wished,
    Readings.called,
)
