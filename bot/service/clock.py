"""The clock: APScheduler in memory. It wakes readers of tables and knows nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from kit.worker import Worker


def utc_now() -> datetime:
    """Read the machine's clock; everything else is given the time."""
    return datetime.now(UTC)  # noqa: TID251 -- the one place


class Clock:
    """Calls functions at intervals while it runs."""

    def __init__(self) -> None:
        """Prepare; nothing runs before ``start``."""
        # A late tick is still a tick: the default drops those more than a second late.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    def wakes(self, worker: Worker, *, every: float) -> None:
        """Let *worker* look for work at least *every* so many seconds."""

        async def tick() -> None:
            worker.wake()

        self.every(every, tick)

    def every(self, seconds: float, tick: Callable[[], Awaitable[None]]) -> None:
        """Call *tick* each *seconds*; it has to be a coroutine, others would run in a thread."""
        self._scheduler.add_job(tick, "interval", seconds=seconds)

    def start(self) -> None:
        """Begin, inside a running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """End."""
        self._scheduler.shutdown(wait=False)
