"""``ilan-hub demo``: a real homeserver, the hub beside it, a tour, and a chat of your own."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import aiohttp
import yaml

from bot.sandbox.chat import chat
from bot.sandbox.client import ErrorResponse
from bot.sandbox.homeserver import Account, Homeserver, find_python, free_port
from bot.sandbox.member import Member
from bot.sandbox.story import ExpectationFailed, Person
from bot.sandbox.tour import ASKER, EXPERT, PERSONAS, Tour
from kit.secret_file import write_secret

FAILED = 1


class HubProcess:
    """The hub as its own process, configured as an operator would."""

    def __init__(self, directory: Path) -> None:
        """Keep configuration, credentials, database and log in *directory*."""
        self.directory = directory
        self._config = directory / "config.yaml"
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    def configure(self, homeserver: Homeserver, hub: Account, steward: str) -> None:
        """Write what an operator writes, and the login."""
        self.directory.mkdir(parents=True, exist_ok=True)
        settings = {
            "matrix": {"homeserver": homeserver.url, "user_id": hub.user_id},
            "people": {"stewards": [steward]},
            # The tour is given at any hour.
            "attention": {"quiet_from": 0, "quiet_until": 0},
            "web": {"port": self._port},
        }
        self._config.write_text(yaml.safe_dump(settings), "utf-8")
        login = {"device_id": hub.device_id, "access_token": hub.access_token}
        write_secret(self.directory / "credentials.json", json.dumps(login).encode(), anew=True)

    async def build_space(self) -> None:
        """Run ``space apply`` in the foreground: it shows its progress."""
        process = await self._spawn("space", "apply", output=None)
        if await process.wait() != 0:
            message = "the Space could not be built"
            raise ExpectationFailed(message)

    async def start(self, session: aiohttp.ClientSession) -> None:
        """Serve in the background, and wait until it is in touch with the homeserver."""
        with (self.directory / "hub.log").open("ab") as log:
            self._process = await self._spawn("run", output=log.fileno())
        for _moment in range(300):
            if self._process.returncode is not None:
                break
            with suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{self._port}/healthz") as answer:
                    if answer.ok:
                        return
            await asyncio.sleep(0.1)
        message = f"the hub did not start, see {self.directory / 'hub.log'}"
        raise ExpectationFailed(message)

    async def stop(self) -> None:
        """Stop as an operator's service manager would, then harder."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(12):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _spawn(self, *arguments: str, output: int | None) -> asyncio.subprocess.Process:
        # A session of its own: Ctrl-C in the terminal is ours to pass on, once.
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "--config", str(self._config), *arguments),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _run_number(directory: Path) -> int:
    """Count the runs: each plays with new accounts, the Space stays."""
    path = directory / "runs"
    number = int(path.read_text()) + 1 if path.exists() else 1
    path.write_text(str(number))
    return number


async def demo(directory: Path) -> int:
    """Run everything in *directory* (absolute); returns 0 only if every expectation was met."""
    began = time.monotonic()

    def elapsed() -> float:
        return time.monotonic() - began

    def progress(text: str) -> None:
        print(f"[{elapsed():5.1f} s] {text}", flush=True)

    try:
        await _play(directory, elapsed, progress)
    except (ExpectationFailed, ErrorResponse) as error:
        progress(f"The tour stopped. Not met: {error}")
        progress(f"The hub's log is {directory / 'hub' / 'hub.log'}")
        return FAILED
    return 0


async def _play(
    directory: Path, elapsed: Callable[[], float], progress: Callable[[str], None]
) -> None:
    progress("Starting a Synapse of its own on this machine…")
    async with AsyncExitStack() as stack:
        homeserver = Homeserver(directory / "synapse", find_python(), keep=True)
        await stack.enter_async_context(homeserver)
        hub = await homeserver.register("hub")
        await homeserver.override_ratelimit(hub.user_id)
        steward = await homeserver.register("secretariat")
        process = HubProcess(directory / "hub")
        process.configure(homeserver, hub, steward.user_id)
        progress("Building the Space from starter/space.yaml…")
        await process.build_space()
        progress("Starting the hub…")
        stack.push_async_callback(process.stop)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        await process.start(session)
        run = _run_number(directory)
        suffix = f"-{run}" if run > 1 else ""

        async def person(role: str, language: str) -> Person:
            account = await homeserver.register(f"{role}{suffix}")
            member = Member(session, homeserver.url, account, auto_join=role not in {EXPERT, ASKER})
            await stack.enter_async_context(member)
            return Person(role, language, member, hub.user_id)

        people = {each.name: await person(each.name, each.language) for each in PERSONAS}
        secretary = Member(session, homeserver.url, steward)
        await stack.enter_async_context(secretary)
        secretariat = Person("secretariat", "en", secretary, hub.user_id)
        progress(f"The tour begins: {len(people)} members, each with an account of their own.")
        root = f"#ilan:{homeserver.server_name}"
        await Tour(people, secretariat, root, elapsed).play()
        progress("The tour is over: every expectation was met.")
        if sys.stdin.isatty():
            newcomer = await person("newcomer", "en")
            await chat(newcomer, homeserver.url, hub.user_id)
