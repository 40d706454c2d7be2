"""How soon somebody is out of every room: ``python -m benchmarks.moderation``.

A real Synapse with its limits lifted, the starter Space with as many more rooms as asked for, built
by the hub, and members in it, each in the Space and one of its rooms. Two of them are in every
room. A bare loop of requests bans one, room by room, eight at a time, which is what Synapse does
fastest; a steward bans the other by the hub, takes that back, and announces something.

``remove_s`` is from the steward's word until the last room has shut them out, ``raw_s`` the time of
the bare loop in the same rooms, ``ratio`` what the hub takes beside it, ``undo_s`` from the word
until no room shuts them out. ``announce_per_s`` is how many members a second are told.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from urllib.parse import quote

import aiohttp
import yaml

from actions.consent import CONSENT_VERSION
from benchmarks.peers.hub import configure, hub
from benchmarks.peers.login import Login
from benchmarks.peers.process import Process
from bot.sandbox.client import Event, PlainClient
from bot.sandbox.homeserver import Homeserver, find_python
from bot.sandbox.member import Member, Missed
from bot.service.clock import utc_now
from bot.service.parts import open_storage
from bot.settings import load
from bot.starter import starter
from kit.inbound import FIELD
from kit.roomkey import Direct
from storage.people import People
from storage.rooms import Rooms

AT_ONCE = 8
GROUPS = ("welcome", "announcements", "events", "library", "practice-showcase")  # open to all
PATIENCE = 120
LOOK = 0.02
ANNOUNCED = "English: The meeting of the network is on Friday at noon."
_SINCE = "SELECT coalesce(max(id), 0) FROM outbox"
_QUEUED = "SELECT count(*), coalesce(sum(state = 'new'), 0) FROM outbox WHERE id > ? AND action = ?"
_TOLD = "SELECT told, state FROM announcement"


async def few(calls: Iterable[Callable[[], Awaitable[object]]]) -> None:
    """Make *calls*, as many at once as Synapse does fastest."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(call: Callable[[], Awaitable[object]]) -> None:
        async with free:
            await call()

    await asyncio.gather(*(one(call) for call in calls))


def declare(directory: Path, rooms: int, steward: str) -> None:
    """Write the file of a Space of so many rooms, and the settings of a hub that looks after it."""
    whole: dict[str, Any] = yaml.safe_load(starter("space.yaml").read_text("utf-8"))
    pattern = next(room for room in whole["rooms"] if room["kind"] == "theme")
    for number in range(rooms - len(whole["rooms"])):
        names = {"en": f"Working group {number}"}
        more = {"slug": f"group-{number}", "access": "open", "names": names, "subjects": []}
        whole["rooms"].append(pattern | more)
    (directory / "space.yaml").write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")
    config = directory / "config.yaml"
    settings = yaml.safe_load(config.read_text("utf-8"))
    settings["space"] = {"file": "space.yaml"}
    settings["people"] = {"stewards": [steward]}
    settings["encryption"] = {"direct_chats": False}
    config.write_text(yaml.safe_dump(settings), "utf-8")


async def acquaint(directory: Path, steward: str, chat: str, others: Sequence[str]) -> list[str]:
    """Let the hub know its members, and the *steward* by their chat; returns all its rooms."""
    async with (
        open_storage(load(directory / "config.yaml")) as (storage, _changed),
        storage.write() as session,
    ):
        for user_id in (steward, *others):
            person = await People(session).meet(user_id, "en", utc_now())
            person.greeted = person.in_space = person.has_spoken = True
            person.consent_version, person.consent_language = CONSENT_VERSION, "en"
            person.consent_at = utc_now()
            if user_id == steward:
                key = Direct(person.id)
                room, _new = await Rooms(session).ensure(key, "en", person_id=person.id)
                await Rooms(session).made(room.id, chat)
        return list((await Rooms(session).of_space()).values())


