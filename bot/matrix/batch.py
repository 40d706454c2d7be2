"""One answer of /sync, reduced to what the hub acts on; and how several become one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from storage.inbox import Incoming, Withdrawal


@dataclass(frozen=True, slots=True)
class Encrypted:
    """An encrypted event of a room as it came; its ids are texts that a database takes."""

    room_id: str
    source: dict[str, Any]


@dataclass(slots=True)
class Batch:
    """One answer of /sync, reduced to what the hub acts on.

    *moves* says who came into a room (True) or went, ``ANYBODY`` where it was opened to others;
    *unsure* where some of that was missed; *counted* is who was found in the chats where that was
    asked for, the hub among them. *own* is what our account encrypted. The keys that the homeserver
    has of our device are counted, if it said so. *joined* are the rooms in which anything happened
    beside what we said there. *lease* is what was written meanwhile about who serves the account.
    *shown* is what clients show, whether it is among the events or not.
    What a process hears first is *late*: it may have been said long before.
    """

    next_batch: str
    events: dict[str, list[Incoming | Encrypted]] = field(default_factory=dict)
    gaps: dict[str, str] = field(default_factory=dict)
    shown: list[Incoming] = field(default_factory=list)
    withdrawn: list[Withdrawal] = field(default_factory=list)
    moves: dict[str, dict[str, bool]] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    counted: dict[str, set[str]] = field(default_factory=dict)
    encrypted: set[str] = field(default_factory=set)
    own: list[Encrypted] = field(default_factory=list)
    to_device: list[Any] = field(default_factory=list)
    changed_devices: set[str] = field(default_factory=set)
    one_time_keys: int | None = None
    unused_fallback: list[str] | None = None
    joined: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    lease: dict[str, Any] | None = None
    dropped: int = 0
    late: bool = False

    @property
    def quiet(self) -> bool:
        """Whether nothing happened but that what we said came back."""
        of_rooms = self.joined or self.left or self.events or self.withdrawn
        return not (of_rooms or self.to_device or self.changed_devices)

    def join(self, part: Batch, rooms: Collection[str]) -> None:
        """Add an answer about some *rooms*: invitations to others come along with each."""
        self.events |= {room: part.events[room] for room in rooms if room in part.events}
        self.moves |= {room: part.moves[room] for room in rooms if room in part.moves}
        self.gaps |= {room: part.gaps[room] for room in rooms if room in part.gaps}
        self.joined |= part.joined
        self.encrypted |= part.encrypted
        self._add(part)

    def precede(self, room_id: str, page: Batch) -> None:
        """Add what happened in a room before all that is known of it, but for what was said."""
        self.moves[room_id] = page.moves.get(room_id, {}) | self.moves.get(room_id, {})
        self._add(page)

    def _add(self, other: Batch) -> None:
        self.shown += other.shown
        self.withdrawn += other.withdrawn
        self.own += other.own
        self.dropped += other.dropped
