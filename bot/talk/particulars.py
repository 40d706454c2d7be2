"""What a wish in free words is about: which event, how long before, which room, whom, when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeAlias

from babel.dates import get_day_names

from bot.talk.scope import Scope
from kit.command import Call, Command
from kit.network import Network, RoomKind
from kit.table import CommandTable
from kit.understanding import Understanding
from kit.words import HAN, clean, fold, is_han, number
from language.analysis import tokens
from storage.events import Events
from storage.tables.events import EventRow

Match: TypeAlias = tuple[Command, str]

_USER = re.compile(r"@[\w.\-=/+]+:[\w.\-]+")
_ADDRESS = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"\d{1,9}")
_UNIT = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_LONGEST_SPAN, _LONGEST_HAN = 4, 6
_MOST = 3  # that are offered to choose from
_ONE_EVENT = (
    *("event", "going", "not going", "remind"),
    *("event cancel", "event copy", "event edit", "event move", "event repeat"),
)
_ROLES = ("member", "curator", "organiser", "moderator")
# What a command takes is the first of its kind in the sentence.
_TAKES: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(("vouch", "vouch withdraw"), _USER),
    **dict.fromkeys(("accept", "decline", "withdraw", "done", "why"), _NUMBER),
    **dict.fromkeys(("notify on", "notify off"), _NUMBER),
    **dict.fromkeys(("show", "cite", "stale", "resource translate"), _NUMBER),
    **dict.fromkeys(("resource retire", "approve"), _NUMBER),
    "suggest": _ADDRESS,
}


@dataclass(frozen=True, slots=True)
class Particulars:
    """Takes what a command needs from a sentence, by the readers that its own words have."""

    table: CommandTable
    network: Network
    understanding: Understanding

    async def of(self, scope: Scope, call: Call, command: Command, text: str) -> Sequence[Match]:
        """Complete *command*; several are returned where it may be about several things.

        What cannot be told from *text* is left out: the command then says what is missing.
        """
        text = clean(text)
        if command.path in _ONE_EVENT:
            return await self._events(scope, call, command, text)
        return [(command, self._words(call, command.path, text))]

    def _words(self, call: Call, path: str, text: str) -> str:  # noqa: PLR0911 -- a case for each
        read, language = self.understanding, call.language
        match path:
            case "find" | "look up":
                return text
            case "language":
                return read.language(text, language) or ""
            case "timezone":
                return read.zone(text, language) or ""
            case "join":
                return self._room(text, language) or text
            case "leave":
                return self._room(text, language) or ""
            case "members":
                return text if self._somewhere(text, language) else ""
            case "quiet":
                return text if read.hours(text, language) else _joined(_NUMBER.findall(text)[:2])
            case "role":
                roles = [word for word in fold(text).split() if word in _ROLES]
                return " ".join([_first(_USER, text), *roles[:1]])
        return _first(_TAKES[path], text) if path in _TAKES else ""

    def _room(self, text: str, language: str) -> str | None:
        rooms = [room for room in self.network.rooms.values() if not room.is_space]
        names = {room.slug: [room.slug, *room.names.values(), *room.words] for room in rooms}
        return self.understanding.choice(text, names, language)

    def _somewhere(self, text: str, language: str) -> bool:
        """Tell whether *text* names something by which members are found."""
        read = self.understanding
        regions = {slug: [*region.names.values()] for slug, region in self.network.regions.items()}
        themes = {
            room.slug: [*room.names.values(), *room.words]
            for room in self.network.of_kind(RoomKind.THEME)
        }
        named = read.country(text, language) or read.language(text, language)
        return bool(
            named or read.choice(text, regions, language) or read.choice(text, themes, language)
        )

    async def _events(
        self, scope: Scope, call: Call, command: Command, text: str
    ) -> Sequence[Match]:
        events = Events(scope.session)
        coming = await events.upcoming(call.now)
        listed = self.table.command("events")
        if not coming and listed is not None:
            return [(listed, "")]
        if command.path in ("not going", "remind"):
            mine = await events.attended(call.person_id)
            coming = [event for event in coming if event.id in mine] or coming
        rest = ""
        if command.path == "remind":
            rest = f" {self._before(text, call.language)}"
        named = _best(coming, text, call.language)
        return [(command, f"{event.id}{rest}".strip()) for event in islice(named, _MOST)]

    def _before(self, text: str, language: str) -> str:
        """Give the lengths of time in *text*; of what is denied beside them, the first alone."""
        units = [found[0] for found in _UNIT.finditer(text)]
        found: list[timedelta] = []
        place = 0
        while place < len(units):
            longest = _LONGEST_HAN if is_han(units[place]) else _LONGEST_SPAN
            for size in range(min(longest, len(units) - place), 0, -1):
                part = units[place : place + size]
                said = ("" if is_han(part[0]) else " ").join(part).strip(" ,.;:!?¿¡")
                if spans := self.understanding.spans(said, language):
                    found += spans
                    place += size - 1
                    break
            place += 1
        if len(found) > 1 and self.understanding.refuses(text):
            found = found[:1]
        return " ".join(map(_written, found))


def _written(span: timedelta) -> str:
    days, seconds = span.days, span.seconds
    parts = ((days, "d"), (seconds // 3600, "h"), (seconds % 3600 // 60, "m"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""


def _joined(numbers: Sequence[str]) -> str:
    return "-".join(numbers) if len(numbers) == 2 else ""  # noqa: PLR2004 -- from and until


def _best(coming: Sequence[EventRow], text: str, language: str) -> Sequence[EventRow]:
    """List the events that *text* names best by number, title or weekday; all, if it names none."""
    said = tokens(text)
    numbers = {number(token.text) for token in said if token.text.isdecimal()}
    if by_number := [event for event in coming if event.id in numbers]:
        return by_number
    weekdays: Mapping[int, str] = get_day_names("wide", locale=language)
    folded = f" {fold(text)} "

    def likeness(event: EventRow) -> int:
        shared = sum(
            any(word.meets(token) for token in said)
            for word in tokens(event.title)
            if not word.stop
        )
        return 2 * shared + (_day(weekdays, event.starts_at) in folded)

    scores = [likeness(event) for event in coming]
    return [event for event, score in zip(coming, scores, strict=True) if score == max(scores)]


def _day(weekdays: Mapping[int, str], when: datetime) -> str:
    name = fold(weekdays[when.weekday()])
    return name if is_han(name) else f" {name} "
