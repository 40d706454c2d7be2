"""Conversations over time: load, advance, save; the answers arrive one message at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from bot.talk.scope import Scope, Services
from kit.command import Call, Open
from kit.dialogue import About, Ask, Dialogue, Done, Turn
from kit.feature import Due, Feature, Talk
from kit.network import Network
from kit.notices import Notice
from kit.ports import Understanding
from kit.text import Reply, Say, When, _
from storage.dialogues import Dialogues
from storage.dues import Dues
from storage.outbox import Outbox
from storage.people import People
from storage.tables.talk import DialogueRow

STEERING = ("back", "skip", "pause", "cancel")

# Kind of due row: time to look whether a question still stands unanswered.
STANDING = "dialogue.standing"
NUDGE_AFTER = timedelta(days=2)
EXPIRES_AFTER = timedelta(days=14)


class Talks:
    """The runtime of the declared dialogues. Each person has one open at most."""

    def __init__(
        self,
        features: Iterable[Feature],
        services: Services,
        network: Network,
        understanding: Understanding,
    ) -> None:
        """Collect the dialogues of *features*."""
        self._talks = {talk.dialogue.name: talk for f in features for talk in f.talks}
        self._services = services
        self._network = network
        self._understanding = understanding

    async def open(self, scope: Scope, call: Call, wanted: Open) -> None:
        """Begin a dialogue in the caller's direct chat, or go on with it where it stands."""
        talk = self._talks[wanted.dialogue]
        row = await Dialogues(scope.session).get(call.person_id)
        if wanted.draft is None and row is not None and self._current(row) is talk:
            turn: Turn[Any] = self._standing(talk.dialogue, row)
        else:
            turn = talk.dialogue.begin(wanted.draft or talk.dialogue.draft())
        await self._settle(scope, call, talk, turn)
        await Dues(scope.session).plan_each(STANDING, {call.person_id: scope.now + NUDGE_AFTER})

    async def look_after(self, scope: Scope, person_id: int, due: Due) -> None:
        """Nudge once when an open question stays unanswered; forget it in the end, in silence.

        An answer only moves ``updated_at``: the row that falls due then plans the next look.
        """
        row = await Dialogues(scope.session).get(person_id)
        if row is None:
            return
        nudge_at, end = row.updated_at + NUDGE_AFTER, row.updated_at + EXPIRES_AFTER
        if due.now >= end:
            await Dialogues(scope.session).end(person_id)
            return
        if due.due_at == nudge_at and not row.paused:
            text = _(
                "A question of mine is still open. Say {start} to go on, or {cancel} to stop. "
                "I forget it by myself: {when}.",
                start=Say("start"),
                cancel=Say("cancel"),
                when=When(end),
            )
            reply = Reply(f"{row.name}.nudge", text)
            await scope.post.notify(person_id, Notice.TIPS, reply, until=end)
        moment = end if due.due_at == nudge_at else nudge_at
        await Dues(scope.session).plan_each(STANDING, {person_id: moment})

    async def waiting(self, scope: Scope, person_id: int) -> bool:
        """Whether a question is open and waits for the person's next message."""
        row = await Dialogues(scope.session).get(person_id)
        if row is not None and row.name not in self._talks:  # the release no longer asks that
            await Dialogues(scope.session).end(person_id)
            return False
        return row is not None and not row.paused

    async def closed(self, scope: Scope, person_id: int) -> bool:
        """Whether only certain answers count for the open question."""
        row = await Dialogues(scope.session).get(person_id)
        talk = self._current(row) if row is not None else None
        return row is not None and talk is not None and talk.dialogue.step(row.step).closed

    async def respond(self, scope: Scope, call: Call, text: str) -> bool:
        """Take *text* as the answer to the open question; returns whether it could be read."""
        row = await Dialogues(scope.session).get(call.person_id)
        assert row is not None
        if (talk := self._current(row)) is None:
            await self._begin_again(scope, call, row)
            return True
        standing = self._standing(talk.dialogue, row)
        turn = talk.dialogue.advance(standing.step, standing.draft, text, self._about(call))
        if isinstance(turn, Ask) and turn.complaint is not None:
            return False
        await self._settle(scope, call, talk, turn, answered=call.event_id)
        return True

    async def react(self, scope: Scope, call: Call, event_id: str, sign: str) -> None:
        """Take a reaction to the open question as its answer; any other reaction means nothing."""
        row = await Dialogues(scope.session).get(call.person_id)
        if row is None or row.paused or row.asked is None:
            return
        asked = await Outbox(scope.session).event_of(row.asked)
        if asked == event_id and await self.closed(scope, call.person_id):
            await self.respond(scope, call, sign)

    async def correct(self, scope: Scope, call: Call, event_id: str, text: str) -> None:
        """Take an edit of the last answer as that answer; any other edit means nothing."""
        row = await Dialogues(scope.session).get(call.person_id)
        if row is None or row.answered != event_id or (talk := self._current(row)) is None:
            return
        standing = self._standing(talk.dialogue, row)
        before = talk.dialogue.before(standing.step, standing.draft)
        turn = talk.dialogue.advance(before.step, before.draft, text, self._about(call))
        await self._settle(scope, call, talk, turn, answered=event_id)

    async def complain(self, scope: Scope, call: Call, text: str) -> None:
        """Say what was wrong with an answer and ask again."""
        row = await Dialogues(scope.session).get(call.person_id)
        assert row is not None
        if (talk := self._current(row)) is None:
            await self._begin_again(scope, call, row)
            return
        standing = self._standing(talk.dialogue, row)
        turn = talk.dialogue.advance(standing.step, standing.draft, text, self._about(call))
        await self._settle(scope, call, talk, turn)

    async def steer(self, scope: Scope, call: Call, way: str) -> None:
        """Go back, skip, pause or cancel."""
        dialogues = Dialogues(scope.session)
        row = await dialogues.get(call.person_id)
        assert row is not None
        if way == "cancel":
            await dialogues.end(call.person_id)
            text = _("Cancelled. Nothing of this was kept.")
            await scope.post.direct(call.person_id, Reply(f"{row.name}.cancelled", text))
        elif (talk := self._current(row)) is None:
            await self._begin_again(scope, call, row)
        elif way == "pause":
            row.paused = True
            text = _("Paused. Say {start} to go on where you stopped.", start=Say("start"))
            await scope.post.direct(call.person_id, Reply(f"{row.name}.paused", text))
        else:
            standing = self._standing(talk.dialogue, row)
            move = talk.dialogue.before if way == "back" else talk.dialogue.skip
            await self._settle(scope, call, talk, move(standing.step, standing.draft))

    async def resume(self, scope: Scope, call: Call) -> bool:
        """Ask the open or paused question again; returns whether there was one."""
        row = await Dialogues(scope.session).get(call.person_id)
        if row is None or (talk := self._current(row)) is None:
            return False
        await self._settle(scope, call, talk, self._standing(talk.dialogue, row))
        return True

    async def _begin_again(self, scope: Scope, call: Call, row: DialogueRow) -> None:
        """Ask from the first question: a new release changed them."""
        talk = self._talks[row.name]
        await self._settle(scope, call, talk, talk.dialogue.begin(talk.dialogue.draft()))

    async def _settle(
        self,
        scope: Scope,
        call: Call,
        talk: Talk,
        turn: Turn[Any],
        *,
        answered: str | None = None,
    ) -> None:
        dialogue, dialogues = talk.dialogue, Dialogues(scope.session)
        if language := dialogue.speaks(turn.draft):
            (await People(scope.session).get(call.person_id)).language = language
        if isinstance(turn, Done):
            await dialogues.end(call.person_id)
            await self._finish(scope, call, talk, turn.draft)
            return
        question = dialogue.question(turn, self._about(call))
        reply = Reply(f"{dialogue.name}.ask.{turn.step.name}", question)
        await dialogues.put(
            DialogueRow(
                person_id=call.person_id,
                name=dialogue.name,
                version=dialogue.version,
                step=turn.step.name,
                draft=dialogue.dump(turn.draft),
                paused=False,
                answered=answered,
                asked=await scope.post.direct(call.person_id, reply),
                updated_at=scope.now,
            )
        )

    async def _finish(self, scope: Scope, call: Call, talk: Talk, draft: Any) -> None:
        supply = self._services.supply(scope)
        result = await talk.finish.run(call, draft, supply=supply)
        if isinstance(result, Open):
            await self.open(scope, call, result)
        elif result is not None:
            await scope.post.direct(call.person_id, result)

    def _current(self, row: DialogueRow) -> Talk | None:
        talk = self._talks.get(row.name)
        return talk if talk is not None and talk.dialogue.version == row.version else None

    @staticmethod
    def _standing(dialogue: Dialogue[Any], row: DialogueRow) -> Ask[Any]:
        return Ask(dialogue.step(row.step), dialogue.load(row.draft))

    def _about(self, call: Call) -> About:
        return About(self._network, self._understanding, call.language, call.now)
