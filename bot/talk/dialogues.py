"""Conversations over time: load, advance, save; the answers arrive one message at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from actions.acquaintance import Acquaintance
from actions.authority import authorise, may
from bot.talk.drafts import Drafts
from bot.talk.scope import Scope, Services
from kit.command import Call
from kit.correcting import corrected, revised
from kit.dialogue import Ask, Done, Open, Turn
from kit.due import Due, ForPerson
from kit.errors import NotAllowed, refusal
from kit.feature import Feature, Talk
from kit.network import Network
from kit.notices import Notice
from kit.question import About
from kit.text import Node, Reply, Say, _
from kit.times import When
from kit.trait import Purpose
from kit.understanding import Understanding
from storage.dialogues import Dialogues
from storage.dues import Dues
from storage.listings import Listings
from storage.messages import Messages
from storage.people import People
from storage.tables.talk import DialogueRow

_GUESSED = "?"  # beside the fields of a stored draft: an answer that waits for a yes
NUDGE_AFTER = timedelta(days=2)
EXPIRES_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class LookAfter(ForPerson):
    """It is time to look whether a question still stands unanswered."""

    kind: ClassVar[str] = "dialogue.standing"


@dataclass(frozen=True, slots=True)
class Standing:
    """A conversation that was begun, and the question it stands at, *said* in these messages.

    There is none where a new release changed the questions: then they begin again.
    """

    row: DialogueRow
    talk: Talk
    question: Ask[Any] | None
    said: str | None

    @property
    def closed(self) -> bool:
        """Whether only certain answers count."""
        return self.question is not None and (
            self.question.step.closed or bool(self.question.guessed)
        )

    @property
    def plain(self) -> bool:
        """Whether a plain yes or no is asked for."""
        question = self.question
        return question is not None and (question.step.plain or bool(question.guessed))

    @property
    def lapses(self) -> Node | None:
        """What is said as soon as anything else is done, if it cannot wait for its answer."""
        return self.talk.dialogue.lapses

    @property
    def messages(self) -> Sequence[str]:
        """The messages in which it is asked."""
        return (self.said or "").split()

    @property
    def speaks(self) -> bool:
        """Whether the language to go on in is asked for."""
        return self.question is not None and self.question.step.name == self.talk.dialogue.speaks

    @property
    def weighed(self) -> bool:
        """Whether an answer is weighed by what it is about."""
        return self.question is not None and self.question.step.weighed

    @property
    def prose(self) -> bool:
        """Whether the answer is kept in the words it is given in."""
        return self.question is not None and self.question.step.prose


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a conversation goes; *answered* is the event whose answer took it there.

    Of what is asked *again*, these are the messages that asked it before.
    """

    talk: Talk
    turn: Turn[Any]
    answered: str | None = None
    again: Sequence[str] = ()

    @property
    def readable(self) -> bool:
        """Whether what was said is an answer."""
        return isinstance(self.turn, Done) or self.turn.complaint is None

    @property
    def guessed(self) -> bool:
        """Whether it waits for a yes."""
        return isinstance(self.turn, Ask) and bool(self.turn.guessed)

    @property
    def language(self) -> str | None:
        """In which language to go on, if that was answered."""
        return self.talk.dialogue.language(self.turn.draft)


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
        self._drafts = Drafts(talk.dialogue for talk in self._talks.values())
        self._services = services
        self._network = network
        self._understanding = understanding

    async def open(self, scope: Scope, call: Call, wanted: Open[Any]) -> None:
        """Begin a dialogue in the caller's direct chat, or go on with it where it stands."""
        talk = self._talks[wanted.dialogue.name]
        begun = await self._begun(scope, call.person_id)
        if wanted.draft is None and begun is not None and begun.talk is talk and begun.question:
            turn: Turn[Any] = begun.question
        else:
            draft, step = wanted.draft or talk.dialogue.draft(), talk.dialogue.step(wanted.at)
            turn = talk.dialogue.at(step, draft) if step else talk.dialogue.begin(draft)
        await self.settle(scope, call, Outcome(talk, turn))
        await Dues(scope.session).plan(LookAfter(call.person_id), at=scope.now + NUDGE_AFTER)

    async def look_after(self, scope: Scope, due: Due[LookAfter]) -> None:
        """Nudge once when an open question stays unanswered; forget it in the end, in silence.

        An answer only moves ``updated_at``: the row that falls due then plans the next look.
        """
        person_id = due.what.person
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
        await Dues(scope.session).plan(LookAfter(person_id), at=moment)

    async def standing(self, scope: Scope, person_id: int) -> Standing | None:
        """Return the question that waits for the person's next message, if one does."""
        begun = await self._begun(scope, person_id)
        return None if begun is None or begun.row.paused else begun

    async def is_late(self, scope: Scope, room: int, asked: Standing, text: str) -> bool:
        """Tell whether a yes in a room may be meant for something else than what cannot wait.

        It is asked once more for what others brought in between, and not as often as they do.
        """
        if asked.lapses is None or self._understanding.refuses(text):
            return False
        first = len(asked.messages) == 1
        return not await Listings(scope.session).is_last_word(asked.messages, room, noted=first)

    def consider(self, call: Call, standing: Standing, text: str) -> Outcome:
        """Say what comes of *text* as an answer; nothing changes before that is settled."""
        talk, question = standing.talk, standing.question
        if question is None:
            return _again(talk)
        about = self._about(call)
        turn = corrected(talk.dialogue, question, text, about) or talk.dialogue.advance(
            question.step, question.draft, text, about, question.guessed
        )
        outcome = Outcome(talk, turn, call.event_id)
        return outcome if outcome.readable else Outcome(talk, turn)

    def revised(self, call: Call, standing: Standing, answer: Outcome, text: str) -> Outcome | None:
        """Say what comes of *text* as another answer to an earlier question, if it is one."""
        talk, question = standing.talk, standing.question
        if question is None:
            return None
        about = self._about(call)
        turn = revised(talk.dialogue, question, text, about, unread=not answer.readable)
        return Outcome(talk, turn, call.event_id) if turn else None

    async def react(self, scope: Scope, call: Call, event_id: str, sign: str) -> None:
        """Take a reaction to the open question as its answer; any other reaction means nothing."""
        standing = await self.standing(scope, call.person_id)
        if standing is None or standing.row.asked is None or not standing.closed:
            return
        messages = Messages(scope.session)
        asked = [await messages.event_of(txn_id) for txn_id in standing.row.asked.split()]
        if event_id in asked:
            outcome = self.consider(call, standing, sign)
            if outcome.readable:
                await self.settle(scope, call, outcome)

    async def correct(self, scope: Scope, call: Call, event_id: str, text: str) -> bool:
        """Take an edit of the last answer as that answer; returns whether it was one."""
        begun = await self._begun(scope, call.person_id)
        if begun is None or begun.question is None or begun.row.answered != event_id:
            return False
        dialogue = begun.talk.dialogue
        asked = begun.question
        before = dialogue.before(asked.step, asked.draft, asked.guessed)
        turn = dialogue.advance(before.step, before.draft, text, self._about(call))
        await self.settle(scope, call, Outcome(begun.talk, turn, event_id))
        return True

    @staticmethod
    def put_off(standing: Standing | None) -> None:
        """Let a question wait, without a word, until somebody wants to go on."""
        if standing is not None:
            standing.row.paused = True

    async def steer(
        self, scope: Scope, call: Call, standing: Standing, way: Purpose | None
    ) -> None:
        """Go back, skip, pause or cancel."""
        row, talk, question = standing.row, standing.talk, standing.question
        if way is Purpose.CANCEL:
            await Dialogues(scope.session).end(call.person_id)
            text = _("Cancelled. Nothing was saved.")
            await scope.post.tell(call.person_id, Reply(f"{row.name}.cancelled", text))
        elif question is None:
            await self.settle(scope, call, _again(talk))
        elif way is Purpose.PAUSE:
            row.paused = True
            text = _("Paused. Say {start} to go on where you stopped.", start=Say("start"))
            await scope.post.tell(call.person_id, Reply(f"{row.name}.paused", text))
        else:
            step, draft = question.step, question.draft
            if way is Purpose.BACK:
                turn: Turn[Any] = talk.dialogue.before(step, draft, question.guessed)
            else:
                turn = talk.dialogue.skip(step, draft)
            await self.settle(scope, call, Outcome(talk, turn))

    async def resume(self, scope: Scope, call: Call) -> bool:
        """Ask the open or paused question again; returns whether there was one."""
        begun = await self._begun(scope, call.person_id)
        if begun is None or begun.question is None:
            return False
        await self.settle(scope, call, Outcome(begun.talk, begun.question))
        return True

    async def remind(self, scope: Scope, call: Call, *, unless_after: str | None = None) -> None:
        """Say once, in one line, which question is still open; in another language, all of it.

        One that cannot wait is dropped.

        Nothing is said if a question was asked after those messages.
        """
        begun = await self._begun(scope, call.person_id)
        if begun is None or begun.question is None or unless_after not in {None, begun.said}:
            return
        if begun.lapses is not None:
            await Dialogues(scope.session).end(call.person_id)
            reply = Reply(f"{begun.row.name}.lapsed", begun.lapses)
            await scope.post.tell(call.person_id, reply)
            return
        spoken = (await People(scope.session).get(call.person_id)).language
        if spoken != call.language or not may(call.by, begun.talk.needs(begun.question.draft)):
            await self.settle(scope, call, Outcome(begun.talk, begun.question, begun.row.answered))
            return
        begun.row.updated_at = scope.now
        asked = (begun.row.asked or "").split()
        if len(asked) > 1:
            return
        dialogue, step = begun.talk.dialogue, begun.question.step
        line = dialogue.reminder(begun.question, self._about(call))
        said = await scope.post.tell(
            call.person_id, Reply(f"{dialogue.name}.ask.{step.name}", line)
        )
        # A sign may be set to either: there is the list, and here the words.
        begun.row.asked = " ".join([*asked, said])

    async def speak(self, scope: Scope, call: Call, language: str) -> None:
        """Go on in another language."""
        await self._services.one(scope, Acquaintance).speak(call.by, language)

    async def settle(self, scope: Scope, call: Call, outcome: Outcome) -> None:
        """Ask the next question, the same one with a complaint, or finish the conversation."""
        talk, turn = outcome.talk, outcome.turn
        dialogue, dialogues = talk.dialogue, Dialogues(scope.session)
        try:
            authorise(call.by, talk.needs(turn.draft))
        except NotAllowed as refused:  # they could when it began: nothing of it is kept
            await dialogues.end(call.person_id)
            await scope.post.tell(call.person_id, refusal(refused))
            return
        if language := dialogue.language(turn.draft):
            await self.speak(scope, call, language)
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
                draft=self._stored(dialogue.name, turn),
                paused=False,
                answered=outcome.answered,
                asked=" ".join([*outcome.again, await scope.post.tell(call.person_id, reply)]),
                updated_at=scope.now,
            )
        )

    async def _finish(self, scope: Scope, call: Call, talk: Talk, draft: Any) -> None:
        supply = self._services.supply(scope)
        result = await talk.finish.run(call, draft, supply=supply)
        if isinstance(result, Open):
            await self.open(scope, call, result)
        elif result is not None:
            await scope.post.tell(call.person_id, result)

    async def _begun(self, scope: Scope, person_id: int) -> Standing | None:
        row = await Dialogues(scope.session).get(person_id)
        if row is None:
            return None
        if (talk := self._talks.get(row.name)) is None:  # the release no longer asks that
            await Dialogues(scope.session).end(person_id)
            return None
        language = (await People(scope.session).get(person_id)).language
        question = self._question(talk, row, language)
        if question is None and isinstance(_again(talk).turn, Done):  # it begins with what is lost
            await Dialogues(scope.session).end(person_id)
            return None
        return Standing(row, talk, question, row.asked)

    def _stored(self, name: str, ask: Ask[Any]) -> dict[str, Any]:
        guessed = {_GUESSED: ask.guessed} if ask.guessed else {}
        return self._drafts.dump(name, ask.draft) | guessed

    def _question(self, talk: Talk, row: DialogueRow, language: str) -> Ask[Any] | None:
        if talk.dialogue.version != row.version:
            return None
        step = talk.dialogue.step(row.step)
        values = {name: value for name, value in row.draft.items() if name != _GUESSED}
        draft = self._drafts.load(row.name, values)
        if step is None or draft is None:
            return None
        draft = talk.dialogue.spoken(draft, language)  # they may have changed it meanwhile
        return Ask(step, draft, guessed=str(row.draft.get(_GUESSED, "")))

    def _about(self, call: Call) -> About:
        return About(self._network, self._understanding, call.language, call.now)


def _again(talk: Talk) -> Outcome:
    return Outcome(talk, talk.dialogue.begin(talk.dialogue.draft()))
