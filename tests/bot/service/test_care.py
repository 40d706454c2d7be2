"""The Space as the running hub looks after it: what it mends, and what it leaves to others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.matrix.space.builder import SpaceBuilder
from bot.say.appearance import Appearance
from bot.service.care import ScopedWatch, SpaceCare
from bot.settings import SpaceSettings
from bot.starter import load_pictures, starter
from kit.errand import Create, SetState
from kit.space import Difference, Drift
from storage.engine import Storage
from storage.given_up import GivenUps
from storage.outbox import Outbox
from storage.tables.queues import DueRow, OutboxRow
from tests.bot.matrix.outgoing import Homeserver
from tests.harness import NOON, catalogs, network
from tests.watched import Watched

NAME = Drift(Difference.NAME, "funding", (SetState("m.room.name", "", {"name": "a"}),))
SECRET = Drift(Difference.ENCRYPTION, "funding", (SetState("m.room.encryption", "", {}),))


class Builder(SpaceBuilder):
    """Finds on the homeserver what the test says."""

    found: tuple[Drift, ...] = ()

    async def plan(self, *, thorough=False) -> list[Drift]:
        return list(self.found)

    async def people(self) -> dict[str, int]:
        return {"funding": 3}


@pytest.fixture
def builder(storage: Storage) -> Builder:
    pictures = load_pictures(starter("pictures.yaml"))
    return Builder(
        Homeserver(),
        storage,
        network(),
        Appearance(network(), catalogs().reader, pictures),
        server_name="test",
        alias_prefix="hub",
        join_rule="public",
        room_version=None,
    )


@pytest.fixture
def care(builder: Builder) -> SpaceCare:
    tokens = iter(f"t{number}" for number in range(9))
    return SpaceCare(builder, catalogs().reader("en"), lambda: next(tokens), SpaceSettings())


async def queued(storage: Storage) -> list[str]:
    async with storage.read() as session:
        rows = await session.scalars(select(OutboxRow).order_by(OutboxRow.id))
        return [f"{row.txn_id} {row.state}" for row in rows]


async def test_what_needs_a_yes_is_left_and_the_rest_is_mended(
    storage: Storage, builder: Builder, care: SpaceCare
):
    assert care.left is None
    builder.found = (NAME, SECRET)
    await care.turn(NOON)
    assert (await queued(storage), care.left) == (["t0 new"], [SECRET])
    assert care.people == {"funding": 3}


async def test_it_looks_each_hour_or_when_asked_to(
    storage: Storage, builder: Builder, care: SpaceCare
):
    await care.turn(NOON)
    builder.found = (SECRET,)
    await care.turn(NOON + timedelta(minutes=59))
    assert care.left == []
    await care.turn(NOON + timedelta(minutes=60))
    assert care.left == [SECRET]
    builder.found = ()
    care.look_again()
    await care.turn(NOON + timedelta(minutes=61))
    assert care.left == []


async def test_what_was_refused_is_not_asked_each_hour_but_left(
    storage: Storage, builder: Builder, care: SpaceCare
):
    builder.found = (NAME,)
    await care.turn(NOON)
    async with storage.write() as session:
        (row,) = await Outbox(session).heads(NOON, 1)
        await GivenUps(session).park(row, "403 M_FORBIDDEN")
    await care.turn(NOON + timedelta(hours=1))
    assert (await queued(storage), care.left) == (["t0 parked"], [NAME])
    await builder.apply([NAME], NOON, lambda: "said")
    assert await queued(storage) == ["t0 parked", "said new"]


async def test_who_is_muted_is_thought_of_when_a_room_is_made(
    storage: Storage, builder: Builder, care: SpaceCare
):
    made = Drift(Difference.MISSING, "funding", (Create({}),))
    for drift in (NAME, made):
        builder.found = (drift,)
        care.look_again()
        await care.turn(NOON)
    async with storage.read() as session:
        kinds = (await session.scalars(select(DueRow.kind))).all()
    assert kinds == ["room.made"]


async def test_it_looks_again_once_what_changed_can_be_seen(storage: Storage):
    watched = Watched()
    async with storage.write() as session:
        ScopedWatch(watched, session).look_again()
        assert watched.looked_again == 0
    assert watched.looked_again == 1

    async def fails() -> None:
        async with storage.write() as session:
            ScopedWatch(watched, session).look_again()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    async with storage.write():
        pass
    assert watched.looked_again == 1
