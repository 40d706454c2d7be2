"""What another homeserver says is not believed, and what it does not say holds nobody up."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.homeserver import Homeserver
from bot.sandbox.member import Member
from tests.homeserver.federation import Liar, federation
from tests.homeserver.world import PATIENCE, World, Worlds, eventually

pytestmark = pytest.mark.slow
CHATS = """SELECT key, room_id, "left" FROM room WHERE key LIKE 'direct:%' ORDER BY id"""
ENDS = {"gone": ("parked", "403 M_USER_DEACTIVATED"), "stall": ("new", None)}
ASKED = "privacy.data"
NUMBERS = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def servers(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Homeserver, Liar]]:
    async with federation(tmp_path_factory.mktemp("federation")) as two:
        yield two


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def here(
    servers: tuple[Homeserver, Liar],
    session: aiohttp.ClientSession,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[World]:
    """A hub and a member on the honest homeserver."""
    honest, _liar = servers
    async with AsyncExitStack() as stack:

        async def make(name: str) -> Member:
            account = await honest.register(f"{name}-{next(NUMBERS)}")
            return await stack.enter_async_context(Member(session, honest.url, account))

        world = await Worlds(honest, make, tmp_path_factory.mktemp("hub")).open(stack)
        await world.settle()
        yield world


@pytest_asyncio.fixture(loop_scope="session")
async def liar(servers: tuple[Homeserver, Liar], here: World) -> Liar:
    """Tells the truth until told otherwise; the hub is up."""
    servers[1].tell("truth")
    await here.up()
    return servers[1]


@pytest_asyncio.fixture(loop_scope="session")
async def mallory(liar: Liar, session: aiohttp.ClientSession) -> AsyncIterator[Member]:
    """Somebody on the other homeserver."""
    account = await liar.register(f"mallory-{next(NUMBERS)}")
    async with Member(session, liar.url, account) as mallory:
        yield mallory


def kinds(events: list[dict[str, Any]], hub: str) -> list[str]:
    said = [e for e in events if e["sender"] == hub and e["type"] == "m.room.message"]
    return [event["content"]["org.ilan.hub"]["kind"] for event in said]


async def greeted(mallory: Member, hub: str, room: str) -> None:
    await mallory.wait(
        lambda e: e["room_id"] == room and kinds([e], hub) == ["onboarding.ask.language"], PATIENCE
    )


def joining(room: str) -> str:
    return f"""SELECT state, reason FROM outbox JOIN room ON room.id = outbox.room
        WHERE action = 'join' AND room.room_id = '{room}'"""


async def answered_each_once(here: World) -> None:
    for room in (here.chats[0], here.lobby):
        said = [command.number for command in here.said if command.room_id == room]
        assert await here.answers(room) == said


async def test_somebody_of_another_homeserver_is_heard_and_answered(
    here: World, mallory: Member
) -> None:
    room = await mallory.create_direct(here.hub.user_id)
    await greeted(mallory, here.hub.user_id, room)
    assert kinds(await mallory.messages(room), here.hub.user_id) == [
        "onboarding.welcome",
        "onboarding.ask.language",
    ]


@pytest.mark.fault("A16")
async def test_a_forged_invitation_takes_over_nobodys_chat(
    here: World, liar: Liar, mallory: Member
) -> None:
    victim, hub = here.members[0], here.hub.user_id
    before = await here.hub.rows(CHATS)
    liar.tell("forge", victim.user_id, hub)
    room = await mallory.create_direct(hub)
    await mallory.wait(
        lambda e: (
            (e["room_id"], e["sender"], e["content"].get("membership")) == (room, hub, "leave")
        ),
        PATIENCE,
    )
    asked = await victim.say(here.lobby, "!my data")  # answered in their own chat
    await victim.wait(
        lambda e: e["room_id"] == here.chats[0] and kinds([e], hub) == [ASKED],
        PATIENCE,
        after=asked,
    )
    assert (await here.hub.rows(CHATS))[: len(before)] == before
    assert kinds(await mallory.messages(room), hub) == []


@pytest.mark.fault("A16")
@pytest.mark.parametrize("lie", ["gone", "stall"])
async def test_what_the_other_homeserver_answers_to_a_join_holds_up_nobody(
    here: World, liar: Liar, mallory: Member, lie: str
) -> None:
    liar.tell(lie)
    room = await mallory.create_direct(here.hub.user_id)
    await eventually(lambda: here.hub.shows(joining(room), ENDS[lie]))
    await here.answered(await here.say(), await here.say(lobby=True))
    assert here.hub.alive
    await here.down()
    await here.up()  # what was said of an account is not believed at the start either
    await here.answered(await here.say())
    await answered_each_once(here)


@pytest.mark.fault("A16")
async def test_who_cannot_be_invited_from_there_holds_up_nobody(
    here: World, liar: Liar, mallory: Member
) -> None:
    await mallory.join(here.hub.alias, via=[here.hub.alias.partition(":")[2]])
    liar.tell("gone")
    await here.answered(await here.say(), await here.say(lobby=True))
    await answered_each_once(here)


async def test_a_homeserver_that_is_gone_holds_up_nobody(
    here: World, liar: Liar, mallory: Member
) -> None:
    await here.down()
    room = await mallory.create_direct(here.hub.user_id)
    await liar.stop()
    await here.up()

    async def waits() -> bool:  # our own homeserver may have said why
        return [state for state, _reason in await here.hub.rows(joining(room))] == ["new"]

    await eventually(waits)
    await here.answered(await here.say(), await here.say(lobby=True))
    await answered_each_once(here)
