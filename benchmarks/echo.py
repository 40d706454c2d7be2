"""Throughput and latency on a real homeserver: ``python -m benchmarks.echo``.

Synapse with its limits lifted; 32 people, each with a direct chat with three bots: a bare loop of
two requests without library or storage, which shows what the homeserver allows, the hub as in
service, and a lean nio bot. All three live at once and are asked "help" in turns of a few seconds,
so that each ratio compares neighbours in time; it is the median over the rounds.

``added_p95_ms`` is the hub's 95th percentile with one question at a time less that of the bare
loop, ``cpu_…`` processor seconds per 1 000 commands over all turns.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.peers.crowd import Asker, Chats, gather_crowd, open_chats
from benchmarks.peers.figures import percentile
from benchmarks.peers.hub import acquaint, configure, hub
from benchmarks.peers.process import Process, lean_nio, raw
from bot.sandbox.homeserver import Homeserver, find_python

CONCURRENCY = (1, 8, 32)


@dataclass(slots=True)
class Peer:
    """A bot, its chats and its measurements by concurrency."""

    name: str
    process: Process
    chats: Chats
    rates: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    took: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: float = 0

    async def turn(self, concurrency: int, seconds: float) -> None:
        """Let so many people ask, and ask again as soon as they are answered."""
        took: list[float] = []
        cpu, began = self.process.cpu(), perf_counter()

        async def keep_asking(number: int) -> None:
            asker, room_id = list(self.chats.rooms.items())[number]
            while perf_counter() - began < seconds:
                took.append(await asker.ask(room_id))

        await asyncio.gather(*(keep_asking(number) for number in range(concurrency)))
        lasted = perf_counter() - began
        cpu = self.process.cpu() - cpu
        self.rates[concurrency].append(len(took) / lasted)
        self.took[concurrency] += took
        self.cpu += cpu
        p50, p95 = (percentile(took, share) * 1000 for share in (50, 95))
        print(
            f"{self.name} with {concurrency:2} at once: {len(took) / lasted:5.1f} commands/s,"
            f" p50 {p50:4.0f} ms, p95 {p95:4.0f} ms, {cpu * 1000 / len(took):4.1f} CPU s per 1 000",
            flush=True,
        )

    def cost(self) -> float:
        """Return the processor seconds per 1 000 commands."""
        return self.cpu * 1000 / sum(len(took) for took in self.took.values())

    def ratio(self, bare: Peer, concurrency: int) -> float:
        """Compare with the bare loop in the same rounds."""
        pairs = zip(self.rates[concurrency], bare.rates[concurrency], strict=True)
        return median(mine / theirs for mine, theirs in pairs)


async def _peers(stack: AsyncExitStack, place: Path) -> list[Peer]:
    synapse = Homeserver(place / "synapse", find_python(), keep=False, limits="lifted")
    await stack.enter_async_context(synapse)
    session, askers = await gather_crowd(stack, synapse, max(CONCURRENCY) + 1)
    chats = {
        name: await open_chats(session, synapse, name, askers) for name in ("raw", "hub", "nio")
    }
    configure(place / "hub", chats["hub"].login)
    await acquaint(place / "hub", chats["hub"].known())
    processes = {
        "raw": raw(chats["raw"].login, place),
        "hub": hub(place / "hub"),
        "nio": lean_nio(chats["nio"].login, place),
    }
    peers = []
    for name, process in processes.items():
        await stack.enter_async_context(process)
        peers.append(Peer(name, process, chats[name]))
        asker, room_id = list(chats[name].rooms.items())[-1]  # who asks nothing else
        await until_answered(process, asker, room_id)
    return peers


async def until_answered(process: Process, asker: Asker, room_id: str) -> None:
    """Ask until the bot is up; what was asked before it was there may stay unanswered."""
    while process.pid:
        try:
            await asker.ask(room_id, 1)
        except TimeoutError:
            continue
        return


async def run(rounds: int, seconds: float) -> str:
    """Measure and return the line of figures."""
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="ilan-echo-")))
        peers = await _peers(stack, place)
        for number in range(rounds):
            for concurrency in CONCURRENCY:
                for peer in peers[number % 3 :] + peers[: number % 3]:
                    await peer.turn(concurrency, seconds)
        bare, ours, nio = peers
        added = percentile(ours.took[1], 95) - percentile(bare.took[1], 95)
        ratios = " ".join(f"ratio_hub_{n}={ours.ratio(bare, n):.2f}" for n in CONCURRENCY)
        return (
            f"{ratios} ratio_nio_32={nio.ratio(bare, 32):.2f} added_p95_ms={added * 1000:.0f}"
            f" cpu_hub={ours.cost():.1f} cpu_nio={nio.cost():.1f}"
            f" rss_mb={ours.process.memory():.0f}"
        )


def main() -> None:
    """Print each turn, then one line of figures."""
    parser = argparse.ArgumentParser(description="Compare the hub with a bare echo loop.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    arguments = parser.parse_args()
    print(asyncio.run(run(arguments.rounds, arguments.seconds)))


if __name__ == "__main__":
    main()
