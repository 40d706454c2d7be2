from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base
from structlog.testing import capture_logs

from bot.service import clock as module
from bot.service.clock import Clock, utc_now
from kit.worker import Worker

EVERY = 0.001


class Machine:
    """The clock of a machine, which somebody sets."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self, _zone: tzinfo = UTC) -> datetime:
        return utc_now() + self.ahead


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Give APScheduler and the hub a clock that the test sets; it is looked at often."""
    machine = Machine()
    monkeypatch.setattr(base, "datetime", machine)
    monkeypatch.setattr(module, "LOOK_SECONDS", EVERY)
    return machine


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave it to APScheduler; a clock that was started before would look once more."""
    monkeypatch.setattr(Clock, "_look_back", lambda _self: None)


@pytest.fixture
async def ticking(machine: Machine) -> AsyncIterator[Callable[[int], asyncio.Task[None]]]:
    """Wait for so many ticks from now on."""
    clock = Clock(now=machine.now)
    ticks = asyncio.Semaphore(0)

    async def tick() -> None:
        ticks.release()

    async def more(number: int) -> None:
        while not ticks.locked():
            await ticks.acquire()
        for _tick in range(number):
            await ticks.acquire()

    clock.every(EVERY, tick)
    clock.start()
    yield lambda number: asyncio.create_task(more(number))
    clock.stop()


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

    clock.every(EVERY, tick)
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
    clock.wakes(worker, every=EVERY)
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


@pytest.mark.parametrize("years", [-1, 1], ids=["back", "ahead"])
async def test_it_goes_on_when_the_clock_is_set(machine, ticking, years):
    await ticking(3)
    machine.ahead += timedelta(days=365 * years)
    await asyncio.wait_for(ticking(3), 30)


async def test_control_a_scheduler_alone_stands_still(machine, alone, ticking):
    await ticking(1)
    machine.ahead -= timedelta(days=1)
    still = ticking(3)
    loops, look = [], asyncio.get_running_loop()
    while len(loops) < 100:  # far more often than it would tick
        loops.append(await look.run_in_executor(None, int))
    assert not still.done()
    still.cancel()


async def test_it_tells_that_the_clock_went_back_and_how_far(machine):
    told = asyncio.Event()
    clock = Clock(now=machine.now, went_back=told.set)

    async def tick() -> None: ...

    clock.every(60, tick)
    with capture_logs() as logs:
        clock.start()
        machine.ahead -= timedelta(hours=2)
        await told.wait()
    clock.stop()
    assert [(each["event"], round(each["seconds"] / 60)) for each in logs] == [
        ("clock.went_back", 120)
    ]


async def test_what_fails_is_called_again_and_quotes_nobody():
    clock, calls, again = Clock(), [], asyncio.Event()

    async def fail() -> None:
        calls.append(1)
        if len(calls) == 2:
            again.set()
        raise ValueError("somebody's name")

    with capture_logs() as logs:
        clock.every(EVERY, fail)
        clock.start()
        await again.wait()
        clock.stop()
    assert {tuple(each.items()) for each in logs} == {
        (
            ("tick", "test_what_fails_is_called_again_and_quotes_nobody.<locals>.fail"),
            ("kind", "ValueError"),
            ("event", "clock.failed"),
            ("log_level", "error"),
        )
    }
