"""A hub behind a bad network, members who have met it, and the books over what they said."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from inspect import isawaitable
from pathlib import Path
from typing import Any

from benchmarks.support.faults import FaultProxy
from benchmarks.support.hub import HubChild
from benchmarks.support.ledger import Books, Command, audit, order
from bot.sandbox.client import ErrorResponse, Event
from bot.sandbox.homeserver import Account, Homeserver
from bot.sandbox.member import Member
from tests.homeserver.unused import make_database

MakeMember = Callable[[str], Awaitable[Member]]

# Seconds after which what has not come never will: no promise, so a busy machine may be slow.
PATIENCE = 120
IMPATIENT = 3
NUMBERS = itertools.count(1)


async def eventually(condition: Callable[[], Any], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while True:  # processes and files set no event of ours
            found = condition()
            if await found if isawaitable(found) else found:
                return
            await asyncio.sleep(0.05)


async def joined(member: Member, alias: str) -> str:
    """Join a room as soon as the hub has made it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await member.join(alias)
            except ErrorResponse:
                await asyncio.sleep(0.05)


@dataclass
class World:
    """One hub with one account. *said* are the commands that must each be answered once."""

    directory: Path
    proxy: FaultProxy
    hub: HubChild
    account: Account
    members: list[Member]
    said: list[Command] = field(default_factory=list)
    chats: list[str] = field(default_factory=list)
    space: str = ""
    lobby: str = ""

    async def settle(self) -> None:
        """Let the hub build its Space and greet its members, then end it."""
        await self.hub.start()
        for member in self.members:
            self.chats.append(await self.welcome(member))
            self.lobby = await joined(member, self.hub.lobby)
        await self.down()

    async def up(self) -> None:
        """Let the hub run, without the patience it has in service."""
        if not self.hub.alive:
            await self.hub.start(patience=IMPATIENT)

    async def down(self) -> None:
        """End the hub as an operator does, if it runs."""
        if self.hub.alive:
            assert await self.hub.stop() == 0

    async def welcome(self, member: Member) -> str:
        """Bring somebody into the Space; returns the chat in which they were greeted."""
        self.space = await joined(member, self.hub.alias)
        return str((await member.wait(self.is_greeting, PATIENCE))["room_id"])

    def is_greeting(self, event: Event) -> bool:
        said: bool = event["type"] == "m.room.message" and event["sender"] == self.hub.user_id
        return said

    async def say(
        self, *, adds: bool = True, who: int = 0, lobby: bool = False, **content: Any
    ) -> Command:
        """Say a new command that must be answered once."""
        command = self.command(adds=adds, who=who, lobby=lobby)
        self.said.append(command)
        await self.members[who].say(command.room_id, command.body, **content)
        return command

    def command(self, *, adds: bool = True, who: int = 0, lobby: bool = False) -> Command:
        """Number a command without saying it."""
        number = next(number for number in NUMBERS if (number % 2 == 0) is adds)
        room, prefix = (self.lobby, "!") if lobby else (self.chats[who], "")
        return Command(number, room, prefix)

    async def answered(self, *commands: Command) -> None:
        """Wait until members see the answers to *commands*."""
        for command in commands:
            member = self.members[self.chats.index(command.room_id) if not command.prefix else 0]
            await member.wait(partial(self._answers, command), PATIENCE)

    def _answers(self, command: Command, event: Event) -> bool:
        return order([event], self.hub.user_id) == [command.number]

    async def answers(self, room_id: str) -> list[int]:
        """List the numbers answered in a room, in order."""
        member = self.members[self.chats.index(room_id) if room_id in self.chats else 0]
        return order(await member.messages(room_id), self.hub.user_id)

    async def books(self) -> Books:
        """Compare everything said with what became of it, once the hub has nothing left to do."""
        await eventually(self.hub.idle)
        views = {
            chat: await member.messages(chat)
            for member, chat in zip(self.members, self.chats, strict=True)
        }
        views[self.lobby] = await self.members[0].messages(self.lobby)
        return audit(self.said, views, self.hub.user_id, await self.hub.counted())


class Worlds:
    """Makes worlds on one homeserver, each with a hub of its own."""

    def __init__(self, homeserver: Homeserver, member: MakeMember, place: Path) -> None:
        self._homeserver = homeserver
        self._member = member
        self._place = place
        self._count = itertools.count(1)

    async def open(self, stack: AsyncExitStack, members: int = 1) -> World:
        """Make a world with a hub that was not started yet, to be closed by *stack*."""
        name = f"hub-{next(self._count)}"
        directory = self._place / name
        proxy = await stack.enter_async_context(FaultProxy(self._homeserver.url))
        account = await self._homeserver.register(name)
        people = [await self._member("amal") for _number in range(members)]
        hub = HubChild(directory, account, durable=False)
        hub.configure(proxy.url, [person.user_id for person in people])
        await asyncio.to_thread(make_database, directory / "hub.db")
        stack.push_async_callback(hub.kill)
        return World(directory, proxy, hub, account, people)
