"""Kill the hub a hundred times on a bad network and count what became of every command.

``python -m benchmarks.crash --commands 1000 --seed 1``: members of a real Synapse say numbered
commands in direct chats and in a room while the hub, behind a proxy that spoils its requests, is
ended by SIGKILL at every named stage in turn and at random. Afterwards each command must have
exactly one answer in its author's own view of the room and exactly one effect in the database,
SQLite's or that of a PostgreSQL server (``--database postgresql``).

With ``--encrypted`` the members are clients of matrix-js-sdk in encrypted chats, with new keys
every five messages, and the hub is also killed between the steps of its keys.

``--control`` breaks the hub on purpose, and then the books must show it: ``token-first`` stores
the position in the stream before the events (loses), ``random-txn`` gives every try of a message a
transaction id of its own (doubles), ``keys-in-memory`` keeps keys for others out of the database
(unreadable, encrypted), ``sealed-anew`` encrypts each try anew and then stores how far its session
went (replays a place in it, encrypted).
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TypeAlias

import aiohttp

from benchmarks.support import databases
from benchmarks.support.faults import FaultProxy
from benchmarks.support.hub import HubChild
from benchmarks.support.hub_process import KEY_STAGES, STAGES
from benchmarks.support.ledger import Books, Command, audit
from benchmarks.support.secret_member import SecretMember
from bot.sandbox.client import ErrorResponse, Event
from bot.sandbox.homeserver import Homeserver, find_python
from bot.sandbox.member import Member
from tests.homeserver.people import People

MEMBERS, SECRET_MEMBERS = 6, 4
COMMANDS_A_LIFE = 8
Words: TypeAlias = tuple[Member | SecretMember, Command]
"""Who is to say what."""
CONTROLS = ["token-first", "random-txn", "keys-in-memory", "sealed-anew"]
# The one moment at which a control shows; the others show at several.
SHOWN_AT = {"sealed-anew": "errand.marked"}
FAULT_RATE = 0.3
LONGEST_RUN = 2 * 60 * 60
LONGEST_SILENCE = 90


@dataclass(slots=True)
class Chaos:
    """The actors of a run, and what was done to the hub so far."""

    hub: HubChild
    proxy: FaultProxy
    members: Sequence[Member | SecretMember]
    random: Random
    variant: str
    moments: Sequence[str]
    chats: list[str] = field(default_factory=list)
    lobby: str = ""
    deaths: Counter[str] = field(default_factory=Counter)
    exits: Counter[int] = field(default_factory=Counter)

    async def settle(self) -> None:
        """Let the hub build its Space, and every member come in and be greeted."""
        await self.hub.start()
        for member in self.members:
            if isinstance(member, SecretMember):
                self.chats.append(await member.meet(self.hub.user_id))
                continue
            space = await _joined(member, self.hub.alias)
            greeting = await member.wait(partial(self._is_greeting, space), 60)
            self.chats.append(greeting["room_id"])
            self.lobby = await _joined(member, self.hub.lobby)
        if code := await self.hub.stop():
            raise SystemExit(f"a calm hub ended with {code}: {self.hub.log.read_text()[-2000:]}")

    def _is_greeting(self, space: str, event: Event) -> bool:
        spoken: bool = event["type"] == "m.room.message" and event["sender"] == self.hub.user_id
        return spoken and event["room_id"] != space

    def command(self, number: int) -> Words:
        """Choose who says a command, and where: one in four in the room, if there is one."""
        who = self.random.randrange(len(self.members))
        if self.lobby and self.random.random() < 0.25:
            return self.members[who], Command(number, self.lobby, "!")
        return self.members[who], Command(number, self.chats[who])

    async def life(self, stage: str, batch: Sequence[Words]) -> None:
        """Start the hub, talk to it, and have it killed."""
        seldom = stage.startswith("sync") or stage in KEY_STAGES
        visit = self.random.randint(1, 2 if seldom else 5)
        self.proxy.requests.clear()
        await self.hub.start(stage=stage, visit=visit, variant=self.variant)
        if stage:  # a busy machine takes its time to start; at random it is killed then, too
            await self._reads(1)
        for member, command in batch:
            await member.say(command.room_id, command.body)
            await asyncio.sleep(self.random.uniform(0, 0.3))
        patience = 4 if stage else self.random.uniform(0, 2)
        at_random = await self.hub.cut_short(patience)
        code = await self.hub.kill()
        if code == -signal.SIGKILL:
            self.deaths["random" if at_random else stage] += 1
        else:  # the service manager of an operator starts it again, so do we
            self.exits[code] += 1

    async def recover(self) -> None:
        """Let the hub finish its work on a good network, as long as it gets on with it."""
        self.proxy.rate = 0
        self.proxy.requests.clear()
        await self.hub.start(variant=self.variant)
        await self._reads(2)  # it asks again once it has stored what it was told
        quiet, left, since = 0, -1, monotonic()
        while quiet < 3 and monotonic() - since < LONGEST_SILENCE:
            await asyncio.sleep(1)
            now_left = await self.hub.left()
            quiet = quiet + 1 if now_left == 0 else 0
            if now_left != left:
                left, since = now_left, monotonic()
        self.exits[await self.hub.stop()] += 1

    async def _reads(self, times: int) -> None:
        """Wait until the hub has asked so often what happened, or has ended."""
        async with asyncio.timeout(LONGEST_SILENCE):
            while self.hub.alive and self.proxy.count("/sync") < times:  # noqa: ASYNC110 -- no event
                await asyncio.sleep(0.05)


async def _joined(member: Member, alias: str) -> str:
    """Join a room as soon as the hub has made it."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await member.join(alias)
            except ErrorResponse:  # not there yet
                await asyncio.sleep(0.1)


