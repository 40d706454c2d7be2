"""The hub's own limit: ``python -m benchmarks.ceiling``.

A homeserver in memory, a process of its own, answers at once or 50 ms after each message; 64 people
in 64 direct chats ask "help" and ask again as soon as they are answered. The hub, durable as in
service, runs beside a bare aiohttp loop and a lean nio bot, which store nothing and keep no order;
all live at once and are measured in turns. The figures are medians over the rounds.

``--database postgresql`` gives the hub a server of its own instead of a file. ``cpu_hub`` is
processor seconds of the hub alone per 1 000 commands with 50 ms, ``longest_block_ms`` the longest
the hub's loop was late, which on a busy machine includes waiting for a processor.
``statements_per_command`` counts what the hub asked its database, for itself too, by the command.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from benchmarks.fakes.homeserver import SERVER, chats
from benchmarks.peers.figures import percentile
from benchmarks.peers.hub import acquaint, configure, seen, watched_hub
from benchmarks.peers.login import Login
from benchmarks.peers.process import Process, lean_nio, raw
from benchmarks.support import databases
from bot.sandbox.homeserver import free_port

LATENCIES = {0: 0.0, 50: 0.05}
WARM_SECONDS = 1


class Ceiling:
    """The three peers at one fake homeserver, and what was measured of each."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        directory: Path,
        database: str,
    ) -> None:
        self.rates: dict[tuple[str, int], list[float]] = {}
        self.costs: dict[tuple[str, int], list[float]] = {}
        self.answered = Counter[str]()
        self.hub_directory = directory / "hub"
        self._session = session
        self._database = database
        logins = {
            name: Login(url, f"@{name}:{SERVER}", "DEVICE", name) for name in ("hub", "raw", "nio")
        }
        configure(self.hub_directory, logins["hub"])
        self.peers: dict[str, Process] = {
            "hub": watched_hub(self.hub_directory, database),
            "raw": raw(logins["raw"], directory),
            "nio": lean_nio(logins["nio"], directory),
        }

    async def settle(self, stack: AsyncExitStack) -> None:
        """Start the peers and wait until each follows the stream; then warm them up."""
        await acquaint(self.hub_directory, chats(), self._database)
        for name, peer in self.peers.items():
            await stack.enter_async_context(peer)
            async with asyncio.timeout(60):
                while (await self._ask(name, "GET", "/syncs", {}))["syncs"] < 2:
                    assert peer.pid
                    await asyncio.sleep(0.05)
            await self._ask(name, "POST", "/measure", {"latency": 0, "seconds": WARM_SECONDS})
        os.kill(self.peers["hub"].pid, signal.SIGUSR1)

    async def measure(self, name: str, latency: int, seconds: float) -> None:
        """Let everybody ask one peer for a while."""
        peer = self.peers[name]
        before = peer.cpu()
        wanted = {"latency": LATENCIES[latency], "seconds": seconds}
        said = await self._ask(name, "POST", "/measure", wanted)
        rate = said["answered"] / said["seconds"]
        cost = (peer.cpu() - before) * 1000 / said["answered"]
        self.answered[name] += said["answered"]
        self.rates.setdefault((name, latency), []).append(rate)
        self.costs.setdefault((name, latency), []).append(cost)
        print(
            f"{name} at {latency:2} ms: {rate:5.0f} commands/s, {cost:.2f} CPU s per 1 000,"
            f" p95 {percentile(said['took'], 95) * 1000:.0f} ms, {peer.memory():.0f} MB",
            flush=True,
        )

    async def _ask(
        self, name: str, method: str, path: str, body: dict[str, float]
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {name}"}
        async with self._session.request(method, path, json=body, headers=headers) as response:
            answer: dict[str, Any] = await response.json()
            return answer


async def homeserver_in_memory(
    stack: AsyncExitStack, place: Path
) -> tuple[aiohttp.ClientSession, str]:
    """Start a fake homeserver; returns a session with it and its address, once it answers."""
    port = free_port()
    fake = Process(["benchmarks.fakes.homeserver", str(port)], place / "fake.log")
    await stack.enter_async_context(fake)
    url = f"http://127.0.0.1:{port}"
    session = await stack.enter_async_context(aiohttp.ClientSession(url))
    async with asyncio.timeout(30):
        while fake.pid:
            try:
                async with session.get("/"):
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
    return session, url


async def run(rounds: int, seconds: float, database: str) -> str:
    """Measure and return the line of figures; *database* is an address, or empty for a file."""
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="ilan-ceiling-")))
        session, url = await homeserver_in_memory(stack, place)
        ceiling = Ceiling(session, url, place, database)
        async with AsyncExitStack() as peers:
            await ceiling.settle(peers)
            for turn in range(rounds):
                names = list(ceiling.peers)
                for name in names[turn % 3 :] + names[: turn % 3]:
                    for latency in LATENCIES:
                        await ceiling.measure(name, latency, seconds)
        rates = {key: median(values) for key, values in ceiling.rates.items()}
        hub = seen(ceiling.hub_directory)
        figures = " ".join(
            f"{name}_{latency}={rates[name, latency]:.0f}"
            for name in ("hub", "raw", "nio")
            for latency in LATENCIES
        )
        cost = median(ceiling.costs["hub", 50])
        asked = hub.statements / ceiling.answered["hub"]
        return (
            f"{figures} cpu_hub={cost:.2f} longest_block_ms={hub.longest_block * 1000:.0f}"
            f" statements_per_command={asked:.1f}"
        )


def main() -> None:
    """Print each slice, then one line of figures."""
    parser = argparse.ArgumentParser(description="Find the hub's own limit.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--database", choices=databases.KINDS, default="sqlite")
    arguments = parser.parse_args()
    with databases.served(arguments.database) as url:
        print(asyncio.run(run(arguments.rounds, arguments.seconds, url)))


if __name__ == "__main__":
    main()
