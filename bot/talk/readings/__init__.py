"""What a message may mean, one reading after the other: the first whose it is decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.talk.dialogues import Outcome, Standing
from bot.talk.hearing import Heard
from bot.talk.meanings import Facts, Ignore, Meaning
from bot.talk.readings import amended, asked, commanded, shown, wished
from bot.talk.readings.skills import Skills
from bot.talk.scope import Scope
from bot.talk.taken import Match
from bot.talk.wording import is_exact
from kit.command import Call
from kit.errors import NotUnderstood
from kit.text import Say, _
from kit.trait import Purpose, Slot, Trait


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings. Each says what is meant, or None: then the message is not its own."""

    skills: Skills

    async def facts(self, scope: Scope, heard: Heard, call: Call) -> Facts:
        """Look at a message as far as nobody has to weigh it."""
        talks = self.skills.talks
        question = await talks.standing(scope, call.person_id) if heard.direct else None
        answer = None
        if question is not None:
            said = self.skills.pointing.digits(heard.text) if question.closed else heard.text
            answer = talks.consider(call, question, said)
        match = await self._match(scope, heard, question, answer)
        if match and heard.direct:
            match = await self.skills.wishing.retaken(call, match, heard.text)
        exact = match is not None and self._is_exact(heard, match, question)
        return Facts(scope, heard, call, question, match, exact, answer)

    async def _match(
        self, scope: Scope, heard: Heard, question: Standing | None, answer: Outcome | None
    ) -> Match | None:
        """Find the command that the message begins with.

        The word of one may be said of what is asked: "decline" is a no, "lawyer" what somebody is.
        """
        table, overheard = self.skills.table, heard.mere_reply and not heard.direct
        match = table.match(heard.text) if overheard else table.meant(heard.text)
        if match is None:
            return None
        purpose, traits = match[0].purpose, match[0].traits
        if Trait.ERASES in traits and self.skills.pointing.counts(heard.text):
            return None  # "delete the first one"
        if question and Trait.STEERS not in traits and purpose is not Purpose.START:
            said = self.skills.understanding.consent(heard.text, heard.person.language)
            if said is False or (said and question.plain):
                return None
        answers = question and question.closed and answer and answer.readable
        if purpose is Purpose.LAWYER and answers:
            return None
        looks_up = purpose is Purpose.LAWYER or match[0].slot is Slot.TEXT
        if looks_up and self.skills.understanding.seeks_colleague(heard.text):
            return None  # "find a lawyer who knows about torture": a colleague
        asked = question is not None
        return await self.skills.pointing.counted(scope, heard, match, asked=asked)

    @staticmethod
    def _is_exact(heard: Heard, match: Match, question: Standing | None) -> bool:
        if question and match[0].lacks(match[1]):
            return False
        prose = question is not None and question.prose
        return heard.addressed or is_exact(heard.text, *match, prose=prose)

    async def read(self, facts: Facts) -> Meaning:
        """Ask the readings in their order.

        Raises:
            UserError: it means nothing, or nothing may be done with it.
        """
        for reading in ORDER:
            if (meaning := await reading(self.skills, facts)) is not None:
                return meaning
        if facts.heard.direct:
            raise self.skills.wishing.not_understood(facts.text, facts.call)
        if not facts.heard.named:  # the prefix may have called another program
            return Ignore()
        raise NotUnderstood(
            _("I did not understand that. Say {help} to see what I can do.", help=Say("help"))
        )


ORDER: Sequence[Callable[[Skills, Facts], Awaitable[Meaning | None]]] = (
    wished.distressed,
    shown.finished,
    shown.agreed,
    asked.late,
    shown.entry,
    shown.overheard,
    asked.erased,
    wished.afraid,
    wished.need,
    wished.posted,
    commanded.ordered,
    commanded.guarded,
    wished.swapped,
    wished.both,
    commanded.doubted,
    commanded.command,
    asked.spoken,
    asked.revised,
    asked.aside,
    asked.elsewhere,
    asked.answered,
    wished.told,
    amended.amended,
    commanded.begun,
    asked.complaint,
    wished.wished,
    wished.called,
)
