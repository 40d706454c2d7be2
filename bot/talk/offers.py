"""Asking back: which of several things is meant, or that nothing was understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.events.letters import line
from bot.talk.scope import Scope
from bot.talk.taken import Match, takes_events
from bot.talk.wording import quoted
from kit.command import Call, Command
from kit.errors import NotUnderstood
from kit.listing import Listing, ListKind, wish_entry
from kit.table import CommandTable
from kit.text import Lines, Node, Numbered, Paragraphs, Reply, Say, Series, _
from kit.understanding import Understanding
from kit.words import number, quote
from storage.events import Events


class AskingBack:
    """Says what could be meant, so that a number or a yes says which it is."""

    def __init__(
        self, table: CommandTable, answers: Mapping[str, Command], understanding: Understanding
    ) -> None:
        """Know what can be wished for: *table* has the commands, *answers* all else, by path."""
        self._table, self._answers, self._understanding = table, answers, understanding

    async def offer(self, scope: Scope, said: str, matches: Sequence[Match]) -> Reply:
        """Ask which of several things is meant, or whether the only one is."""
        lines = [await self._line(scope, command, rest) for command, rest in matches]
        heading = _("What do you mean by {said}?", said=quote(said))
        how = _("Answer with a number, or say it in other words.")
        if len(matches) == 1:
            heading = _(
                "I have not done it yet. Is this what you mean by {said}?", said=quote(said)
            )
            how = _("Answer yes or no.")
        body = Paragraphs([heading, Numbered(lines), how])
        ids = [command.path for command, _rest in matches]
        return Reply("wish.offer", body, ids, listing=_choice(matches))

    def not_understood(self, said: str, call: Call) -> NotUnderstood:
        """Say so, with the commands that look like it, or what to do instead.

        A yes or a no is understood, but answers nothing.
        """
        if self._understanding.consent(said, call.language) is not None:
            return NotUnderstood(
                _(
                    "I am not waiting for a yes or a no. Say {help} to see what I can do.",
                    help=Say("help"),
                )
            )
        if near := self._table.nearest(said, call.role):
            meant = Series([Say(command.path, quote(rest)) for command, rest in near])
            asks = NotUnderstood(
                _("I did not understand {said}. Did you mean {near}?", said=quote(said), near=meant)
            )
            asks.listing = _choice(near)
            return asks
        return NotUnderstood(
            _(
                "I did not understand {said}. Say {help} to see what I can do, "
                "or {find} and some words to search the library.",
                said=quote(said),
                help=Say("help"),
                find=Say("find"),
            )
        )

    async def _line(self, scope: Scope, command: Command, rest: str) -> Node:
        """Say what one thing is; of an event, which it is and when."""
        if command.path in self._answers:
            return command.summary
        usage = Say(command.path, quoted(command, rest))
        told = _("{usage}: {summary}", usage=usage, summary=command.summary)
        named = takes_events(command) and number(rest.partition(" ")[0])
        event = await Events(scope.session).get(named) if named else None
        return told if event is None else Lines([told, line(event)])


def _choice(matches: Sequence[Match]) -> Listing:
    """Let one of several be chosen by its number, and the only one by a yes."""
    return Listing(ListKind.WISHES, [wish_entry(command.path, rest) for command, rest in matches])
