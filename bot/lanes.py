"""Working through queues: in order within a lane, in parallel across lanes, never too many."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

Lane = TypeVar("Lane", bound=Hashable)


class Lanes(Generic[Lane]):
    """Runs *step* for each lane that *ready* lists, again and again until the lane is empty.

    The queues stand in tables; nothing is kept here but which lanes are being worked on.
    """

    def __init__(
        self,
        ready: Callable[[], Awaitable[Sequence[Lane]]],
        step: Callable[[Lane], Awaitable[bool]],
        *,
        width: int,
        every: float,
    ) -> None:
        """Work on at most *width* lanes at once; look at the tables at least *every* seconds.

        *step* handles the head of a lane and returns whether to look at that lane again at once.
        """
        self._ready = ready
        self._step = step
        self._every = every
        self._free = asyncio.Semaphore(width)
        self._busy: set[Lane] = set()
        self._again: set[Lane] = set()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there may be new work."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled; an exception out of a step ends the run."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._woken.clear()
                for lane in await self._ready():
                    # What comes after a lane's last look is found by one more look at it.
                    if lane in self._busy:
                        self._again.add(lane)
                    else:
                        self._busy.add(lane)
                        group.create_task(self._drain(lane))
                try:
                    async with asyncio.timeout(self._every):
                        await self._woken.wait()
                except TimeoutError:
                    continue

    async def _drain(self, lane: Lane) -> None:
        try:
            more = True
            while more:
                self._again.discard(lane)
                async with self._free:
                    more = await self._step(lane)
                more = more or lane in self._again
        finally:
            self._busy.discard(lane)
