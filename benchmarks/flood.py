"""Floods: ``python -m benchmarks.flood``.

A homeserver in memory that takes 50 ms for each message, the hub as in service, and eight people
who ask "help" and ask again as soon as they are answered. Meanwhile one person says 500 commands
in their direct chat, then 25 in each of 40 rooms; 500 people ask at once; 500 strangers invite the
hub; ten thousand people join a room. ``…_p95_ms`` is how long the eight waited during each,
``…_s`` how long the flood took until all of it was answered, ``unanswered`` what never was, and
``joins_rows`` and ``joins_block_ms`` what the ten thousand left in the inbox and for how long they
held up the hub's loop.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import signal
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import aiohttp

from benchmarks.ceiling import homeserver_in_memory
from benchmarks.fakes.homeserver import SERVER, chats, event
from benchmarks.peers.figures import percentile
from benchmarks.peers.hub import acquaint, configure, seen, watched_hub
from benchmarks.peers.login import Login
from benchmarks.peers.process import Process
from bot.service.parts import open_storage
from bot.settings import load
from kit.errand import Send
from kit.roomkey import SpaceRoom
from storage.rooms import Rooms

OTHERS = 8
LATENCY = 0.05
LONGEST_FLOOD = 120
NUMBERS = itertools.count(1)
SENDER = f"@flood:{SERVER}"
CHAT = f"!flood:{SERVER}"
HALLS = [f"!hall{n}:{SERVER}" for n in range(40)]
CROWD = {f"@crowd{n}:{SERVER}": f"!crowd{n}:{SERVER}" for n in range(500)}
STRANGERS = {f"!stranger{n}:{SERVER}": f"@stranger{n}:{SERVER}" for n in range(500)}

Happening = dict[str, dict[str, Any]]


def said(count: int, rooms: Iterable[tuple[str, str, str]]) -> Happening:
    """Let people say so many commands in each of *rooms*: sender, room, words."""
    return {
        "events": {
            room: [event(f"$flood{next(NUMBERS)}", sender, body) for _each in range(count)]
            for sender, room, body in rooms
        }
    }


def _joined(number: int) -> dict[str, Any]:
    who = f"@joined{number}:{SERVER}"
    content = {"membership": "join", "displayname": f"Member {number}"}
    said = event(f"$joined{number}", who)
    return said | {"type": "m.room.member", "state_key": who, "content": content}


# What happens, and how many messages of the hub it must bring: a stranger is greeted by two.
FLOODS: dict[str, tuple[Happening, int]] = {
    "quiet": ({}, 0),
    "chat": (said(500, [(SENDER, CHAT, "help")]), 500),
    "rooms": (said(25, [(SENDER, hall, "!help") for hall in HALLS]), 25 * len(HALLS)),
    "crowd": (said(1, [(who, room, "help") for who, room in CROWD.items()]), len(CROWD)),
    "invitations": ({"invitations": STRANGERS}, 2 * len(STRANGERS)),
}
JOINS: Happening = {"events": {HALLS[0]: [_joined(number) for number in range(10_000)]}}


class Flood:
    """The hub at the fake homeserver, and what came of each flood."""

    def __init__(self, session: aiohttp.ClientSession, directory: Path) -> None:
        self.unanswered = 0
        self._session = session
        self._directory = directory

    async def settle(self) -> None:
        """Let the hub know everybody and every room."""
        await acquaint(self._directory, chats() | CROWD | {SENDER: CHAT})
        settings = load(self._directory / "config.yaml")
        async with open_storage(settings) as (storage, _changed), storage.write() as session:
            for hall in HALLS:
                room, _new = await Rooms(session).ensure(SpaceRoom(hall[1:]), "en")
                await Rooms(session).made(room.id, hall)

    async def ready(self, process: Process) -> None:
        """Wait until the hub follows the stream."""
        async with asyncio.timeout(60):
            while (await self.ask("GET", "/syncs", {}))["syncs"] < 2:
                assert process.pid
                await asyncio.sleep(0.05)

    async def measure(self, name: str, seconds: float) -> str:
        """Let a flood happen while others ask; returns its figures."""
        happening, expected = FLOODS[name]
        before = self._floods_answered()
        others = asyncio.create_task(
            self.ask("POST", "/measure", {"latency": LATENCY, "seconds": seconds, "askers": OTHERS})
        )
        began = perf_counter()
        await self.ask("POST", "/happen", happening)
        took = 0.0
        while (left := expected - self._floods_answered() + before) > 0:
            await asyncio.sleep(0.1)
            took = perf_counter() - began
            if took > LONGEST_FLOOD:
                self.unanswered += left
                break
        p95 = percentile((await others)["took"], 95) * 1000
        print(f"{name}: others p95 {p95:.0f} ms, {expected} messages in {took:.1f} s", flush=True)
        return f"{name}_p95_ms={p95:.0f}" + (f" {name}_s={took:.1f}" if expected else "")

    async def ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask the fake homeserver on behalf of the hub's account."""
        headers = {"Authorization": "Bearer hub"}
        async with self._session.request(method, path, json=body, headers=headers) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    def taken_in(self) -> int:
        """Count the rows of the inbox."""
        return self._count("SELECT count(*) FROM inbox")

    def _floods_answered(self) -> int:
        return self._count(
            "SELECT count(*) FROM outbox JOIN room ON room.id = outbox.room"
            f" WHERE action = '{Send.action}' AND state = 'sent' AND room_id NOT LIKE '!chat%'"
        )

    def _count(self, query: str) -> int:
        with closing(sqlite3.connect(self._directory / "hub.db", timeout=10)) as database:
            return int(database.execute(query).fetchone()[0])


async def run(seconds: float) -> tuple[str, bool]:
    """Measure; returns the line of figures and whether everything was answered."""
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="ilan-flood-")))
        session, url = await homeserver_in_memory(stack, place)
        configure(place / "hub", Login(url, f"@hub:{SERVER}", "DEVICE", "hub"))
        flood = Flood(session, place / "hub")
        await flood.settle()
        async with watched_hub(place / "hub") as process:
            await flood.ready(process)
            figures = [await flood.measure(name, seconds) for name in FLOODS]
            rows = flood.taken_in()
            os.kill(process.pid, signal.SIGUSR1)
            await flood.ask("POST", "/happen", JOINS)
            others = {"latency": LATENCY, "seconds": seconds, "askers": 1}
            asked = len((await flood.ask("POST", "/measure", others))["took"])
            rows = flood.taken_in() - rows - asked
        block = seen(place / "hub").longest_block
        figures += [f"joins_rows={rows}", f"joins_block_ms={block * 1000:.0f}"]
        return f"{' '.join(figures)} unanswered={flood.unanswered}", not flood.unanswered


def main() -> None:
    """Print what happens, then one line of figures; fails if anything was left out."""
    parser = argparse.ArgumentParser(description="Flood the hub and see whether others notice.")
    parser.add_argument("--seconds", type=float, default=10)
    figures, whole = asyncio.run(run(parser.parse_args().seconds))
    print(figures)
    sys.exit(not whole)


if __name__ == "__main__":
    main()
