"""What an event means: an answer to an open question, a command, an arrival, a departure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from actions.authority import authorise
from bot.talk.arrivals import Arrival, Arrivals
from bot.talk.chats import Chats
from bot.talk.dialogues import STEERING, LookAfter, Outcome, Standing, Talks
from bot.talk.discretion import Discretion
from bot.talk.dues import Handler, Register
from bot.talk.hearing import Heard, Hearing
from bot.talk.interpreter import SMALL_TALK, Interpreter
from bot.talk.particulars import Match
from bot.talk.pointing import Pointing
from bot.talk.recognition import Recognition
from bot.talk.scope import Scope, Services
from bot.talk.verifying import Verifying
from bot.talk.wording import is_command, is_whole
from kit.command import Bound, Call, Command
from kit.dialogue import Open
from kit.errors import BadArgument, Confidential, Conflict, NotFound, NotUnderstood
from kit.feature import Feature
from kit.inbound import (
    DeviceUnsigned,
    Event,
    Invited,
    Joined,
    KeyMissing,
    Left,
    MembersChanged,
    Reaction,
    Readmitted,
    Removed,
    TextMessage,
    Upgraded,
    VerificationStep,
    Wordless,
)
from kit.notices import DigestDue, Wake
from kit.table import CommandTable
from kit.text import Paragraphs, Reply, Say, _
from kit.understanding import Understanding
from kit.words import LONGEST
from storage.dialogues import Dialogues
from storage.inbox import Inbox, Received

BROKEN = "error.broken"
# A command that waited longer than this is asked about rather than carried out.
STALE = timedelta(hours=24)
# After so many messages in a row that meant nothing, it is probably another program that talks.
PATIENCE = 10
SILENT = _("From here on I only answer what I understand: {help} shows it.", help=Say("help"))
GREETED_BY = ("start", "say hello")  # the greeting is an answer to these
UNFIT = tuple(f"error.{each.code}" for each in (BadArgument, NotFound, Conflict))


class Conversation:
    """Decides what to do with an event, inside the transaction it is given."""

    def __init__(
        self,
        features: list[Feature],
        table: CommandTable,
        talks: Talks,
        services: Services,
        hearing: Hearing,
        arrivals: Arrivals,
        chats: Chats,
        *,
        verifying: Verifying,
        pointing: Pointing,
        interpreter: Interpreter,
        understanding: Understanding,
    ) -> None:
        """Prepare to converse.

        Raises:
            LookupError: a handler asks for a service that nothing provides.
            ValueError: what falls due has two handlers.
        """
        self._table = table
        self._talks = talks
        self.services = services
        self._hearing = hearing
        self._pointing = pointing
        self._interpreter = interpreter
        self._recognition = Recognition(table, pointing, interpreter, understanding)
        self._arrivals = arrivals
        self._chats = chats
        self._verifying = verifying
        self._understanding = understanding
        self._discretion = Discretion(table, understanding)
        dues = [entry for f in features for entry in f.dues]
        self.dues = Register(
            [
                (Wake, lambda scope, due: scope.post.wake(due.what.person)),
                (DigestDue, lambda scope, due: scope.post.digest(due.what.person)),
                (LookAfter, talks.look_after),
                (Arrival, arrivals.arrived),
                *((planned, self._declared(bound)) for planned, bound in dues),
            ]
        )
        bound = [c.bound for c in table] + [t.finish for f in features for t in f.talks]
        bound += [a for f in features for a in f.arrivals] + [bound for _planned, bound in dues]
        self._follow_ups = [bound for f in features for bound in f.follow_ups]
        bound += self._follow_ups
        if missing := {k for b in bound for k in b.needs.values() if k not in services}:
            message = f"nothing provides {', '.join(sorted(kind.__name__ for kind in missing))}"
            raise LookupError(message)

    def _declared(self, bound: Bound) -> Handler:
        return lambda scope, due: bound.run(due, supply=self.services.supply(scope))

    async def handle(self, scope: Scope, row: Received, event: Event) -> str | None:  # noqa: C901, PLR0912 -- a case for each
        """Do what an event asks for; returns why it was no answer to the question that is open.

        Raises:
            UserError: with the sentence for its sender.
        """
        match event:
            case TextMessage() | Reaction() | Wordless():
                if (heard := await self._listen(scope, row)) is not None:
                    return await self._hear(scope, heard)
            case Joined():
                await self._arrivals.joined(scope, row)
            case Left():
                await self._arrivals.left(scope, row)
            case Removed(banned):
                await self._arrivals.removed(scope, row, banned=banned)
            case Readmitted():
                await self._arrivals.readmitted(scope, row)
            case Invited():
                await self._chats.invited(scope, row, event)
                await Inbox(scope.session).drop(row.id)
            case Upgraded(to):
                await self._chats.upgraded(scope, row, to)
                await Inbox(scope.session).drop(row.id)
            case MembersChanged():
                if (person := await self._chats.entered(scope, row)) is not None:
                    await self._arrivals.met(scope, person)
                await Inbox(scope.session).drop(row.id)
            case KeyMissing(why):
                await self._chats.unread(scope, row, why)
                await Inbox(scope.session).drop(row.id)
            case DeviceUnsigned(device_id):
                await self._chats.unsigned(scope, row, device_id)
                await Inbox(scope.session).drop(row.id)
            case VerificationStep():
                await self._verifying.go_on(scope, row, event)
            case _:
                assert_never(event)
        return None

    async def tell(self, scope: Scope, row: Received, reply: Reply) -> None:
        """Say something about an event to who caused it, where they caused it."""
        heard = await self._listen(scope, row)
        if heard is None:
            return
        if not heard.direct and heard.mere_reply and reply.kind in UNFIT:
            return  # so it was no command, and people talk about what the hub said
        scope.post.hears(heard.person.id)
        if reply.kind != BROKEN and (refusal := self._discretion.refused(heard)):
            reply = Reply(f"error.{refusal.code}", refusal.message)  # the other may quote it
        if reply.kind == f"error.{NotUnderstood.code}":
            heard.person.misunderstood += 1
            if heard.person.misunderstood > PATIENCE:
                return
            if heard.person.misunderstood == PATIENCE:
                reply = replace(reply, body=Paragraphs([reply.body, SILENT]))
        await self._answer(scope, heard, reply)
        if heard.direct and reply.kind not in (BROKEN, f"error.{Confidential.code}"):
            call = self._hearing.call(scope, heard.person, heard)
            if await self._talks.standing(scope, call.person_id):
                await self._talks.remind(scope, call)

    async def _listen(self, scope: Scope, row: Received) -> Heard | None:
        heard = await self._hearing.hear(scope, row)
        return self._discretion.heed(heard) if heard is not None else None

    async def _hear(self, scope: Scope, heard: Heard) -> str | None:
        scope.post.hears(heard.person.id)
        call = self._hearing.call(scope, heard.person, heard)
        match heard.said:
            case TextMessage(long=long) if long or len(heard.text) > LONGEST:  # folding may expand
                raise BadArgument(_("That is too long for me. Please use fewer words."))
            case TextMessage(replaces=str(target)):
                return await self._edited(scope, heard, call, target)
            case Reaction(sign, to) if heard.direct:
                match = await self._pointing.reacted(scope, heard, self._understanding.consent)
                if match is not None:
                    await self._run(scope, heard, call, *match)
                else:
                    await self._talks.react(scope, call, to, sign)
            case Wordless():
                if await self._arrivals.greet(scope, heard.person):
                    return None
                if not await Inbox(scope.session).repeats(heard.event_id):  # an album is one
                    raise NotUnderstood(_("I can only read text. Please write it in words."))
            case TextMessage():
                missed = heard.person.misunderstood
                unread = await self._understand(scope, heard, call)
                if missed and missed == heard.person.misunderstood:
                    heard.person.misunderstood = 0
                return unread
        return None

    async def _edited(self, scope: Scope, heard: Heard, call: Call, target: str) -> str | None:
        """Take an edit of the last answer, or of what could not be done, for what was meant.

        What was done is done once.
        """
        if heard.direct:
            self._discretion.check(heard)
            if await self._talks.correct(scope, call, target, heard.text):
                return None
        inbox = Inbox(scope.session)
        handled = await inbox.handled(target, heard.person.user_id)
        if handled is None:
            return None
        if handled.refused and not handled.passed:
            unread = await self._understand(scope, heard, call)
            if unread is None:
                await inbox.settle(target)
            return unread
        if not handled.refused and (heard.direct or self._table.match(heard.text)):
            done = _("I have done that already. To change it, please say it in a new message.")
            await self._answer(scope, heard, Reply("edit.late", done))
        return None

    async def _understand(self, scope: Scope, heard: Heard, call: Call) -> str | None:
        asked = await self._talks.standing(scope, call.person_id) if heard.direct else None
        if asked and await self._agreed(scope, heard, call, asked):
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
                return None
            await self._talks.settle(scope, call, answer)
            return None
        if lawyer is not None:  # to be invited as a member would be no answer
            match, heard.person.greeted = (lawyer, ""), True
        return await self._carry_out(scope, heard, call, match, answer, asked)

    async def _agreed(self, scope: Scope, heard: Heard, call: Call, asked: Standing) -> bool:
        """Take a yes or no for what the hub asked after the open question, if it did."""
        consent = self._understanding.consent
        meant = await self._pointing.agreed(scope, heard, consent, after=asked.messages)
        if meant is None:
            return False
        await self._run(scope, heard, call, *meant.matches[0])
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
            await self._run(scope, heard, call, *match)
            if asked:
                await self._talks.remind(scope, call, unless_after=asked.said)
            elif heard.direct:
                await self._follow_up(scope, call)
        elif answer:
            return await self._aside(scope, heard, call, answer, asked)
        elif heard.direct:
            await self._other(scope, heard, call)
        elif sure := await self._interpreter.called(
            scope, call, heard.text, member=heard.person.is_member
        ):
            await self._run(scope, heard, call, *sure)
        elif heard.named:  # the prefix may have called another program
            raise NotUnderstood(
                _("I did not understand that. Say {help} to see what I can do.", help=Say("help"))
            )
        return None

    async def _follow_up(self, scope: Scope, call: Call) -> None:
        for each in self._follow_ups:
            wanted = await each.run(call, supply=self.services.supply(scope))
            if wanted is not None and await Dialogues(scope.session).get(call.person_id) is None:
                await self._talks.open(scope, call, wanted)

    async def _run(
        self, scope: Scope, heard: Heard, call: Call, command: Command, rest: str
    ) -> None:
        if scope.now - heard.sent_at > STALE:
            await self._answer(scope, heard, self._discretion.stale(heard))
            return
        authorise(call.by, command.act)
        chat = await scope.chats.current(call.person_id)
        read = command.read(rest)
        result = await command.bound.run(call, supply=self.services.supply(scope), **read)
        match result:
            case None:
                return
            case Open():
                await self._talks.open(scope, call, result)
            case Reply() if heard.direct or not command.private:
                await self._answer(scope, heard, replace(result, private=command.private))
                return
            case Reply():
                await scope.post.tell(call.person_id, result)
        if not heard.direct:
            text = _("I have answered you in our direct chat.")
            if chat is None or chat.encrypted:  # whether the invitation reaches them is not known
                text = _(
                    "I answer you in a new direct chat: accept my invitation. "
                    "If none reaches you, open a chat with me and say it there."
                )
            await self._answer(scope, heard, Reply("room.direct", text))

    async def _answer(self, scope: Scope, heard: Heard, reply: Reply) -> None:
        if heard.direct and heard.thread is None:
            await scope.post.tell(heard.person.id, reply)
        else:
            await scope.post.answer(heard.room, reply, heard.person, heard.event_id, heard.thread)

    async def _aside(
        self, scope: Scope, heard: Heard, call: Call, answer: Outcome, asked: Standing | None
    ) -> str | None:
        """Answer what somebody asks beside an open question, else say why that was no answer."""
        command = self._interpreter.aside(heard.text, call.language)
        if asked is None or command is None:
            await self._talks.settle(scope, call, answer)
            return BadArgument.code
        if command.path in STEERING:
            await self._talks.steer(scope, call, asked, command.path)
        else:
            await self._run(scope, heard, call, command, "")
            await self._talks.remind(scope, call, unless_after=asked.said)
        return None

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
            await self._run(scope, heard, call, *meant.matches[0])
            await self._follow_up(scope, call)
        elif meant.matches:
            offer = self._interpreter.offer(heard.text, meant.matches)
            await self._answer(scope, heard, offer)
        else:
            raise self._interpreter.not_understood(heard.text, call)
        if new:
            await self._arrivals.greet(scope, person)
