"""What the sandbox itself promises, before anything is tested on it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.client import ErrorResponse
from bot.sandbox.homeserver import PYTHON_VARIABLE, Homeserver, HomeserverFailed, find_python
from bot.sandbox.member import Member, Missed
from bot.sandbox.secrecy import SecretMember
from bot.service.clock import utc_now
from kit.errors import BadConfiguration
from tests.homeserver.world import PATIENCE, MakeMember, eventually

# A hub that dies without a chance to tidy up.
ORPHAN = """
import asyncio, sys
from pathlib import Path
from bot.sandbox.homeserver import Homeserver, find_python

async def main():
    async with Homeserver(Path(sys.argv[1]), find_python(), keep=True) as synapse:
        print(synapse.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def says(body: str) -> Callable[[dict[str, Any]], bool]:
    return lambda event: event["content"].get("body") == body


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def until_in(member: Member, room: str) -> None:
    await eventually(lambda: room in member.joined)


@pytest_asyncio.fixture(loop_scope="session")
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_two_members_talk_in_a_direct_chat(member: MakeMember) -> None:
    amal, boris = await member("amal"), await member("boris")
    room = await amal.create_direct(boris.user_id)
    await until_in(boris, room)
    question = await amal.say(room, "Habeas corpus?")
    heard = await boris.wait(says("Habeas corpus?"), PATIENCE)
    answer = await boris.say(room, "Anytime.", msgtype="m.notice")
    seen = await amal.wait(says("Anytime."), PATIENCE, after=question)
    assert (heard["event_id"], heard["sender"], heard["room_id"]) == (question, amal.user_id, room)
    assert (seen["event_id"], seen["content"]["msgtype"]) == (answer, "m.notice")
    said = [event["event_id"] for event in await boris.messages(room) if "body" in event["content"]]
    assert said == [question, answer]


async def test_secret_members_read_each_other_and_nobody_else_does(
    homeserver: Homeserver, session: aiohttp.ClientSession, member: MakeMember, tmp_path: Path
) -> None:
    """What is said before the other one comes in is read, too; the control has no keys."""
    curious = await member("curious")
    accounts = [await homeserver.register(f"{name}-secret") for name in ("amal", "boris")]
    amal, boris = (
        SecretMember(session, homeserver.url, each, tmp_path, utc_now) for each in accounts
    )
    boris.auto_join = False
    async with amal, boris:
        room = await amal.create_direct(boris.user_id)
        await amal.call("POST", f"/rooms/{room}/invite", {"user_id": curious.user_id})
        await until_in(curious, room)
        question = await amal.say(room, "Habeas corpus?")
        await boris.join(room)
        heard = await boris.wait(says("Habeas corpus?"), PATIENCE)
        answer = await boris.say(room, "Anytime.", msgtype="m.notice")
        seen = await amal.wait(says("Anytime."), PATIENCE, after=question)
    assert (heard["event_id"], heard["sender"], heard["type"]) == (
        question,
        amal.user_id,
        "m.room.message",
    )
    assert (seen["event_id"], seen["content"]["msgtype"]) == (answer, "m.notice")
    overheard = {e["event_id"]: e["type"] for e in await curious.messages(room)}
    assert {overheard[question], overheard[answer]} == {"m.room.encrypted"}


async def test_waits_take_each_event_once_and_lose_none(member: MakeMember) -> None:
    amal, boris = await member("amal"), await member("boris")
    room = await amal.create_direct(boris.user_id)
    await until_in(boris, room)
    sent = [await amal.say(room, body) for body in ("one", "two", "one")]
    second = await boris.wait(says("two"), PATIENCE)
    both = await asyncio.gather(
        boris.wait(says("one"), PATIENCE), boris.wait(says("one"), PATIENCE)
    )
    assert [second["event_id"], *(event["event_id"] for event in both)] == [
        sent[1],
        sent[0],
        sent[2],
    ]
    with pytest.raises(Missed):
        await boris.wait(says("one"), 0.2)


async def test_a_miss_tells_what_came_instead(member: MakeMember) -> None:
    amal, boris = await member("amal"), await member("boris")
    room = await amal.create_direct(boris.user_id)
    await until_in(boris, room)
    last_word = await amal.say(room, "Welcome")
    goodbye = await amal.say(room, "Goodbye")
    await eventually(lambda: goodbye in boris._timeline)
    with pytest.raises(Missed) as missed:
        await boris.wait(says("Hello"), 0.2, after=last_word)
    assert str(missed.value) == (
        f"{boris.user_id} waited in vain and saw:\n  m.room.message by {amal.user_id}: Goodbye"
    )


async def test_a_long_silence_of_the_client_hides_nothing(member: MakeMember) -> None:
    amal, boris = await member("amal"), await member("boris")
    room = await amal.create_direct(boris.user_id)
    await until_in(boris, room)
    await boris.close()
    sent = [await amal.say(room, str(number)) for number in range(230)]
    await boris.start()
    await boris.wait(says("229"), PATIENCE)
    seen = [e["event_id"] for e in boris._timeline.values() if e["type"] == "m.room.message"]
    assert seen == sent


async def test_an_invitation_can_wait_for_its_answer(member: MakeMember) -> None:
    amal, boris = await member("amal"), await member("boris")
    boris.auto_join = False
    room = await amal.create_direct(boris.user_id)
    await eventually(lambda: boris.knows(room))
    assert room not in boris.joined
    await boris.leave(room)
    left = await amal.wait(lambda event: event["content"].get("membership") == "leave", PATIENCE)
    assert left["sender"] == boris.user_id


async def test_state_is_read_as_the_member_sees_it(member: MakeMember) -> None:
    amal = await member("amal")
    await amal.set_display_name("Amal <b>")
    room = await amal.create_direct(amal.user_id.replace("amal", "nobody"))
    created = await amal.state(room, "m.room.create")
    own = await amal.state(room, "m.room.member", amal.user_id)
    assert created
    assert created["room_version"] == "12"
    assert own
    assert own["displayname"] == "Amal <b>"
    assert await amal.state(room, "m.room.topic") is None
    with pytest.raises(ErrorResponse) as refused:
        await amal.join("#nothing:hub.test")
    assert refused.value.code == "M_NOT_FOUND"


async def test_stock_limits_bind_everyone_but_the_exempt(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    async with Homeserver(tmp_path / "synapse", find_python(), keep=False) as synapse:
        free = Member(session, synapse.url, await synapse.register("hub"))
        bound = Member(session, synapse.url, await synapse.register("amal"))
        await synapse.override_ratelimit(free.user_id)
        room = await free.create_direct(bound.user_id)
        await bound.join(room)  # the first of the ten events everybody has at once
        for number in range(30):
            await free.say(room, str(number))
        for number in range(9):
            await bound.say(room, str(number))
        assert (free.throttled, bound.throttled) == (0, 0)

        async def say_on() -> None:
            while True:
                await bound.say(room, "too fast")

        too_fast = asyncio.create_task(say_on())
        await eventually(lambda: bound.throttled)
        too_fast.cancel()
        await asyncio.wait({too_fast})


async def test_a_kept_directory_keeps_accounts_and_secrets(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    directory = tmp_path / "synapse"
    async with Homeserver(directory, find_python(), keep=True) as synapse:
        account = await synapse.register("amal")
        room = await Member(session, synapse.url, account).create_direct("@boris:hub.test")
        await synapse.override_ratelimit(account.user_id)
        first = synapse.pid
    assert first
    assert not is_alive(first)
    assert (directory / "secrets.yaml").stat().st_mode & 0o077 == 0
    async with Homeserver(directory, find_python(), keep=True) as synapse:
        again = await synapse.register("amal")
        await synapse.override_ratelimit(account.user_id)
        async with Member(session, synapse.url, account) as amal:
            assert amal.joined == {room}
    assert again.user_id == account.user_id
    assert again.access_token != account.access_token


async def test_a_cancelled_owner_leaves_nothing(tmp_path: Path) -> None:
    directory = tmp_path / "synapse"
    synapse = Homeserver(directory, find_python(), keep=False)

    async def use() -> None:
        async with synapse:
            await asyncio.sleep(60)

    task = asyncio.create_task(use())
    await eventually(lambda: synapse.pid)
    pid = synapse.pid
    assert pid
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert not is_alive(pid)
    assert not directory.exists()


async def test_synapse_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", ORPHAN, tmp_path / "synapse"), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout
    pid = int(await parent.stdout.readline())
    assert is_alive(pid)
    parent.send_signal(signal.SIGKILL)
    await parent.communicate()
    await eventually(lambda: not is_alive(pid))


async def test_a_failed_start_shows_the_end_of_the_log(tmp_path: Path) -> None:
    synapse = Homeserver(tmp_path, find_python(), keep=False, server_name="not a name")
    with pytest.raises(HomeserverFailed, match=r"(?s)ended with 1.*not a name"):
        await synapse.start()
    assert synapse.pid is None


def test_a_missing_synapse_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PYTHON_VARIABLE, "/nowhere/python")
    with pytest.raises(BadConfiguration, match="there is no /nowhere/python"):
        find_python()
