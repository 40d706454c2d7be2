"""What every reading may consult."""

from __future__ import annotations

from dataclasses import dataclass

from bot.talk.dialogues import Outcome, Talks
from bot.talk.discretion import Discretion
from bot.talk.meanings import Facts
from bot.talk.pointing import Pointing
from bot.talk.taken import Match, Meant
from bot.talk.unfinished import Unfinished
from bot.talk.wishing import Wishing
from bot.talk.wording import is_question
from kit.authority import Act
from kit.command import Command
from kit.network import Network
from kit.table import CommandTable
from kit.trait import Trait
from kit.understanding import Understanding

_NOT_AT_WORK = {"lived-experience", "other"}


@dataclass(frozen=True, slots=True)
class Skills:
    """Knows the commands, the open questions, the lists, and how people say things."""

    table: CommandTable
    talks: Talks
    pointing: Pointing
    unfinished: Unfinished
    wishing: Wishing
    discretion: Discretion
    understanding: Understanding
    network: Network

    async def meant(self, facts: Facts, said: str = "") -> Meant:
        """Weigh what somebody may wish for with a message, or with the part *said* of it."""
        member, said = facts.heard.person.is_member, said or facts.text
        meant = await self.wishing.meant(facts.scope, facts.call, said, member=member)
        if self.pointing.counts(said):  # one of a list is no wish about oneself
            left = [each for each in meant.matches if Trait.ERASES not in each[0].traits]
            return meant if len(left) == len(meant.matches) else Meant(left)
        return meant

    def language_of(self, facts: Facts) -> Outcome | None:
        """Give the language a message is in as the answer, where that is asked for."""
        asked, answer = facts.asked, facts.answer
        if asked is None or answer is None or not asked.speaks or not facts.is_firm:
            return None
        named = self.understanding.language(facts.text, facts.call.language)
        return answer if named is None and answer.language is not None else None

    def works(self, facts: Facts) -> bool:
        """Tell whether somebody said that they do the work, lately or as a member."""
        said = facts.asked.row.draft.get("category") if facts.asked else None
        return (said or facts.heard.person.category) in {*self.network.categories} - _NOT_AT_WORK

    def doubts(self, facts: Facts, match: Match) -> bool:
        """Tell whether a message asks about a command that acts, or says no to it.

        In words of one's own a question that names what to do it with is a polite way to want it.
        """
        command, rest = match
        if not acts(command):
            return False
        called = self.table.match(facts.text)  # by a word that may ask, such as "why"
        asks = (is_question(facts.text) and (facts.exact or not rest)) or (
            self.understanding.inquires(facts.text) and (called is None or called[0] is not command)
        )
        return asks or self._denies(facts.text, command)

    def _denies(self, text: str, command: Command) -> bool:
        """Tell whether a no stands before or behind the words of *command*: "never mute all"."""
        words = text.split()
        for place in range(len(words)):
            found = self.table.match(" ".join(words[place:]))
            if found is None or found[0] is not command:
                continue
            around = (*words[:place], *(() if command.takes(found[1]) else found[1].split()))
            if self.understanding.refuses(" ".join(around)):
                return True
        return False


def acts(command: Command) -> bool:
    """Tell whether a command changes something that somebody would miss or others notice."""
    return not command.shows and (command.act is not Act.LOOK or command.weighty)
