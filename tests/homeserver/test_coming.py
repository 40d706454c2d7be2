"""On a real homeserver: a reaction as an answer, and a Space that was there before the hub."""

from __future__ import annotations

from uuid import uuid4

import aiohttp

from bot.sandbox.client import Event, PlainClient
from bot.sandbox.homeserver import Homeserver
from tests.homeserver.world import PATIENCE, MakeMember, World, eventually


def kind(event: Event) -> str:
    return str(event["content"].get("org.ilan.hub", {}).get("kind", ""))


async def test_a_reaction_answers_the_question_that_is_open(world: World) -> None:
    await world.up()
    member, chat = world.members[0], world.chats[0]
    said = [each for each in await member.messages(chat) if kind(each) == "onboarding.ask.language"]
    relation = {"rel_type": "m.annotation", "event_id": said[-1]["event_id"], "key": "2️⃣"}
    path = f"/rooms/{chat}/send/m.reaction/{uuid4().hex}"
    await member.call("PUT", path, {"m.relates_to": relation})
    answer = await member.wait(lambda e: kind(e) == "onboarding.ask.consent", PATIENCE)
    assert answer["content"]["org.ilan.hub"]["locale"] == "es"


async def begin_anew(world: World, homeserver: Homeserver) -> None:
    """Lose the database, and log in anew as one has to then."""
    await world.down()
    for file in world.directory.glob("hub.db*"):
        file.unlink()
    world.hub.log_in(await homeserver.register(world.hub.user_id[1:].partition(":")[0]))


async def test_a_hub_that_comes_into_a_running_space_writes_to_nobody_there(
    world: World, homeserver: Homeserver
) -> None:
    await begin_anew(world, homeserver)
    await world.up()
    post = await world.members[0].wait(lambda e: kind(e) == "onboarding.here", PATIENCE)
    assert post["room_id"] == world.lobby
    await eventually(world.hub.idle)
    assert await world.hub.rows("SELECT count(*) FROM person WHERE in_space AND NOT greeted") == [
        (2,)
    ]
    assert await world.hub.rows("SELECT count(*) FROM room WHERE key LIKE 'direct:%'") == [(0,)]


async def test_who_joins_while_the_members_are_counted_is_greeted(
    world: World, homeserver: Homeserver, member: MakeMember
) -> None:
    await begin_anew(world, homeserver)
    # It stands still between its first answer and whatever it does next.
    await world.hub.start(stage="sync.answered", variant="held-up")
    await eventually(lambda: world.proxy.count("dir=f") > 0)
    newcomer = await member("newcomer")
    await world.welcome(newcomer)
    await eventually(world.hub.idle)
    assert await world.hub.rows("SELECT greeted, count(*) FROM person GROUP BY greeted") == [
        (0, 2),
        (1, 1),
    ]


async def test_who_is_banned_with_the_own_account_of_the_hub_loses_everything_at_once(
    broken: World, homeserver: Homeserver
) -> None:
    member = broken.members[0]
    broken.proxy.requests.clear()
    await broken.up()
    # What it learns of bans when it starts is not what is tried here.
    await eventually(lambda: broken.proxy.count("membership=ban") > 0)
    async with aiohttp.ClientSession() as session:
        moderator = PlainClient(session, homeserver.url, broken.account)
        path = f"/rooms/{broken.space}/ban"
        await moderator.call("POST", path, {"user_id": member.user_id})
    await eventually(lambda: broken.hub.shows("SELECT banned FROM gone", (1,)))
    await eventually(lambda: broken.lobby not in member.joined)
    assert await broken.hub.rows("SELECT count(*) FROM person") == [(0,)]
