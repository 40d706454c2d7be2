"""A peer as a child process: what it costs is read from the kernel."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.peers.login import Login

_TICKS = os.sysconf("SC_CLK_TCK")
_STOPS_WITHIN = 15


class Process:
    """Runs *program*, by default ``python -m``, with *arguments*; ``async with`` starts it."""

    def __init__(
        self,
        arguments: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        *,
        program: Sequence[str] = (sys.executable, "-m"),
    ) -> None:
        self._program = program
        self._arguments = arguments
        self._log = log
        self._environment = os.environ | dict(environment or {})
        self._process: asyncio.subprocess.Process | None = None

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
        """Start it; what it says goes to the log."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._program,
                *self._arguments,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def stop(self) -> None:
        """Ask it to end, and make it end if it does not."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _STOPS_WITHIN)
        if process.returncode is None:
            process.kill()
            await process.wait()

    @property
    def pid(self) -> int:
        """The running process.

        Raises:
            SystemExit: it ended by itself, and says why.
        """
        if self._process is None or self._process.returncode is not None:
            tail = self._log.read_text("utf-8", "replace")[-2000:]
            raise SystemExit(f"{self._arguments[0]} is not running:\n{tail}")
        return self._process.pid

    def cpu(self) -> float:
        """Return the seconds of processor time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Return the resident memory in MB."""
        lines = Path(f"/proc/{self.pid}/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def raw(login: Login, directory: Path) -> Process:
    """Prepare the bare loop."""
    return Process(["benchmarks.peers.raw"], directory / "raw.log", login.environment())


def lean_nio(login: Login, directory: Path) -> Process:
    """Prepare the lean nio bot."""
    return Process(["benchmarks.peers.lean_nio"], directory / "nio.log", login.environment())
