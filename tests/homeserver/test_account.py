"""The hub's own account is held on a real homeserver, and released again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio

from benchmarks.support.hub import HubChild
from bot.sandbox.homeserver import Account, Homeserver
from tests.homeserver.test_delivery import CLEAN
from tests.homeserver.world import PATIENCE, World, eventually


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def administrator(homeserver: Homeserver) -> AsyncIterator[Account]:
    yield await homeserver.register("administrator", admin=True)


async def health(world: World) -> tuple[int, str]:
    """Ask the hub of its last life how it is."""
    found = re.findall(r'"web": \["([^"]+)"\]', world.hub.log.read_text())
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://{found[-1]}/healthz") as answer,
    ):
        return answer.status, (await answer.json())["status"]


@pytest.mark.fault("A15")
async def test_a_suspended_hub_alarms_and_answers_all_once_it_is_released(
    world: World, homeserver: Homeserver, administrator: Account
) -> None:
    async def suspend(*, held: bool) -> None:
        path = f"/_synapse/admin/v1/suspend/{quote(world.hub.user_id)}"
        await homeserver._call("PUT", path, {"suspend": held}, token=administrator.access_token)

    await world.up()
    await world.answered(await world.say())
    await suspend(held=True)
    said = await world.say()
    await eventually(lambda: "account.held" in world.hub.log.read_text())
    status, why = await health(world)
    assert (status, why.partition(":")[0]) == (503, "M_USER_SUSPENDED")
    await suspend(held=False)
    await world.answered(said)
    await eventually(world.hub.idle)
    assert await health(world) == (200, "ok")
    assert await world.books() == CLEAN


@pytest.mark.fault("A15")
async def test_a_locked_hub_waits_and_goes_on(
    world: World, homeserver: Homeserver, administrator: Account
) -> None:
    async def lock(*, held: bool) -> None:
        path = f"/_synapse/admin/v2/users/{quote(world.hub.user_id)}"
        await homeserver._call("PUT", path, {"locked": held}, token=administrator.access_token)

    await world.up()
    await world.answered(await world.say())
    await lock(held=True)
    said = await world.say()
    await eventually(lambda: "401 M_USER_LOCKED" in world.hub.log.read_text())
    await lock(held=False)
    await world.answered(said)
    assert world.hub.alive
    assert await world.books() == CLEAN


async def test_a_token_without_a_device_is_refused_before_anything_is_sent(
    homeserver: Homeserver, administrator: Account, tmp_path: Path
) -> None:
    account = await homeserver.register("deviceless")
    path = f"/_synapse/admin/v1/users/{quote(account.user_id)}/login"
    token = await homeserver._call("POST", path, {}, token=administrator.access_token)
    hub = HubChild(tmp_path, replace(account, access_token=token["access_token"]))
    hub.configure(homeserver.url, [])
    await hub.start()
    assert await hub.ended(PATIENCE) == 78
    assert "the access token belongs to no device" in hub.log.read_text()
    assert await hub.rows("SELECT count(*) FROM outbox WHERE state <> 'new'") == [(0,)]
