"""Put a whole network under load: ``python -m benchmarks.load --members 20000``.

A hundred members and then so many are put into a database, with experts, open requests, events and
what is over: a million rows for 20 000. Each command there is is said by several of them; what is
printed is the median of milliseconds until its commit at both sizes, and of the larger one the
processor's time, the statements, and how long the loop stood still at most. Then the work that is
for many goes on while a member asks for help again and again: ``others_p95_ms`` is how long they
wait. ``start_s`` and ``rss_mb`` are those of a process of its own that opens the database and
answers once.

Beside other work the clock tells nothing; ``cpu`` and ``own``, of the process and of its loop, do.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import re
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import SystemRandom
from statistics import median, quantiles
from subprocess import check_output
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, thread_time

from sqlalchemy import select

from benchmarks.support import databases
from benchmarks.support.crowd import Crowd, name
from benchmarks.support.sayings import MODERATOR, SAYINGS, SECOND, Saying
from benchmarks.support.statements import counted
from bot.encryption.account import DeviceAccount
from bot.library.librarian import import_library
from bot.service import log
from bot.service.app import SWEEP_PAUSE
from bot.settings import LogSettings
from bot.starter import starter
from kit.codes import Codes
from kit.inbound import TextMessage
from kit.network import RoomBook
from storage.encryption.own_device import OwnDevices
from storage.engine import Storage
from storage.inbox import Inbox, Incoming
from storage.migrate import upgrade
from storage.retention import sweep
from storage.tables.queues import OutboxRow
from tests.harness import HUB, NOON, VAULT, Talk, network, understanding

SMALL = 100
TURNS = 3
PATIENCE = 60  # seconds for each kind of work that is for many
MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds by the clock and of the processor, and how often the database was asked."""

    clock: float
    cpu: float
    statements: int


class Figures:
    """How long things took, in milliseconds."""

    def __init__(self) -> None:
        self.commands: dict[str, list[Took]] = defaultdict(list)
        self.refused: Counter[str] = Counter()
        self.blocks: dict[str, float] = defaultdict(float)
        self.own: dict[str, float] = defaultdict(float)
        self.others: list[float] = []

    def of(self, path: str) -> Took:
        """Give what a command took as a rule."""
        found = self.commands[path]
        return Took(
            median(each.clock for each in found),
            median(each.cpu for each in found),
            max(each.statements for each in found),
        )

    @property
    def worst(self) -> tuple[str, Took]:
        """The command that took the processor longest."""
        found = ((path, self.of(path)) for path in self.commands)
        return max(found, key=lambda each: each[1].cpu)


@asynccontextmanager
async def _watched(figures: Figures, what: str) -> AsyncIterator[None]:
    """Note how long the loop stood still at most, and how long by itself."""

    async def tick() -> None:
        last, own = perf_counter(), thread_time()
        while True:
            await asyncio.sleep(0.001)
            now, used = perf_counter(), thread_time()
            figures.blocks[what] = max(figures.blocks[what], 1_000 * (now - last))
            figures.own[what] = max(figures.own[what], 1_000 * (used - own))
            last, own = now, used

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0.01)
    try:
        yield
        await asyncio.sleep(0.01)
    finally:
        ticking.cancel()


@dataclass
class Load:
    """One network, and what is asked of its hub."""

    talk: Talk
    crowd: Crowd
    figures: Figures = field(default_factory=Figures)
    said: int = 0

    async def prepare(self) -> None:
        """Let those who look after the network be members too."""
        async with self.talk.storage.write() as session:
            await DeviceAccount.make(OwnDevices(session), HUB, "LOAD")
        for who in (MODERATOR, SECOND):  # the library is learnt meanwhile
            await self.talk.member(who)
        # What the hub makes by itself, seconds after its start.
        await asyncio.to_thread(understanding().prepare)
        await self.say(Saying(MODERATOR, ("find bail",)))

    async def say(self, saying: Saying) -> Took:
        """Return how long the sentence that took longest was waited for."""
        longest = Took(0, 0, 0)
        for said in saying.texts:
            self.said += 1
            room = saying.room or Talk.chat(saying.who)
            event = TextMessage(said)
            incoming = Incoming(f"$load-{self.said}", room, saying.who, event, self.talk.now)
            async with self.talk.storage.write() as session:
                await Inbox(session).take([incoming])
            with counted() as asked:
                began, used = perf_counter(), process_time()
                await self._finish(self.talk.dispatcher.handle_events)
                clock, cpu = perf_counter() - began, process_time() - used
            took = Took(1_000 * clock, 1_000 * cpu, asked.statements)
            longest = max(longest, took, key=lambda each: each.cpu)
        return longest

    async def _finish(self, work: Callable[[], Awaitable[bool]], patience: float = 30) -> None:
        began = perf_counter()
        while await work():
            await asyncio.sleep(0)
            if perf_counter() - began > patience:
                return

    async def each(self) -> None:
        """Let every command be said, and count how often it was refused."""
        for path, turn in SAYINGS.items():
            for number in range(TURNS):
                saying = turn(self.crowd, number)
                await self.say(Saying(saying.who, ("cancel",)))
                async with _watched(self.figures, path):
                    took = await self.say(saying)
                self.figures.commands[path].append(took)
                if (await self._last()).startswith("error."):
                    self.figures.refused[path] += 1

    async def _last(self) -> str:
        query = select(OutboxRow.content).order_by(OutboxRow.id.desc()).limit(1)
        async with self.talk.storage.read() as session:
            content = await session.scalar(query) or {}
        return str(content.get("org.ilan.hub", {}).get("kind", ""))

    async def beside(self, what: str, work: Callable[[], Awaitable[object]]) -> None:
        """Let a member ask for help as long as *work* is for others."""
        asking = Saying(name(70), ("help",))
        began = perf_counter()
        waits: list[float] = []

        async def ask() -> None:
            while True:
                waits.append((await self.say(asking)).clock)
                await asyncio.sleep(0.02)

        async with _watched(self.figures, what):
            asker = asyncio.create_task(ask())
            await work()
            asker.cancel()
        self.figures.others += waits
        p95 = quantiles(waits, n=20)[-1] if len(waits) > 1 else 0.0
        print(
            f"{what}: {perf_counter() - began:.1f} s, others wait {p95:.0f} ms,"
            f" block {self.figures.blocks[what]:.0f} ms, own {self.figures.own[what]:.0f} ms",
            flush=True,
        )

    async def many(self) -> None:
        """Do what is for many people or many rows."""
        dues = self.talk.dispatcher.handle_due
        await self.beside("what is planned", lambda: self._finish(dues, PATIENCE))
        await self.beside("wipe", self.talk.storage.wipe)
        await self.beside("sweep", self._sweep)

    async def _sweep(self) -> None:
        more = True
        while more:
            async with self.talk.storage.write() as session:
                more = await sweep(session, NOON + MONTH)
            await asyncio.sleep(SWEEP_PAUSE)


