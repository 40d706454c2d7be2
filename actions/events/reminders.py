"""Reminders of any message, at a moment somebody chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar

from actions.authority import authorise
from actions.events import letters
from actions.events.agenda import plannable
from kit.authority import Act, Actor
from kit.due import ForPerson
from kit.errors import BadArgument
from kit.notices import Notice
from kit.ports import Post
from kit.text import n_
from storage.dues import Dues

MOST_MESSAGES = 50
# The moment was chosen: waiting for the end of quiet hours would miss it.
OF_USE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MessageReminder(ForPerson):
    """Somebody wants to be reminded of a message: its room and event on the homeserver."""

    kind: ClassVar[str] = "message.reminder"
    room: str
    event: str

    def key(self, at: datetime) -> str:
        """Name it without saying in clear which message it is."""
        message = sha256(f"{self.room} {self.event}".encode()).hexdigest()[:16]
        return f"{self.kind}:{self.person}:{message}:{at.isoformat()}"


@dataclass(frozen=True, slots=True)
class MessageReminders:
    """Messages that people want to come back to."""

    dues: Dues
    post: Post

    async def keep(self, by: Actor, room: str, event: str, at: datetime, now: datetime) -> None:
        """Plan to remind somebody of a message.

        Raises:
            BadArgument: that is in the past or too far ahead, or they have planned too many.
        """
        authorise(by, Act.ATTEND)
        plannable(at, "UTC", now)
        if await self.dues.count(MessageReminder, by.id) >= MOST_MESSAGES:
            raise BadArgument(
                n_(
                    "I keep at most {n} reminder of messages for you. It has to come first.",
                    "I keep at most {n} reminders of messages for you. Some have to come first.",
                    MOST_MESSAGES,
                )
            )
        await self.dues.plan(MessageReminder(by.id, room, event), at=at)

    async def due(self, what: MessageReminder, now: datetime) -> None:
        """Remind somebody of a message they chose."""
        letter = letters.message_reminder(what.room, what.event)
        await self.post.notify(what.person, Notice.REMINDERS, letter, until=now + OF_USE)
