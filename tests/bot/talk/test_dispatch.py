"""From an event to its answer: once, whole or not at all, and honest when something breaks."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Annotated

import pytest
import structlog
from sqlalchemy import select, update
from structlog.testing import capture_logs

from bot.service import log
from bot.settings import LogSettings
from bot.talk import dispatch
from bot.talk.journal import Journal
from kit.command import Rest
from kit.errors import Conflict, StorageFailed
from kit.feature import Feature
from kit.inbound import TextMessage
from kit.roomkey import SpaceRoom
from kit.text import Reply, _
from storage.dues import Dues
from storage.engine import Storage
from storage.inbox import Inbox, Incoming
from storage.queue import TRIES
from storage.rooms import Rooms
from storage.tables.queues import DueRow, InboxRow, OutboxRow
from tests.harness import Talk, kinds
from tests.planned import Thing

WRITER = "@writer:test"
SECRET = "the name of a client"
Text = Annotated[str, Rest(_("text"))]


def breaking(waiting: asyncio.Event) -> Feature:
    """Declare a feature that fails in every way there is."""
    feature = Feature("breaking", _("Breaking"), 1)

    @feature.command("fail", summary=_("do it"))
    async def fail(call, rooms: Rooms, text: Text = "") -> Reply:
        await rooms.ensure(SpaceRoom("never"), "en")
        raise RuntimeError(text)

    @feature.command("refuse", summary=_("do it"))
    async def refuse(call, rooms: Rooms, text: Text = "") -> Reply:
        await rooms.ensure(SpaceRoom("never"), "en")
        raise Conflict(_("Not now."))

    @feature.command("wait", summary=_("do it"))
    async def wait(call, rooms: Rooms) -> Reply:
        await rooms.ensure(SpaceRoom("never"), "en")
        waiting.set()
        await asyncio.Event().wait()
        return Reply("test.waited", _("Done."))

    @feature.command("stop", summary=_("do it"))
    async def stop(call) -> Reply:
        raise StorageFailed("the disk is full")

    @feature.command("work", summary=_("do it"))
    async def work(call, rooms: Rooms) -> Reply:
        await rooms.ensure(SpaceRoom("made"), "en")
        return Reply("test.worked", _("Done."))

    @feature.due(Thing)
    async def broken(due) -> None:
        raise RuntimeError(due.what.name)

    return feature


@pytest.fixture
def waiting() -> asyncio.Event:
    """Tells that a handler has begun to wait for ever."""
    return asyncio.Event()


@pytest.fixture
async def hub(storage: Storage, waiting: asyncio.Event) -> Talk:
    talk = Talk(storage, features=[breaking(waiting)])
    await talk.opens(WRITER)
    return talk


shapes = pytest.mark.parametrize("shape", ["json", "console"])


def write_logs(shape: str) -> None:
    """Log as in service, to what is standard error now: pytest changes it after the fixtures."""
    log.configure(LogSettings.model_validate({"format": shape}))


async def rows(hub: Talk) -> list[InboxRow]:
    async with hub.storage.read() as session:
        found = await session.scalars(select(InboxRow).where(InboxRow.kind == "message"))
        return list(found.all())


async def was_made(hub: Talk, key: SpaceRoom) -> bool:
    async with hub.storage.read() as session:
        return await Rooms(session).get(key) is not None


async def try_again(hub: Talk) -> list[str]:
    """Let so much time pass that the next try is due, and make it."""
    hub.now += timedelta(minutes=5)
    await hub.dispatcher.handle_events()
    return kinds(await hub.heard())


@pytest.mark.both_databases
@pytest.mark.fault("F58")
@shapes
async def test_a_handler_that_breaks_five_times_is_told_of_with_a_code(hub: Talk, shape, capsys):
    write_logs(shape)
    assert kinds(await hub.says(WRITER, f"fail {SECRET}")) == []
    assert [await try_again(hub) for _try in range(TRIES - 2)] == [[]] * (TRIES - 2)
    assert hub.dispatcher.dead == 0
    hub.now += timedelta(minutes=5)
    await hub.dispatcher.handle_events()
    (told,) = await hub.heard()
    code = re.fullmatch(
        r"Something broke on my side and I could not do that\. "
        r'Tell a moderator this code: "([0-9a-f]{8})"',
        told.body,
    )
    assert code
    (row,) = await rows(hub)
    assert (told.kind, row.state, row.tries, row.payload, row.reason) == (
        "error.broken",
        "dead",
        TRIES,
        None,
        f"RuntimeError {code[1]}",
    )
    written = capsys.readouterr().err
    assert (written.count("dispatch.failed"), written.count(code[1])) == (TRIES, 1)
    assert (SECRET in written, "RuntimeError" in written, "in fail" in written) == (
        False,
        True,
        True,
    )
    assert hub.dispatcher.dead == 1
    assert await try_again(hub) == []


@shapes
def test_a_text_in_a_log_would_be_noticed(shape, capsys):
    write_logs(shape)
    structlog.get_logger().error("x", exc_info=RuntimeError(SECRET))
    assert SECRET in capsys.readouterr().err


async def test_what_a_broken_handler_did_is_taken_back(hub: Talk):
    await hub.says(WRITER, "fail")
    assert not await was_made(hub, SpaceRoom("never"))
    await hub.says(WRITER, "work")
    assert not await was_made(hub, SpaceRoom("made"))  # the room goes on in order


async def test_a_broken_event_waits_longer_each_time(hub: Talk):
    await hub.says(WRITER, "fail")
    waits = []
    for _try in range(TRIES - 1):
        (row,) = await rows(hub)
        waits.append((row.not_before - hub.now).total_seconds())
        hub.now = row.not_before
        await hub.dispatcher.handle_events()
    assert waits == [2, 4, 8, 16]


async def test_rooms_that_share_a_transaction_do_not_share_a_failure(hub: Talk):
    said = {"@a:test": "work", "@b:test": "fail", "@c:test": "refuse", "@d:test": "work"}
    for who in said:
        await hub.opens(who)
    seen: list[str] = []
    hub.dispatcher._stage = seen.append
    async with hub.storage.write() as session:
        incoming = [
            Incoming(f"${who}", hub.chat(who), who, TextMessage(text), hub.now)
            for who, text in said.items()
        ]
        await Inbox(session).take(incoming)
    while await hub.dispatcher.handle_events():
        pass
    answered = [(heard.room, heard.kind) for heard in await hub.heard()]
    assert sorted(answered) == [
        ("direct:2", "test.worked"),
        ("direct:4", "error.conflict"),
        ("direct:5", "test.worked"),
    ]
    assert [(row.state, row.tries) for row in await rows(hub)] == [
        ("done", 0),
        ("new", 1),
        ("done", 0),
        ("done", 0),
    ]
    taken_back = ["event.begun", "event.handled", "event.begun"]
    kept = ["event.begun", "event.handled", "event.committed"]
    assert seen == [*taken_back, *kept, "event.begun", *kept]


@pytest.mark.fault("F58")
async def test_an_apology_that_breaks_too_stops_nobody(hub: Talk, monkeypatch):
    async def tell(*_args) -> None:
        raise RuntimeError

    monkeypatch.setattr(hub.dispatcher._router, "tell", tell)
    await hub.says(WRITER, "refuse")
    for _try in range(TRIES):
        await try_again(hub)
    (row,) = await rows(hub)
    assert (row.state, row.tries) == ("dead", TRIES)
    assert kinds(await hub.says(WRITER, "work")) == ["test.worked"]


@pytest.mark.fault("F58")
async def test_other_rooms_do_not_wait_for_a_broken_one(hub: Talk):
    await hub.says(WRITER, "fail")
    other = "@other:test"
    await hub.opens(other)
    assert kinds(await hub.says(other, "work")) == ["test.worked"]


async def test_a_refusal_is_said_once_and_keeps_nothing(hub: Talk):
    heard = await hub.says(WRITER, f"refuse {SECRET}")
    assert [(said.kind, said.body) for said in heard] == [("error.conflict", "Not now.")]
    assert not await was_made(hub, SpaceRoom("never"))
    (row,) = await rows(hub)
    assert (row.state, row.tries, row.payload, row.reason) == ("done", 0, None, "conflict")
    assert await try_again(hub) == []


async def test_what_worked_is_kept_and_counted(hub: Talk):
    before = hub.dispatcher.handled
    assert kinds(await hub.says(WRITER, "work")) == ["test.worked"]
    assert await was_made(hub, SpaceRoom("made"))
    assert hub.dispatcher.handled == before + 1


@pytest.mark.fault("F58")
async def test_a_handler_that_takes_too_long_is_broken(hub: Talk, waiting, monkeypatch):
    limits: list[asyncio.Timeout] = []

    def limit(seconds: float) -> asyncio.Timeout:
        assert seconds == dispatch.HANDLER_SECONDS
        limits.append(asyncio.timeout(seconds))
        return limits[-1]

    monkeypatch.setattr(dispatch, "asyncio", SimpleNamespace(timeout=limit))
    saying = asyncio.create_task(hub.says(WRITER, "wait"))
    await waiting.wait()
    limits[-1].reschedule(asyncio.get_running_loop().time())  # the time is up
    assert kinds(await saying) == []
    (row,) = await rows(hub)
    assert (row.state, row.tries, row.reason.split()[0]) == ("new", 1, "TimeoutError")
    assert not await was_made(hub, SpaceRoom("never"))


@pytest.mark.parametrize(
    "damage", [{"kind": "dance"}, {"payload": {}}, {"payload": None}, {"payload": ["work"]}]
)
async def test_an_event_that_cannot_be_read_is_parked_and_holds_up_nothing(hub: Talk, damage):
    async with hub.storage.write() as session:
        said = [
            Incoming(event_id, hub.chat(WRITER), WRITER, TextMessage("work"), hub.now)
            for event_id in ("$odd", "$next")
        ]
        await Inbox(session).take(said)
        await session.execute(update(InboxRow).where(InboxRow.event_id == "$odd").values(damage))
    while await hub.dispatcher.handle_events():
        pass
    assert kinds(await hub.heard()) == ["test.worked"]
    async with hub.storage.read() as session:
        query = select(InboxRow.state, InboxRow.payload, InboxRow.reason).order_by(InboxRow.id)
        found = await session.execute(query.where(InboxRow.event_id.in_(["$odd", "$next"])))
    assert [tuple(row) for row in found] == [
        ("parked", None, "the hub cannot read what it stored"),
        ("done", None, None),
    ]


async def test_a_failure_of_the_process_is_nobodys_answer(hub: Talk):
    with pytest.raises(StorageFailed):
        await hub.says(WRITER, "stop")
    (row,) = await rows(hub)
    assert (row.state, row.tries) == ("new", 0)


@shapes
async def test_what_is_due_and_breaks_is_tried_five_times_and_kept(hub: Talk, shape, capsys):
    write_logs(shape)
    async with hub.storage.write() as session:
        await Dues(session).plan(Thing(SECRET), at=hub.now)
    for _try in range(TRIES + 1):
        assert kinds(await hub.passes(timedelta(hours=1))) == []
    async with hub.storage.read() as session:
        row = (await session.scalars(select(DueRow).where(DueRow.kind == Thing.kind))).one()
    assert (row.state, row.tries, row.reason) == ("dead", TRIES, "RuntimeError")
    written = capsys.readouterr().err
    assert (written.count("due.failed"), SECRET in written) == (TRIES, False)


async def outgoing(hub: Talk) -> list[str]:
    async with hub.storage.read() as session:
        return list(await session.scalars(select(OutboxRow.txn_id).order_by(OutboxRow.id)))


async def test_what_became_of_each_event_has_a_line_without_people_and_is_counted(hub: Talk):
    before = len(await outgoing(hub))
    ticks = iter(range(100))
    hub.dispatcher.journal = Journal(lambda: next(ticks))
    with capture_logs() as lines:
        for said in ("work", f"refuse {SECRET}", f"fail {SECRET}"):
            await hub.says(WRITER, said)
    worked, refused, failed = await rows(hub)
    first, second = (txn_id[:8] for txn_id in (await outgoing(hub))[before:])
    same = {"log_level": "info", "event": "event.handled", "kind": "TextMessage"}
    same |= {"at": hub.now.isoformat(timespec="seconds"), "ms": 1000, "more_errands": 0}
    assert [line for line in lines if line["event"] == "event.handled"] == [
        same | {"row": worked.id, "commands": ["work"], "outcome": "done", "errands": [first]},
        same
        | {"row": refused.id, "commands": ["refuse"], "outcome": "conflict", "errands": [second]},
    ]
    (broken,) = [line for line in lines if line["event"] == "dispatch.failed"]
    assert (broken["row"], broken["commands"]) == (failed.id, ["fail"])
    written = str(lines)
    assert [each in written for each in (SECRET, WRITER, hub.chat(WRITER))] == [False] * 3
    journal = hub.dispatcher.journal
    assert journal.commands == {"work": 1, "refuse": 1}
    assert journal.refused == {"conflict": 1, "broken": 1}


async def test_what_fell_due_has_a_line(storage: Storage):
    feature = Feature("calm", _("Calm"), 1)

    @feature.due(Thing)
    async def calm(due) -> None: ...

    hub = Talk(storage, features=[feature])
    async with storage.write() as session:
        await Dues(session).plan(Thing(SECRET), at=hub.now)
    with capture_logs() as lines:
        await hub.passes(timedelta(hours=1))
    assert [(line["event"], line["kind"], line["outcome"]) for line in lines] == [
        ("due.handled", "thing", "done")
    ]
    assert SECRET not in str(lines)


async def test_the_moments_of_an_event_are_observed_in_order(hub: Talk):
    seen: list[str] = []
    hub.dispatcher._stage = seen.append
    await hub.says(WRITER, "work")
    await hub.says(WRITER, "refuse")
    assert seen == ["event.begun", "event.handled", "event.committed", "event.begun"]


@pytest.mark.parametrize(
    "damage", [{"kind": "dance"}, {"payload": {}}, {"payload": {"name": 7}}, {"payload": ["name"]}]
)
async def test_what_is_due_and_cannot_be_read_is_parked_and_holds_up_nothing(hub: Talk, damage):
    async with hub.storage.write() as session:
        await Dues(session).plan(Thing("odd"), at=hub.now)
        await session.execute(update(DueRow).where(DueRow.key == "thing:odd").values(damage))
    await hub.passes(timedelta(hours=1))
    async with hub.storage.read() as session:
        row = (await session.scalars(select(DueRow).where(DueRow.key == "thing:odd"))).one()
    assert (row.state, row.tries, row.payload, row.reason) == (
        "parked",
        0,
        {},
        "the hub cannot read what it stored",
    )
