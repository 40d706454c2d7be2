"""What the hub owes after downtime, and bursts: ``python -m benchmarks.catchup``.

People on a real Synapse say numbered commands in their direct chats while the hub is stopped. Then
it starts, fills the gaps that /sync leaves out, and must answer each command once, in the order in
which the homeserver keeps them; ``seconds`` is from its start to the last answer. Afterwards one
person says 100 and then 500 commands at once to the running hub: how many are answered in order.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.echo import until_answered
from benchmarks.peers.crowd import Asker, Chats, gather_crowd, open_chats
from benchmarks.peers.hub import acquaint, configure, hub
from benchmarks.support.ledger import Command, order
from bot.sandbox.homeserver import Homeserver, find_python

PEOPLE = 16
BURSTS = (100, 500)
LONGEST_WAIT = 300
_WAITING = "SELECT count(*) FROM {} WHERE state = 'new'"


@dataclass(slots=True)
class Round:
    """Commands said in some chats, and what became of them."""

    chats: Chats
    database: Path
    said: dict[Asker, list[int]] = field(default_factory=dict)
    taken_before: int = 0

    async def say(self, count: int, askers: Sequence[Asker], first: int) -> None:
        """Let *askers* say *count* commands, eight at a time; odd numbers announce no event."""
        self.taken_before = self._count("SELECT count(*) FROM inbox")
        few = asyncio.Semaphore(8)

        async def one(asker: Asker, number: int) -> None:
            room_id = self.chats.rooms[asker]
            async with few:
                await asker.client.say(room_id, Command(number, room_id).body)

        numbers = range(first, first + 2 * count, 2)
        self.said = {asker: list(numbers[n :: len(askers)]) for n, asker in enumerate(askers)}
        in_turn = ((askers[n % len(askers)], number) for n, number in enumerate(numbers))
        await asyncio.gather(*(one(asker, number) for asker, number in in_turn))

    async def done(self) -> None:
        """Wait until the hub took everything in, handled and sent it."""
        expected = self.taken_before + sum(map(len, self.said.values()))
        waiting = f"SELECT ({_WAITING.format('inbox')}) + ({_WAITING.format('outbox')})"
        async with asyncio.timeout(LONGEST_WAIT):
            while True:
                taken = self._count("SELECT count(*) FROM inbox")
                if taken >= expected and not self._count(waiting):
                    return
                await asyncio.sleep(0.1)

    async def audit(self) -> tuple[int, int]:
        """Count the commands that were answered once, and those whose answer came in its turn."""
        once = in_turn = 0
        for asker, numbers in self.said.items():
            events = await asker.client.history(self.chats.rooms[asker])
            mine = set(numbers)
            asked = [n for n in order(events, asker.user_id) if n in mine]
            answers = [n for n in order(events, self.chats.login.user_id) if n in mine]
            once += sum(answers.count(number) == 1 for number in numbers)
            in_turn += sum(a == b for a, b in zip(asked, answers, strict=False))
        return once, in_turn

    def _count(self, query: str) -> int:
        with closing(sqlite3.connect(self.database, timeout=10)) as database:
            return int(database.execute(query).fetchone()[0])


async def run(missed: int) -> tuple[str, bool]:
    """Measure; returns the line of figures and whether everything was answered in order."""
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="ilan-catchup-")))
        synapse = Homeserver(place / "synapse", find_python(), keep=False, limits="lifted")
        await stack.enter_async_context(synapse)
        session, askers = await gather_crowd(stack, synapse, PEOPLE)
        chats = await open_chats(session, synapse, "hub", askers)
        configure(place / "hub", chats.login)
        await acquaint(place / "hub", chats.known())
        async with hub(place / "hub") as process:  # it must have been there to be missed
            await until_answered(process, askers[0], chats.rooms[askers[0]])
        downtime = Round(chats, place / "hub" / "hub.db")
        await downtime.say(missed, askers, first=1)
        print(f"{missed} commands said to nobody in {PEOPLE} chats", flush=True)
        began = perf_counter()
        await stack.enter_async_context(hub(place / "hub"))
        await downtime.done()
        seconds = perf_counter() - began
        answered, in_order = await downtime.audit()
        print(f"{answered} answered, {in_order} of them in order, in {seconds:.1f} s", flush=True)
        figures = f"missed={missed} answered={answered} in_order={in_order} seconds={seconds:.1f}"
        whole = answered == in_order == missed
        for burst in BURSTS:
            flood = Round(chats, downtime.database)
            began = perf_counter()
            await flood.say(burst, askers[:1], first=10_001 + 10 * burst)
            await flood.done()
            once, in_order = await flood.audit()
            print(f"{once} of {burst} at once answered in {perf_counter() - began:.1f} s")
            figures += f" burst_{burst}={in_order}"
            whole &= once == in_order == burst
        return figures, whole


def main() -> None:
    """Print what happens, then one line of figures; fails if anything was left out."""
    parser = argparse.ArgumentParser(description="Let the hub catch up with what it missed.")
    parser.add_argument("--missed", type=int, default=1500)
    figures, whole = asyncio.run(run(parser.parse_args().missed))
    print(figures)
    sys.exit(not whole)


if __name__ == "__main__":
    main()
