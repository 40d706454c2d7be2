"""What may be a flood: counted in memory as it comes, without keeping what anybody says."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import ClassVar

from kit.due import Planned
from kit.inbound import Event, Joined, TextMessage, Wordless
from kit.network import FloodLimits
from kit.words import fold

MINUTE, TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)
MOST_KEYS = 10_000  # that are remembered at once; the one that was heard of last goes last
TOLD_AGAIN_AFTER = timedelta(hours=1)
SHORTEST = 20  # letters of a text that two people do not say by chance
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


class Flood(StrEnum):
    """What there is too much of. The words are stored."""

    MESSAGES = "messages"
    COPIES = "copies"
    JOINS = "joins"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Flooded(Planned):
    """Somebody sent too much, or too many came: the *event* is the one that was too much.

    *room* is the slug of the room it was in.
    """

    kind: ClassVar[str] = "flood"
    once: ClassVar[bool] = True
    untold: ClassVar[frozenset[str]] = frozenset({"user_id"})
    sort: str
    room: str
    event: str
    user_id: str


@dataclass(frozen=True, slots=True)
class FloodTold(Planned):
    """It was said that there is too much of one *sort*: until now nothing more is said of that.

    Who sent it is a *person*, or one who is *gone*; the other number is 0, and both are where it
    is nobody, or a stranger.
    """

    kind: ClassVar[str] = "flood.told"
    sort: str
    person: int
    gone: int

    @property
    def goes_with(self) -> int | None:
        """Who sent it, if they are known."""
        return self.person or None


class Window:
    """Tells when more than *most* different things happen under one key within a *span*."""

    def __init__(self, most: int, span: timedelta) -> None:
        """Count up to *most*; with 0 never tell."""
        self._most = most
        self._span = span
        self._seen: OrderedDict[Hashable, dict[Hashable, datetime]] = OrderedDict()

    def exceeds(self, key: Hashable, what: Hashable, at: datetime) -> bool:
        """Count one thing; after it was told that there are too many, counting begins anew."""
        if not self._most:
            return False
        seen = self._seen.pop(key, {}) | {what: at}
        seen = {each: then for each, then in seen.items() if at - then < self._span}
        if len(seen) > self._most:
            return True
        self._seen[key] = seen
        if len(self._seen) > MOST_KEYS:
            self._seen.popitem(last=False)
        return False


class FloodGauge:
    """Counts what is said in the rooms of the Space, and who joins it."""

    def __init__(self, limits: FloodLimits, root: str, key: bytes) -> None:
        """Count up to *limits*; *root* is the slug of the Space, whose joins alone are counted.

        Texts are compared by a hash with the *key*, which nobody keeps.
        """
        self._limits = limits
        self._root = root
        self._key = key
        self._messages = Window(limits.messages, MINUTE)
        self._copies = Window(limits.copies, TEN_MINUTES)
        self._joins = Window(limits.joins, TEN_MINUTES)

    def count(
        self, room: str, user_id: str, event_id: str, event: Event, at: datetime
    ) -> list[Flooded]:
        """Count an event of a room, which is known by its slug; returns what is too much.

        An event that is told twice counts once.
        """
        found: list[Flood] = []
        match event:
            case Joined():
                if room == self._root and self._joins.exceeds(None, user_id, at):
                    found.append(Flood.JOINS)
            case TextMessage() | Wordless():
                if self._messages.exceeds((room, user_id), event_id, at):
                    found.append(Flood.MESSAGES)
                if isinstance(event, TextMessage):
                    found += self._text(room, user_id, event.body, at)
        return [Flooded(sort, room, event_id, user_id) for sort in found]

    def _text(self, room: str, user_id: str, body: str, at: datetime) -> list[Flood]:
        found: list[Flood] = []
        text = fold(body)
        if len(text) >= SHORTEST:
            digest = blake2b(text.encode(), key=self._key, digest_size=16).digest()
            if self._copies.exceeds((user_id, digest), room, at):
                found.append(Flood.COPIES)
        if self._limits.link_hours and _LINK.search(body):
            found.append(Flood.LINK)
        return found