async def _chaos(
    stack: AsyncExitStack, place: Path, seed: int, variant: str, database: str, *, encrypted: bool
) -> Chaos:
    random = Random(seed)
    synapse = Homeserver(place / "synapse", find_python(), keep=False, limits="lifted")
    await stack.enter_async_context(synapse)
    proxy = await stack.enter_async_context(
        FaultProxy(synapse.url, random=Random(seed + 1), patience=2)
    )
    members = await (_secret_members if encrypted else _members)(stack, synapse)
    hub = HubChild(place / "hub", await synapse.register("hub"), database)
    hub.configure(proxy.url, [member.user_id for member in members], encrypted=encrypted)
    moments = [*(KEY_STAGES if encrypted else ()), *STAGES, ""]  # the last stands for any
    if variant in SHOWN_AT:
        moments = [SHOWN_AT[variant]]
    return Chaos(hub, proxy, members, random, variant, moments)


async def _members(stack: AsyncExitStack, synapse: Homeserver) -> list[Member]:
    session = await stack.enter_async_context(aiohttp.ClientSession())
    accounts = [await synapse.register(f"member-{n}") for n in range(MEMBERS)]
    return [
        await stack.enter_async_context(Member(session, synapse.url, account))
        for account in accounts
    ]


async def _secret_members(stack: AsyncExitStack, synapse: Homeserver) -> list[SecretMember]:
    people = await stack.enter_async_context(People(synapse))
    return [await SecretMember.register(people, "member") for _n in range(SECRET_MEMBERS)]


async def run(
    commands: int, seed: int, variant: str, database: str, *, encrypted: bool
) -> tuple[Chaos, Books]:
    """Play one run and audit it; *database* is an address, or empty for a file."""
    began = monotonic()
    async with AsyncExitStack() as stack, asyncio.timeout(LONGEST_RUN):
        place = Path(stack.enter_context(TemporaryDirectory(prefix="ilan-crash-")))
        chaos = await _chaos(stack, place, seed, variant, database, encrypted=encrypted)
        stack.push_async_callback(chaos.hub.kill)
        await chaos.settle()
        chaos.proxy.rate = FAULT_RATE
        said: list[Command] = []
        for life, first in enumerate(range(0, commands, COMMANDS_A_LIFE)):
            batch = [
                chaos.command(number)
                for number in range(first, min(first + COMMANDS_A_LIFE, commands))
            ]
            await chaos.life(chaos.moments[life % len(chaos.moments)], batch)
            said += [command for _member, command in batch]
            if life % len(chaos.moments) == len(chaos.moments) - 1:
                _progress(began, chaos, len(said))
        await chaos.recover()
        _progress(began, chaos, len(said))
        seen = {
            room: await member.messages(room)
            for member, room in zip(chaos.members, chaos.chats, strict=True)
        }
        if chaos.lobby:
            seen[chaos.lobby] = await chaos.members[0].messages(chaos.lobby)
        books = audit(said, seen, chaos.hub.user_id, await chaos.hub.counted())
        print(f"killed at {dict(chaos.deaths)}")
        print(f"faults { ({fault.value: n for fault, n in chaos.proxy.counts.items()}) }")
        print(f"other exits {dict(chaos.exits)}; lost {books.lost}; doubled {books.doubled}")
        return chaos, books


def _progress(began: float, chaos: Chaos, said: int) -> None:
    kills, faults = chaos.deaths.total(), chaos.proxy.counts.total()
    print(f"[{monotonic() - began:5.0f} s] {said} said, {kills} kills, {faults} faults", flush=True)


def main() -> None:
    """Print progress, then one line of figures."""
    parser = argparse.ArgumentParser(description="Kill the hub and count every command.")
    parser.add_argument("--commands", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--encrypted", action="store_true")
    parser.add_argument("--control", choices=CONTROLS, default="")
    parser.add_argument("--database", choices=databases.KINDS, default="sqlite")
    arguments = parser.parse_args()
    with databases.served(arguments.database) as url:
        played = run(
            arguments.commands,
            arguments.seed,
            arguments.control,
            url,
            encrypted=arguments.encrypted,
        )
        chaos, books = asyncio.run(played)
    print(
        f"commands={arguments.commands} kills={chaos.deaths.total()}"
        f" faults={chaos.proxy.counts.total()} lost={len(books.lost)}"
        f" doubled={len(books.doubled)} unreadable={books.unreadable} replayed={books.replayed}"
    )
    bites = {
        "token-first": bool(books.lost),
        "random-txn": bool(books.doubled),
        "keys-in-memory": books.unreadable > 0,
        "sealed-anew": books.replayed > 0,
    }
    sys.exit(not bites.get(arguments.control, books.clean))


if __name__ == "__main__":
    main()
