"""What a sentence in free words comes to: commands with what they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kit.command import Command
from kit.listing import ListKind

Match: TypeAlias = tuple[Command, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """A command with what it needs, more than one where it may be about several things.

    It is *sure* if the sentence leaves no doubt which is meant.
    """

    matches: Sequence[Match]
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Meant:
    """What a sentence may wish for, the likeliest first; *sure*: it is to be done at once.

    It is *certain* where no other wish is likely, though it may be weighty or about several things.
    """

    matches: Sequence[Match] = ()
    sure: bool = False
    certain: bool = False


def takes_events(command: Command) -> bool:
    """Tell whether the first word of *command* names one of the events to come."""
    return bool(command.arguments) and ListKind.EVENTS in command.arguments[0].word.lists