@dataclass(slots=True)
class Village:
    """The hub with its rooms, as its steward and the homeserver see them."""

    directory: Path
    bot: PlainClient
    steward: Member
    chat: str
    rooms: Sequence[str]

    async def settle(self, who: PlainClient) -> None:
        """Let somebody into every room: first into the Spaces that open others."""
        for room in self.rooms:
            content = await self.bot.state(room, "m.room.join_rules") or {}
            rule = content.get("join_rule")
            if rule == "invite":
                await self.bot.call("POST", f"{_path(room)}/invite", {"user_id": who.user_id})
            if rule != "restricted":
                await who.join(room)
        await few(partial(who.join, room) for room in self.rooms)

    async def ban_raw(self, user_id: str) -> float:
        """Ban somebody with nothing but requests; returns the seconds."""
        began = perf_counter()
        await self._ask_in_each("ban", user_id)
        return perf_counter() - began

    async def unban_raw(self, user_id: str) -> None:
        """Let somebody in again."""
        await self._ask_in_each("unban", user_id)

    async def _ask_in_each(self, what: str, user_id: str) -> None:
        body = {"user_id": user_id}
        await few(
            partial(self.bot.call, "POST", f"{_path(room)}/{what}", body) for room in self.rooms
        )

    async def ban(self, user_id: str) -> tuple[float, str]:
        """Let the hub ban somebody; returns the seconds and the number of the measure."""
        await self.says(f"ban {user_id} adverts")
        preview = await self.hears("measure.preview")
        number = str(preview["content"][FIELD]["ids"][0])
        await self.says("yes")
        await self.hears("measure.agreed")
        (since,), began = self.database(_SINCE), perf_counter()
        await self.says(f"carry out {number}")
        await self.done(since, "ban")
        return perf_counter() - began, number

    async def undo(self, number: str) -> float:
        """Let the hub take it back; returns the seconds."""
        (since,), began = self.database(_SINCE), perf_counter()
        await self.says(f"undo {number}")
        await self.done(since, "unban")
        return perf_counter() - began

    async def done(self, since: int, action: str) -> None:
        """Wait until the hub did something in every room."""
        await self.until(lambda: self.database(_QUEUED, since, action) == (len(self.rooms), 0))

    async def announce(self) -> float:
        """Let the hub announce something; returns how many members a second were told."""
        await self.says(f"announce {ANNOUNCED}")
        await self.hears("announce.ask.sure")
        await self.says("yes")
        began, told, state = perf_counter(), 0, ""
        async with asyncio.timeout(PATIENCE):
            while state != "done":
                if not told:  # its minute is not over
                    began = perf_counter()
                await asyncio.sleep(LOOK)
                told, state = self.database(_TOLD)
        return float(told) / (perf_counter() - began)

    async def memberships(self, user_id: str) -> set[str]:
        """List what somebody is to the rooms, as the homeserver has it."""
        found = set[str]()

        async def look(room: str) -> None:
            content = await self.bot.state(room, "m.room.member", user_id) or {}
            found.add(str(content.get("membership")))

        await few(partial(look, room) for room in self.rooms)
        return found

    async def met(self, process: Process) -> None:
        """Ask until the hub is up: what was asked before it was there it passes over."""
        while process.pid:
            await self.says("help")
            with suppress(Missed):
                await self.hears("help.all", 2)
                return

    async def says(self, text: str) -> None:
        """Say something in the steward's chat."""
        await self.steward.say(self.chat, text)

    async def hears(self, kind: str, patience: float = PATIENCE) -> Event:
        """Wait for what the hub says to it."""

        def fits(event: Event) -> bool:
            return bool(event["content"].get(FIELD, {}).get("kind") == kind)

        return await self.steward.wait(fits, patience)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Look until it is so."""
        async with asyncio.timeout(PATIENCE):
            while True:  # a database sets no event of ours
                if condition():
                    return
                await asyncio.sleep(LOOK)

    def database(self, query: str, *given: object) -> tuple[Any, ...]:
        """Read a row of the hub's database."""
        with closing(sqlite3.connect(self.directory / "hub.db", timeout=10)) as database:
            return tuple(database.execute(query, given).fetchone() or (0, ""))


def _path(room_id: str) -> str:
    return f"/rooms/{quote(room_id)}"


