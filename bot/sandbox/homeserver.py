"""A real Synapse on this machine, thrown away afterwards or kept for the next start."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import os
import shutil
import socket
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from bot.sandbox import configuration
from bot.sandbox.configuration import LOOPBACK, Limits
from bot.sandbox.tethered import STOPS_WITHIN, tethered
from kit.errors import BadConfiguration, HubError

PYTHON_VARIABLE = "ILAN_HUB_SYNAPSE_PYTHON"
READY_WITHIN = 120.0

_LAUNCHER = tethered("synapse.app.homeserver")

# What is thrown away afterwards need not survive a power cut: a third of the time that Synapse
# takes for a room is waiting for the disk, and it has no setting for it. Where nothing waits, a
# fifth of the rest is handing each statement over to a thread and back.
_HASTE = """
import functools, sqlite3, types
from twisted.enterprise import adbapi
from twisted.internet import defer

class Hasty(sqlite3.Connection):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.execute("PRAGMA synchronous=OFF")

def at_once(_reactor, _threads, work, *given, **named):
    return defer.maybeDeferred(work, *given, **named)

sqlite3.connect = functools.partial(sqlite3.connect, factory=Hasty)
adbapi.threads = types.SimpleNamespace(deferToThreadPool=at_once)
"""


class HomeserverFailed(HubError):
    """Synapse did not start, ended early or refused (EX_UNAVAILABLE of sysexits.h)."""

    exit_code = 69


@dataclass(frozen=True, slots=True)
class Account:
    """Someone registered here, and a token to speak as them."""

    user_id: str
    device_id: str
    access_token: str = field(repr=False)


def find_python() -> Path:
    """Return the interpreter that has Synapse: the environment's choice, else ``make setup``'s."""
    chosen = os.environ.get(PYTHON_VARIABLE)
    python = Path(chosen) if chosen else Path(__file__).parents[2] / ".synapse/bin/python"
    if python.is_file():
        return python
    if chosen:
        raise BadConfiguration(f"{PYTHON_VARIABLE}: there is no {python}")
    raise BadConfiguration(
        "The demo and its tests need Synapse. Run `make setup` in a clone of the project, "
        f"or name an interpreter that has matrix-synapse in {PYTHON_VARIABLE}."
    )


class Homeserver:
    """A Synapse on loopback with SQLite, talking to nobody; ``async with`` starts and stops it.

    *limits* are Synapse's own for everybody, or none; registration and login are always free.
    Where it is *open_to_all*, any client may register an account.
    With *keep* the directory survives, and the next start finds its accounts and rooms. The port is
    the one of the last start if it is free, so that clients find their way back. Otherwise stopping
    removes the directory and all that is in it.
    """

    def __init__(
        self,
        directory: Path,
        python: Path,
        *,
        keep: bool,
        limits: Limits = "stock",
        server_name: str = "hub.test",
        open_to_all: bool = False,
    ) -> None:
        self.server_name = server_name
        self.url = ""
        self._directory = directory.absolute()
        self._python = python.absolute()  # not resolved: a virtual environment is its link
        self._keep = keep
        self._limits = limits
        self._open_to_all = open_to_all
        self._log = self._directory / "homeserver.log"
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None
        self._shared_secret = ""
        self._admin: Account | None = None

    @property
    def pid(self) -> int | None:
        """The process of a started Synapse."""
        return self._process.pid if self._process else None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start Synapse and return once it answers; nothing runs if this raises."""
        if self._process:
            raise HomeserverFailed("Synapse is running already.")
        port = free_port(configuration.last_port(self._directory))
        self.url = f"http://{LOOPBACK}:{port}"
        try:
            self._shared_secret = configuration.write(
                self._directory,
                port,
                server_name=self.server_name,
                limits=self._limits,
                open_to_all=self._open_to_all,
            )
            self._session = aiohttp.ClientSession(self.url)
            self._process = await self._launch()
            await self._until_ready(self._process, self._session)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End our own Synapse, by force after ten seconds; remove its files unless kept."""
        process, self._process = self._process, None
        session, self._session = self._session, None
        self._admin = None
        try:
            if process:
                await _end(process)
        finally:
            if session:
                await session.close()
            if not self._keep:
                shutil.rmtree(self._directory, ignore_errors=True)

    async def register(
        self, localpart: str, password: str | None = None, *, admin: bool = False
    ) -> Account:
        """Register an account, or log in to it where a kept directory has it already.

        Without *password* one is derived from the directory's secret, so that the next start
        can log in without anybody having stored it.
        """
        password = password or self.password(localpart)
        path = "/_synapse/admin/v1/register"
        offer = await self._call("GET", path)
        kind = "admin" if admin else "notadmin"
        signed = "\0".join((offer["nonce"], localpart, password, kind))
        request = {
            "nonce": offer["nonce"],
            "username": localpart,
            "password": password,
            "admin": admin,
            "mac": self._mac(signed, hashlib.sha1),  # the digest the interface asks for
        }
        answer = await self._call("POST", path, request, accept="M_USER_IN_USE")
        if "access_token" not in answer:
            answer = await self._log_in(localpart, password)
        return Account(answer["user_id"], answer["device_id"], answer["access_token"])

    def password(self, localpart: str) -> str:
        """Derive the password of an account that was registered without naming one."""
        return self._mac(f"password of {localpart}", hashlib.sha256)

    async def override_ratelimit(self, user_id: str) -> None:
        """Free one account from every limit, as the README asks of a real deployment's admin."""
        self._admin = self._admin or await self.register("sandbox-admin", admin=True)
        await self._call(
            "POST",
            f"/_synapse/admin/v1/users/{quote(user_id, safe='')}/override_ratelimit",
            {"messages_per_second": 0, "burst_count": 0},
            token=self._admin.access_token,
        )

    async def _log_in(self, localpart: str, password: str) -> dict[str, Any]:
        person = {"type": "m.id.user", "user": localpart}
        request = {"type": "m.login.password", "identifier": person, "password": password}
        return await self._call("POST", "/_matrix/client/v3/login", request)

    async def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        token: str | None = None,
        accept: str | None = None,
    ) -> dict[str, Any]:
        """Ask our Synapse; an error is raised unless its code is the one to *accept*."""
        if not self._session:
            raise HomeserverFailed("Synapse is not running.")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._session.request(method, path, json=body, headers=headers) as response:
            answer: dict[str, Any] = await response.json()
            if response.ok or answer.get("errcode") == accept:
                return answer
        reason = answer.get("error", response.status)
        raise HomeserverFailed(f"Synapse refused {method} {path}: {reason}")

    def _mac(self, text: str, digest: Any) -> str:
        return hmac.new(self._shared_secret.encode(), text.encode(), digest).hexdigest()

    async def _launch(self) -> asyncio.subprocess.Process:
        with self._log.open("wb") as log:
            return await asyncio.create_subprocess_exec(
                self._python,
                "-I",  # neither our environment variables nor our packages
                "-c",
                _LAUNCHER if self._keep else _HASTE + _LAUNCHER,
                *("-c", self._directory / configuration.SETTINGS),
                *("-c", self._directory / configuration.SECRETS),
                cwd=self._directory,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us; we end Synapse once we are done with it
            )

    async def _until_ready(
        self, process: asyncio.subprocess.Process, session: aiohttp.ClientSession
    ) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_WITHIN):
                while process.returncode is None:
                    with contextlib.suppress(aiohttp.ClientError):
                        async with session.get("/_matrix/client/versions") as response:
                            if response.ok:
                                return
                    await asyncio.sleep(0.05)
        ended = process.returncode is not None
        what = f"ended with {process.returncode}" if ended else f"is silent after {READY_WITHIN} s"
        tail = self._log.read_text(errors="replace")[-3000:]
        raise HomeserverFailed(f"Synapse {what}. The end of its log:\n{tail}")


def free_port(wanted: int | None = None) -> int:
    """Find a port on which nothing listens, the *wanted* one if possible."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as those who listen do
        try:
            probe.bind((LOOPBACK, wanted or 0))
        except OSError:
            probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


async def _end(process: asyncio.subprocess.Process) -> None:
    """Terminate, then kill: also when we are cancelled while waiting."""
    if process.returncode is not None:
        return
    try:
        process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOPS_WITHIN)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
