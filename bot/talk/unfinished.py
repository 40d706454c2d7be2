"""What was missing from a command, said in the next message."""

from __future__ import annotations

from bot.talk.hearing import Heard
from bot.talk.pointing import Pointing
from bot.talk.scope import Scope
from bot.talk.taken import Match
from bot.talk.wishing import CLAUSE, Consent, Wishing
from bot.talk.wording import is_question, size_of
from kit.command import Call, Command
from kit.inbound import TextMessage
from kit.listing import ListKind, read_wish
from kit.table import CommandTable
from kit.trait import Purpose, Trait
from storage.listings import WAITS, Listings


class Unfinished:
    """Takes what answers "something is missing" for the rest of the command that was said."""

    def __init__(
        self, table: CommandTable, pointing: Pointing, wishing: Wishing, consent: Consent
    ) -> None:
        """Know the commands of *table*; *consent* reads a plain yes or no."""
        self._table = table
        self._pointing = pointing
        self._wishing = wishing
        self._consent = consent

    async def filled(
        self, scope: Scope, heard: Heard, call: Call, found: Match | None, *, exact: bool
    ) -> Match | None:
        """Find the command that *heard* finishes, or what is said where it is given up.

        Only the next message does, soon, and as long as the hub has said nothing else; and no
        *exact* command, but to cancel; nor a sure wish, where nothing of the command is said yet.
        """
        if exact and found is not None and found[0].purpose is not Purpose.CANCEL:
            return None
        waiting = await self._waiting(scope, heard)
        if waiting is None or (found is not None and found[0] is waiting[0]):
            return None
        if await self._gives_up(heard, found):
            kept = self._table.of(Purpose.KEPT)
            return None if kept is None else (kept, "")
        command, said = waiting
        if await self._is_aside(heard, command):
            return None
        others = not said and await self._wishing.elsewhere(
            scope, call, heard.text, dialogue=command.path
        )
        # Who appeals says what is to be undone: "give me my voice back".
        if others and not (
            command.purpose is Purpose.APPEAL and Trait.OF_ONESELF in others[0][0].traits
        ):
            return None
        match = command, f"{said} {heard.text}".strip()
        match = await self._pointing.counted(scope, heard, match, asked=False)
        return match if match[0].takes(match[1]) else None

    async def _waiting(self, scope: Scope, heard: Heard) -> Match | None:
        """Take the command that waits for what is missing, and what was said of it."""
        if not isinstance(heard.said, TextMessage) or heard.said.replaces:
            return None
        listings = Listings(scope.session)
        row = await listings.last(heard.person.id, ListKind.UNFINISHED)
        if row is None:
            return None
        asked_at = await listings.last_said_at(row, heard.room.id)
        await listings.drop(row)
        if asked_at is None or heard.sent_at - asked_at > WAITS:
            return None
        path, said = read_wish(row.ids[0])
        command = self._table.command(path)
        return None if command is None else (command, said)

    async def _gives_up(self, heard: Heard, found: Match | None) -> bool:
        text, language = heard.text, heard.person.language
        if (consent := self._consent(text, language)) is not None:
            return not consent
        if found is not None:
            return found[0].purpose is Purpose.CANCEL and not found[1]
        beside = await self._wishing.beside(text, language)
        return beside == self._table.path(Purpose.CANCEL) != ""

    async def _is_aside(self, heard: Heard, command: Command) -> bool:
        """Tell whether a question is asked, or something is said in passing.

        Where words of one's own were asked for, a sentence that is like small talk is these words.
        """
        text, language = heard.text, heard.person.language
        if is_question(text) or self._table.is_polite(text):
            return True
        if self._consent(text, language) is not None:
            return True
        if command.takes_free_words and size_of(text) >= CLAUSE:
            return False
        return await self._wishing.beside(text, language) is not None