def _talk(storage: Storage) -> Talk:
    plan = replace(network(), rooms=RoomBook(network().rooms))
    return Talk(storage, numbers=Codes(SystemRandom()), live=True, plan=plan)


async def _measure(url: str, members: int, *, many: bool) -> Figures:
    storage = Storage(url, VAULT)
    await upgrade(storage)
    await import_library(storage, starter("library.yaml"))
    crowd = Crowd(members, network(), NOON)
    began = perf_counter()
    await crowd.settle(storage)
    print(f"{members} members built in {perf_counter() - began:.1f} s", flush=True)
    load = Load(_talk(storage), crowd)
    await load.prepare()
    gc.collect()
    gc.freeze()  # as the hub does once it is built
    await load.each()
    if many:
        await load.many()
    await storage.close()
    return load.figures


async def _answer(url: str) -> None:
    """Open a database and answer somebody, once."""
    storage = Storage(url, VAULT)
    talk = Talk(storage, live=True, recogniser=Future())
    await Load(talk, Crowd(1, network(), NOON)).say(Saying(name(70), ("events",)))
    await storage.close()


def _most_memory() -> float:
    """Give the most megabytes that this process had."""
    status = Path("/proc/self/status").read_text("utf-8")
    (most,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(most) / 1024


def _fresh(url: str) -> tuple[float, float]:
    """Give seconds and megabytes until a process of its own has answered."""
    began = perf_counter()
    said = check_output([sys.executable, "-m", "benchmarks.load", "--answer", url], text=True)
    return perf_counter() - began, float(said)


def _print(small: Figures, large: Figures, members: int) -> None:
    print(f"{'command':20} {SMALL:>8} {members:>8}      cpu statements    block      own")
    for path in sorted(large.commands, key=lambda each: large.of(each).cpu, reverse=True):
        took = large.of(path)
        refused = f"  refused {large.refused[path]}" * (large.refused[path] > 0)
        print(
            f"{path:20} {small.of(path).clock:8.0f} {took.clock:8.0f} {took.cpu:8.0f}"
            f" {took.statements:10} {large.blocks[path]:8.0f} {large.own[path]:8.0f}{refused}"
        )


def main() -> None:
    """Print a line for each command, then one line of figures."""
    parser = argparse.ArgumentParser(description="Put a whole network under load.")
    parser.add_argument("--members", type=int, default=20_000)
    parser.add_argument("--database", choices=databases.KINDS, default="sqlite")
    parser.add_argument("--answer", help=argparse.SUPPRESS)
    read = parser.parse_args()
    log.configure(LogSettings(level="error"))  # not the line for each event
    if read.answer:
        asyncio.run(_answer(read.answer))
        print(_most_memory())
        return
    found: dict[int, Figures] = {}
    for members in (SMALL, read.members):
        with (
            TemporaryDirectory(prefix="ilan-load-") as directory,
            databases.served(read.database) as served,
        ):
            url = served or f"sqlite:///{Path(directory) / 'hub.db'}"
            found[members] = asyncio.run(_measure(url, members, many=members == read.members))
            start, memory = _fresh(url)
    small, large = found[SMALL], found[read.members]
    _print(small, large, read.members)
    command, worst = large.worst
    figures = {
        "worst_ms": f"{worst.clock:.0f}",
        "worst_cpu_ms": f"{worst.cpu:.0f}",
        "worst_command": command.replace(" ", "_"),
        "longest_block_ms": f"{max(large.blocks.values()):.0f}",
        "longest_own_ms": f"{max(large.own.values()):.0f}",
        "others_p95_ms": f"{quantiles(large.others, n=20)[-1]:.0f}",
        "rss_mb": f"{memory:.0f}",
        "start_s": f"{start:.2f}",
    }
    print(" ".join(f"{name}={value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
