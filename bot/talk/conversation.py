"""Does what a message means, and goes on with the question that is open."""

from __future__ import annotations

from dataclasses import replace

from actions.acquaintance import greet, misunderstand
from bot.talk.arrivals import Arrivals
from bot.talk.dialogues import Outcome, Talks
from bot.talk.hearing import Heard
from bot.talk.meanings import (
    Facts,
    Greet,
    Ignore,
    Offer,
    Run,
    RunBoth,
    RunFirst,
    TakeAnswer,
)
from bot.talk.readings import Readings
from bot.talk.readings.wished import FIRST_OF_ALL
from bot.talk.runner import Runner
from bot.talk.scope import Scope
from bot.talk.taken import Match
from bot.talk.weighed import SMALL_TALK
from bot.talk.wishing import Wishing
from kit.command import Call
from kit.errors import BadArgument
from kit.listing import ListKind
from kit.trait import Purpose, Trait
from storage.listings import Listings


class Conversation:
    """Has messages read, and done what they mean."""

    def __init__(
        self,
        talks: Talks,
        runner: Runner,
        readings: Readings,
        wishing: Wishing,
        arrivals: Arrivals,
    ) -> None:
        """Prepare to converse."""
        self._talks = talks
        self._runner = runner
        self._readings = readings
        self._wishing = wishing
        self._arrivals = arrivals

    async def understand(self, scope: Scope, heard: Heard, call: Call) -> str | None:
        """Do what a text means; returns why it was no answer to the question that is open.

        Raises:
            UserError: with the sentence for its sender.
        """
        facts = await self._readings.facts(scope, heard, call)
        match await self._readings.read(facts):
            case Run(match, welcome, said):
                told = facts if said is None else replace(facts, call=replace(call, said=said))
                await self._run(told, match)
                await self._welcome(facts, wanted=welcome)
            case RunFirst(match, answer):
                await self._run_first(facts, match, answer)
            case RunBoth(first, second, said):
                await self._run(facts, first)
                reply = await self._wishing.offer(scope, said, [second])
                await self._runner.answer(scope, heard, reply)
            case TakeAnswer(outcome):
                await self._talks.settle(scope, call, outcome)
                return None if outcome.readable else BadArgument.code
            case Offer(matches, welcome):
                reply = await self._wishing.offer(scope, heard.text, matches)
                await self._runner.answer(scope, heard, reply)
                await self._welcome(facts, wanted=welcome)
            case Greet():
                await self._arrivals.greet(scope, heard.person)
            case Ignore():
                pass
        return None

    async def _run(self, facts: Facts, match: Match) -> None:
        """Run a command, then recall the question that is open, or ask what is due."""
        scope, call, asked, person = facts.scope, facts.call, facts.asked, facts.heard.person
        command, rest = match
        if asked and Trait.STEERS in command.traits and not rest:
            await self._talks.steer(scope, call, asked, command.purpose)
            return
        if command.purpose is Purpose.START and await self._talks.resume(scope, call):
            return
        first = command.purpose in FIRST_OF_ALL.values()
        if (
            command.purpose is Purpose.LAWYER or first
        ):  # to be invited as a member would be no answer
            greet(person)
        # Two programs could thank each other for ever.
        if command.path.startswith(SMALL_TALK) and misunderstand(person) < 0:
            return
        await self._runner.run(scope, facts.heard, call, command, rest)
        if first or self._is_in_need(facts, match):
            self._talks.put_off(asked)
        elif asked:
            await self._talks.remind(scope, call, unless_after=asked.said)
        elif facts.heard.direct:
            await self._runner.follow_up(scope, call)

    async def _run_first(self, facts: Facts, match: Match, answer: Outcome) -> None:
        """Run a command in the language that it is said in, then go on in it.

        Nothing is left to be answered where the question gave way to another.
        """
        scope, asked = facts.scope, facts.asked
        language = answer.language or facts.call.language
        await self._talks.speak(scope, facts.call, language)
        facts = replace(facts, call=replace(facts.call, language=language))
        if asked is None or Trait.STEERS in match[0].traits:
            await self._run(facts, match)
            return
        await self._runner.run(scope, facts.heard, facts.call, *match)
        if self._is_in_need(facts, match):
            self._talks.put_off(asked)
            return
        standing = await self._talks.standing(scope, facts.call.person_id)
        if standing is not None and standing.said == asked.said:
            await self._talks.settle(scope, facts.call, answer)

    @staticmethod
    def _is_in_need(facts: Facts, match: Match) -> bool:
        """Tell whether a newcomer needs a lawyer: then to be asked about membership is no help."""
        return (
            match[0].purpose is Purpose.LAWYER
            and not facts.exact
            and not facts.heard.person.is_member
        )

    async def _welcome(self, facts: Facts, *, wanted: bool) -> None:
        if wanted and not facts.heard.person.greeted:
            # The numbers after a list are its own.
            listings = Listings(facts.scope.session)
            listed = await listings.last(facts.heard.person.id, *ListKind) is not None
            await self._arrivals.greet(facts.scope, facts.heard.person, asking=not listed)