async def build(directory: Path) -> None:
    """Let the hub build its Space, as an operator does."""
    with (directory / "apply.log").open("wb") as log:
        config = str(directory / "config.yaml")
        command = ["-m", "bot", "--config", config, "space", "apply", "--yes"]
        building = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
        )
        if await building.wait():
            raise SystemExit((directory / "apply.log").read_text("utf-8")[-2000:])


async def settle(
    stack: AsyncExitStack, place: Path, rooms: int, members: int
) -> tuple[Village, Sequence[PlainClient]]:
    """Build the Space and fill it; returns two as well who are in every room."""
    synapse = Homeserver(place / "synapse", find_python(), keep=False, limits="lifted")
    await stack.enter_async_context(synapse)
    session = await stack.enter_async_context(aiohttp.ClientSession())
    account, directory = await synapse.register("hub"), place / "hub"
    login = Login(synapse.url, account.user_id, account.device_id, account.access_token)
    bot = PlainClient(session, synapse.url, account)
    steward = Member(session, synapse.url, await synapse.register("steward"))
    await stack.enter_async_context(steward)
    chat = await steward.create_direct(bot.user_id)
    await bot.join(chat)
    configure(directory, login)
    declare(directory, rooms, steward.user_id)
    began = perf_counter()
    await build(directory)
    print(f"{rooms} rooms are built, in {perf_counter() - began:.0f} s", flush=True)
    people: list[PlainClient] = []

    async def come(number: int) -> None:
        account = await synapse.register(f"member-{number}")
        people.append(PlainClient(session, synapse.url, account))

    await few(partial(come, number) for number in range(members))
    user_ids = [person.user_id for person in people]
    every = await acquaint(directory, steward.user_id, chat, user_ids)
    root = await bot.resolve(f"#ilan:{synapse.server_name}")
    groups = [await bot.resolve(f"#ilan-{group}:{synapse.server_name}") for group in GROUPS]
    for room_of in (lambda _number: root, lambda number: groups[number % len(groups)]):
        await few(partial(each.join, room_of(number)) for number, each in enumerate(people))
    print(f"{members} members are there after {perf_counter() - began:.0f} s", flush=True)
    return Village(directory, bot, steward, chat, every), people[:2]


async def run(rooms: int, members: int, rounds: int) -> tuple[str, bool]:
    """Measure; returns the line of figures, and whether everything was done in every room."""
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="ilan-moderation-")))
        village, (one, other) = await settle(stack, place, rooms, members)
        process = await stack.enter_async_context(hub(village.directory))
        await village.met(process)
        raw, ours, back, whole = list[float](), list[float](), list[float](), True
        for _round in range(rounds):
            for each in (one, other):
                await village.settle(each)
            raw.append(await village.ban_raw(one.user_id))
            seconds, number = await village.ban(other.user_id)
            ours.append(seconds)
            for each in (one, other):
                whole &= await village.memberships(each.user_id) == {"ban"}
            back.append(await village.undo(number))
            await village.unban_raw(one.user_id)
            whole &= await village.memberships(other.user_id) <= {"leave", "invite"}
            print(f"raw {raw[-1]:.1f} s, hub {seconds:.1f} s, undone {back[-1]:.1f} s", flush=True)
        ratio = median(mine / theirs for mine, theirs in zip(ours, raw, strict=True))
        told = await village.announce()
        figures = (
            f"remove_s={median(ours):.1f} raw_s={median(raw):.1f} ratio={ratio:.2f}"
            f" undo_s={median(back):.1f} announce_per_s={told:.0f}"
        )
        return figures, whole


def main() -> None:
    """Print what happens, then one line of figures; fails if a room was left out."""
    parser = argparse.ArgumentParser(description="Take somebody out of many rooms, and back.")
    parser.add_argument("--rooms", type=int, default=200)
    parser.add_argument("--members", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    figures, whole = asyncio.run(run(arguments.rooms, arguments.members, arguments.rounds))
    print(figures)
    sys.exit(not whole)


if __name__ == "__main__":
    main()
