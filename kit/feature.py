"""A feature declares what it does; nothing happens at import beyond collecting declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from kit.authority import Act
from kit.command import Bound, Command, Handler, bind, declare
from kit.dialogue import Dialogue
from kit.due import Due, Planned
from kit.listing import ListKind
from kit.text import Message
from kit.trait import Purpose, Trait


async def pass_by(due: Due[Any]) -> None:
    """Do nothing: that it was planned was all there is to it."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A dialogue, what happens when it is done, and what it takes to go on with it."""

    dialogue: Dialogue[Any]
    finish: Bound
    act: Act | Callable[[Any], Act]

    def needs(self, draft: Any) -> Act:
        """Say what is done with *draft* in the end."""
        return self.act if isinstance(self.act, Act) else self.act(draft)


@dataclass(slots=True)
class Feature:
    """The declarations of one package of ``commands``.

    ``title`` heads its commands in the help, at ``place``. Answers are recognised in what people
    say, and have no words of their own. Arrivals are run once per person: when they join the Space
    or first write to the hub. Follow-ups are run after each command in a direct chat, where no
    question is open.
    """

    name: str
    title: Message
    place: int
    commands: list[Command] = field(default_factory=list)
    answers: list[Command] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    dues: list[tuple[type[Planned], Bound]] = field(default_factory=list)
    arrivals: list[Bound] = field(default_factory=list)
    follow_ups: list[Bound] = field(default_factory=list)

    @property
    def handlers(self) -> list[Bound]:
        """All that it declares to be called."""
        of_words = [command.bound for command in (*self.commands, *self.answers)]
        of_others = [talk.finish for talk in self.talks] + [bound for _kind, bound in self.dues]
        return [*of_words, *of_others, *self.arrivals, *self.follow_ups]

    def command(
        self,
        path: str,
        *,
        summary: Message,
        act: Act = Act.LOOK,
        private: bool = False,
        opens: ListKind | None = None,
        weighty: bool = False,
        shows: bool = False,
        opposite: str = "",
        asked: str = "",
        purpose: Purpose | None = None,
        traits: Iterable[Trait] = (),
    ) -> Callable[[Handler], Handler]:
        """Declare a command. *private* answers go to the direct chat wherever it was said.

        *opens* is the kind of list whose entries it takes, so that a number alone means it.
        *weighty* is what is done at once and others notice, or cannot be undone; what only *shows*
        something does no harm where it was not meant. *opposite* is the path of what somebody
        wishes for who says that they do not wish for this, *asked* of what answers who asks
        whether it is so. Talk finds it by its *purpose* and its *traits*.
        """

        def keep(handler: Handler) -> Handler:
            command = declare(handler, path, summary, act, private=private)
            self.commands.append(
                replace(
                    command,
                    opens=opens,
                    weighty=weighty,
                    shows=shows,
                    opposite=opposite,
                    asked=asked,
                    purpose=purpose,
                    traits=frozenset(traits),
                )
            )
            return handler

        return keep

    def answer(
        self,
        name: str,
        *,
        summary: Message,
        private: bool = False,
        purpose: Purpose | None = None,
        traits: Iterable[Trait] = (),
    ) -> Callable[[Handler], Handler]:
        """Declare what is said to a wish that is no command; *summary* says what it is about."""

        def keep(handler: Handler) -> Handler:
            answer = declare(handler, name, summary, Act.LOOK, private=private)
            self.answers.append(replace(answer, purpose=purpose, traits=frozenset(traits)))
            return handler

        return keep

    def dialogue(
        self, dialogue: Dialogue[Any], act: Act | Callable[[Any], Act]
    ) -> Callable[[Handler], Handler]:
        """Declare a dialogue; the handler is called with (call, draft) when it is done.

        Who may no longer do *act*, or what it gives for the draft, is not asked any further.
        """

        def keep(handler: Handler) -> Handler:
            self.talks.append(Talk(dialogue, bind(handler, 2), act))
            return handler

        return keep

    def due(self, kind: type[Planned]) -> Callable[[Handler], Handler]:
        """Declare what to do when a *kind* falls due; the handler is called with a Due of it."""

        def keep(handler: Handler) -> Handler:
            self.dues.append((kind, bind(handler)))
            return handler

        return keep

    def mark(self, kind: type[Planned]) -> None:
        """Declare a *kind* that only stands until its moment: whoever looks for it finds it."""
        self.dues.append((kind, bind(pass_by)))

    def arrival(self, handler: Handler) -> Handler:
        """Declare what to do when somebody arrives; the handler is called with a Call."""
        self.arrivals.append(bind(handler))
        return handler

    def follow_up(self, handler: Handler) -> Handler:
        """Declare a dialogue that may be due with somebody who just said something."""
        self.follow_ups.append(bind(handler))
        return handler
