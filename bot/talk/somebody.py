"""Whom a wish in free words is about, and what is said of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.roles import GIVEN
from bot.talk.scope import Scope
from kit.authority import Role
from kit.command import Call, Command
from kit.table import CommandTable
from kit.words import USER_ID, fold, number
from language.analysis import tokens
from storage.people import People

_CALLED = re.compile(r"[a-z0-9._=\-/+]*[a-z0-9]")  # what a Matrix ID may begin with (spec)
_BEHIND_NAME = re.compile(r"^(?:['’]s\b)?[\s,;:.،؛，。]*")
_ENDS = "?？؟ "


@dataclass(frozen=True, slots=True)
class Somebody:
    """Takes people from sentences by their Matrix ID, or by what stands before its colon."""

    table: CommandTable

    async def named(self, scope: Scope, call: Call, command: Command, text: str) -> str:
        """Take whom *text* names, and what is said of them.

        A number comes before a part of a name, where the command needs one of either.
        """
        found, word = USER_ID.search(text), command.arguments[0]
        numbered = [said for said in text.split() if number(said) is not None]
        if numbered and not found and word.required and word.word.lists:
            return numbered[0]
        whom, end = (found[0], found.end()) if found else await self._called(scope, call, text)
        if command.takes_free_words and whom:
            rest = _BEHIND_NAME.sub("", text[end:]).rstrip(_ENDS)
            words = rest.split()
            ordered = (self.table.match(" ".join(words[at:])) for at in range(len(words)))
            if any(found is not None and found[0] is command for found in ordered):
                return whom  # "amal is rude, warn her": what they are told is asked for
            return f"{whom} {rest}".strip()
        if command.path == "role" and whom:
            roles = [word for word in fold(text).split() if word in GIVEN]
            return " ".join([whom, *roles[:1]])
        return whom

    async def _called(self, scope: Scope, call: Call, text: str) -> tuple[str, int]:
        """Find the first word that somebody is called by; returns them, and where it ends.

        Of several who are called so the word is returned, for the command to ask which.
        """
        words = {found[0]: found.end() for found in reversed([*_CALLED.finditer(text.casefold())])}
        names = [word for word in words if not all(token.stop for token in tokens(word))]
        if not names or not call.role.may(Role.MODERATOR):
            return "", 0
        known = await People(scope.session).called(names)
        for word in reversed(names):
            ids = [user_id for user_id in known if user_id[1:].partition(":")[0] == word]
            if ids:
                return (ids[0] if len(ids) == 1 else word), words[word]
        return "", 0
