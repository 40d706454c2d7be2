"""How often the database is asked for one command, from /sync until the answer came back in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from random import Random
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from benchmarks.support.statements import counted
from bot.matrix.sync import SyncLoop
from kit.inbound import TextMessage
from storage.inbox import Inbox, Incoming
from tests.bot.matrix.outgoing import Homeserver, Out
from tests.bot.matrix.test_reader import message
from tests.harness import HUB, Talk, scene
from tests.keyring import Undisputed

AMAL, BORIS, CHEN, LOBBY = "@amal:test", "@boris:test", "@chen:test", "!lobby:test"
CHAT = Talk.chat(AMAL)
NONE = (0, 0)


@dataclass(frozen=True)
class Cost:
    """Statements and transactions of each stage."""

    taken: tuple[int, int]
    keys: tuple[int, int]
    handled: tuple[int, int]
    sent: tuple[int, int]
    echoed: tuple[int, int]


class Stream(Homeserver):
    """Answers /sync with what the test tells it, when it does."""

    def __init__(self) -> None:
        super().__init__()
        self.news: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.listened = False
        self.token = count(2)

    async def call(self, method, path, *request: Any, **options: Any) -> dict[str, Any]:
        if path != "/sync":
            return await super().call(method, path, *request, **options)
        if self.listened:
            self.news.task_done()
        self.listened = True
        return await self.news.get()

    async def tells(self, room_id: str, *events: Any) -> None:
        """Return once the hub has taken it in and asks for more."""
        rooms = {room_id: {"timeline": {"events": list(events)}}} if events else {}
        answer = {
            "next_batch": f"s{next(self.token)}",
            "rooms": {"join": rooms},
            "device_one_time_keys_count": {"signed_curve25519": 50},
        }
        await self.news.put(answer)
        await self.news.join()


class Hub:
    """The parts that a command goes through, each moved by the test."""

    def __init__(self, talk: Talk) -> None:
        self.server = Stream()
        self.talk = talk
        self.out = Out(talk.storage, self.server)
        self.out.now = talk.now
        self.loop = SyncLoop(
            self.server,
            talk.storage,
            seconds=lambda: 0.0,
            random=Random(1),
            intake=self.out.intake,
            keys=self.out.keys,
            lease=Undisputed(),
            begun=nothing,
            taken=lambda: None,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read as a hub that was here before; what it said so far is sent."""
        async with self.talk.storage.write() as session:
            await Inbox(session).advance(HUB, "s1")
        reading = asyncio.create_task(self.loop.run())
        for before in ("$first", "$second"):  # by then the homeserver has keys of the hub enough
            await self.hears(message(before, "help"))
        yield
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading

    async def hears(self, event: Any, room_id: str = CHAT) -> Cost:
        echo = message("$echo", "It is done.") | {"sender": HUB}
        work = (
            self.server.tells(room_id, event),
            self.keep(),
            self.handle(),
            self.out.goes_on(),
            self.server.tells(room_id, echo),
        )
        costs = []
        with counted() as asked:
            for stage in work:
                asked.reset()
                await stage
                costs.append((asked.statements, asked.transactions))
        return Cost(*costs)

    async def keep(self) -> None:
        """Look after keys if that was asked for."""
        worker = self.out.keys.worker
        if worker._woken.is_set():
            worker._woken.clear()
            await self.out.keys.keep()

    async def handle(self) -> None:
        while await self.talk.dispatcher.handle_events():
            pass


async def nothing(_token: str) -> None: ...


def asked(person: str, at: datetime) -> Incoming:
    """Say "help" in the chat of somebody."""
    return Incoming(f"$asked-{person}", Talk.chat(person), person, TextMessage("help"), at)


@scene
async def met(talk: Talk) -> None:
    await talk.member(AMAL)
    await talk.room("space:lobby-en", LOBBY)


@pytest.mark.parametrize(
    ("said", "room_id", "cost"),
    [
        ("help", CHAT, Cost((4, 2), NONE, (5, 1), (5, 3), NONE)),
        ("find bail", CHAT, Cost((4, 2), NONE, (5, 1), (5, 3), NONE)),
        ("when is the next webinar", CHAT, Cost((4, 2), NONE, (7, 1), (5, 3), NONE)),
        ("!help", LOBBY, Cost((4, 2), NONE, (5, 1), (3, 3), NONE)),
        ("hello everybody", LOBBY, Cost((3, 2), NONE, (1, 1), (1, 1), NONE)),
    ],
)
async def test_a_command_asks_the_database_no_more_than_this(met: Talk, said, room_id, cost):
    hub = Hub(met)
    async with hub.running():
        assert await hub.hears(message("$asked", said), room_id) == cost


async def test_what_those_say_who_ask_at_once_is_read_and_written_together(met: Talk):
    for person in (BORIS, CHEN):
        await met.member(person)
    async with met.storage.write() as session:
        await Inbox(session).take([asked(person, met.now) for person in (AMAL, BORIS, CHEN)])
    flushed: list[Session] = []

    def note(session: Session, _context: object) -> None:
        flushed.append(session)

    event.listen(Session, "after_flush", note)
    with counted() as database:
        await Hub(met).handle()
    event.remove(Session, "after_flush", note)
    # Claimed, read in two, three lists and three answers kept, closed.
    assert (database.statements, database.transactions, len(flushed)) == (10, 1, 1)
