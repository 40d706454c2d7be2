"""Homeservers with settings of their own: private rooms encrypted by default, and floods."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from random import Random
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio

from benchmarks.support.hub import HubChild, operated
from bot.matrix.client import Client
from bot.matrix.reader import SyncParser
from bot.matrix.stream import Stream
from bot.sandbox import configuration
from bot.sandbox.homeserver import Account, Homeserver, find_python
from bot.sandbox.member import Member
from storage.engine import Storage
from tests.homeserver.people import Failed, People, Person, Seen
from tests.homeserver.world import PATIENCE, MakeMember, World, eventually

SETTING = "encryption_enabled_by_default_for_room_type"


@pytest_asyncio.fixture(loop_scope="session")
async def encrypting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AsyncIterator[Homeserver]:
    usual = configuration._settings
    forced = {SETTING: request.param}
    monkeypatch.setattr(configuration, "_settings", lambda *place: usual(*place) | forced)
    place = tmp_path / "synapse"
    async with Homeserver(place, find_python(), keep=False, limits="lifted") as synapse:
        yield synapse


async def checked(hub: HubChild) -> tuple[int, list[str]]:
    """Run `ilan-hub check`; returns its exit code and how each line begins."""
    code, said, _logged = await operated(hub.config, "check")
    return code, [" ".join(line.partition(": ")[0].split()) for line in said.splitlines()]


def kind(event: Seen) -> str:
    return str(event["content"].get("org.ilan.hub", {}).get("kind", ""))


async def entered(newcomer: Person, alias: str) -> None:
    """Join a Space as soon as it is made."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(Failed):
                await newcomer.do("join", room=alias)
                return
            await asyncio.sleep(0.1)


async def said_in_clear(account: Account, session: aiohttp.ClientSession, url: str) -> list[str]:
    """List the kinds of what the hub wrote in clear in encrypted rooms."""
    hub = Member(session, url, account)
    found = []
    for room in (await hub.call("GET", "/joined_rooms"))["joined_rooms"]:
        encrypted = await hub.state(room, "m.room.encryption") is not None
        for event in await hub.messages(room):
            spoken = event["type"] == "m.room.message" and event["sender"] == hub.user_id
            if spoken and encrypted:
                found.append(kind(event))
    return found


@pytest.mark.fault("F69")
@pytest.mark.parametrize("encrypting", ["invite", "all"], indirect=True)
async def test_a_homeserver_that_encrypts_by_itself_is_never_written_to_in_clear(
    encrypting: Homeserver, tmp_path: Path
) -> None:
    account = await encrypting.register("hub")
    hub = HubChild(tmp_path / "hub", account)
    hub.configure(encrypting.url, [])
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        people = await stack.enter_async_context(People(encrypting))
        stack.push_async_callback(hub.kill)
        await hub.start()
        newcomer = await people.person("amal")
        await entered(newcomer, hub.alias)
        chat = "SELECT room_id FROM room WHERE key LIKE 'direct:%' AND room_id IS NOT NULL"
        await eventually(lambda: hub.rows(chat))
        await newcomer.do("join", room=(await hub.rows(chat))[0][0])
        greeting = await newcomer.wait(lambda event: kind(event) == "onboarding.welcome")
        await newcomer.say(greeting["room_id"], "help")
        helped = await newcomer.wait(lambda event: kind(event) == "help.all")
        assert (greeting["encrypted"], helped["encrypted"]) == (True, True)
        await eventually(hub.idle)
        assert await said_in_clear(account, session, encrypting.url) == []


@pytest.mark.fault("A16")
async def test_a_chat_with_too_much_in_it_is_left_and_the_others_are_read(
    homeserver: Homeserver,
    member: MakeMember,
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = await homeserver.register("flooded")
    hub = Client(homeserver.url, account.user_id, account.device_id, account.access_token)
    chats = []
    for name in ("flooder", "other"):
        somebody = await member(name)
        chats.append((somebody, await somebody.create_direct(account.user_id)))
        await hub.call("POST", f"/join/{quote(chats[-1][1], safe='')}", {})
    parser = SyncParser(hub.user_id)
    stream = Stream(hub, storage, parser, random=Random(1))
    since = (await stream.ask(None, whole=True)).next_batch
    (flooder, flooded), (other, quiet) = chats
    for number in range(6):  # each as large as an event may be
        path = f"/rooms/{quote(flooded)}/state/m.room.encryption/{number}"
        await flooder.call("PUT", path, {"algorithm": "A" * 60_000})
    said = await other.say(quiet, "help")
    monkeypatch.setattr("bot.matrix.client.LARGEST_ANSWER", 200_000)
    batch = await stream.ask(since, whole=True)
    assert stream.set_aside == batch.left == {flooded}
    assert [
        (room, event.event_id) for room, events in batch.events.items() for event in events
    ] == [(quiet, said)]
    assert (await hub.call("GET", "/joined_rooms"))["joined_rooms"] == [quiet]
    await hub.close()


FINE = [
    "ok login",
    "ok the clock",
    "note trust",  # the account vouches for its device as soon as the hub runs
    "ok being invited",
    "ok being heard",
    "ok being quiet",
    "ok files",
    "note retention",
    "note room version",
]


async def test_check_finds_a_good_homeserver_good(homeserver: Homeserver, tmp_path: Path) -> None:
    account = await homeserver.register("checked")
    hub = HubChild(tmp_path / "hub", account)
    hub.configure(homeserver.url, [account.user_id])
    code, lines = await checked(hub)
    assert lines[1:] == [
        *FINE,
        "ok inviting",
        "ok rate limits",
        "ok the Space",
        "Nothing to mend.",
    ]
    assert code == 0


async def test_a_hub_that_runs_is_looked_at_beside_its_work(world: World) -> None:
    await world.up()
    await world.answered(await world.say())
    with closing(sqlite3.connect(world.directory / "hub.db")) as database, database:
        database.execute("UPDATE inbox SET state = 'dead'")
    code, lines = await checked(world.hub)
    assert (code, lines[-3:]) == (
        0,
        ["ok the running hub", "note messages not handled", "Nothing to mend."],
    )
    assert world.hub.alive
    await world.answered(await world.say())


async def test_check_names_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = configuration._settings
    wrong = {"block_non_admin_invites": True}
    monkeypatch.setattr(configuration, "_settings", lambda *place: usual(*place) | wrong)
    place = tmp_path / "synapse"
    async with (
        Homeserver(place, find_python(), keep=False, limits="stock") as synapse,
        aiohttp.ClientSession() as session,
    ):
        squatter = Member(session, synapse.url, await synapse.register("squatter"))
        await squatter.call("POST", "/createRoom", {"room_alias_name": "hub"})
        hub = HubChild(tmp_path / "hub", await synapse.register("hub"))
        hub.configure(synapse.url, [squatter.user_id, "@nobody:hub.test"])
        code, lines = await checked(hub)
    assert lines[1:] == [
        *FINE[:2],
        "mend stewards",
        *FINE[2:],
        "mend inviting",
        "note rate limits",
        "mend the room ilan",
        "ok the Space",
        "3 things to mend.",
    ]
    assert code == 78
