"""What a dialogue asks, and how an answer to it is read: in free words, or as one of several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from kit.errors import BadArgument
from kit.network import Network
from kit.text import Label, Names, Node, Numbered, Paragraphs, Series, Verbatim, _
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
    def weighed(self) -> bool:
        """Whether an answer is weighed by what it is about."""

    @property
    def shows(self) -> Sequence[str]:
        """The questions whose answers it shows, so that they may be corrected here."""

    @property
    def formal(self) -> bool:
        """Whether an answer is known by its form, such as a date, without its name."""

    @property
    def follows(self) -> str:
        """The question whose answer this one is about: another answer there asks this again."""

    def take(self, draft: Draft, said: str, about: About) -> Draft:
        """Read the answer."""

    def more(self, said: str, about: About) -> bool:
        """Tell whether *said* may hold more than the answer."""

    def guess(self, draft: Draft, said: str, about: About) -> Node | None:
        """Name what *said* is taken for if it does not name it itself: a yes has to come first."""


def _always(_draft: object) -> bool:
    return True


def _plain(_draft: object, _said: str, _about: About) -> None:
    return None


def _alone(_said: str, _about: About) -> bool:
    return False


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
    weighed: bool = False
    shows: Sequence[str] = ()
    formal: bool = False
    follows: str = ""
    guess: Callable[[Draft, str, About], Node | None] = _plain
    more: Callable[[str, About], bool] = _alone


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
    weighed: bool = True
    shows: Sequence[str] = ()
    formal: bool = False
    follows: str = ""

    def ask(self, draft: Draft, about: About) -> Node:
        """Say the question and number the answers."""
        shown = Numbered([Label(option.names) for option in self.options(draft, about)])
        return Paragraphs([self.question, shown])

    def take(self, draft: Draft, said: str, about: About) -> Draft:
        """Read numbers in any script's digits, names or words."""
        return self.store(draft, choose(self.options(draft, about), said, self.most, about))

    def more(self, _said: str, _about: About) -> bool:
        """Take all of it for the choice."""
        return False

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
    parts = [part for part in parts if not about.understanding.doubts(part)] or parts
    if most > 1 and len(parts) == 1 and all(number(word) for word in said.split()):
        parts = said.split()
    amiss = BadArgument(_("Choose one to {most} numbers, separated by commas.", most=most))
    if len(parts) > MOST_PARTS:
        raise amiss
    exact: dict[str, str] = {}
    if any(number(part) is None for part in parts):
        exact = {_folded(word): option.value for option in options for word in option.all_words}
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


@lru_cache(maxsize=16_384)
def _folded(word: str) -> str:
    """Fold a word of an option: the network has thousands, the same at each answer."""
    return fold(word)


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
