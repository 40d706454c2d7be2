"""The clock: APScheduler in memory. It wakes readers of tables and knows nothing else.

It goes by the machine's clock, which people and NTP set. So no tick is planned by when the last one
was, and none may be further away than its interval: else all would stand still for as long as the
clock went back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from kit.worker import Worker

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0  # by the loop's own time, which nobody sets


def utc_now() -> datetime:
    """Read the machine's clock; everything else is given the time."""
    return datetime.now(UTC)  # noqa: TID251 -- the one place


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires an interval after whatever time it is: what was missed does not come one by one."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """Plan the next tick."""
        return now + self.interval


class Clock:
    """Calls functions at intervals while it runs, also when the machine's clock is set."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = utc_now,
        went_back: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare; nothing runs before ``start``. *went_back* is called when the clock did."""
        # A late tick is still a tick: the default drops those more than a second late.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._now = now
        self._went_back = went_back
        self._look: asyncio.TimerHandle | None = None

    def wakes(self, worker: Worker, *, every: float) -> None:
        """Let *worker* look for work at least *every* so many seconds."""

        async def tick() -> None:
            worker.wake()

        self.every(every, tick)

    def every(self, seconds: float, tick: Callable[[], Awaitable[None]]) -> None:
        """Call *tick* each *seconds*; it has to be a coroutine, others would run in a thread.

        One that fails is logged, and called again all the same.
        """

        async def tried() -> None:
            try:
                await tick()
            except Exception as error:  # noqa: BLE001 -- what fails for good fails elsewhere too
                log.error("clock.failed", tick=tick.__qualname__, kind=type(error).__name__)  # noqa: TRY400 -- a trace says no more

        self._scheduler.add_job(tried, _Every(timedelta(seconds=seconds)))

    def start(self) -> None:
        """Begin, inside a running loop."""
        self._scheduler.start()
        self._look_back()

    def stop(self) -> None:
        """End."""
        if self._look is not None:
            self._look.cancel()
        self._scheduler.shutdown(wait=False)

    def _look_back(self) -> None:
        """Bring ticks near that are further away than they can be; look again in a moment."""
        now, back = self._now(), timedelta(0)
        for job in self._scheduler.get_jobs():
            nearest = now + job.trigger.interval
            if job.next_run_time > nearest:
                back = max(back, job.next_run_time - nearest)
                job.modify(next_run_time=nearest)
        if back > timedelta(seconds=LOOK_SECONDS):
            log.warning("clock.went_back", seconds=round(back.total_seconds()))
            self._went_back()
        loop = asyncio.get_running_loop()
        self._look = loop.call_later(LOOK_SECONDS, self._look_back)
