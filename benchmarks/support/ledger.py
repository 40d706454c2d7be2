"""Numbered commands, and the books over what became of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
    """What is missing and what is too much. ``unreadable`` counts messages, the rest commands."""

    lost: list[int]
    doubled: list[int]
    unreadable: int

    @property
    def clean(self) -> bool:
        """Whether every command had one answer and one effect."""
        return not (self.lost or self.doubled or self.unreadable)


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
    unreadable = 0
    for room_id, events in seen.items():
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
    return Books(lost, doubled, unreadable)


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
