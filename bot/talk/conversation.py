"""What somebody means by a text: an answer to the open question, a command, a wish, a look-up."""

from __future__ import annotations

from dataclasses import replace

from bot.talk.arrivals import Arrivals
from bot.talk.dialogues import STEERING, Outcome, Standing, Talks
from bot.talk.discretion import Discretion
from bot.talk.hearing import Heard
from bot.talk.interpreter import SMALL_TALK, Interpreter
from bot.talk.particulars import Match
from bot.talk.pointing import Pointing
from bot.talk.recognition import Recognition
from bot.talk.runner import Runner
from bot.talk.scope import Scope
from bot.talk.unfinished import Unfinished
from bot.talk.wording import is_command, is_short, is_whole
from kit.command import Call
from kit.errors import BadArgument, NotUnderstood
from kit.listing import ListKind
from kit.text import Say, _
from kit.understanding import Understanding
from storage.listings import Listings

# After so many messages in a row that meant nothing, it is probably another program that talks.
PATIENCE = 10
GREETED_BY = ("start", "say hello")  # the greeting is an answer to these
SETTLED = (*GREETED_BY, "language")  # so the next question is to these, where a language is asked


class Conversation:
    """Reads texts beside the question that is open, and has done what they mean."""

    def __init__(
        self,
        talks: Talks,
        runner: Runner,
        recognition: Recognition,
        pointing: Pointing,
        interpreter: Interpreter,
        arrivals: Arrivals,
        discretion: Discretion,
        *,
        unfinished: Unfinished,
        understanding: Understanding,
    ) -> None:
        """Prepare to converse."""
        self._talks = talks
        self._runner = runner
        self._recognition = recognition
        self._pointing = pointing
        self._interpreter = interpreter
        self._arrivals = arrivals
        self._discretion = discretion
        self._unfinished = unfinished
        self._understanding = understanding

    async def understand(self, scope: Scope, heard: Heard, call: Call) -> str | None:
        """Do what a text means; returns why it was no answer to the question that is open.

        Raises:
            UserError: with the sentence for its sender.
        """
        asked = await self._talks.standing(scope, call.person_id) if heard.direct else None
        if heard.direct and await self._answered(scope, heard, call, asked):
            return None
        match = await self._recognition.command(scope, heard, asked)
        if not heard.direct and heard.mere_reply and not (match and is_whole(heard.text, *match)):
            return None  # people talk about what the hub said
        if await self._steered(scope, call, match, asked):
            return None
        consent = self._understanding.consent
        if asked and asked.plain and consent(heard.text, call.language) is not None:
            match = None  # "decline" is a no here, not a command
        lawyer = self._recognition.lawyer(heard, match)
        # A story is no choice from a list, but it may be what an expert is asked.
        command = match is not None and (
            heard.addressed
            or is_command(heard.text, *match, prose=asked is not None and asked.prose)
        )
        meant = not (asked and command) and not (lawyer and asked and asked.closed)
        if (asked and meant) or (lawyer is None and (match is None or match[0].takes_free_words)):
            self._discretion.check(heard)
        said = self._pointing.digits(heard.text) if asked and asked.closed else heard.text
        answer = self._talks.consider(call, asked, said) if asked else None
        if asked and answer and answer.readable and meant:
            if await self._talks.is_late(scope, heard.room.id, asked, heard.text):
                await self._talks.resume(scope, call)
            elif not await self._rather(scope, heard, call, answer, asked):
                await self._talks.settle(scope, call, answer)
            return None
        if lawyer is not None:  # to be invited as a member would be no answer
            match, heard.person.greeted = (lawyer[0], ""), True
            call = replace(call, said=lawyer[1])
        return await self._carry_out(scope, heard, call, match, answer, asked)

    async def _answered(
        self, scope: Scope, heard: Heard, call: Call, asked: Standing | None
    ) -> bool:
        """Take what answers the hub's last words beside the question that is open, if any is."""
        if asked:
            return await self._agreed(scope, heard, call, asked)
        return await self._finished(scope, heard, call)

    async def _finished(self, scope: Scope, heard: Heard, call: Call) -> bool:
        """Run the command of which something was missing, if that is what is said."""
        match = await self._unfinished.filled(scope, heard)
        if match is None:
            return False
        if match[0].takes_free_words:
            self._discretion.check(replace(heard, text=match[1]))
        await self._runner.run(scope, heard, call, *match)
        await self._runner.follow_up(scope, call)
        return True

    async def _agreed(self, scope: Scope, heard: Heard, call: Call, asked: Standing) -> bool:
        """Take a yes or no for what the hub asked after the open question, if it did."""
        consent = self._understanding.consent
        meant = await self._pointing.agreed(scope, heard, consent, after=asked.messages)
        if meant is None:
            return False
        await self._runner.run(scope, heard, call, *meant.matches[0])
        await self._talks.remind(scope, call, unless_after=asked.said)
        return True

    async def _steered(
        self, scope: Scope, call: Call, match: Match | None, asked: Standing | None
    ) -> bool:
        """Steer the open question, or take up the one that was left; tells whether it was that."""
        if match is None:
            return False
        command, rest = match
        if asked and command.path in STEERING and not rest:
            await self._talks.steer(scope, call, asked, command.path)
            return True
        return command.path == "start" and await self._talks.resume(scope, call)

    async def _carry_out(
        self,
        scope: Scope,
        heard: Heard,
        call: Call,
        match: Match | None,
        answer: Outcome | None,
        asked: Standing | None,
    ) -> str | None:
        """Run a command, then go on with the open question; or say what was not understood."""
        if match is not None and not (answer and match[0].lacks(match[1])):
            await self._runner.run(scope, heard, call, *match)
            if asked:
                await self._talks.remind(scope, call, unless_after=asked.said)
            elif heard.direct:
                await self._runner.follow_up(scope, call)
        elif answer:
            return await self._aside(scope, heard, call, answer, asked)
        elif heard.direct:
            await self._other(scope, heard, call)
        elif sure := await self._interpreter.called(
            scope, call, heard.text, member=heard.person.is_member
        ):
            await self._runner.run(scope, heard, call, *sure)
        elif heard.named:  # the prefix may have called another program
            raise NotUnderstood(
                _("I did not understand that. Say {help} to see what I can do.", help=Say("help"))
            )
        return None

    async def _rather(
        self, scope: Scope, heard: Heard, call: Call, answer: Outcome, asked: Standing
    ) -> bool:
        """Do what is surely wished for by what could be taken as an answer; tells whether it was.

        Who says something else where the language is asked for has shown which it is.
        """
        if asked.speaks and not answer.guessed and answer.language:
            if self._understanding.language(heard.text, call.language) is not None:
                return False
            heard.person.language = answer.language
            call = replace(call, language=answer.language)
            match = await self._interpreter.aside(scope, call, heard.text)
            if match is None or match[0].path in SETTLED:
                return False
            # The question that comes next is asked after what is answered first.
            if match[0].path not in STEERING:
                await self._runner.run(scope, heard, call, *match)
                standing = await self._talks.standing(scope, call.person_id)
                if standing is not None and standing.said == asked.said:
                    await self._talks.settle(scope, call, answer)
                return True
        elif answer.guessed or (asked.prose and is_short(heard.text)):
            match = await self._interpreter.aside(scope, call, heard.text, stopping=True)
        else:
            return False
        return match is not None and await self._beside(scope, heard, call, match, asked)

    async def _aside(
        self, scope: Scope, heard: Heard, call: Call, answer: Outcome, asked: Standing | None
    ) -> str | None:
        """Answer what somebody asks beside an open question, else say why that was no answer."""
        about = asked is not None and asked.weighed
        prose = asked is not None and asked.prose
        match = await self._interpreter.aside(scope, call, heard.text, about=about, prose=prose)
        if asked is None or match is None:
            await self._talks.settle(scope, call, answer)
            return BadArgument.code
        await self._beside(scope, heard, call, match, asked)
        return None

    async def _beside(
        self, scope: Scope, heard: Heard, call: Call, match: Match, asked: Standing
    ) -> bool:
        """Do what is wished for while a question is open, and go on with it."""
        path = match[0].path
        if path in STEERING:
            await self._talks.steer(scope, call, asked, path)
        elif path != "start" or not await self._talks.resume(scope, call):
            await self._runner.run(scope, heard, call, *match)
            await self._talks.remind(scope, call, unless_after=asked.said)
        return True

    async def _other(self, scope: Scope, heard: Heard, call: Call) -> None:
        """Do, offer or look up what somebody wishes for in words of their own."""
        person = heard.person
        meant = await self._pointing.agreed(scope, heard, self._understanding.consent)
        if meant is None:
            meant = await self._interpreter.meant(scope, call, heard.text, member=person.is_member)
        new = not person.greeted and not person.is_member
        path = meant.matches[0][0].path if meant.matches else ""
        if new and (not meant.matches or path in GREETED_BY):
            await self._arrivals.greet(scope, person)
            return
        if path.startswith(SMALL_TALK):  # two programs could thank each other for ever
            person.misunderstood += 1
            if person.misunderstood > PATIENCE:
                return
        if meant.sure:
            await self._runner.run(scope, heard, call, *meant.matches[0])
            await self._runner.follow_up(scope, call)
        elif meant.matches:
            offer = self._interpreter.offer(heard.text, meant.matches)
            await self._runner.answer(scope, heard, offer)
        else:
            raise self._interpreter.not_understood(heard.text, call)
        if new:
            # The numbers after a list are its own.
            listed = await Listings(scope.session).last(person.id, *ListKind) is not None
            await self._arrivals.greet(scope, person, asking=not listed)
