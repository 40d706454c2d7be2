"""News of events in the digests of members: a portion of them at once, the others one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from actions.events import letters
from kit.due import Planned
from kit.notices import Notice
from kit.ports import Post
from kit.subject import OfEvent
from storage.attention import Attention
from storage.dues import Dues
from storage.events import Events
from storage.tables.events import EventRow

# So many are told in one transaction, which takes about as long as a command.
PORTION = 50


@dataclass(frozen=True, slots=True)
class Spread(Planned):
    """Members are to find an event in their digest: all *after* a person."""

    kind: ClassVar[str] = "events.spread"
    once: ClassVar[bool] = True
    event: int
    after: int


@dataclass(frozen=True, slots=True)
class Renew(Planned):
    """Who has not read of an event yet is to read what a revision made of it: all *after* one."""

    kind: ClassVar[str] = "events.renew"
    once: ClassVar[bool] = True
    event: int
    revision: int
    after: int


@dataclass(frozen=True, slots=True)
class Spreading:
    """Lets members find events in their digests, as they are by then."""

    events: Events
    attention: Attention
    dues: Dues
    post: Post

    async def spread(self, what: Spread, now: datetime) -> None:
        """Put an event into the digests of some members, and leave the rest for later."""
        event = await self.events.get(what.event)
        if event is None or event.starts_at <= now:
            return
        members = await self.attention.member_ids(what.after, PORTION)
        await self._publish(event, members)
        if len(members) == PORTION:
            await self.dues.plan(Spread(event.id, members[-1]), at=now)

    async def renew(self, what: Renew, now: datetime) -> None:
        """Put an event that changed in place of what some members have not read yet.

        What is called off is taken out. A later revision renews all of them anew.
        """
        event = await self.events.any(what.event)
        if event is None or event.revision != what.revision:
            return
        unread = await self.attention.unread(OfEvent(event.id), what.after, PORTION)
        for person_id in unread:
            await self.post.retract(OfEvent(event.id), person_id)
        if not event.cancelled:
            await self._publish(event, unread)
        if len(unread) == PORTION:
            await self.dues.plan(Renew(event.id, event.revision, unread[-1]), at=now)

    async def _publish(self, event: EventRow, members: Sequence[int]) -> None:
        """Tell members who do not know of an event yet: who holds it or is going does."""
        knowing = await self.events.going_among(event.id, members) | {event.host_id}
        if readers := {*members} - knowing:
            letter = letters.news(event)
            await self.post.publish(Notice.EVENTS, letter, until=event.starts_at, to=readers)
