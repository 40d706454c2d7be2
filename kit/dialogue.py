"""Conversations as data: declared steps, a frozen draft, and pure functions between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from kit.errors import BadArgument
from kit.network import Network
from kit.text import Label, Names, Node, Numbered, Paragraphs, Say, Series, Verbatim, _
from kit.understanding import Understanding
from kit.words import MOST_PARTS, fold, is_address, number, quote, split_and, split_list

Draft = TypeVar("Draft")


@dataclass(frozen=True, slots=True)
class About:
    """What the steps of a dialogue may consult."""

    network: Network
    understanding: Understanding
    language: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Option:
    """A numbered answer. ``words`` are further ways to say it, in any language."""

    value: str
    names: Names
    words: Sequence[str] = ()

    @property
    def all_words(self) -> list[str]:
        """Every way to say it."""
        return [self.value, *self.names.values(), *self.words]


class Step(Protocol[Draft]):
    """One question. ``take`` returns the draft with the answer in it, or raises BadArgument."""

    @property
    def name(self) -> str:
        """Stable word: part of the machine-readable kind and of the stored row."""

    @property
    def skippable(self) -> bool:
        """Whether the question may stay unanswered."""

    @property
    def closed(self) -> bool:
        """Whether only certain answers count, so that a number or a sign says it all."""

    def applies(self, draft: Draft) -> bool:
        """Whether the question makes sense after what was answered."""

    def ask(self, draft: Draft, about: About) -> Node:
        """Say the question."""

    @property
    def prose(self) -> bool:
        """Whether the answer is kept in the words it was given in."""

    @property
    def plain(self) -> bool:
        """Whether a plain yes or no is asked for."""

    @property
    def shows(self) -> Sequence[str]:
        """The questions whose answers it shows, so that they may be corrected here."""

    @property
    def formal(self) -> bool:
        """Whether an answer is known by its form, such as a date, without its name."""

    def take(self, draft: Draft, said: str, about: About) -> Draft:
        """Read the answer."""

    def guess(self, draft: Draft, said: str, about: About) -> Node | None:
        """Name what *said* is taken for if it does not name it itself: a yes has to come first."""


def _always(_draft: object) -> bool:
    return True


def _plain(_draft: object, _said: str, _about: About) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Question(Generic[Draft]):
    """A question with a free answer."""

    name: str
    ask: Callable[[Draft, About], Node]
    take: Callable[[Draft, str, About], Draft]
    skippable: bool = False
    applies: Callable[[Draft], bool] = _always
    closed: bool = False
    prose: bool = False
    plain: bool = False
    shows: Sequence[str] = ()
    formal: bool = False
    guess: Callable[[Draft, str, About], Node | None] = _plain


@dataclass(frozen=True, slots=True)
class Choice(Generic[Draft]):
    """A question with numbered answers, of which up to ``most`` may be chosen."""

    name: str
    question: Node
    options: Callable[[Draft, About], Sequence[Option]]
    store: Callable[[Draft, Sequence[str]], Draft]
    most: int = 1
    skippable: bool = False
    applies: Callable[[Draft], bool] = _always
    closed: bool = True
    prose: bool = False
    plain: bool = False
    shows: Sequence[str] = ()
    formal: bool = False

    def ask(self, draft: Draft, about: About) -> Node:
        """Say the question and number the answers."""
        shown = Numbered([Label(option.names) for option in self.options(draft, about)])
        return Paragraphs([self.question, shown])

    def take(self, draft: Draft, said: str, about: About) -> Draft:
        """Read numbers in any script's digits, names or words."""
        return self.store(draft, choose(self.options(draft, about), said, self.most, about))

    def guess(self, draft: Draft, said: str, about: About) -> Node | None:
        """Name the choices that were only meant."""
        return guess(self.options(draft, about), said, self.most, about)


def choose(options: Sequence[Option], said: str, most: int, about: About) -> list[str]:
    """Read *said* as up to *most* of *options*; raises BadArgument saying what would do."""
    return _choose(options, said, most, about).values


MOST_REPEATED = 3  # parts of an answer


class Unread(BadArgument):
    """Parts of an answer are none of the options."""

    def __init__(self, parts: Sequence[str], most: int) -> None:
        """Name the *parts*; there are *most* options."""
        self.parts = _few(parts)
        super().__init__(
            _(
                "I could not find {said} in the list. Answer with a number from 1 to {most}.",
                said=Series([Verbatim(quote(part)) for part in self.parts]),
                most=most,
            )
        )


