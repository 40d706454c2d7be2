"""On a real homeserver: two are introduced, and one of them lets nobody invite them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox.homeserver import Homeserver
from bot.sandbox.member import Member
from kit.inbound import FIELD
from tests.harness import Talk, kinds
from tests.homeserver.acting import Acting, acting
from tests.homeserver.world import MakeMember, eventually

QUESTION = "Which standards require counsel at disciplinary hearings?"
AT_ONCE = timedelta(0)


@pytest_asyncio.fixture(loop_scope="session")
async def hub(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Acting]:
    async with acting(homeserver, tmp_path, f"matchmaker-{tmp_path.name}") as hub:
        yield hub


async def volunteers(talk: Talk, who: Member) -> None:
    await talk.member(who.user_id)
    await talk.says(who.user_id, "volunteer", "10", "skip")


async def blocks(who: Member) -> None:
    path = f"/user/{who.user_id}/account_data/m.invite_permission_config"
    await who.call("PUT", path, {"default_action": "block"})


async def introduced(hub: Acting, asker: Member, expert: Member) -> None:
    await hub.talk.says(expert.user_id, "accept 1")
    assert kinds(await hub.talk.says(asker.user_id, "accept 1"))[-1] == "experts.introduced"
    await hub.acts()


@pytest.mark.parametrize("blocking", ["expert", "asker"])
async def test_who_cannot_be_invited_is_told_and_nobody_waits_in_an_empty_room(
    hub: Acting, member: MakeMember, blocking: str
) -> None:
    talk = hub.talk
    asker, first, second = [await member(name) for name in ("asker", "first", "second")]
    await volunteers(talk, first)
    await talk.member(asker.user_id)
    await talk.says(asker.user_id, "ask", QUESTION, "10", "no", "skip", "yes")
    await volunteers(talk, second)
    await blocks({"expert": first, "asker": asker}[blocking])
    await introduced(hub, asker, first)
    told = [each for each in kinds(await talk.passes(AT_ONCE)) if each.startswith("experts.")]
    await hub.acts()
    assert (await hub.client.call("GET", "/joined_rooms"))["joined_rooms"] == []
    await eventually(lambda: not asker.joined | asker.invited | first.joined | first.invited)
    if blocking == "asker":
        assert told == ["experts.asker_refuses", "experts.asker_missing"]
        talk.now += timedelta(seconds=1)
        await talk.says(asker.user_id, "accept 1")
        await hub.acts()
        assert kinds(await talk.passes(AT_ONCE)) == [
            *["kick", "kick", "leave"],
            *["experts.withdrawn", "experts.asker_gives_up"],
        ]
        return
    assert told == ["experts.expert_refuses", "experts.expert_missing", "experts.offer"]

    await introduced(hub, asker, second)
    assert kinds(await talk.passes(AT_ONCE)) == ["experts.question"]
    (room_id,) = (await hub.client.call("GET", "/joined_rooms"))["joined_rooms"]
    for each in (asker, second):
        await eventually(lambda who=each: room_id in who.joined)
        said = await each.messages(room_id)
        types = {m["type"] for m in said}
        # Neither has a key yet: what is said there waits, and is never said in clear.
        assert types & {"m.room.message", "m.room.encrypted"} == set()
        assert "m.room.encryption" in types
    for _try in range(3):
        talk.now += timedelta(minutes=1)
        await hub.acts()
    assert await talk.passes(AT_ONCE) == []
    await hub.acts()
    for each in (asker, second):
        clear = [m for m in await each.messages(room_id) if m["type"] == "m.room.message"]
        # Both are told that they cannot read, each of the other.
        assert [m["content"][FIELD]["kind"] for m in clear] == ["room.cannot_read"] * 2
        mentioned = {user for m in clear for user in m["content"]["m.mentions"]["user_ids"]}
        assert mentioned == {asker.user_id, second.user_id}
    power = await asker.state(room_id, "m.room.power_levels")
    assert power is not None
    assert (power["invite"], power["users"].get(asker.user_id, 0)) == (100, 0)
