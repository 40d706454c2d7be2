"""Which part of the hub an event concerns: what is said, who comes and goes, keys, verification."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from actions.acquaintance import misunderstand, understand
from actions.recognition import Recognition
from bot.say.in_clear import named
from bot.talk.arrivals import Arrival, Arrivals, ShownTheWay
from bot.talk.chats import Chats
from bot.talk.conversation import Conversation
from bot.talk.dialogues import LookAfter, Talks
from bot.talk.discretion import Discretion
from bot.talk.dues import Handler, Register, pass_by
from bot.talk.hearing import Heard, Hearing
from bot.talk.pointing import Pointing
from bot.talk.readings import Readings
from bot.talk.readings.skills import Skills
from bot.talk.runner import Runner
from bot.talk.scope import Scope, Services
from bot.talk.unfinished import Unfinished
from bot.talk.verifying import Verifying
from bot.talk.wishing import Wishing
from kit.command import Bound, Call
from kit.due import CannotRead, Compared, Mismatched, ToldOfDevice, WrongNumbers
from kit.errand import Redact
from kit.errors import BadArgument, Confidential, Conflict, NotFound, NotUnderstood
from kit.feature import Feature
from kit.inbound import (
    DeviceUnsigned,
    Displayed,
    Event,
    GoesBy,
    IdentityReplaced,
    IdentitySetUp,
    InNeed,
    Invited,
    Joined,
    KeyMissing,
    Knocked,
    KnockOver,
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
from kit.network import Network
from kit.notices import DigestDue, Wake
from kit.roomkey import SpaceRoom
from kit.table import CommandTable
from kit.text import Paragraphs, Reply, Say, _
from kit.understanding import Understanding
from kit.words import LONGEST
from storage.inbox import Inbox, Received

BROKEN = "error.broken"
SILENT = _("From here on I only answer what I understand: {help} shows it.", help=Say("help"))
UNFIT = tuple(f"error.{each.code}" for each in (BadArgument, NotFound, Conflict))


class Router:
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
        wishing: Wishing,
        understanding: Understanding,
        network: Network,
    ) -> None:
        """Prepare to route.

        Raises:
            LookupError: a handler asks for a service that nothing provides.
            ValueError: what falls due has two handlers.
        """
        self._table = table
        self._talks = talks
        self.services = services
        self._hearing = hearing
        self._pointing = pointing
        self._arrivals = arrivals
        self._chats = chats
        self._verifying = verifying
        self._understanding = understanding
        self._discretion = discretion = Discretion(table, understanding)
        self._runner = Runner(features, talks, services, discretion)
        self._conversation = Conversation(
            talks,
            self._runner,
            Readings(
                Skills(
                    table,
                    talks,
                    pointing,
                    Unfinished(table, pointing, wishing, understanding.consent),
                    wishing,
                    discretion,
                    understanding,
                    network,
                )
            ),
            wishing,
            arrivals,
        )
        self.dues = Register(
            [
                (Wake, lambda scope, due: scope.post.wake(due.what.person)),
                (DigestDue, lambda scope, due: scope.post.digest(due.what.person)),
                (LookAfter, talks.look_after),
                (Arrival, arrivals.arrived),
                (CannotRead, chats.cannot_read),
                (ToldOfDevice, chats.told_of_device),
                *((past, pass_by) for past in (ShownTheWay, Compared, Mismatched, WrongNumbers)),
                *((planned, self._declared(bound)) for f in features for planned, bound in f.dues),
            ]
        )
        needs = {kind for f in features for bound in f.handlers for kind in bound.needs.values()}
        if missing := {kind for kind in needs if kind not in services}:
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
            case Knocked(reason):
                await self._arrivals.knocked(scope, row, reason)
            case KnockOver():
                await self._arrivals.knock_over(scope, row)
            case Left():
                await self._arrivals.left(scope, row)
            case InNeed(language):
                await self._arrivals.in_need(scope, row, language)
                await Inbox(scope.session).drop(row.id)
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
            case DeviceUnsigned():
                await self._chats.unsigned(scope, row)
                await Inbox(scope.session).drop(row.id)
            case IdentityReplaced():
                await self.services.one(scope, Recognition).replaced(row.sender, scope.now)
                await Inbox(scope.session).drop(row.id)
            case IdentitySetUp(device):
                await self.services.one(scope, Recognition).set_up(row.sender, named(device))
                await Inbox(scope.session).drop(row.id)
            case Displayed() | GoesBy():  # counted when it came
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
            left = misunderstand(heard.person)
            if left < 0:
                return
            if left == 0:
                reply = replace(reply, body=Paragraphs([reply.body, SILENT]))
        await self._refuse(scope, heard, reply)
        if heard.direct and reply.kind not in (BROKEN, f"error.{Confidential.code}"):
            call = self._hearing.call(scope, heard.person, heard)
            if await self._talks.standing(scope, call.person_id):
                await self._talks.remind(scope, call)

    async def _refuse(self, scope: Scope, heard: Heard, reply: Reply) -> None:
        """Answer where something was said, unless others there should not read along."""
        if not heard.direct and self._discretion.is_report(heard):
            if isinstance(heard.room.key, SpaceRoom):
                scope.errands.act(heard.room.id, Redact(heard.event_id))
            await scope.post.tell(heard.person.id, reply)
        elif not heard.direct and reply.kind == f"error.{Confidential.code}":
            await self._runner.apart(scope, heard, reply)
        else:
            await self._runner.answer(scope, heard, reply)

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
                    await self._runner.run(scope, heard, call, *match)
                else:
                    await self._talks.react(scope, call, to, sign)
            case Wordless():
                if await self._arrivals.greet(scope, heard.person):
                    return None
                if not await Inbox(scope.session).repeats(heard.event_id):  # an album is one
                    raise NotUnderstood(_("I can only read text. Please write it in words."))
            case TextMessage():
                missed = heard.person.misunderstood
                unread = await self._conversation.understand(scope, heard, call)
                if missed and missed == heard.person.misunderstood:
                    understand(heard.person)
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
            unread = await self._conversation.understand(scope, heard, call)
            if unread is None:
                await inbox.settle(target)
            return unread
        if not handled.refused and (heard.direct or self._table.match(heard.text)):
            done = _("I have done that already. To change it, please say it in a new message.")
            await self._runner.answer(scope, heard, Reply("edit.late", done))
        return None