def _few(parts: Sequence[str]) -> Sequence[str]:
    """Choose what of many parts is repeated."""
    return parts if len(parts) <= MOST_REPEATED else [*parts[:MOST_REPEATED], "..."]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What an answer was read as; *unread* are parts that the choice leaves out."""

    values: list[str]
    certain: bool = True
    unread: Sequence[str] = ()


def guess(options: Sequence[Option], said: str, most: int, about: About) -> Node | None:
    """Name what ``choose`` takes *said* for, unless each is said by its number or its own words."""
    try:
        chosen = _choose(options, said, most, about)
    except BadArgument:  # of an answer that waits: the choices have changed
        return None
    if chosen.certain:
        return None
    meant = Series([Label(option.names) for option in options if option.value in chosen.values])
    if not chosen.unread:
        return meant
    unread = Series([Verbatim(quote(part)) for part in _few(chosen.unread)])
    return _("{meant}, without {unread}, which I could not read", meant=meant, unread=unread)


def _choose(options: Sequence[Option], said: str, most: int, about: About) -> _Chosen:
    parts = split_list(said) if most > 1 else [said]
    if most > 1 and len(parts) == 1 and all(number(word) for word in said.split()):
        parts = said.split()
    amiss = BadArgument(_("Choose one to {most} numbers, separated by commas.", most=most))
    if len(parts) > MOST_PARTS:
        raise amiss
    exact: dict[str, str] = {}
    if any(number(part) is None for part in parts):  # folding a thousand words takes its time
        exact = {fold(word): option.value for option in options for word in option.all_words}
    if fold(said) in exact:
        return _Chosen([exact[fold(said)]])
    chosen: dict[str, None] = {}
    certain, lost, unread = True, list[str](), list[str]()
    for part in parts:
        pieces = split_and(part) if most > 1 and fold(part) not in exact else [part]
        if len(pieces) > MOST_PARTS:
            raise amiss
        meant = [_listed(options, exact, piece) for piece in pieces]
        if None in meant:
            certain = False
            each = [_option(options, exact, piece, about) for piece in pieces]
            # A sentence with "and" in it mostly means one thing.
            whole = _option(options, exact, part, about)
            several = None not in each and len(set(each)) > 1
            meant = each if whole is None or several else [whole]
            left = [piece for piece, value in zip(pieces, each, strict=True) if value is None]
            lost += left if whole is None else []
            unread += left if any(each) else []
        chosen |= dict.fromkeys(filter(None, meant))
    if lost:
        raise Unread(lost, len(options))
    if not chosen or len(chosen) > most:
        raise amiss
    return _Chosen(list(chosen), certain, unread)


def _listed(options: Sequence[Option], exact: Mapping[str, str], said: str) -> str | None:
    index = number(said)
    if index is not None:
        return options[index - 1].value if 1 <= index <= len(options) else None
    return exact.get(fold(said))


def _option(
    options: Sequence[Option], exact: Mapping[str, str], said: str, about: About
) -> str | None:
    value = _listed(options, exact, said)
    if value is not None or number(said) is not None:
        return value
    if is_address(said):
        return None
    words = {option.value: option.all_words for option in options}
    return about.understanding.choice(said, words, about.language)


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

    def before(self, step: Step[Draft], draft: Draft, guessed: str = "") -> Ask[Draft]:
        """Ask the question before *step* again, or *step* if its answer was only guessed.

        The first question has none before it.
        """
        if guessed:
            return Ask(step, draft)
        steps = self._applicable(draft)
        return Ask(steps[max(0, steps.index(step) - 1)], draft)

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
        try:
            taken = step.take(draft, said, about)
        except BadArgument as error:
            return Ask(step, draft, error.message, guessed)
        if not sure and step.guess(draft, said, about) is not None:
            return Ask(step, draft, guessed=said)
        return self.after(step, taken)

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
        if ask.complaint:
            asked = [ask.complaint, self.reminder(ask, about)]
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
    """Begin a dialogue with the caller, in their direct chat, from *draft* if there is one."""

    dialogue: Dialogue[Draft]
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class Ask(Generic[Draft]):
    """Stay in the conversation, at *step*; *guessed* is an answer that waits for a yes."""

    step: Step[Draft]
    draft: Draft
    complaint: Node | None = None
    guessed: str = ""


@dataclass(frozen=True, slots=True)
class Done(Generic[Draft]):
    """The conversation is over; only now does the draft reach the real tables."""

    draft: Draft


Turn = Ask[Draft] | Done[Draft]
