"""Nothing lost, nothing twice: on a real homeserver, with a member's own view as the ledger."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path
from random import Random
from time import monotonic
from uuid import uuid4

import pytest

from benchmarks.support.faults import AT_RANDOM, Fault, Rule
from benchmarks.support.hub import HubChild
from benchmarks.support.hub_process import STAGES
from benchmarks.support.ledger import Books
from bot.matrix.client import Client
from bot.matrix.reader import SyncParser
from bot.matrix.stream import Stream
from bot.sandbox.homeserver import Homeserver
from storage.engine import Storage
from tests.homeserver.world import (
    IMPATIENT,
    PATIENCE,
    MakeMember,
    World,
    Worlds,
    eventually,
    joined,
)

CLEAN = Books([], [], 0)
HOSTILE = [b"null", b"{}", b"[" * 100_000]


@pytest.mark.fault("F01", "F02", "F03", "F04", "F05", "F06", "F07", "F66")
async def test_a_kill_at_any_named_moment_loses_and_doubles_nothing(world: World) -> None:
    await world.down()
    ended = {}
    for stage in STAGES:
        await world.say()
        await world.say(who=1, lobby=True)
        await world.hub.start(stage=stage)
        ended[stage] = await world.hub.ended(PATIENCE)
    await world.up()
    await world.answered(await world.say(), await world.say(lobby=True))
    assert ended == dict.fromkeys(STAGES, -signal.SIGKILL)
    assert await world.books() == CLEAN


@pytest.mark.fault("F09")
async def test_kills_at_random_moments_lose_and_double_nothing(world: World) -> None:
    await world.down()
    random = Random(9)
    cut_short = []
    for _life in range(3):
        await world.hub.start()
        for who in range(2):
            await world.say(who=who, lobby=random.random() < 0.25)
        cut_short.append(await world.hub.cut_short(random.uniform(0.3, 1.5)))
    await world.up()
    await world.answered(*world.said[-2:], await world.say())
    assert cut_short == [True] * 3
    assert await world.books() == CLEAN


async def test_control_books_show_what_broken_hubs_lose_and_double(broken: World) -> None:
    missed = await broken.say()
    await broken.hub.start(stage="sync.committing", variant="token-first")
    assert await broken.hub.ended(PATIENCE) == -signal.SIGKILL
    repeated = await broken.say()
    await broken.hub.start(stage="errand.done", variant="random-txn")
    assert await broken.hub.ended(PATIENCE) == -signal.SIGKILL
    await broken.hub.start(variant="random-txn")
    await broken.answered(repeated, await broken.say())
    assert await broken.books() == Books([missed.number], [repeated.number], 0)


@pytest.mark.fault("F12", "F13", "F14", "F15", "F16", "F17", "F20", "F21")
async def test_every_fault_of_a_network_passes(world: World) -> None:
    await world.up()
    others = set(AT_RANDOM) - {Fault.DELAYED, Fault.LIMITED}
    for fault in [*others, Fault.LIMITED]:  # after a limit the hub sends slowly for a while
        reading = world.proxy.rule(Rule(fault, "/sync"))
        writing = world.proxy.rule(Rule(fault, "/send/", "PUT"))
        await world.answered(await world.say(), await world.say(adds=False))
        assert (reading.seen > 1, writing.seen > 2) == (True, True)
    assert await world.books() == CLEAN


@pytest.mark.fault("F18")
async def test_answers_of_any_shape_are_no_answers(world: World) -> None:
    await world.up()
    await world.answered(await world.say())
    for body in HOSTILE:
        world.proxy.rule(Rule(Fault.FORGED, "/send/", "PUT", body=body))
        world.proxy.rule(Rule(Fault.FORGED, "/sync", body=body))
    await world.answered(await world.say())
    assert world.hub.alive
    assert await world.books() == CLEAN


@pytest.mark.fault("F57")
async def test_a_handler_that_holds_up_the_loop_costs_time_only(world: World) -> None:
    await world.down()
    said = [await world.say()]
    await world.hub.start(stage="event.begun", variant="held-up", patience=IMPATIENT)
    await world.answered(said[0])  # the requests under way were given up meanwhile
    said += [await world.say(who=1), await world.say(lobby=True)]
    await world.answered(*said[1:])
    assert await world.books() == CLEAN


@pytest.mark.fault("F65")
async def test_a_homeserver_that_went_back_in_time_is_followed(world: World) -> None:
    await world.down()
    with closing(sqlite3.connect(world.directory / "hub.db")) as database:
        database.execute("UPDATE checkpoint SET next_batch = 'unknown'")
        database.commit()
    await world.up()
    known = "SELECT next_batch <> 'unknown' FROM checkpoint"
    await eventually(lambda: world.hub.shows(known, (True,)))
    await world.answered(await world.say())
    assert await world.books() == CLEAN


@pytest.mark.fault("F65")
@pytest.mark.parametrize("seeds", [(1, 2), (1, 1)], ids=["another request", "control"])
async def test_who_starts_over_is_told_how_things_are_now(
    world: World, storage: Storage, homeserver: Homeserver, seeds: tuple[int, int]
) -> None:
    account = world.account
    client = Client(homeserver.url, account.user_id, account.device_id, account.access_token)
    places = []
    for seed in seeds:
        parser = SyncParser(client.user_id)
        stream = Stream(client, storage, parser, random=Random(seed))
        places.append((await stream.ask(None, whole=True)).next_batch)
        await world.members[0].say(world.lobby, "Good morning.")
    await client.close()
    assert (places[0] == places[1]) == (seeds[0] == seeds[1])


@pytest.mark.fault("F37")
async def test_a_second_instance_gives_way(world: World) -> None:
    await world.up()
    await world.answered(await world.say())
    second = HubChild(world.directory, world.account)
    await second.start()
    assert await second.ended(PATIENCE) == 75
    await world.answered(await world.say())
    assert await world.books() == CLEAN


@pytest.mark.fault("F37")
async def test_a_hub_in_a_copy_of_the_directory_gives_way_to_the_one_that_runs(
    world: World, tmp_path: Path
) -> None:
    await world.down()
    shutil.copytree(world.directory, tmp_path / "copy")
    copy = HubChild(tmp_path / "copy", world.account)

    def taken(hub: HubChild) -> int:
        return hub.log.read_text().count("lease.taken")

    said = f"another hub serves {world.hub.user_id} from another place: stop it first"
    for first, second in ((world.hub, copy), (copy, world.hub)):
        before = taken(first)
        await first.start()
        await eventually(lambda hub=first, before=before: taken(hub) > before)
        await second.start()
        assert await second.ended(PATIENCE) == 75
        assert said in second.log.read_text()
        assert await first.stop() == 0
    await world.up()
    await world.answered(await world.say())
    assert await world.books() == CLEAN


@pytest.mark.fault("F39")
async def test_a_revoked_token_ends_the_hub_at_once(worlds: Worlds, homeserver: Homeserver) -> None:
    async with AsyncExitStack() as stack:
        world = await worlds.open(stack)
        await world.hub.start(patience=IMPATIENT)
        await eventually(lambda: world.proxy.count("/sync") > 1)
        before = len(world.proxy.requests)
        await homeserver._call(
            "POST", "/_matrix/client/v3/logout", {}, token=world.account.access_token
        )
        assert await world.hub.ended(PATIENCE) == 78
        assert len(world.proxy.requests) - before < 40  # it was building its Space meanwhile
        world.proxy.requests.clear()
        await world.up()
        assert await world.hub.ended(PATIENCE) == 78
        assert world.proxy.count("/sync") == 0


@pytest.mark.fault("F32")
async def test_a_locked_database_ends_the_hub_and_loses_nothing(world: World) -> None:
    await world.up()
    await world.answered(await world.say())
    with closing(sqlite3.connect(world.directory / "hub.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        await world.say()
        assert await world.hub.ended(PATIENCE) == 74
    await world.up()
    await world.answered(world.said[-1])
    assert await world.books() == CLEAN


@pytest.mark.fault("F41", "A14")
async def test_a_room_that_throws_the_hub_out_holds_up_nobody(
    world: World, member: MakeMember
) -> None:
    host = await member("host")
    await world.up()
    chat = {"preset": "private_chat", "is_direct": True, "invite": [world.hub.user_id]}
    room = str((await host.call("POST", "/createRoom", chat))["room_id"])
    await host.say(room, "hello")
    await host.wait(world.is_greeting, PATIENCE)
    # Greeted to the end: an answer behind a message that cannot be sent would not be tried.
    await eventually(world.hub.idle)
    world.proxy.rule(Rule(Fault.PAGE, f"{room[1:8]}", "PUT", times=None))
    await host.say(room, "show something")
    query = (
        "SELECT outbox.state, reason FROM outbox JOIN room ON room.id = outbox.room"
        f" WHERE room_id = '{room}' AND action = 'send' AND outbox.tries > 0"
    )
    await eventually(lambda: world.hub.shows(query, ("new", "502 HTTP")))
    await host.call("POST", f"/rooms/{room}/ban", {"user_id": world.hub.user_id})
    parked = "withdrawn", "the hub is no longer in the room"
    await eventually(lambda: world.hub.shows(query, parked))
    departed = (
        "SELECT departed FROM person JOIN room ON room.person_id = person.id"
        f" WHERE room_id = '{room}'"
    )
    await eventually(lambda: world.hub.shows(departed, (1,)))
    await world.answered(await world.say(), await world.say(lobby=True))
    assert await world.books() == CLEAN
    world.proxy.rules.clear()
    await host.call("POST", f"/rooms/{room}/unban", {"user_id": world.hub.user_id})
    await host.call("POST", f"/rooms/{room}/invite", {"user_id": world.hub.user_id})
    await eventually(lambda: world.hub.shows(departed, (0,)))
    asked = await host.say(room, "help")
    await host.wait(world.is_greeting, PATIENCE, after=asked)


@pytest.mark.fault("F51", "F56")
async def test_what_a_short_timeline_leaves_out_is_answered_in_order(world: World) -> None:
    await world.down()
    said = [await world.say(adds=False, who=n % 2, lobby=True) for n in range(150)]
    numbers = [command.number for command in said]
    await world.up()
    await world.answered(said[-1])
    assert (await world.answers(world.lobby))[-150:] == numbers
    assert await world.books() == CLEAN


@pytest.mark.fault("F56", "A1", "A2")
async def test_who_came_while_the_hub_was_down_is_greeted_once(
    world: World, member: MakeMember
) -> None:
    await world.down()
    newcomers = [await member("newcomer") for _number in range(3)]
    for newcomer in newcomers:
        await joined(newcomer, world.hub.alias)
    for number in range(105):  # each is an event in the Space: the joins are not in the timeline
        await world.members[0].set_display_name(f"Amal {number}")
    for stage in ("sync.committed", "event.committed"):
        await world.hub.start(stage=stage)
        assert await world.hub.ended(PATIENCE) == -signal.SIGKILL
    await world.up()
    chats = [
        (await newcomer.wait(world.is_greeting, PATIENCE))["room_id"] for newcomer in newcomers
    ]
    await world.answered(await world.say())
    assert await world.books() == CLEAN
    for newcomer, chat in zip(newcomers, chats, strict=True):
        heard = filter(world.is_greeting, await newcomer.messages(chat))
        kinds = [event["content"]["org.ilan.hub"]["kind"] for event in heard]
        assert kinds == ["onboarding.welcome", "onboarding.ask.language"]
        assert len(newcomer.joined) == 2


@pytest.mark.fault("F50", "F52", "A9")
@pytest.mark.parametrize("down", [True, False])
async def test_edits_redactions_and_notices_run_nothing(world: World, *, down: bool) -> None:
    amal = world.members[0]
    await (world.down if down else world.up)()
    first = await world.say()
    if not down:
        await world.answered(first)
    await amal.messages(first.room_id)
    said = next(
        e["event_id"]
        for e in reversed(await amal.messages(first.room_id))
        if e["sender"] == amal.user_id and e["type"] == "m.room.message"
    )
    changed, notice, taken_back = world.command(), world.command(), world.command()
    await amal.say(
        first.room_id,
        f"* {changed.body}",
        **{
            "m.new_content": {"msgtype": "m.text", "body": changed.body},
            "m.relates_to": {"rel_type": "m.replace", "event_id": said},
        },
    )
    await amal.say(notice.room_id, notice.body, msgtype="m.notice")
    if down:
        event_id = await amal.say(taken_back.room_id, taken_back.body)
        await amal.call("PUT", f"/rooms/{first.room_id}/redact/{event_id}/{uuid4().hex}", {})
        await world.up()
        await world.answered(first)
    await world.answered(await world.say())
    assert await world.books() == CLEAN


@pytest.mark.fault("A9")
async def test_a_thread_is_answered_in_the_thread(world: World) -> None:
    amal = world.members[0]
    root = await amal.say(world.lobby, "An open question")
    thread = {"rel_type": "m.thread", "event_id": root}
    await world.up()
    command = await world.say(adds=False, lobby=True, **{"m.relates_to": thread})
    answer = await amal.wait(lambda event: world._answers(command, event), PATIENCE)
    relation = answer["content"]["m.relates_to"]
    assert (relation["rel_type"], relation["event_id"]) == ("m.thread", root)
    assert await world.books() == CLEAN


@pytest.mark.fault("F10")
async def test_sigterm_finishes_within_ten_seconds(world: World) -> None:
    await world.up()
    said = [await world.say(who=n % 2, lobby=n % 3 == 0) for n in range(20)]
    await world.answered(said[0])
    began = monotonic()
    assert await world.hub.stop() == 0
    assert monotonic() - began < 10
    await world.up()
    await world.answered(*said[1:], await world.say())
    assert await world.books() == CLEAN


@pytest.mark.fault("F59")
async def test_a_machine_that_sleeps_wakes_up(world: World) -> None:
    await world.up()
    await world.answered(await world.say())
    world.hub.signal(signal.SIGSTOP)
    said = [await world.say() for _number in range(3)]
    await asyncio.sleep(IMPATIENT + 1)  # longer than any request may take
    world.hub.signal(signal.SIGCONT)
    await world.answered(*said)
    assert await world.books() == CLEAN
