"""Conversations as data: declared steps, a frozen draft, and pure functions between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic

from kit.errors import BadArgument
from kit.question import About, Draft, Step
from kit.text import Node, Paragraphs, Say, Series, _


@dataclass(frozen=True, slots=True)
class Dialogue(Generic[Draft]):
    """A conversation. No step does I/O, so it is tested as a table of answers.

    A draft is a frozen dataclass of what JSON can hold, and has a default for each field. A changed
    one bumps ``version``: open conversations of an older one begin again, politely.
    ``speaks`` is the field of the language to go on in, for a dialogue that asks for it.
    ``lapses`` is said where what it asks cannot be undone: its yes has to come right after its
    question, and it ends as soon as anything else is done.
    """

    name: str
    version: int
    draft: type[Draft]
    steps: Sequence[Step[Draft]]
    speaks: str = ""
    lapses: Node | None = None

    def language(self, draft: Draft) -> str | None:
        """Say in which language to go on, if that was answered."""
        return getattr(draft, self.speaks) or None if self.speaks else None

    def spoken(self, draft: Draft, language: str) -> Draft:
        """Return *draft* with *language* in place of the one that was answered, if one was."""
        if self.language(draft) in {None, language}:
            return draft
        changed: Draft = replace(draft, **{self.speaks: language})  # type: ignore[type-var]  # a dataclass
        return changed

    def step(self, name: str) -> Step[Draft] | None:
        """Find a step by name, if there is one."""
        return next((step for step in self.steps if step.name == name), None)

    def _applicable(self, draft: Draft) -> list[Step[Draft]]:
        return [step for step in self.steps if step.applies(draft)]

    def begin(self, draft: Draft) -> Ask[Draft] | Done[Draft]:
        """Ask the first question that applies."""
        steps = self._applicable(draft)
        return Ask(steps[0], draft) if steps else Done(draft)

    def after(self, step: Step[Draft], draft: Draft) -> Ask[Draft] | Done[Draft]:
        """Ask the next question that applies after *step*."""
        place = list(self.steps).index(step)
        rest = [s for s in self._applicable(draft) if list(self.steps).index(s) > place]
        return Ask(rest[0], draft) if rest else Done(draft)

    def at(self, step: Step[Draft], draft: Draft) -> Ask[Draft] | Done[Draft]:
        """Ask *step*, or the next question that applies where it does not."""
        return Ask(step, draft) if step.applies(draft) else self.after(step, draft)

    def before(self, step: Step[Draft], draft: Draft, guessed: str = "") -> Ask[Draft]:
        """Ask the question before *step* again, or *step* if its answer was only guessed.

        The first question has none before it.
        """
        if guessed:
            return Ask(step, draft)
        steps = self._applicable(draft)
        return Ask(steps[max(0, steps.index(step) - 1)], draft)

    def earlier(self, step: Step[Draft], draft: Draft) -> Sequence[Step[Draft]]:
        """List the questions before *step* that apply, but for the language to go on in."""
        place = list(self.steps).index(step)
        return [s for s in self.steps[:place] if s.applies(draft) and s.name != self.speaks]

    def advance(
        self, step: Step[Draft], draft: Draft, said: str, about: About, guessed: str = ""
    ) -> Turn[Draft]:
        """Go on from an answer; one that cannot be read asks again, with a complaint.

        One that is only guessed waits for a yes, or for another answer.
        """
        sure = about.understanding.consent(said, about.language) if guessed else None
        if sure is False:
            return Ask(step, draft)
        if sure:
            said = guessed
        elif guessed and about.understanding.adds(said):
            said = self._added(step, draft, f"{guessed}, {said}", about) or said
        try:
            taken = step.take(draft, said, about)
        except BadArgument as error:
            return Ask(step, draft, error.message, guessed)
        if not sure and step.guess(draft, said, about) is not None:
            return Ask(step, draft, guessed=said)
        turn = self.after(step, taken)
        return self._also(said, turn, about) if step.more(said, about) else turn

    @staticmethod
    def _added(step: Step[Draft], draft: Draft, whole: str, about: About) -> str:
        """Return *whole* if it is an answer: what was guessed, with what is to come to it."""
        try:
            step.take(draft, whole, about)
        except BadArgument:
            return ""
        return whole

    def _also(self, said: str, turn: Turn[Draft], about: About) -> Turn[Draft]:
        """Take a sentence for the answer to the next question, too; it waits for a yes.

        "I am a paralegal in Lagos" says more than in which country.
        """
        if isinstance(turn, Done) or not turn.step.weighed:
            return turn
        try:
            turn.step.take(turn.draft, said, about)
        except BadArgument:
            return turn
        guessed = turn.step.guess(turn.draft, said, about) is not None
        return replace(turn, guessed=said) if guessed else turn

    def skip(self, step: Step[Draft], draft: Draft) -> Turn[Draft]:
        """Leave the question unanswered, if it may be."""
        if step.skippable:
            return self.after(step, draft)
        return Ask(step, draft, _("I need an answer to this one to go on."))

    def question(self, ask: Ask[Draft], about: About) -> Node:
        """Say what was wrong, where we are, the question, and how to steer where that is news."""
        steps = self._applicable(ask.draft)
        first = ask.step is steps[0]
        place = _("Question {n}/{total}", n=steps.index(ask.step) + 1, total=len(steps))
        if (sure := self._sure(ask, about)) is not None:
            return Paragraphs([ask.complaint or place, sure])
        asked = [place, ask.step.ask(ask.draft, about)]
        if before := ask.complaint or ask.note:
            asked = [before, self.reminder(ask, about)]
        if ask.step.skippable:
            asked.append(_("Or say {skip}.", skip=Say("skip")))
        if first or ask.complaint:
            ways = [Say("pause"), Say("cancel")] if first else map(Say, ("back", "pause", "cancel"))
            asked.append(_("You can also say {ways}.", ways=Series(list(ways))))
        return Paragraphs(asked)

    def reminder(self, ask: Ask[Draft], about: About) -> Node:
        """Ask once more in one line: what is to choose from stands above in the chat."""
        if (sure := self._sure(ask, about)) is not None:
            return sure
        whole = ask.step.ask(ask.draft, about)
        parts = whole.children if isinstance(whole, Paragraphs) else [whole]
        line = parts[-1 if ask.step.plain else 0]
        if len(parts) == 1:
            return _("Still open: {question}", question=line)
        start = Say("start")
        return _("Still open: {question} {start} shows all of it.", question=line, start=start)

    @staticmethod
    def _sure(ask: Ask[Draft], about: About) -> Node | None:
        meant = ask.step.guess(ask.draft, ask.guessed, about) if ask.guessed else None
        if meant is None:
            return None
        return _("I understood: {meant}. Is that right? Please answer yes or no.", meant=meant)


@dataclass(frozen=True, slots=True)
class Open(Generic[Draft]):
    """Begin a dialogue with the caller, in their direct chat, from *draft* if there is one.

    It begins *at* a step where the sentence that opened it has answered those before.
    """

    dialogue: Dialogue[Draft]
    draft: Draft | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class Ask(Generic[Draft]):
    """Stay in the conversation, at *step*; *guessed* is an answer that waits for a yes.

    A *note* says what became of the last message.
    """

    step: Step[Draft]
    draft: Draft
    complaint: Node | None = None
    guessed: str = ""
    note: Node | None = None


@dataclass(frozen=True, slots=True)
class Done(Generic[Draft]):
    """The conversation is over; only now does the draft reach the real tables."""

    draft: Draft


Turn = Ask[Draft] | Done[Draft]
