"""Which command a message means: by its words, by an entry of a list, or by the need in it."""

from __future__ import annotations

from bot.talk.dialogues import Standing
from bot.talk.hearing import Heard
from bot.talk.interpreter import Interpreter
from bot.talk.particulars import Match
from bot.talk.pointing import Pointing
from bot.talk.scope import Scope
from bot.talk.wording import is_talk
from kit.table import CommandTable
from kit.understanding import Understanding

HELP, LAWYER = "help", "lawyer"


class Recognition:
    """Finds the command in what was said, before anything is done."""

    def __init__(
        self,
        table: CommandTable,
        pointing: Pointing,
        interpreter: Interpreter,
        understanding: Understanding,
    ) -> None:
        """Find the commands of *table*."""
        self._table = table
        self._lawyer = table.command(LAWYER)
        self._pointing = pointing
        self._interpreter = interpreter
        self._understanding = understanding

    async def command(self, scope: Scope, heard: Heard, asked: Standing | None) -> Match | None:
        """Find the command that is meant, if any: by its words, or by an entry of a list."""
        talk = heard.mere_reply and not heard.direct
        match = self._table.match(heard.text) if talk else self._table.meant(heard.text)
        if match is None:
            return await self._pointing.entry(scope, heard, asked=asked is not None)
        match = await self._pointing.counted(scope, heard, match, asked=asked is not None)
        if heard.direct and not asked and is_talk(*match):
            said = heard.text, heard.person.language
            return None if await self._interpreter.instead(match, *said) else match
        return match

    def lawyer(self, heard: Heard, match: Match | None) -> Match | None:
        """Find the answer for somebody in need of a lawyer, who did not say a command.

        With it comes what they say of their need.
        """
        if self._lawyer is None:
            return None
        said = self._table.match(heard.text)
        about = said[1] if said is not None and said[0] is self._lawyer else ""
        # "lawyer Kenya": what follows it is either a country or talk about lawyers.
        if self._understanding.country(about, heard.person.language) is not None:
            return self._lawyer, about
        plain = match is not None and not match[1]
        meant = match is not None and match[0].path != HELP and bool(match[0].arguments)
        if plain or meant or not heard.direct:
            return None
        seeks = self._understanding.seeks_lawyer(heard.text, member=heard.person.is_member)
        return (self._lawyer, heard.text) if seeks else None
