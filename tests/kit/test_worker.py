"""Working while there is work, and resting until woken."""

from __future__ import annotations

import asyncio

from kit.worker import Worker


async def test_it_works_while_there_is_work_and_rests_until_it_is_woken():
    waiting, turns, rests = 2, 0, asyncio.Queue[int]()

    async def turn() -> bool:
        nonlocal waiting, turns
        turns += 1
        waiting -= waiting > 0
        if not waiting:
            await rests.put(turns)
        return waiting > 0

    worker = Worker(turn)
    running = asyncio.create_task(worker.run())
    assert await rests.get() == 2
    for _moment in range(10):
        await asyncio.sleep(0)
    assert turns == 2
    waiting = 3
    worker.wake()
    assert await rests.get() == 5
    running.cancel()


async def test_what_comes_in_during_a_turn_is_not_overlooked():
    turns, second = 0, asyncio.Event()

    async def turn() -> bool:
        nonlocal turns
        turns += 1
        if turns == 1:
            worker.wake()
        else:
            second.set()
        return False

    worker = Worker(turn)
    running = asyncio.create_task(worker.run())
    await second.wait()
    running.cancel()
