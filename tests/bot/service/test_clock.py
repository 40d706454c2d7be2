from __future__ import annotations

import asyncio
from datetime import UTC, timedelta

from bot.service.clock import Clock, utc_now
from kit.worker import Worker


def test_the_machines_clock_is_read_in_utc():
    assert utc_now().tzinfo is UTC
    assert timedelta(0) <= utc_now() - utc_now() + timedelta(seconds=1)


async def test_it_ticks_on_the_loop_until_it_is_stopped():
    clock, ticks, third = Clock(), [], asyncio.Event()
    loop = asyncio.get_running_loop()

    async def tick() -> None:
        assert asyncio.get_running_loop() is loop
        ticks.append(1)
        if len(ticks) == 3:
            clock.stop()
            third.set()

    clock.every(0.001, tick)
    clock.start()
    await third.wait()
    assert clock._scheduler.get_jobs() == []
    assert len(ticks) == 3


async def test_it_wakes_who_works_on_the_loop():
    clock, turns, third = Clock(), [], asyncio.Event()

    async def turn() -> bool:
        turns.append(1)
        if len(turns) == 3:
            third.set()
        return False

    worker = Worker(turn)
    clock.wakes(worker, every=0.001)
    clock.start()
    running = asyncio.create_task(worker.run())
    await third.wait()
    clock.stop()
    running.cancel()


async def test_a_late_tick_is_still_a_tick():
    clock = Clock()

    async def tick() -> None: ...

    clock.every(60, tick)
    clock.start()
    (job,) = clock._scheduler.get_jobs()
    assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
    clock.stop()
