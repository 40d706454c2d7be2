"""Whom a wish in free words is about, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from actions.moderation.naming import without_surname
from bot.talk.scope import Scope
from bot.talk.timing import length_in
from kit.authority import Role
from kit.command import Call, Command
from kit.table import CommandTable
from kit.trait import Purpose
from kit.understanding import Understanding
from kit.words import USER_ID, number, read_which
from language.analysis import tokens
from storage.people import People

_CALLED = re.compile(r"[a-z0-9._=\-/+]*[a-z0-9]")  # what a Matrix ID may begin with (spec)
_REASON = re.compile(r"\s*[,;:.،؛，。]\s*(?=\w)")  # what parts a name from words that need not be
_BEHIND_NAME = re.compile(r"^(?:['’]s\b)?[\s,;:.،؛，。]*")
_CLAUSES = re.compile(r"[,;:،؛，；：]")
_ENDS = "?？؟ "


class Mentioned(NamedTuple):
    """Somebody by their ID, or by a word for several, and where in the text that stands."""

    whom: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Somebody:
    """Takes people from sentences by their Matrix ID, or by what stands before its colon."""

    table: CommandTable
    understanding: Understanding

    async def named(self, scope: Scope, call: Call, command: Command, text: str) -> Sequence[str]:
        """Take whom *text* names, and what is said of them; of several people one after the other.

        A number comes before a part of a name, where the command needs one of either.
        """
        people: Sequence[Mentioned] = [
            Mentioned(found[0], *found.span()) for found in USER_ID.finditer(text)
        ]
        word = command.arguments[0]
        numbered = [said for said in text.split() if number(said) is not None]
        if numbered and not people and word.required and word.word.read is read_which:
            return numbered[:1]
        if not people or command.purpose is Purpose.ROLE:
            people = _apart([*people, *await self._called(scope, call, text)])
        if not people:
            return [""]
        if command.purpose is Purpose.ROLE:
            return [self._role(people, text)]
        if command.takes_free_words:
            return [self._told(people[0], command, text, call.language)]
        return [*dict.fromkeys(each.whom for each in people)]

    async def first(self, scope: Scope, call: Call, text: str) -> Mentioned | None:
        """Find the one whom *text* names by their ID, or else who is named first in it."""
        whole = {found[0]: Mentioned(found[0], *found.span()) for found in USER_ID.finditer(text)}
        if whole:
            return whole.popitem()[1] if len(whole) == 1 else None
        return next(iter(_apart(await self._called(scope, call, text))), None)

    def _told(self, named: Mentioned, command: Command, text: str, language: str) -> str:
        if len(command.arguments) > 1:
            reason = _REASON.match(text, named.end)
            return f"{named.whom} {text[reason.end() :].rstrip(_ENDS)}" if reason else named.whom
        behind = text[named.end :]
        if behind.startswith(" "):
            behind = without_surname(text[named.begin : named.end], behind.strip())
        rest = _BEHIND_NAME.sub("", behind).rstrip(_ENDS)
        words = rest.split()
        ordered = (self.table.match(" ".join(words[at:])) for at in range(len(words)))
        if any(found is not None and found[0] is command for found in ordered):
            return named.whom  # "amal is rude, warn her": what they are told is asked for
        rest = rest or self._ahead(text[: named.begin], command, language)
        return f"{named.whom} {rest}".strip()

    def _ahead(self, text: str, command: Command, language: str) -> str:
        """Take how long and why from before a name: "mute 3h for spam @amal"."""
        *before, last = map(str.strip, _CLAUSES.split(text))
        begun = self.table.match(last)
        if begun is not None and begun[0] is command:
            return ", ".join(filter(None, [*before, begun[1]]))
        length = length_in(self.understanding, last, language)
        return ", ".join(filter(None, [length, *before]))

    def _role(self, people: Sequence[Mentioned], text: str) -> str:
        """Take all who are to have a role, and the role.

        Where others are named too, "moderators" is nobody who is called so.
        """
        called = [
            each for each in people if not self.understanding.role(text[each.begin : each.end])
        ]
        people = called or people[:1]
        ends = [0, *(place for each in people for place in (each.begin, each.end)), len(text)]
        around = [text[begin:end] for begin, end in [*pairwise(ends)][::2]]
        role = self.understanding.role(" ; ".join(around))
        return " ".join(filter(None, [*dict.fromkeys(each.whom for each in people), role]))

    async def _called(self, scope: Scope, call: Call, text: str) -> Sequence[Mentioned]:
        """Find the words that somebody is called by, the first of each.

        Of several who are called so the word is returned, for the command to ask which.
        """
        found = {each[0]: each.span() for each in reversed([*_CALLED.finditer(text.casefold())])}
        words = [word for word in found if not all(token.stop for token in tokens(word))]
        if not words or not call.role.may(Role.MODERATOR):
            return []
        known: dict[str, list[str]] = {}
        for user_id in await People(scope.session).called(words):
            known.setdefault(user_id[1:].partition(":")[0], []).append(user_id)
        return [
            Mentioned(ids[0] if len(ids) == 1 else word, *found[word])
            for word in reversed(words)
            if (ids := known.get(word))
        ]


def _apart(people: Sequence[Mentioned]) -> Sequence[Mentioned]:
    """Put people into the order of the text, without words that are part of an ID."""
    found: list[Mentioned] = []
    for each in sorted(people, key=lambda named: (named.begin, -named.end)):
        if not found or each.begin >= found[-1].end:
            found.append(each)
    return found
