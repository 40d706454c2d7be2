"""``ilan-hub demo``: a real homeserver, the hub beside it, a tour, and a chat of your own."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory

import aiohttp
import yaml

from bot.sandbox.chat import chat
from bot.sandbox.client import ErrorResponse
from bot.sandbox.homeserver import Account, Homeserver, find_python, free_port
from bot.sandbox.personas import PERSONAS
from bot.sandbox.secrecy import SecretMember
from bot.sandbox.story import ExpectationFailed, Person
from bot.sandbox.tethered import tethered
from bot.sandbox.tidying import forget, put_away
from bot.sandbox.tour import ASKER, EXPERT, SUGGESTION, TAKING_PART, Tour
from bot.service.clock import utc_now
from kit.secret_file import write_secret

FAILED = 1
TOLD_EVERY = 30


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

    async def start(self, session: aiohttp.ClientSession) -> None:
        """Serve in the background, and wait until it is in touch with the homeserver."""
        with (self.directory / "hub.log").open("ab") as log:
            self._process = await self._spawn("run", output=log.fileno())
        for _moment in range(900):
            if self._process.returncode is not None:
                break
            with suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{self._port}/healthz") as answer:
                    if answer.ok:
                        return
            await asyncio.sleep(0.1)
        message = f"the hub did not start, see {self.directory / 'hub.log'}"
        raise ExpectationFailed(message)

    async def until_built(
        self, session: aiohttp.ClientSession, progress: Callable[[str], None]
    ) -> None:
        """Wait until the hub has built its Space, and say now and then how much is left."""
        told: float | None = None
        for _moment in range(1200):
            readings = await self._readings(session)
            left = readings["ilan_hub_space_waiting"]
            if readings["ilan_hub_space_planned"] and not left:
                return
            if left and (told is None or told - left >= TOLD_EVERY):
                progress(f"{left:.0f} rooms and links left to make…")
                told = left
            await asyncio.sleep(0.1)
        message = "the Space was not built in two minutes"
        raise ExpectationFailed(message)

    async def _readings(self, session: aiohttp.ClientSession) -> dict[str, float]:
        async with session.get(f"http://127.0.0.1:{self._port}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        pairs = (line.rsplit(maxsplit=1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

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

    async def _spawn(self, *arguments: str, output: int) -> asyncio.subprocess.Process:
        # A session of its own: Ctrl-C in the terminal is ours to pass on, once.
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", tethered("bot"), "--config", str(self._config), *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


class Runs:
    """Counts the runs: each plays with new accounts, the Space stays."""

    def __init__(self, directory: Path) -> None:
        """Remember in *directory* how many began, and which one came to its end."""
        self._begun, self._ended = directory / "runs", directory / "ended"

    def begin(self) -> tuple[int, int | None]:
        """Return the number of a new run, and that of the one before it if it was cut off."""
        before = int(self._begun.read_text()) if self._begun.exists() else 0
        ended = int(self._ended.read_text()) if self._ended.exists() else 0
        self._begun.write_text(str(before + 1))
        return before + 1, before if before > ended else None

    def end(self, number: int) -> None:
        """Remember that a run left nothing behind that comes into another one."""
        self._ended.write_text(str(number))


def _suffix(run: int) -> str:
    return f"-{run}" if run > 1 else ""


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


@dataclass(frozen=True, slots=True)
class WayIn:
    """What somebody needs to go in with a client: *accounts* are Matrix ID and password by role."""

    homeserver: str
    hub: str
    space: str
    accounts: Mapping[str, tuple[str, str]]

    def __str__(self) -> str:
        """Write it for whoever reads the terminal."""
        lines = [("homeserver", self.homeserver), ("the Space", self.space), ("the hub", self.hub)]
        lines += [
            (role, f"{user_id}, password {password}")
            for role, (user_id, password) in self.accounts.items()
        ]
        return "\n".join(f"  {what:12}{said}" for what, said in lines)


async def _play(
    directory: Path, elapsed: Callable[[], float], progress: Callable[[str], None]
) -> None:
    progress("Starting a Synapse of its own on this machine…")
    async with AsyncExitStack() as stack:
        homeserver = Homeserver(
            directory / "synapse",
            find_python(),
            keep=True,
            limits="lifted",  # people say in seconds what takes minutes in real life
            open_to_all=True,
        )
        await stack.enter_async_context(homeserver)
        hub = await homeserver.register("hub")
        steward = await homeserver.register("secretariat")
        process = HubProcess(directory / "hub")
        process.configure(homeserver, hub, steward.user_id)
        progress("Starting the hub, which builds the Space of starter/space.yaml…")
        stack.push_async_callback(process.stop)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        await process.start(session)
        await process.until_built(session, progress)
        runs = Runs(directory)
        run, cut_off = runs.begin()
        suffix = _suffix(run)
        accounts: dict[str, tuple[str, str]] = {}

        keys = Path(stack.enter_context(TemporaryDirectory()))
        client = partial(SecretMember, session, homeserver.url, directory=keys, clock=utc_now)

        async def person(role: str, language: str, *, shown: bool = False) -> Person:
            password = token_urlsafe(9) if shown else None
            account = await homeserver.register(f"{role}{suffix}", password)
            if password:
                accounts[role] = (account.user_id, password)
            member = await stack.enter_async_context(client(account))
            member.auto_join = role not in {EXPERT, ASKER}
            return Person(role, language, member, hub.user_id)

        newcomer, moderator, advertiser, *others = await asyncio.gather(
            person("newcomer", "en", shown=True),
            person("moderator", "en", shown=True),
            person("advertiser", "en"),
            *(person(each.name, each.language) for each in PERSONAS),
        )
        people = {each.role: each for each in others}
        secretary = await stack.enter_async_context(client(steward))
        secretariat = Person("secretariat", "en", secretary, hub.user_id)
        if cut_off is not None:
            progress("The tour before this one was cut off: what it left is cleared…")
            for role in TAKING_PART:
                account = await homeserver.register(f"{role}{_suffix(cut_off)}")
                async with client(account) as earlier:
                    await forget(earlier, hub.user_id)
            await put_away(secretary, hub.user_id, SUGGESTION)
        progress(f"The tour begins: {len(people)} members, each with an account of their own.")
        root = f"#ilan:{homeserver.server_name}"
        await Tour(people, secretariat, moderator, advertiser, root, elapsed).play()
        runs.end(run)
        shown = {f"a {each.role}": accounts[each.role] for each in (newcomer, moderator)}
        way_in = WayIn(homeserver.url, hub.user_id, root, shown)
        print(f"\nAny Matrix client on this machine can go in, while the demo runs:\n{way_in}")
        print("You may also register an account of your own there.\n")
        progress("The tour is over: every expectation was met.")
        if sys.stdin.isatty():
            await chat(newcomer)
