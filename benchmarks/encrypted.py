"""Encrypted rooms of 2, 50 and 500 devices: ``python -m benchmarks.encrypted``.

Synapse with its limits lifted. Somebody on matrix-js-sdk asks "help" in encrypted chats, a few
times at once: the hub as in service in chats of 2, 50 and 500 devices, and beside it, in a chat of
two, a bot on matrix-js-sdk and one on stock matrix-nio. The devices beside the asking one have keys
and say nothing. Turns alternate, so that neighbours in time are compared.

``hub_50`` and its like are answers a second, ``cpu_…`` milliseconds of processor time for each, and
``longest_block_ms`` for how long the hub's loop did nothing else, sharing the keys included;
``longest_work_ms`` is the processor time of it, which other programs on the machine do not disturb.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import aiohttp

from benchmarks.peers.hub import acquaint, configure, seen, watched_hub
from benchmarks.peers.login import ANSWER, QUESTION, Login
from benchmarks.peers.process import Process
from bot.sandbox.client import PlainClient
from bot.sandbox.homeserver import Account, Homeserver, find_python
from tests.homeserver.people import NODE, SDK, People, Person
from tests.homeserver.silent import silent_devices

SIZES = (2, 50, 500)
AT_ONCE = 4
FIRST_ANSWER = 60


@dataclass(slots=True)
class Chat:
    """Somebody's encrypted chat with a bot, and what was measured there."""

    name: str
    person: Person
    bot: Account
    room_id: str
    asked: int = 0
    answered: int = 0
    seconds: float = 0
    cpu: float = 0

    async def ask(self, patience: float) -> None:
        """Ask once and wait until the client could read so many answers as there were questions."""
        self.asked += 1
        number = self.asked
        await self.person.say(self.room_id, QUESTION)
        await self.person.reads(self.room_id, self.bot.user_id, number, patience)

    async def turn(self, process: Process, seconds: float) -> None:
        """Ask a few times at once, and again as soon as there is an answer."""
        cpu, began, before = process.cpu(), perf_counter(), self.asked

        async def keep_asking() -> None:
            while perf_counter() - began < seconds:
                await self.ask(FIRST_ANSWER)

        await asyncio.gather(*(keep_asking() for _number in range(AT_ONCE)))
        lasted, answered = perf_counter() - began, self.asked - before
        cpu = process.cpu() - cpu
        self.seconds, self.answered, self.cpu = (
            self.seconds + lasted,
            self.answered + answered,
            self.cpu + cpu,
        )
        print(
            f"{self.name}: {answered / lasted:5.1f} answers/s, {cpu * 1000 / answered:5.1f} ms CPU",
            flush=True,
        )


async def _chat(
    homeserver: Homeserver,
    session: aiohttp.ClientSession,
    people: People,
    bot: Account,
    name: str,
    devices: int,
) -> Chat:
    """Open a chat of so many devices, those of the bot and of the person who asks among them."""
    person = await people.person(name.replace("_", "."), signed=False)
    await silent_devices(homeserver, session, person.user_id, devices - 2)
    room_id = str(await person.do("chat", invite=bot.user_id))
    await PlainClient(session, homeserver.url, bot).join(room_id)
    return Chat(name, person, bot, room_id)


def _login(homeserver: Homeserver, account: Account) -> Login:
    return Login(homeserver.url, account.user_id, account.device_id, account.access_token)


def _js(login: Login, place: Path) -> Process:
    says = json.dumps({"question": QUESTION, "answer": ANSWER})
    environment = login.environment() | {"ILAN_PEER_SAYS": says}
    return Process([str(SDK / "echo.mjs")], place / "js.log", environment, program=[str(NODE)])


def _nio(login: Login, place: Path) -> Process:
    store = place / "nio"
    store.mkdir()
    command = ["benchmarks.peers.secret_nio", str(store)]
    return Process(command, place / "nio.log", login.environment())


async def _warm(chat: Chat, process: Process) -> None:
    """Ask until the bot is up and everybody has its keys; what it missed does not count."""
    while process.pid and not chat.person.read(chat.room_id, chat.bot.user_id):
        with contextlib.suppress(TimeoutError):
            await chat.ask(FIRST_ANSWER / 6)
    await asyncio.sleep(1)  # then answers to earlier questions are there, too
    chat.asked = chat.person.read(chat.room_id, chat.bot.user_id)


async def run(rounds: int, seconds: float) -> str:
    """Measure and return the line of figures."""
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="ilan-encrypted-")))
        synapse = Homeserver(place / "synapse", find_python(), keep=False, limits="lifted")
        await stack.enter_async_context(synapse)
        people = await stack.enter_async_context(People(synapse))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        hub, js, nio = [await synapse.register(name) for name in ("hub", "js", "nio")]
        ours = [await _chat(synapse, session, people, hub, f"hub_{n}", n) for n in SIZES]
        others = [
            await _chat(synapse, session, people, bot, f"{name}_2", 2)
            for name, bot in (("js", js), ("nio", nio))
        ]
        configure(place / "hub", _login(synapse, hub))
        await acquaint(place / "hub", {chat.person.user_id: chat.room_id for chat in ours})
        served = watched_hub(place / "hub")
        processes = [served, _js(_login(synapse, js), place), _nio(_login(synapse, nio), place)]
        for process in processes:
            await stack.enter_async_context(process)
        pairs = [(chat, served) for chat in ours]
        pairs += list(zip(others, processes[1:], strict=True))
        for chat, process in pairs:
            await _warm(chat, process)
            if chat is ours[0]:
                os.kill(served.pid, signal.SIGUSR1)  # it is up: from here on its loop is watched
        for _number in range(rounds):
            for chat, process in pairs:
                await chat.turn(process, seconds)
        await served.stop()
        watched = seen(place / "hub")
        block, work = watched.longest_block * 1000, watched.longest_work * 1000
    rates = " ".join(f"{chat.name}={chat.answered / chat.seconds:.1f}" for chat, _process in pairs)
    costs = " ".join(
        f"cpu_{chat.name}={chat.cpu * 1000 / chat.answered:.1f}" for chat, _process in pairs
    )
    return f"{rates} {costs} longest_block_ms={block:.0f} longest_work_ms={work:.0f}"


def main() -> None:
    """Print each turn, then one line of figures."""
    parser = argparse.ArgumentParser(description="Measure encrypted rooms beside other clients.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    arguments = parser.parse_args()
    print(asyncio.run(run(arguments.rounds, arguments.seconds)))


if __name__ == "__main__":
    main()
