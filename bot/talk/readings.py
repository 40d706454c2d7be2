"""What a message may mean, one reading after the other: the first whose it is decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.talk.dialogues import STEERING, Outcome, Standing, Talks
from bot.talk.discretion import Discretion
from bot.talk.hearing import Heard
from bot.talk.interpreter import ABOUT, CLAUSE, EVERYWHERE, LAWYER, SMALL_TALK, Interpreter, Meant
from bot.talk.meanings import (
    Facts,
    Greet,
    Ignore,
    Meaning,
    Offer,
    Run,
    RunBoth,
    RunFirst,
    TakeAnswer,
)
from bot.talk.particulars import Match
from bot.talk.pointing import Pointing
from bot.talk.scope import Scope
from bot.talk.unfinished import Unfinished
from bot.talk.wording import (
    is_exact,
    is_question,
    is_talk,
    is_whole,
    size_of,
    without_reason,
)
from bot.understanding.wishes import FIND
from kit.authority import Act
from kit.command import Call, Command
from kit.errors import NotUnderstood
from kit.table import CommandTable
from kit.text import Say, _
from kit.understanding import Understanding
from kit.words import split_and

HELP = "help"
LISTS_ALONE = "remind"  # with no more than the number of an event it only says what is planned
GREETED_BY = ("start", "say hello")  # the greeting is an answer to these
SETTLED = (*GREETED_BY, "language")  # so the next question is to these, where a language is asked


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

        The word of one may be said of what is asked: "decline" is a no, "lawyer" what somebody is.
        """
        overheard = heard.mere_reply and not heard.direct
        match = self.table.match(heard.text) if overheard else self.table.meant(heard.text)
        if match is None:
            return None
        path = match[0].path
        if asked and path not in {*STEERING, "start"}:
            said = self.understanding.consent(heard.text, heard.person.language)
            if said is False or (said and asked.plain):
                return None
        if asked and asked.closed and path == LAWYER and answer and answer.readable:
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
            facts.scope, facts.heard, facts.call, facts.match, exact=facts.exact
        )
        if match is not None and match[0].takes_free_words:
            self.discretion.check(replace(facts.heard, text=match[1]))
        return Run(match) if match else None

    async def agreed(self, facts: Facts) -> Meaning | None:
        """A yes or a no to the hub's last words."""
        if facts.exact or not facts.heard.direct:
            return None
        asked, answer = facts.asked, facts.answer
        answers = asked is not None and not asked.prose and answer is not None and answer.readable
        match = await self.pointing.agreed(
            facts.scope, facts.heard, self.understanding.consent, asked=asked, answers=answers
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

    async def both(self, facts: Facts) -> Meaning | None:
        """Two wishes in one sentence: the first is done, and the second asked about."""
        if facts.asked or not facts.heard.direct:
            return None
        one, *other = split_and(facts.text)
        if len(other) != 1 or not self.interpreter.has_learnt:
            return None
        match, then = self.table.meant(one), await self._meant(facts, other[0])
        alone = then.certain or len(then.matches) == 1
        if not alone or then.matches[0][0].path.startswith((EVERYWHERE, FIND, SMALL_TALK)):
            return None
        if match is None or not is_exact(one, *match, prose=False):
            first = await self._meant(facts, one)
            match = first.matches[0] if first.sure else None
        if match is None or match[0] is then.matches[0][0]:
            return None
        own_words = match[0].takes_free_words and match[1] != ""  # they may hold an "and"
        if own_words and (match[0].act is not Act.LOOK or size_of(other[0]) < CLAUSE):
            return None
        return RunBoth(match, then.matches[0], other[0])

    async def guarded(self, facts: Facts) -> Meaning | None:
        """What may give somebody away: nothing is done with it, unless a command takes no words."""
        if not facts.exact or not facts.match or facts.match[0].takes_free_words:
            self.discretion.check(facts.heard)
        return None

    async def doubted(self, facts: Facts) -> Meaning | None:
        """A command that acts, behind a no or with a question mark: it is asked about, not done."""
        if facts.match is None or not facts.exact or facts.asked:
            return None
        command, rest = facts.match
        if not _acts(command) or (rest and command.takes_free_words):
            return None
        if not is_question(facts.text) and not self._is_denied(facts.text, command):
            return None
        return Offer([facts.match]) if facts.heard.direct else Ignore()

    async def command(self, facts: Facts) -> Meaning | None:
        """A command with all it takes and nothing else."""
        if not facts.exact or facts.match is None:
            return None
        command, rest = facts.match
        reports = command.act is Act.REPORT and rest != ""
        if reports and facts.heard.direct and not facts.heard.addressed:
            found = await self._looks_up(facts, facts.match)
            if found:  # "report on the Mandela rules"
                return Offer([found, facts.match])
        return Run(facts.match)

    async def _looks_up(self, facts: Facts, match: Match) -> Match | None:
        """Find the look-up that a message surely is, though it begins like another command."""
        if not await self.interpreter.instead(match, facts.text, facts.heard.person.language):
            return None
        matches = (await self._meant(facts)).matches
        return next((each for each in matches[:1] if each[0].path in {FIND, EVERYWHERE}), None)

    async def _meant(self, facts: Facts, said: str = "") -> Meant:
        member = facts.heard.person.is_member
        return await self.interpreter.meant(
            facts.scope, facts.call, said or facts.text, member=member
        )

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
            member=facts.heard.person.is_member,
        )
        return Run(match) if match else None

    async def elsewhere(self, facts: Facts) -> Meaning | None:
        """A sure wish to change something else, where an answer is weighed by what it is about."""
        asked = facts.asked
        if asked is None or not asked.weighed or facts.is_firm:
            return None
        matches = await self.interpreter.elsewhere(
            facts.scope, facts.call, facts.text, dialogue=asked.row.name
        )
        return Offer(matches) if matches else None

    async def answered(self, facts: Facts) -> Meaning | None:
        """An answer to the question that is open."""
        return TakeAnswer(facts.answer) if facts.answer and facts.answer.readable else None

    async def begun(self, facts: Facts) -> Meaning | None:
        """A command with something wrong or missing, unless another wish is sure."""
        match = facts.match
        if match is None or (facts.asked and match[0].lacks(match[1])):
            return None
        if facts.heard.direct and not facts.asked and is_talk(*match):
            person, least = facts.heard.person, match[0].act.least
            if not match[0].arguments and person.is_member and not facts.call.role.may(least):
                return None
            instead = await self.interpreter.instead(match, facts.text, person.language)
            return None if instead else Run(match)
        if facts.heard.direct and is_talk(*match):  # "remind me an hour before"
            meant = await self._meant(facts) if self.interpreter.has_learnt else Meant()
            match = meant.matches[0] if meant.sure else match
        return Run(match)

    async def complaint(self, facts: Facts) -> Meaning | None:
        """No answer to the question that is open: it says why."""
        return TakeAnswer(facts.answer) if facts.answer else None

    async def wished(self, facts: Facts) -> Meaning | None:
        """A wish in words of one's own, or a look-up; a newcomer is welcomed after it."""
        if not facts.heard.direct:
            return None
        meant = await self._meant(facts)
        if meant.matches and meant.matches[0][0].path.startswith(SMALL_TALK):
            meant = await self._behind_a_greeting(facts) or meant
        new, path = facts.is_new, meant.matches[0][0].path if meant.matches else ""
        if new and (path in {"", *GREETED_BY} or self._introduced(facts.text, meant)):
            return Greet()
        if not meant.matches:
            return None
        if meant.sure and not self._is_doubtful(facts, meant.matches[0]):
            return Run(meant.matches[0], new)
        return Offer(meant.matches, new)

    async def _behind_a_greeting(self, facts: Facts) -> Meant | None:
        """Find what somebody wishes for who says hello or thank you first."""
        rest = facts.text[len(without_reason(facts.text)) + 1 :].strip()
        meant = await self._meant(facts, rest) if rest else Meant()
        small = not meant.certain or meant.matches[0][0].path.startswith(SMALL_TALK)
        return None if small else meant

    def _is_doubtful(self, facts: Facts, match: Match) -> bool:
        """Tell whether a wish to change something is asked about, or a command's word with talk."""
        command, rest = match
        if not _acts(command) or command.path.startswith((ABOUT, SMALL_TALK)):
            return False
        if command.path == LISTS_ALONE and not rest.partition(" ")[2]:
            return False
        talk = facts.match is not None and facts.match[0] is command and not command.arguments
        # "When am I back?", "at most 2 a week": more is said than the command would do.
        more = not rest and (is_question(facts.text) or any(map(str.isdecimal, facts.text)))
        denied = self._is_denied(facts.text, command)
        return talk or denied or more or self.understanding.inquires(facts.text)

    def _is_denied(self, text: str, command: Command) -> bool:
        """Tell whether a no stands before or behind the words of *command*: "never mute all"."""
        words = text.split()
        for place in range(len(words)):
            found = self.table.match(" ".join(words[place:]))
            if found is None or found[0] is not command:
                continue
            around = (*words[:place], *(() if command.takes(found[1]) else found[1].split()))
            if self.understanding.refuses(" ".join(around)):
                return True
        return False

    def _introduced(self, text: str, meant: Meant) -> bool:
        """Tell whether somebody says what they are, and nothing else that is sure."""
        says_no_more = not meant.sure or meant.matches[0][0].path == "profile category"
        return says_no_more and self.understanding.practises(text)

    async def called(self, facts: Facts) -> Meaning | None:
        """A sure wish in a room, where the hub is called."""
        member = facts.heard.person.is_member
        match = await self.interpreter.called(facts.scope, facts.call, facts.text, member=member)
        return Run(match) if match else None


def _acts(command: Command) -> bool:
    """Tell whether a command changes something that somebody would miss or others notice."""
    return not command.shows and (command.act is not Act.LOOK or command.weighty)


ORDER: Sequence[Callable[[Readings, Facts], Awaitable[Meaning | None]]] = (
    Readings.finished,
    Readings.agreed,
    Readings.late,
    Readings.entry,
    Readings.overheard,
    Readings.need,
    Readings.guarded,
    Readings.both,
    Readings.doubted,
    Readings.command,
    Readings.spoken,
    Readings.revised,
    Readings.aside,
    Readings.elsewhere,
    Readings.answered,
    Readings.begun,
    Readings.complaint,
    Readings.wished,
    Readings.called,
)
