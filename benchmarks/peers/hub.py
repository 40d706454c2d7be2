"""The hub as a peer: configured, and acquainted with those who will ask it.

``python -m benchmarks.peers.hub CONFIG`` runs it as ``ilan-hub run`` does, and at its end writes
beside CONFIG what was seen of it since the last SIGUSR1.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, thread_time

import yaml

from benchmarks.peers.login import Login
from benchmarks.peers.process import Process
from benchmarks.support import databases
from benchmarks.support.statements import counted
from bot.service import log
from bot.service.app import Hub
from bot.service.clock import utc_now
from bot.service.parts import open_parts, open_storage
from bot.settings import load
from kit.roomkey import Direct
from kit.secret_file import write_secret
from storage.people import People
from storage.rooms import Rooms

_SEEN = "seen.json"
_TICK = 0.005


def hub(directory: Path) -> Process:
    """Prepare the hub as an operator starts it."""
    return Process(["bot", "--config", str(directory / "config.yaml"), "run"], _log(directory))


def watched_hub(directory: Path, database: str = "") -> Process:
    """Prepare the hub with a watch on its loop; *database* is an address, or empty for a file."""
    command = ["benchmarks.peers.hub", str(directory / "config.yaml")]
    return Process(command, _log(directory), databases.environment(database))


@dataclass(frozen=True, slots=True)
class Seen:
    """For how many seconds the loop was blocked at most, and how often the database was asked.

    Where other programs keep the machine busy, *longest_work* tells more: the processor time that
    the loop's thread took at most before it turned to something else.
    """

    longest_block: float
    longest_work: float
    statements: int


def seen(directory: Path) -> Seen:
    """Read what was seen of a hub that has ended."""
    return Seen(**json.loads((directory / _SEEN).read_text("ascii")))


def _log(directory: Path) -> Path:
    return directory / "hub.log"


def configure(directory: Path, login: Login) -> None:
    """Write what an operator writes, and the login. The hub has no Space to build."""
    directory.mkdir(parents=True, exist_ok=True)
    settings = {
        "matrix": {"homeserver": login.homeserver, "user_id": login.user_id},
        "space": {"manage": False},
        "web": {"port": 0},
    }
    (directory / "config.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    credentials = {"device_id": login.device_id, "access_token": login.access_token}
    write_secret(directory / "credentials.json", json.dumps(credentials).encode(), anew=True)


async def acquaint(directory: Path, chats: Mapping[str, str], database: str = "") -> None:
    """Let the hub know these people, who were greeted before, and their direct *chats*."""
    settings = load(directory / "config.yaml")
    async with (
        open_storage(settings, database or None) as (storage, _changed),
        storage.write() as session,
    ):
        for user_id, room_id in chats.items():
            person = await People(session).meet(user_id, "en", utc_now())
            person.greeted = person.has_spoken = True
            room, _new = await Rooms(session).ensure(Direct(person.id), "en", person_id=person.id)
            await Rooms(session).made(room.id, room_id)


class Watch:
    """Notes how late a task is that wants to run every few milliseconds."""

    def __init__(self) -> None:
        self.longest = self.work = 0.0

    def reset(self) -> None:
        """Forget what was so far."""
        self.longest = self.work = 0.0

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            before, worked = perf_counter(), thread_time()
            await asyncio.sleep(_TICK)
            self.longest = max(self.longest, perf_counter() - before - _TICK)
            self.work = max(self.work, thread_time() - worked)


async def _serve(config: Path) -> None:
    settings = load(config)
    log.configure(settings.log)
    watch = Watch()
    with counted() as database:

        def reset() -> None:
            watch.reset()
            database.reset()

        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, reset)
        async with open_parts(settings) as parts:
            watching = asyncio.create_task(watch.run())
            await Hub(parts).run()
            watching.cancel()
    found = asdict(Seen(watch.longest, watch.work, database.statements))
    (config.parent / _SEEN).write_text(json.dumps(found), "ascii")


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
