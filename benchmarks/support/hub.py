"""The hub as a real child process with a directory, an account and a small Space of its own."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.support import databases, hub_process, small
from bot.sandbox.homeserver import Account
from bot.service.parts import open_storage
from bot.settings import PASSWORD_VARIABLE, load
from kit.secret_file import write_secret
from storage.engine import Storage
from storage.queue import State
from storage.tables.queues import InboxRow, OutboxRow
from storage.unmet import Unmet
from storage.vault import Vault, read_key

# A hub that is forked runs after a tenth of the work of one that imports everything.
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["benchmarks.support.nursery"])
OPERATED_SECONDS = 120


async def operated(config: Path, *command: str, **environment: str) -> tuple[int, str, str]:
    """Run a command of the operator in a process of its own.

    Returns its exit code and what it wrote to standard output and standard error.
    """
    with TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        given = ["--config", str(config), *command], environment, out, err
        process = FORKING.Process(target=hub_process.operate, args=given, daemon=True)
        await asyncio.to_thread(process.start)
        code = await _ended(process, OPERATED_SECONDS)
        printed, complained = await asyncio.to_thread(lambda: [f.read_text() for f in (out, err)])
        return code, printed, complained


async def _ended(process: ForkServerProcess, seconds: float) -> int:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(process.sentinel, ended.set)
    try:
        async with asyncio.timeout(seconds):
            await ended.wait()
    finally:
        loop.remove_reader(process.sentinel)
    assert process.exitcode is not None
    return process.exitcode


@cache
def _stored(url: str, key: bytes) -> Storage:
    """Keep what it has compiled, which takes longer than to read, but no connection."""
    return Storage(url, Vault(key))


class HubChild:
    """Starts, kills and questions one hub. Its files stay in *directory* between its lives."""

    def __init__(
        self,
        directory: Path,
        account: Account,
        database: str = "",
        *,
        password: str = "",
        durable: bool = True,
    ) -> None:
        """Prepare a hub; *database* is the address of another one than a file in *directory*.

        With a *password* it may log in by itself. One that is not *durable* outlives SIGKILL, and
        no power cut.
        """
        self._database = database
        self._secrets = {PASSWORD_VARIABLE: password} if password else {}
        self.user_id = account.user_id
        self.log = directory / "hub.log"
        self._account = account
        self._durable = durable
        self._directory = directory
        self.config = directory / "config.yaml"
        self._process: ForkServerProcess | None = None

    @property
    def alias(self) -> str:
        """The address of the root Space, which is this account's own."""
        return self.user_id.replace("@", "#", 1)

    @property
    def lobby(self) -> str:
        """The address of the Space's one room."""
        localpart, _colon, server = self.alias.partition(":")
        return f"{localpart}-{small.LOBBY}:{server}"

    def configure(
        self, homeserver: str, stewards: Sequence[str], *, encrypted: bool = False
    ) -> None:
        """Write what an operator writes, and the login; *encrypted* are the chats it opens."""
        self._directory.mkdir(parents=True, exist_ok=True)
        settings = {
            "matrix": {"homeserver": homeserver, "user_id": self.user_id},
            "people": {"stewards": list(stewards)},
            "space": {
                "file": "space.yaml",
                "vocabulary": "vocabulary.yaml",
                "alias_prefix": self.user_id[1:].partition(":")[0],
            },
            "library": {"file": "library.yaml"},
            "web": {"port": 0},
            "encryption": {"direct_chats": encrypted},
        }
        written = yaml.safe_dump(settings, allow_unicode=True)
        self.config.write_text(written, "utf-8")
        small.write(self._directory)
        self.log_in(self._account)

    def log_in(self, account: Account) -> None:
        """Write the login of a device of the hub's account."""
        self._account = account
        login = {"device_id": account.device_id, "access_token": account.access_token}
        write_secret(self._directory / "credentials.json", json.dumps(login).encode(), anew=True)

    async def start(
        self, *, stage: str = "", visit: int = 1, variant: str = "", patience: int = 0
    ) -> None:
        """Begin a life that ends at the *visit*-th time *stage* is reached, if one is named."""
        environment = databases.environment(self._database) | self._secrets
        self.log.touch()
        life = hub_process.Life(stage, visit, variant, patience, environment, self._durable)
        given = self.config, self.log, life
        self._process = FORKING.Process(target=hub_process.run, args=given, daemon=True)
        await asyncio.to_thread(self._process.start)  # the first one waits for the imports

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.is_alive()

    async def ended(self, seconds: float) -> int:
        """Wait until it ends by itself; returns its exit code, negative for a signal.

        Raises:
            TimeoutError: it did not end in time.
        """
        assert self._process is not None
        return await _ended(self._process, seconds)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it is gone."""
        if self._process is not None and self.alive:
            assert self._process.pid is not None
            os.kill(self._process.pid, number)

    async def kill(self) -> int:
        """End it by SIGKILL, if it runs, and return how it ended."""
        self.signal(signal.SIGKILL)
        return await self.ended(10) if self._process is not None else 0

    async def cut_short(self, seconds: float) -> bool:
        """Kill it unless it ends within *seconds* by itself; returns whether it was killed."""
        try:
            await self.ended(seconds)
        except TimeoutError:
            await self.kill()
            return True
        return False

    async def stop(self, seconds: float = 15) -> int:
        """Ask it to end and return its exit code."""
        self.signal(signal.SIGTERM)
        return await self.ended(seconds)

    @asynccontextmanager
    async def stored(self) -> AsyncIterator[Storage]:
        """Open its database, whichever it is and whether it runs or not."""
        settings = load(self.config)
        file = settings.path(settings.database.key_file)
        while (key := read_key(file)) is None:  # it was never started
            async with open_storage(settings, self._database or None):
                pass
        storage = _stored(self._database or settings.database_url, key)
        try:
            yield storage
        finally:
            await storage.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Read from its database."""
        async with self.stored() as storage, storage.read() as session:
            yield session

    async def left(self) -> int:
        """Count what is still to be handled or sent."""
        async with self.reading() as session:
            waiting = (
                select(func.count()).where(row.state == State.NEW) for row in (InboxRow, OutboxRow)
            )
            return sum([await session.scalar(query) or 0 for query in waiting])

    async def counted(self) -> dict[str, int]:
        """Say how often each words were looked for in vain."""
        async with self.reading() as session:
            return {row.words: row.times for row in await Unmet(session).most(100_000)}

    async def idle(self) -> bool:
        """Tell whether nothing is left to be handled or sent."""
        return await self.left() == 0

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read what is stored, as it is: sealed values stay sealed."""
        async with self.reading() as session:
            return [tuple(row) for row in await session.execute(text(query))]

    async def shows(self, query: str, *rows: tuple[Any, ...]) -> bool:
        """Tell whether a query finds just these rows."""
        return await self.rows(query) == [*rows]
