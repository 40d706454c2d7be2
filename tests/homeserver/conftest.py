"""A real Synapse without rate limits for the whole run, and members who live on it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.homeserver import Account, Homeserver, find_python
from bot.sandbox.member import Member
from tests.homeserver.people import People
from tests.homeserver.site import ABOVE, Site, site, trimmed
from tests.homeserver.world import MakeMember, World, Worlds

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run this folder's tests on the loop on which the homeserver's fixtures live."""
    shared_loop = pytest.mark.asyncio(loop_scope="session")
    for item in items:
        if item.path.is_relative_to(HERE) and pytest_asyncio.is_async_test(item):
            item.add_marker(shared_loop, append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def homeserver(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Homeserver]:
    directory = tmp_path_factory.mktemp("synapse")
    async with Homeserver(directory, find_python(), keep=False, limits="lifted") as synapse:
        yield synapse


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def member(homeserver: Homeserver) -> AsyncIterator[Callable[[str], Awaitable[Member]]]:
    """Make members: ``await member("amal")`` is a new, syncing account on each call."""
    numbers = itertools.count(1)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())

        async def make(name: str) -> Member:
            account = await homeserver.register(f"{name}-{next(numbers)}")
            return await stack.enter_async_context(Member(session, homeserver.url, account))

        yield make


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def worlds(
    homeserver: Homeserver,
    member: MakeMember,
    tmp_path_factory: pytest.TempPathFactory,
) -> Worlds:
    return Worlds(homeserver, member, tmp_path_factory.mktemp("hubs"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def people(homeserver: Homeserver) -> AsyncIterator[People]:
    async with People(homeserver) as people:
        yield people


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def settled(worlds: Worlds) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        world = await worlds.open(stack, members=2)
        await world.settle()
        yield world


@pytest_asyncio.fixture(loop_scope="session")
async def world(settled: World) -> World:
    """A hub on a good network that knows two members; it may be up or down."""
    settled.proxy.rules.clear()
    settled.proxy.requests.clear()
    return settled


@pytest_asyncio.fixture(loop_scope="session")
async def broken(worlds: Worlds) -> AsyncIterator[World]:
    """A hub of its own, for what cannot be mended afterwards."""
    async with AsyncExitStack() as stack:
        world = await worlds.open(stack)
        await world.settle()
        yield world


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def builder(homeserver: Homeserver) -> Account:
    return await homeserver.register("builder")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def space_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("space") / "hub.db"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def built(homeserver: Homeserver, builder: Account, space_file: Path) -> AsyncIterator[Site]:
    """Build the trimmed network from nothing; the first plan is to create everything."""
    async with site(homeserver, builder, space_file, trimmed()) as site_:
        rooms = trimmed().rooms.values()
        planned = await site_.plan()
        assert [(action, slug) for action, slug, _detail in planned] == [
            (action, room.slug)
            for room in rooms
            for action in ("create", "picture", *ABOVE.get(room.slug, ()))
        ]
        await site_.apply()
        yield site_
