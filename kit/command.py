"""One declaration per command: grammar, usage, help, permission and errors come from it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeAlias, get_args, get_origin, get_type_hints

from kit.authority import Act, Actor, Role
from kit.dialogue import Open
from kit.errors import BadArgument, Incomplete
from kit.listing import ListKind
from kit.rendering import Reader, Rendered
from kit.text import Message, Node, Reply, Say, Verbatim, _
from kit.trait import Purpose, Slot, Trait
from kit.words import quote

Handler: TypeAlias = Callable[..., Awaitable[Reply | Open[Any] | None]]


@dataclass(frozen=True, slots=True)
class Call:
    """Who asked, where and when. ``direct`` is true in the person's own chat with the hub.

    *answers* is the event their message answers, in the room *room_id*; *said* the text of it, for
    what has to be taken from a whole sentence. *vouched*: it was said in an encrypted chat, by a
    device for which their identity vouches, so not by whoever else has their account.
    """

    by: Actor
    user_id: str
    direct: bool
    language: str
    now: datetime
    event_id: str = ""
    room_id: str = ""
    answers: str = ""
    said: str = ""
    vouched: bool = False

    @property
    def person_id(self) -> int:
        """Our number for who asked."""
        return self.by.id

    @property
    def role(self) -> Role:
        """Their role."""
        return self.by.role


@dataclass(frozen=True, slots=True)
class Word:
    """Marks a parameter as read from the message: one word.

    *lists* are the kinds of list whose entries it may be, where "the first one" points at one.
    Where it may be a *person*, they may be named in part, and anywhere in a sentence. *slot* says
    what of a sentence fills it otherwise.
    """

    name: Message
    read: Callable[[str], Any] = str
    lists: tuple[ListKind, ...] = field(default=(), kw_only=True)
    person: bool = field(default=False, kw_only=True)
    slot: Slot | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Rest(Word):
    """Marks a parameter as everything that is left, exactly as typed.

    *free* words are a person's own: they may be kept, so they must give nobody away.
    """

    free: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """One parameter of a command as people see it."""

    parameter: str
    word: Word
    required: bool

    def render(self, reader: Reader) -> Rendered:
        """Show ``<name>`` or ``[name]``, with an ellipsis where several words fit."""
        name = self.word.name.render(reader).plain
        shown = f"{name}…" if isinstance(self.word, Rest) else name
        return Verbatim(f"<{shown}>" if self.required else f"[{shown}]").render(reader)


@dataclass(frozen=True, slots=True)
class Usage:
    """How to say a command, in the reader's words."""

    path: str
    arguments: tuple[Argument, ...]

    def render(self, reader: Reader) -> Rendered:
        """Show the command and its arguments."""
        arguments = " ".join(argument.render(reader).plain for argument in self.arguments)
        return Say(self.path, arguments).render(reader)


@dataclass(frozen=True, slots=True)
class Bound:
    """A handler and the services its signature asks for, by type."""

    handler: Handler
    needs: Mapping[str, type]

    async def run(self, *said: Any, supply: Callable[[type], object], **read: Any) -> Any:
        """Call the handler with *said*, what was *read*, and what *supply* provides."""
        supplied = {name: supply(kind) for name, kind in self.needs.items()}
        return await self.handler(*said, **read, **supplied)


@dataclass(frozen=True, slots=True)
class Command:
    """A thing people can say; with a number it *opens* an entry of that kind of list.

    A *weighty* one is done at once, and others notice or it cannot be undone: where it is only
    guessed from what was said, it waits for a yes. One that only *shows* something does no harm.
    Who says that they do not wish for it wishes for its *opposite*, if it has one; who asks in its
    words whether it is so gets what it is *asked* as. Talk finds it by its *purpose* and *traits*.
    """

    path: str
    summary: Message
    act: Act
    private: bool
    bound: Bound
    arguments: tuple[Argument, ...]
    opens: ListKind | None = None
    weighty: bool = False
    shows: bool = False
    opposite: str = ""
    asked: str = ""
    purpose: Purpose | None = None
    traits: frozenset[Trait] = frozenset()

    @property
    def slot(self) -> Slot | None:
        """What of a sentence fills one of its words."""
        return next((each.word.slot for each in self.arguments if each.word.slot), None)

    @property
    def usage(self) -> Usage:
        """How to say it."""
        return Usage(self.path, self.arguments)

    @property
    def takes_free_words(self) -> bool:
        """Whether people say something in their own words with it."""
        return any(isinstance(a.word, Rest) and a.word.free for a in self.arguments)

    def lacks(self, text: str) -> bool:
        """Tell whether *text* misses a required argument: perhaps no command was meant."""
        return not text and any(argument.required for argument in self.arguments)

    def takes(self, text: str) -> bool:
        """Tell whether *text* can be read as the arguments."""
        try:
            self.read(text)
        except BadArgument:
            return False
        return True

    def read(self, text: str) -> dict[str, Any]:
        """Read the arguments from what follows the command; raises BadArgument with the usage."""
        values: dict[str, Any] = {}
        for argument in self.arguments:
            if not text:
                if argument.required:
                    raise Incomplete(
                        _(
                            "Something is missing: {name}. Say: {usage}",
                            name=argument.word.name,
                            usage=self.usage,
                        )
                    )
                break
            said, text = (text, "") if isinstance(argument.word, Rest) else _first_word(text)
            try:
                values[argument.parameter] = argument.word.read(said)
            except ValueError as error:
                raise BadArgument(
                    _(
                        "I cannot read {said} as {name}. Say: {usage}",
                        said=quote(said),
                        name=argument.word.name,
                        usage=self.usage,
                    )
                ) from error
        if text:
            raise BadArgument(
                _("I did not expect {said} there. Say: {usage}", said=quote(text), usage=self.usage)
            )
        return values


def bind(handler: Handler, skip: int = 1) -> Bound:
    """Find the services *handler* asks for, beyond its first *skip* parameters."""
    return Bound(handler, _signature(handler, skip)[1])


def declare(
    handler: Handler,
    path: str,
    summary: Message,
    act: Act,
    *,
    private: bool,
) -> Command:
    """Make a command of *handler*, whose annotations say which words it reads."""
    arguments, needs = _signature(handler, 1)
    return Command(path, summary, act, private, Bound(handler, needs), arguments)


def _first_word(text: str) -> tuple[str, str]:
    word, *rest = text.split(maxsplit=1)
    return word, rest[0] if rest else ""


def _signature(handler: Handler, skip: int) -> tuple[tuple[Argument, ...], dict[str, type]]:
    hints = get_type_hints(handler, include_extras=True)
    arguments: list[Argument] = []
    needs: dict[str, type] = {}
    for parameter in list(inspect.signature(handler).parameters.values())[skip:]:
        hint = hints[parameter.name]
        marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
        word = next((mark for mark in marks if isinstance(mark, Word)), None)
        if word is None:
            needs[parameter.name] = hint
        else:
            required = parameter.default is inspect.Parameter.empty
            arguments.append(Argument(parameter.name, word, required))
    return tuple(arguments), needs


def describe(command: Command) -> Node:
    """One line of help."""
    return _("{usage}: {summary}", usage=command.usage, summary=command.summary)
