"""Working through what waits somewhere: turn after turn, then rest until woken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Worker:
    """Takes turns while there is work. Nothing is kept here but that there may be some."""

    def __init__(self, turn: Callable[[], Awaitable[bool]]) -> None:
        """Prepare to work; *turn* returns whether to take another one at once."""
        self._turn = turn
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there may be work."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled; an exception out of a turn ends the run."""
        while True:
            self._woken.clear()
            while await self._turn():
                pass
            await self._woken.wait()
