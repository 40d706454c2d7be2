"""A person in the tour: says things, expects answers, and leaves a transcript."""

from __future__ import annotations

import asyncio
import sys
import textwrap
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from unicodedata import east_asian_width

from bot.sandbox.client import Event
from bot.sandbox.member import Member, Missed

FIELD = "org.ilan.hub"
PATIENCE = 20
WIDTH = 90


class ExpectationFailed(Exception):
    """An expectation of the tour was not met; the message names it."""


@dataclass(slots=True)
class Transcript:
    """Lines that are shown when a scene is over, so that scenes may run side by side."""

    colours: bool = field(default_factory=sys.stdout.isatty)
    lines: list[str] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """Begin a scene."""
        self.lines += ["", self._paint("1;36", f"── {text} ".ljust(WIDTH, "─"))]

    def note(self, text: str) -> None:
        """Say what happens without words."""
        self.lines.append(self._paint("2", f"   ({text})"))

    def said(self, who: str, body: str) -> None:
        """Write down what a person said."""
        first, *others = _folded(f"{who}: {body}")
        self.lines += [self._paint("1;33", f"{who}: ") + first.removeprefix(f"{who}: "), *others]

    def heard(self, who: str, body: str, kind: str) -> None:
        """Write down what the hub said to a person."""
        self.lines.append(self._paint("1;32", f"hub to {who}: ") + self._paint("2", f"[{kind}]"))
        self.lines += [f"  │ {part}" for line in body.split("\n") for part in _folded(line)]

    def add(self, other: Transcript) -> None:
        """Write down what was written elsewhere meanwhile."""
        self.lines += other.lines

    def show(self) -> None:
        """Print what was written down so far."""
        print("\n".join(self.lines), flush=True)
        self.lines.clear()

    def _paint(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.colours else text


class Person:
    """A role in the tour, with a Matrix account and a language."""

    def __init__(self, role: str, language: str, member: Member, hub: str) -> None:
        """Speak to *hub* (its Matrix ID) as *member*."""
        self.role = role
        self.language = language
        self.member = member
        self.hub = hub
        self.chat = ""
        self.script = Transcript()

    def in_scene(self, script: Transcript) -> Person:
        """Return the same person in a scene that has a transcript of its own."""
        double = copy(self)
        double.script = script
        return double

    async def write_first(self, body: str) -> None:
        """Open a chat with the hub and say something there."""
        self.chat = await self.member.create_direct(self.hub)
        await self.say(body)

    async def say(self, body: str) -> str:
        """Say something to the hub."""
        self.script.said(self.role, body)
        return await self.member.say(self.chat, body)

    async def hears(
        self,
        kind: str,
        room: str = "",
        patience: float = PATIENCE,
        about: str = "",
        other: str = "",
    ) -> Event:
        """Wait for a message of *kind* in the person's language, in their chat unless in *room*.

        One of the *other* kind will do as well.

        Who joins a room also reads what was said before: *about* is the id that it has to show.
        """
        where = room or self.chat
        event = await self.awaits(
            f"hears {kind}",
            lambda e: (
                e["sender"] == self.hub
                and kind_of(e) in {kind, other or kind}
                and (not where or e["room_id"] == where)
                and (not about or about in ids(e))
            ),
            patience,
        )
        self.reads(event["content"]["body"], kind_of(event))
        self.chat = self.chat or event["room_id"]
        if not room and _field(event).get("locale") != self.language:
            spoken = _field(event).get("locale")
            message = f"{self.role} should read {self.language}, but {kind} came in {spoken}"
            raise ExpectationFailed(message)
        return event

    def reads(self, body: str, kind: str) -> None:
        """Write down what this person reads."""
        self.script.heard(self.role, body, kind)

    async def awaits(
        self, what: str, predicate: Callable[[Event], bool], patience: float = PATIENCE
    ) -> Event:
        """Wait for an event; raises ExpectationFailed saying who waited for what."""
        try:
            return await self.member.wait(predicate, patience)
        except Missed as error:
            self.script.show()
            message = f"{self.role} {what}: {error}"
            raise ExpectationFailed(message) from None

    async def comes_true(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds, such as a room having been joined."""
        for _moment in range(20 * PATIENCE):
            if condition():
                break
            await asyncio.sleep(0.05)
        self.expect(what, met=condition())

    async def talk(self, *turns: tuple[str, str]) -> Event:
        """Say and hear in turns; returns the last thing heard."""
        heard: Event = {}
        for body, kind in turns:
            await self.say(body)
            heard = await self.hears(kind)
        return heard

    async def agrees(self, body: str, asked: str, kind: str) -> None:
        """Say something, and yes while *asked* is heard, until *kind* is.

        What comes in between has it asked again.
        """
        await self.say(body)
        while kind_of(await self.hears(kind, other=asked)) == asked:
            await self.say("yes")

    def expect(self, what: str, *, met: bool) -> None:
        """Check something else about the tour; raises ExpectationFailed naming it."""
        if not met:
            self.script.show()
            message = f"{self.role}: {what}"
            raise ExpectationFailed(message)
        self.script.note(what)


def _folded(line: str) -> list[str]:
    """Break a line that is longer than a terminal is wide; Chinese signs take two columns."""
    columns = len(line) + sum(east_asian_width(sign) in {"W", "F"} for sign in line)
    if columns <= WIDTH:
        return [line]
    wide = columns > len(line)
    width = WIDTH * len(line) // columns if wide else WIDTH
    return textwrap.wrap(line, width, break_long_words=wide, break_on_hyphens=False)


def kind_of(event: Event) -> str:
    """Return of which kind a message of the hub is; of others it is none."""
    return str(_field(event).get("kind", ""))


def ids(event: Event) -> list[str]:
    """Return the ids a message of the hub shows."""
    found: list[str] = _field(event).get("ids", [])
    return found


def _field(event: Event) -> dict[str, Any]:
    content = event.get("content", {})
    found = content.get(FIELD, {}) if event.get("type") == "m.room.message" else {}
    return found if isinstance(found, dict) else {}
