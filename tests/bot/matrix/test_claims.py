"""Two senders at one database: each errand once, each room in order, none left with the dead."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from bot.matrix import sender
from bot.matrix.sender import LEASE
from storage.engine import Storage
from tests.bot.matrix.outgoing import Homeserver, Out


class Killed(BaseException):
    """The process ends."""


class Slow(Homeserver):
    """Lets others in before it answers; ends who asks as often as is given."""

    def __init__(self, kill_at: int = 0) -> None:
        super().__init__()
        self._kill_at = kill_at

    async def call(self, *request: Any, **options: Any) -> dict[str, Any]:
        answer = await super().call(*request, **options)
        await asyncio.sleep(0)
        if len(self.asked) == self._kill_at:
            raise Killed
        return answer


async def test_two_senders_send_each_message_once_and_each_room_in_order(
    shared: Storage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sender, "WIDTH", 2)  # of six rooms, or one process gets them all
    server = Slow()
    first, second = Out(shared, server), Out(shared, server)
    rooms = [await first.room(f"space:{n}", room_id=f"!{n}:test") for n in range(6)]
    for turn in range(3):
        for n, room in enumerate(rooms):
            await first.send(room, f"{n}-{turn}")
    await asyncio.gather(first.goes_on(), second.goes_on())
    await asyncio.gather(first.goes_on(), second.goes_on())
    sent = first.sent()
    assert Counter(sent) == Counter(f"{n}-{turn}" for n in range(6) for turn in range(3))
    for n in range(6):
        assert [each for each in sent if each.startswith(f"{n}-")] == [
            f"{n}-{turn}" for turn in range(3)
        ]
    assert min(first.sender.sent, second.sender.sent) > 0


async def test_what_a_process_left_begun_is_done_by_another_with_the_same_transaction_id(
    shared: Storage,
):
    server = Slow(kill_at=1)
    first, second = Out(shared, server), Out(shared, server)
    room = await first.room("space:a", room_id="!a:test")
    await first.send(room, "t1", "t2")
    with pytest.raises(Killed):
        await first.goes_on()
    await second.goes_on()
    assert second.sent() == ["t1"]  # it may still be at work
    second.now += LEASE
    await second.goes_on()
    assert second.sent() == ["t1", "t1", "t2"]
