"""Time from a bot's start to its first answer: ``python -m benchmarks.startup``.

A real Synapse with rooms of 20 members; the hub, a bare aiohttp loop and a lean nio bot are in 10
or in 200 of them. Each starts as a new device, so that no homeserver has an answer ready, and is
asked "help" every quarter of a second; then it starts once more with what it kept. ``…_first`` and
``…_again`` are seconds, ``…_mb`` is the memory after the first answer.

Building 200 rooms takes minutes: ``--directory`` keeps them for the next time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from time import perf_counter

import aiohttp

from benchmarks.peers.crowd import Asker, Chats, gather_crowd, open_chats
from benchmarks.peers.hub import acquaint, configure, hub
from benchmarks.peers.process import Process, lean_nio, raw
from bot.sandbox.client import PlainClient
from bot.sandbox.homeserver import Homeserver, find_python

MEMBERS = 20
SAID = 3
PEERS = ("raw", "nio", "hub")
EVERY = 0.25
LONGEST_START = 60


@dataclass(frozen=True, slots=True)
class Start:
    """One start of one bot."""

    seconds: float
    cpu: float
    memory: float


async def _few(calls: Iterable[Callable[[], Awaitable[object]]]) -> None:
    """Make *calls* eight at a time, which is what Synapse does fastest."""
    free = asyncio.Semaphore(8)

    async def one(call: Callable[[], Awaitable[object]]) -> None:
        async with free:
            await call()

    await asyncio.gather(*(one(call) for call in calls))


class Village:
    """Rooms full of people on one homeserver, which survive in its directory."""

    def __init__(self, homeserver: Homeserver, session: aiohttp.ClientSession, kept: Path) -> None:
        self.homeserver = homeserver
        self.session = session
        self.kept = kept

    async def client(self, name: str) -> PlainClient:
        """Log somebody in."""
        return PlainClient(self.session, self.homeserver.url, await self.homeserver.register(name))

    async def build(self, count: int) -> list[str]:
        """Make the rooms that are missing and fill them, leaving a place for each bot."""
        rooms: list[str] = json.loads(self.kept.read_text("utf-8")) if self.kept.exists() else []
        members = [await self.client(f"member-{n}") for n in range(MEMBERS - len(PEERS))]
        while len(rooms) < count:
            body = {"preset": "public_chat", "name": f"Room {len(rooms)}"}
            answer = await members[0].call("POST", "/createRoom", body)
            room_id = str(answer["room_id"])
            await _few(partial(member.join, room_id) for member in members[1:])
            for member in members[:SAID]:
                await member.say(room_id, "Good morning.")
            rooms.append(room_id)
            self.kept.write_text(json.dumps(rooms), "utf-8")
            if len(rooms) % 20 == 0:
                print(f"{len(rooms)} of {count} rooms are there", flush=True)
        return rooms[:count]

    async def settle(self, name: str, rooms: list[str], asker: Asker) -> Chats:
        """Let a bot be in *rooms* and have one direct chat."""
        chats = await open_chats(self.session, self.homeserver, name, [asker])
        bot = PlainClient(self.session, self.homeserver.url, await self.homeserver.register(name))
        await _few(partial(bot.join, room) for room in rooms)
        return chats


async def _started(process: Process, asker: Asker, room_id: str) -> Start:
    """Start, and ask until somebody answers."""
    began, asked = perf_counter(), set[asyncio.Task[float]]()
    await process.start()
    try:
        while perf_counter() - began < LONGEST_START and process.pid:
            asked.add(asyncio.create_task(asker.ask(room_id, LONGEST_START)))
            done, _open = await asyncio.wait(
                asked, timeout=EVERY, return_when=asyncio.FIRST_COMPLETED
            )
            if done:
                return Start(perf_counter() - began, process.cpu(), process.memory())
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await process.stop()
        await asker.settle()
    raise SystemExit(f"no answer within {LONGEST_START} s")


async def _measure(village: Village, chats: Chats, peer: str, place: Path) -> tuple[Start, Start]:
    """Start a new device of a bot, and start it again."""
    account = await village.homeserver.register(chats.login.user_id[1:].partition(":")[0])
    login = replace(
        chats.login,
        device_id=account.device_id,
        access_token=account.access_token,
        position=str(place / "position"),
    )
    if peer == "hub":
        configure(place, login)
        await acquaint(place, chats.known())
        process = hub(place)
    else:
        process = (raw if peer == "raw" else lean_nio)(login, place)
    asker, room_id = next(iter(chats.rooms.items()))
    first, again = [await _started(process, asker, room_id) for _time in range(2)]
    return first, again


async def run(sizes: list[int], kept: Path | None) -> str:
    """Measure and return the line of figures."""
    figures: list[str] = []
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="ilan-startup-")))
        home = kept or place / "synapse"
        synapse = Homeserver(home, find_python(), keep=kept is not None, limits="lifted")
        await stack.enter_async_context(synapse)
        session, (asker,) = await gather_crowd(stack, synapse, 1)
        village = Village(synapse, session, home / "rooms.json")
        rooms = await village.build(max(sizes))
        for size in sizes:
            for peer in PEERS:
                chats = await village.settle(f"{peer}-{size}", rooms[:size], asker)
                first, again = await _measure(village, chats, peer, Path(mkdtemp(dir=place)))
                for name, start in (("first", first), ("again", again)):
                    print(
                        f"{peer} in {size} rooms, {name}: {start.seconds:.2f} s,"
                        f" {start.cpu:.2f} CPU s, {start.memory:.0f} MB",
                        flush=True,
                    )
                figures += [
                    f"{peer}_{size}_first={first.seconds:.2f}",
                    f"{peer}_{size}_again={again.seconds:.2f}",
                    f"{peer}_{size}_mb={again.memory:.0f}",
                ]
    return " ".join(figures)


def main() -> None:
    """Print each start, then one line of figures."""
    parser = argparse.ArgumentParser(description="Measure how soon a bot answers.")
    parser.add_argument("--rooms", type=int, nargs="+", default=[10, 200])
    parser.add_argument("--directory", type=Path, help="keep the homeserver and its rooms here")
    arguments = parser.parse_args()
    print(asyncio.run(run(arguments.rooms, arguments.directory)))


if __name__ == "__main__":
    main()
