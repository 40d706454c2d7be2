"""What breaks in a statement, at the commit or in rendering costs its own row and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import insert, select, text

from bot.service import log
from bot.settings import LogSettings
from kit.due import ForPerson
from kit.errors import StorageFailed
from kit.feature import Feature
from kit.inbound import TextMessage
from kit.notices import Notice
from kit.ports import Post
from kit.roomkey import SpaceRoom
from kit.text import Reply, _
from storage.dues import Dues
from storage.engine import Storage
from storage.inbox import Inbox, Incoming
from storage.queue import TRIES
from storage.rooms import Rooms
from storage.tables.events import AttendanceRow
from storage.tables.queues import DueRow, InboxRow
from tests.harness import Talk, kinds

pytestmark = [pytest.mark.both_databases, pytest.mark.fault("F58")]

WRITER = "@writer:test"
SECRET = "the name of a client"


@dataclass(frozen=True, slots=True)
class Late(ForPerson):
    kind: ClassVar[str] = "late"


@dataclass(frozen=True, slots=True)
class Mumbled(ForPerson):
    kind: ClassVar[str] = "mumble"


class Unspeakable:
    """A text that cannot be rendered."""

    def render(self, reader):
        raise KeyError(SECRET)


async def fail_at_commit(session) -> None:
    """Point at an event that does not exist, which only the commit will notice."""
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(text("PRAGMA defer_foreign_keys=ON"))
    else:
        await session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    await session.execute(insert(AttendanceRow).values(event_id=999, person_id=1))


async def let_constraints_wait(storage: Storage) -> None:
    """Let the commit check what *fail_at_commit* does, as SQLite can without being told before."""
    if storage.url.startswith("postgresql"):
        async with storage.write() as session:
            alter = "ALTER TABLE attendance ALTER CONSTRAINT fk_attendance_event_id DEFERRABLE"
            await session.execute(text(alter))


def ending() -> Feature:
    """Declare a feature that fails in its statements and in what comes after its handlers."""
    feature = Feature("ending", _("Ending"), 1)

    @feature.command("work", summary=_("do it"))
    async def work(call) -> Reply:
        return Reply("test.worked", _("Done."))

    @feature.command("query", summary=_("do it"))
    async def query(call, rooms: Rooms) -> Reply:
        await rooms._session.execute(text("SELECT nonsense FROM person"))
        return Reply("test.queried", _("Done."))

    @feature.command("late", summary=_("do it"))
    async def late(call, rooms: Rooms) -> Reply:
        await fail_at_commit(rooms._session)
        return Reply("test.late", _("Done."))

    @feature.command("mumble", summary=_("do it"))
    async def mumble(call, rooms: Rooms) -> Reply:
        await rooms.ensure(SpaceRoom("never"), "en")
        return Reply("test.mumbled", Unspeakable())

    @feature.command("lose", summary=_("do it"))
    async def lose(call, rooms: Rooms) -> Reply:
        session = rooms._session
        if session.get_bind().dialect.name == "sqlite":
            await session.execute(text("PRAGMA query_only=ON"))  # as a disk that became so
            await rooms.ensure(SpaceRoom("never"), "en")
            await session.flush()
        disk_full = "DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$"
        await session.execute(text(disk_full))
        return Reply("test.lost", _("Done."))

    @feature.due(Late)
    async def due_late(due, rooms: Rooms) -> None:
        await fail_at_commit(rooms._session)

    @feature.due(Mumbled)
    async def due_mumble(due, post: Post) -> None:
        await post.notify(due.what.person, Notice.REMINDERS, Reply("test.mumbled", Unspeakable()))

    return feature


@pytest.fixture
async def hub(storage: Storage) -> Talk:
    talk = Talk(storage, features=[ending()])
    await let_constraints_wait(storage)
    await talk.opens(WRITER)
    return talk


async def rows(hub: Talk) -> list[InboxRow]:
    query = select(InboxRow).where(InboxRow.kind == "message").order_by(InboxRow.id)
    async with hub.storage.read() as session:
        return list((await session.scalars(query)).all())


async def until_dead(hub: Talk) -> list[str]:
    """Let the tries of what was just said go by; returns what was heard meanwhile."""
    for _try in range(TRIES):
        hub.now += timedelta(minutes=5)
        await hub.dispatcher.handle_events()
    return kinds(await hub.heard())


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        ("query", {"OperationalError", "ProgrammingError"}),
        ("late", {"IntegrityError"}),
        ("mumble", {"KeyError"}),
    ],
)
async def test_whatever_breaks_costs_one_message(hub: Talk, said, reasons, capsys):
    log.configure(LogSettings())
    assert kinds(await hub.says(WRITER, said)) == []
    assert await until_dead(hub) == ["error.broken"]
    (row,) = await rows(hub)
    assert (row.state, row.tries, row.payload) == ("dead", TRIES, None)
    assert row.reason.split()[0] in reasons
    assert SECRET not in capsys.readouterr().err
    async with hub.storage.read() as session:
        assert await Rooms(session).get(SpaceRoom("never")) is None
    assert kinds(await hub.says(WRITER, "work")) == ["test.worked"]


@pytest.mark.fault("F33")
async def test_a_database_that_fails_in_a_handler_ends_the_process(hub: Talk):
    with pytest.raises(StorageFailed) as ended:
        await hub.says(WRITER, "lose")
    assert ended.value.exit_code == 74
    await hub.storage.close()
    (row,) = await rows(hub)
    assert (row.state, row.tries) == ("new", 0)


async def test_who_fails_the_commit_is_found_among_those_who_share_it(hub: Talk):
    people = [f"@{letter}:test" for letter in "abcdefg"]
    for who in people:
        await hub.opens(who)
    async with hub.storage.write() as session:
        incoming = [
            Incoming(
                f"${who}",
                hub.chat(who),
                who,
                TextMessage("late" if who in {"@c:test", "@f:test"} else "work"),
                hub.now,
            )
            for who in people
        ]
        await Inbox(session).take(incoming)
    while await hub.dispatcher.handle_events():
        pass
    assert kinds(await hub.heard()) == ["test.worked"] * 5
    assert [(row.state, row.tries) for row in await rows(hub)] == [
        ("new", 1) if who in {"@c:test", "@f:test"} else ("done", 0) for who in people
    ]


@pytest.mark.parametrize("kind", [Late, Mumbled])
async def test_what_falls_due_and_breaks_at_its_end_is_given_up(hub: Talk, kind):
    async with hub.storage.write() as session:
        await Dues(session).plan(kind(1), at=hub.now)
    for _try in range(TRIES + 1):
        assert kinds(await hub.passes(timedelta(hours=1))) == []
    async with hub.storage.read() as session:
        row = (await session.scalars(select(DueRow).where(DueRow.kind == kind.kind))).one()
    assert (row.state, row.tries) == ("dead", TRIES)
    assert kinds(await hub.says(WRITER, "work")) == ["test.worked"]
