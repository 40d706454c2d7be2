"""What an operator does in the life of one hub, with the commands and files that they have.

One hub goes through all of it. Each stage leaves it well: it answers, and of what was said to it
since it was set up nothing is lost or doubled.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import libfaketime
import pytest
import pytest_asyncio
from sqlalchemy import make_url

from benchmarks.support import databases
from benchmarks.support.faults import Fault, Rule
from benchmarks.support.hub import HubChild
from benchmarks.support.small import SPACE
from bot.matrix.client import Client
from bot.sandbox.client import Event
from bot.sandbox.homeserver import Homeserver
from bot.sandbox.member import Member
from tests.homeserver.operator import Operator, logged
from tests.homeserver.world import PATIENCE, MakeMember, World, Worlds, eventually
from tests.project.catalogs import ROOT

OPEN = "welcome"
MINUTES = "They take a minute or two."
BUILT, REST = "The Space is built.", "The rest is built."
ENCRYPTED = "It is to be encrypted. That cannot be undone; what was said before stays readable."
# Time is what this library says to a process that it is loaded into: a file tells how far off.
FAKETIME = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"
MEGABYTES = 8
MANY = 20  # commands: what the write-ahead log has room for is used up by then


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def operator(worlds: Worlds, homeserver: Homeserver) -> AsyncIterator[Operator]:
    async with AsyncExitStack() as stack:
        world = await worlds.open(stack)
        await world.settle()
        localpart = world.hub.user_id[1:].partition(":")[0]
        login = await homeserver.register(localpart)  # another client of the hub's account
        client = Client(homeserver.url, login.user_id, login.device_id, login.access_token)
        stack.push_async_callback(client.close)
        yield Operator(world, client, homeserver.password(localpart))


# The file of the Space, edited in seven ways.


async def adds_rooms(operator: Operator) -> None:
    operator.adds("start", "themes", "members", OPEN)
    operator.edits(SPACE, lambda space: space["gates"].update(members="members"))
    planned = await operator.says("space", "plan")
    made = [line.split()[1] for line in planned if line.startswith("create ")]
    assert made == ["start", "themes", "members", OPEN]
    assert await operator.says("space", "apply") == [*planned, BUILT]


async def encrypts_a_room(operator: Operator) -> None:
    room, told = await operator.room(OPEN), f"encrypt    {OPEN}  {ENCRYPTED}"

    async def is_it() -> tuple[bool, bool]:
        topic = await operator.state(room, "m.room.topic")
        encrypted = await operator.state(room, "m.room.encryption")
        return encrypted != {}, "Not encrypted" in topic["topic"]

    operator.changes(OPEN, encrypted=True)
    assert (await operator.says("space", "plan"))[0] == told
    assert (await operator.says("space", "apply"))[-2:] == [
        f'left: {OPEN}: {ENCRYPTED} The operator says "ilan-hub space apply".',
        REST,
    ]
    assert await is_it() == (False, True)
    agreed = await operator.says("space", "apply", "--yes")
    assert (agreed[0], agreed[-1]) == (told, BUILT)
    assert await is_it() == (True, False)


async def lets_fewer_in(operator: Operator, boris: Member) -> None:
    for address in (operator.world.hub.alias, operator.address(OPEN)):
        room = await boris.join(address)
    operator.changes(OPEN, access="members")
    told = "1 person is inside who may no longer enter, and would be removed."
    assert (await operator.says("space", "apply"))[-2:] == [
        f'left: {OPEN}: {told} The operator says "ilan-hub space apply".',
        REST,
    ]
    assert (await operator.state(room, "m.room.member", boris.user_id))["membership"] == "join"
    await operator.says("space", "apply", "--yes")
    assert (await operator.state(room, "m.room.member", boris.user_id))["membership"] == "leave"


async def moves_a_room(operator: Operator) -> None:
    room, *spaces = [await operator.room(slug) for slug in (OPEN, "start", "themes")]

    async def tied() -> list[tuple[bool, bool]]:
        """Tell of each Space whether it lists the room, and whether the room names it."""
        ties = [
            (
                await operator.state(space, "m.space.child", room),
                await operator.state(room, "m.space.parent", space),
            )
            for space in spaces
        ]
        return [("via" in child, "via" in parent) for child, parent in ties]

    assert await tied() == [(True, True), (False, False)]
    operator.changes(OPEN, parent="themes")
    assert await operator.says("space", "apply") == [
        f'link       {OPEN}  It is not listed as declared in "themes".',
        f'unlink     {OPEN}  It is still listed in "start".',
        f'parent     {OPEN}  It does not name "themes" as its Space.',
        f"3 changes. {MINUTES}",
        BUILT,
    ]
    assert await tied() == [(False, False), (True, True)]


async def names_the_network_otherwise(operator: Operator) -> None:
    operator.changes("ilan", names={"en": "Another Network"})
    assert (await operator.says("space", "apply"))[0] == "name       ilan  It has another name."
    name = await operator.state(operator.world.space, "m.room.name")
    assert name == {"name": "Another Network"}


async def removes_a_room_and_declares_it_again(operator: Operator) -> None:
    room, kept = await operator.room(OPEN), operator.space.read_text("utf-8")

    async def how() -> tuple[object, object]:
        rule = await operator.state(room, "m.room.join_rules")
        levels = await operator.state(room, "m.room.power_levels")
        return rule["join_rule"], levels["events_default"]

    operator.removes(OPEN)
    assert (await operator.says("space", "apply", "--yes"))[-1] == REST
    assert await how() == ("restricted", 0)
    assert (await operator.says("space", "apply", "--prune", "--yes"))[-1] == BUILT
    assert await how() == ("invite", 100)
    # What the file still refers to is named with its line.
    operator.removes("members")
    line = operator.line("members: members")
    told = f"ilan-hub: {SPACE}:{line}: gates.members: no such room: members"
    assert await operator.says("space", "plan", left=78) == [told]
    operator.space.write_text(kept, "utf-8")
    assert (await operator.says("space", "apply"))[-1] == BUILT
    assert (await how(), await operator.room(OPEN)) == (("restricted", 0), room)


async def names_a_language_that_nobody_translated(operator: Operator) -> None:
    kept = operator.space.read_text("utf-8")
    operator.edits(SPACE, lambda space: space["languages"].append("de"))
    told = "languages.7: I speak no de: add locales/de, or name it under content_languages"
    line = f"ilan-hub: {SPACE}:{operator.line('- de')}: {told}"
    assert await operator.says("space", "plan", left=78) == [line]
    operator.space.write_text(kept, "utf-8")


async def test_the_file_of_the_space_is_edited_in_seven_ways(
    operator: Operator, member: MakeMember
) -> None:
    await adds_rooms(operator)
    await encrypts_a_room(operator)
    await lets_fewer_in(operator, await member("boris"))
    await moves_a_room(operator)
    await names_the_network_otherwise(operator)
    await removes_a_room_and_declares_it_again(operator)
    await names_a_language_that_nobody_translated(operator)
    assert await operator.says("space", "doctor") == ["Nothing to mend."]
    await operator.stops()


async def test_what_the_homeserver_refused_is_listed_tried_again_and_forgotten(
    operator: Operator,
) -> None:
    says, rules = operator.says, operator.world.proxy.rules
    operator.adds("regions", "languages")
    refusal = json.dumps({"errcode": "M_FORBIDDEN"}).encode()
    rules.append(Rule(Fault.FORGED, "/createRoom", times=None, status=403, body=refusal))
    refused = [f"{slug}: create: 403 M_FORBIDDEN" for slug in ("regions", "languages")]
    told = await says("space", "apply", left=69)
    assert [line for line in told if line.startswith("refused")] == [
        f"refused: {each}" for each in refused
    ]
    rules.clear()
    *listed, last = await says("queue", "list")
    numbers = [line.split()[0] for line in listed]
    assert [line.partition("space:")[2].replace("  ", ": ") for line in listed] == refused
    assert last == "2 errands were given up."
    assert await says("queue", "retry", numbers[0]) == [
        "1 of 1 will be tried again by the running hub."
    ]
    assert await says("queue", "list") == [listed[1], "1 errands were given up."]
    assert await says("queue", "drop", "--all") == ["1 forgotten."]
    assert await says("queue", "list") == ["Nothing was given up."]
    assert (await says("space", "apply"))[-1] == BUILT
    assert await says("space", "doctor") == ["Nothing to mend."]
    await operator.stops()


async def test_a_second_hub_gives_way_wherever_it_runs(operator: Operator, tmp_path: Path) -> None:
    world = operator.world
    shutil.copytree(world.directory, tmp_path / "copy")
    await operator.goes_on()
    there = [f"ilan-hub: another hub is running in {world.directory}"]
    for command in (["login"], ["db", "upgrade"], ["db", "rekey"], ["restore", "copy.db"]):
        assert await operator.says(*command, left=75) == there
    elsewhere = HubChild(tmp_path / "copy", world.account)
    await elsewhere.start()
    assert await elsewhere.ended(PATIENCE) == 75
    last = logged(elsewhere.log)[-1]
    told = f"another hub serves {world.hub.user_id} from another place: stop it first"
    assert (last["event"], last["why"]) == ("hub.failed", told)
    await operator.stops()


async def test_login_and_key_are_exchanged(operator: Operator) -> None:
    directory = operator.world.directory
    device = json.loads((directory / "credentials.json").read_text("utf-8"))["device_id"]
    said = await operator.says("login")
    assert f"Logged out: {device}, of earlier logins." in said
    others = f"Other devices of the account: {operator.client.device_id}."
    assert [line.startswith(others) for line in said].count(True) == 1
    await operator.stops()
    key = (directory / "hub.key").read_bytes()
    sealed, _advice = await operator.says("db", "rekey")
    assert re.fullmatch(r"[1-9]\d* values are sealed with the new key, in hub\.key\.", sealed)
    assert (directory / "hub.key").read_bytes() != key
    await operator.stops()


async def test_the_database_moves_to_postgresql_and_back(operator: Operator) -> None:
    directory = operator.world.directory

    async def moves(url: str) -> None:
        assert (await operator.says("db", "copy", url))[-2].startswith("Both are alike.")
        for file in directory.glob("hub.db*"):  # of no use from here on, or not there
            if url.startswith("postgresql"):
                file.unlink()
        operator.edits("config.yaml", lambda settings: settings.update(database={"url": url}))
        await operator.stops()

    serving = databases.postgresql(durable=False)  # runs a loop of its own while it begins
    address = make_url(await asyncio.to_thread(serving.__enter__)).set(drivername="postgresql")
    try:
        await moves(address.render_as_string(hide_password=False))
        assert not (directory / "hub.db").exists()
        await moves(f"sqlite:///{directory / 'hub.db'}")
    finally:
        await asyncio.to_thread(serving.__exit__, None, None, None)
    await operator.stops()


async def test_a_copy_is_made_beside_the_hub_and_put_back(operator: Operator) -> None:
    world, copy = operator.world, operator.world.directory / "copy.db"
    await operator.goes_on()
    await operator.says("backup", str(copy))
    await world.down()
    there = "ilan-hub: hub.db is there already: move it away first"
    assert await operator.says("restore", str(copy), left=65) == [there]
    for file in world.directory.glob("hub.db*"):
        file.unlink()
    assert (await operator.says("restore", str(copy)))[0].startswith("Restored.")
    copy.unlink()
    await world.up()  # without the password
    assert await world.hub.ended(PATIENCE) == 78
    assert "as after a restored backup" in operator.last_logged["why"]
    await operator.says("login")
    await operator.stops()


# The machine.


@asynccontextmanager
async def set_clock(world: World, log: Path) -> AsyncIterator[Callable[[int], None]]:
    """Run the hub as an operator does, on a clock that is as many hours off as it is told."""
    hours = log.with_suffix(".hours")

    def set_it(ahead: int) -> None:
        draft = hours.with_suffix(".new")
        draft.write_text(f"{ahead:+}h\n")
        draft.replace(hours)

    set_it(0)
    environment = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(hours),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with log.open("wb") as file:
        hub = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from bot.cli import main; main()"),
            *("run", "--config", str(world.hub.config)),
            cwd=ROOT,
            env=os.environ | environment,
            stdout=file,
            stderr=file,
        )
    try:
        yield set_it
        hub.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(hub.wait(), PATIENCE) == 0
    finally:
        if hub.returncode is None:
            hub.kill()


def kind(event: Event) -> str:
    return str(event["content"].get("org.ilan.hub", {}).get("kind", ""))


@pytest.mark.skipif(not FAKETIME.exists(), reason="libfaketime was not built for this machine")
async def test_a_clock_that_is_set_holds_nothing_up(operator: Operator, tmp_path: Path) -> None:
    world, log = operator.world, tmp_path / "hub.log"
    (member,), (chat,) = world.members, world.chats
    operator.edits("config.yaml", lambda settings: settings.update(talk={"by_meaning": False}))
    async with set_clock(world, log) as set_it:
        await world.answered(await world.say())
        greeting = (await member.messages(chat))[0]["event_id"]
        answer = {"m.relates_to": {"m.in_reply_to": {"event_id": greeting}}}
        await member.say(chat, "remind of this in 2h", **answer)
        await member.wait(lambda event: kind(event) == "events.remind_of_this", PATIENCE)
        set_it(-5)
        await eventually(lambda: "clock.went_back" in log.read_text("utf-8"))
        await world.answered(await world.say())
        set_it(3)
        await member.wait(lambda event: kind(event) == "events.message_reminder", PATIENCE)
        await world.answered(await world.say())
    (back,) = [each for each in logged(log) if each["event"] == "clock.went_back"]
    assert round(back["seconds"] / 3600) == 5
    await operator.stops()


@contextmanager
def small_disk(directory: Path) -> Iterator[None]:
    """Move *directory* to a file system of its own, in memory, for the block."""
    kept = directory.with_name(f"{directory.name}-kept")
    shutil.copytree(directory, kept)
    size = f"size={MEGABYTES}m,mode=0700"
    mounted = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(directory)]
    if subprocess.run(mounted, check=False, capture_output=True).returncode:
        pytest.skip("nobody but root may mount a small disk")
    try:
        shutil.copytree(kept, directory, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)


@pytest.mark.fault("F33")
async def test_a_full_disk_is_said_and_nothing_is_lost(operator: Operator, tmp_path: Path) -> None:
    world = operator.world
    ballast, world.hub.log = world.directory / "ballast", tmp_path / "hub.log"
    with small_disk(world.directory):
        await operator.goes_on()
        with suppress(OSError):  # the hub takes some of what is left meanwhile
            ballast.write_bytes(os.urandom(shutil.disk_usage(world.directory).free))
        said = [await world.say() for _number in range(MANY)]
        assert await world.hub.ended(PATIENCE) == 74
        last = operator.last_logged
        ballast.unlink()
        await world.up()
        await world.answered(*said)
        await operator.stops()
    told = f"the database {world.directory / 'hub.db'} refused: SQLITE_FULL"
    assert (last["event"], last["why"], last["exit_code"]) == ("hub.failed", told, 74)
