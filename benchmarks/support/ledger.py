"""Numbered commands, and the books over what became of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vodozemac import MegolmMessage

_NUMBERED = re.compile(r"zzqx(\d{4})")


@dataclass(frozen=True, slots=True)
class Command:
    """Something said once whose answer names its number; in a room it needs the prefix."""

    number: int
    room_id: str
    prefix: str = ""

    @property
    def adds(self) -> bool:
        """Whether it must be counted once in the hub's database, rather than leave nothing."""
        return self.number % 2 == 0

    @property
    def body(self) -> str:
        """What is said."""
        return f"{self.prefix}{'find' if self.adds else 'show'} zzqx{self.number:04}"


@dataclass(frozen=True, slots=True)
class Books:
    """What is missing and what is too much, by command.

    ``unreadable`` counts messages, and ``replayed`` those at a place in an encrypted session where
    another one stands: who has both can read one by the other.
    """

    lost: list[int]
    doubled: list[int]
    unreadable: int
    replayed: int = 0

    @property
    def clean(self) -> bool:
        """Whether every command had one answer and one effect."""
        return not (self.lost or self.doubled or self.unreadable or self.replayed)


def audit(
    commands: Iterable[Command],
    seen: Mapping[str, Iterable[Mapping[str, Any]]],
    hub: str,
    counted: Mapping[str, int],
) -> Books:
    """Compare *commands* with what members saw in each room and with what the hub counted.

    *counted* says how often each words were looked for in vain. An answer in another room than its
    command's is one too many there and one too few here.
    """
    answers: Counter[tuple[str, int]] = Counter()
    unreadable, views = 0, {room_id: [*events] for room_id, events in seen.items()}
    for room_id, events in views.items():
        for body in _said(events, hub):
            if body is None:
                unreadable += 1
            elif number := _NUMBERED.search(body):
                answers[room_id, int(number[1])] += 1
    effects = Counter(
        {int(found[1]): n for words, n in counted.items() if (found := _NUMBERED.search(words))}
    )
    lost, doubled = [], []
    for command in commands:
        times = [answers.pop((command.room_id, command.number), 0)]
        if command.adds:
            times.append(effects.pop(command.number, 0))
        if min(times) < 1:
            lost.append(command.number)
        if max(times) > 1:
            doubled.append(command.number)
    doubled += [number for _room, number in answers] + list(effects)
    places = Counter(place for events in views.values() for place in _places(events, hub))
    return Books(lost, doubled, unreadable, places.total() - len(places))


def _places(events: Iterable[Mapping[str, Any]], hub: str) -> Iterator[tuple[str, int]]:
    """Give the session of each encrypted message of the hub, and its place in there."""
    for event in events:
        wire = event.get("wire", {})
        if event["sender"] == hub and wire.get("ciphertext"):
            yield wire["session_id"], MegolmMessage.from_base64(wire["ciphertext"]).message_index()


def order(events: Iterable[Mapping[str, Any]], hub: str) -> list[int]:
    """List the numbers the hub answered in a room, in the order of the answers."""
    found = (_NUMBERED.search(body or "") for body in _said(events, hub))
    return [int(number[1]) for number in found if number]


def _said(events: Iterable[Mapping[str, Any]], hub: str) -> Iterator[str | None]:
    """Give what the hub said, None for each message that its reader cannot read."""
    for event in events:
        if event["sender"] == hub and event["type"] in {"m.room.message", "m.room.encrypted"}:
            body = event["content"].get("body")
            yield body if isinstance(body, str) else None
