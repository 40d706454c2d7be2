"""What is light and falls due shares a transaction, and nobody bears another one's mistake."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select

from bot.talk.dispatch import TOGETHER
from kit.due import Due, Planned
from kit.feature import Feature
from kit.roomkey import SpaceRoom
from kit.text import _
from storage.dues import Dues
from storage.engine import Storage
from storage.queue import TRIES
from storage.rooms import Rooms
from storage.tables.queues import DueRow
from storage.tables.rooms import RoomRow
from tests.bot.talk.test_breaking import fail_at_commit, let_constraints_wait
from tests.harness import Talk

BREAKS, BREAKS_LATE = 1000, 1001

pytestmark = pytest.mark.both_databases


@dataclass(frozen=True, slots=True)
class Light(Planned):
    kind: ClassVar[str] = "test.light"
    light: ClassVar[bool] = True
    number: int


@dataclass(frozen=True, slots=True)
class Heavy(Planned):
    kind: ClassVar[str] = "test.heavy"
    number: int


@pytest.fixture
async def hub(storage: Storage) -> Talk:
    """A hub that makes a room for each number, and breaks at two after it has."""
    feature = Feature("dues", _("Dues"), 1)

    @feature.due(Light)
    async def light(due: Due[Light], rooms: Rooms) -> None:
        await rooms.ensure(SpaceRoom(f"light{due.what.number}"), "en")
        if due.what.number == BREAKS:
            raise RuntimeError
        if due.what.number == BREAKS_LATE:
            await fail_at_commit(rooms._session)

    @feature.due(Heavy)
    async def heavy(due: Due[Heavy], rooms: Rooms) -> None:
        await rooms.ensure(SpaceRoom(f"heavy{due.what.number}"), "en")

    await let_constraints_wait(storage)
    return Talk(storage, features=[feature])


async def plan(hub: Talk, *planned: Planned) -> None:
    async with hub.storage.write() as session:
        for each in planned:
            await Dues(session).plan(each, at=hub.now)


async def made(hub: Talk) -> list[str]:
    async with hub.storage.read() as session:
        return sorted(str(key) for key in await session.scalars(select(RoomRow.key)))


async def portions(hub: Talk) -> list[int]:
    """Count how many rooms each turn made."""
    counts = [len(await made(hub))]
    while await hub.dispatcher.handle_due():
        counts.append(len(await made(hub)))
    return [after - before for before, after in itertools.pairwise(counts)]


async def test_light_ones_share_a_transaction_and_others_have_their_own(hub: Talk):
    await plan(hub, *(Light(number) for number in range(100, 100 + TOGETHER + 2)))
    await plan(hub, Heavy(1), Heavy(2), Light(200), Light(201), Heavy(3))
    assert await portions(hub) == [TOGETHER, 2, 1, 1, 2, 1]
    assert await portions(hub) == []


@pytest.mark.parametrize("bad", [BREAKS, BREAKS_LATE])
async def test_one_that_breaks_is_tried_by_itself_and_spares_the_others(hub: Talk, bad: int):
    await plan(hub, *(Light(number) for number in (1, 2, bad, 3, 4)))
    await portions(hub)
    assert await made(hub) == [f"space:light{number}" for number in (1, 2, 3, 4)]
    async with hub.storage.read() as session:
        rows = await session.execute(select(DueRow.state, DueRow.tries).order_by(DueRow.id))
    done = ("done", 0)
    assert [tuple(row) for row in rows] == [done, done, ("new", 1), done, done]


async def test_one_alone_of_which_the_commit_fails_is_given_up_in_the_end(hub: Talk):
    await plan(hub, Light(BREAKS_LATE))
    for _try in range(TRIES + 1):
        await hub.passes(timedelta(hours=1))
    async with hub.storage.read() as session:
        assert await session.scalar(select(DueRow.state)) == "dead"
