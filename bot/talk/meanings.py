"""What is known of a message before it is read, and what it may turn out to mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.talk.dialogues import Outcome, Standing
from bot.talk.hearing import Heard
from bot.talk.scope import Scope
from bot.talk.taken import Match
from bot.talk.wording import is_short
from kit.command import Call


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
class RunBoth:
    """A command is to be run, and then asked whether *second* is to be, of which *said* tells."""

    first: Match
    second: Match
    said: str


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


Meaning: TypeAlias = Run | RunFirst | RunBoth | TakeAnswer | Offer | Greet | Ignore
