"""Working through a queue that stands in a table: turn after turn, then rest until woken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Turns:
    """Takes turns while there is work. Nothing is kept here but that there may be some."""

    def __init__(self, turn: Callable[[], Awaitable[bool]], *, every: float) -> None:
        """Look at the table at least *every* seconds; *turn* returns whether to take another."""
        self._turn = turn
        self._every = every
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there may be new work."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled; an exception out of a turn ends the run."""
        while True:
            self._woken.clear()
            while await self._turn():
                pass
            try:
                async with asyncio.timeout(self._every):
                    await self._woken.wait()
            except TimeoutError:
                continue
