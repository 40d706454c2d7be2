"""People on a real homeserver who ask bots and wait for the answers, with as little as it takes."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from time import perf_counter
from types import TracebackType
from typing import Self

import aiohttp

from benchmarks.peers.login import QUESTION, Login
from bot.sandbox.client import PlainClient
from bot.sandbox.homeserver import Account, Homeserver

_NONE = {"not_types": ["*"]}
PATIENCE = 30


class Asker:
    """One person; ``async with`` keeps them listening. Answers come in the order of questions."""

    def __init__(self, session: aiohttp.ClientSession, url: str, account: Account) -> None:
        self.user_id = account.user_id
        self.client = PlainClient(session, url, account)
        self._open: dict[str, deque[asyncio.Future[float]]] = defaultdict(deque)
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        since = await self._sync("", 0)
        self._listening = asyncio.create_task(self._listen(since))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def ask(self, room_id: str, patience: float = PATIENCE) -> float:
        """Ask and wait; returns the seconds from before asking until the answer was seen.

        Raises:
            TimeoutError: there was no answer in time.
        """
        answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._open[room_id].append(answered)
        before = perf_counter()
        try:
            async with asyncio.timeout(patience):
                await self.client.say(room_id, QUESTION)
                return await answered - before
        finally:
            if answered in self._open[room_id]:
                self._open[room_id].remove(answered)

    async def settle(self) -> None:
        """Let answers arrive that nobody waits for any more, so that none is taken for another."""
        await asyncio.sleep(0.5)

    async def _listen(self, since: str) -> None:
        while True:
            since = await self._sync(since, 25_000)

    async def _sync(self, since: str, poll: int) -> str:
        timeline = {"limit": 100, "types": ["m.room.message"], "not_senders": [self.user_id]}
        room = {"timeline": timeline, "state": _NONE, "ephemeral": _NONE, "account_data": _NONE}
        wanted = json.dumps({"presence": _NONE, "account_data": _NONE, "room": room})
        query = [("filter", wanted), ("timeout", str(poll))]
        answer = await self.client.call(
            "GET", "/sync", query=[*query, ("since", since)] if since else query
        )
        now = perf_counter()
        for room_id, joined in answer.get("rooms", {}).get("join", {}).items() if since else ():
            for _event in joined["timeline"]["events"]:
                if self._open[room_id]:
                    self._open[room_id].popleft().set_result(now)
        return str(answer["next_batch"])


@dataclass(slots=True)
class Chats:
    """A bot's direct chats, and what was measured in them."""

    login: Login
    rooms: dict[Asker, str] = field(default_factory=dict)

    def known(self) -> dict[str, str]:
        """List who has which chat."""
        return {asker.user_id: room_id for asker, room_id in self.rooms.items()}


async def gather_crowd(
    stack: AsyncExitStack, homeserver: Homeserver, size: int
) -> tuple[aiohttp.ClientSession, list[Asker]]:
    """Register *size* people and let them listen."""
    connector = aiohttp.TCPConnector(limit=0)
    session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
    accounts = [await homeserver.register(f"asker-{n}") for n in range(size)]
    return session, [
        await stack.enter_async_context(Asker(session, homeserver.url, account))
        for account in accounts
    ]


async def open_chats(
    session: aiohttp.ClientSession, homeserver: Homeserver, name: str, askers: Sequence[Asker]
) -> Chats:
    """Register a bot and open a direct chat between it and each of *askers*."""
    account = await homeserver.register(name)
    login = Login(homeserver.url, account.user_id, account.device_id, account.access_token)
    bot = PlainClient(session, homeserver.url, account)
    few = asyncio.Semaphore(4)

    async def chat(asker: Asker) -> tuple[Asker, str]:
        async with few:
            room_id = await asker.client.create_direct(account.user_id)
            await bot.join(room_id)
            return asker, room_id

    return Chats(login, dict(await asyncio.gather(*(chat(asker) for asker in askers))))
