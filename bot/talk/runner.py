"""A command that was meant is run, and answered where it was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from actions.authority import authorise
from bot.talk.dialogues import Talks
from bot.talk.discretion import Discretion
from bot.talk.hearing import Heard
from bot.talk.scope import Scope, Services
from kit.command import Call, Command
from kit.dialogue import Open
from kit.errors import Incomplete
from kit.feature import Feature
from kit.listing import unfinished
from kit.text import Reply, _
from storage.dialogues import Dialogues
from storage.tables.rooms import RoomRow

# A command that waited longer than this is asked about rather than carried out.
STALE = timedelta(hours=24)


class Runner:
    """Runs commands, and what *features* let follow them."""

    def __init__(
        self, features: Iterable[Feature], talks: Talks, services: Services, discretion: Discretion
    ) -> None:
        """Prepare to run; dialogues that a command begins go through *talks*."""
        self._follow_ups = [bound for feature in features for bound in feature.follow_ups]
        self._talks = talks
        self._services = services
        self._discretion = discretion

    async def run(
        self, scope: Scope, heard: Heard, call: Call, command: Command, rest: str
    ) -> None:
        """Run a command with what follows it; it may begin a dialogue in the direct chat.

        Raises:
            UserError: with the sentence for the caller.
        """
        scope.commands.append(command.path)
        if scope.now - heard.sent_at > STALE:
            await self.answer(scope, heard, self._discretion.stale(heard))
            return
        authorise(call.by, command.act)
        chat = await scope.chats.current(call.person_id)
        try:
            read = command.read(rest)
            result = await command.bound.run(call, supply=self._services.supply(scope), **read)
        except Incomplete as error:
            error.listing = unfinished(command.path, rest)
            raise
        match result:
            case None:
                return
            case Open():
                await self._talks.open(scope, call, result)
            case Reply() if heard.direct or not command.private:
                await self.answer(scope, heard, replace(result, private=command.private))
                return
            case Reply():
                await scope.post.tell(call.person_id, result)
        if not heard.direct:
            await self._point(scope, heard, chat)

    async def apart(self, scope: Scope, heard: Heard, reply: Reply) -> None:
        """Answer in the direct chat what was said in a room, and tell there no more than that."""
        chat = await scope.chats.current(heard.person.id)
        await scope.post.tell(heard.person.id, reply)
        await self._point(scope, heard, chat)

    async def _point(self, scope: Scope, heard: Heard, chat: RoomRow | None) -> None:
        """Say in a room where the answer is; *chat* is what was theirs before it was said."""
        text = _("I have answered you in our direct chat.")
        if chat is None or chat.encrypted:  # whether the invitation reaches them is not known
            text = _(
                "I answer you in a new direct chat: accept my invitation. "
                "If none reaches you, open a chat with me and say it there."
            )
        await self.answer(scope, heard, Reply("room.direct", text))

    async def follow_up(self, scope: Scope, call: Call) -> None:
        """Open the first dialogue that is due with the caller, where no question is open."""
        for each in self._follow_ups:
            wanted = await each.run(call, supply=self._services.supply(scope))
            if wanted is not None and await Dialogues(scope.session).get(call.person_id) is None:
                await self._talks.open(scope, call, wanted)

    async def answer(self, scope: Scope, heard: Heard, reply: Reply) -> None:
        """Answer what was heard: in the direct chat, or where it was said."""
        if heard.direct and heard.thread is None:
            await scope.post.tell(heard.person.id, reply)
        else:
            await scope.post.answer(heard.room, reply, heard.person, heard.event_id, heard.thread)
