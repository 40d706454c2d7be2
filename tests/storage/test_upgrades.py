"""Databases of every state that has landed come up to date with all they hold, or are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    String,
    bindparam,
    inspect,
    select,
    text,
    type_coerce,
)

from actions.cases.offers import Watch
from actions.cases.serving import GoesOn
from kit.audience import Everybody
from kit.due import dump
from kit.errors import BadConfiguration
from storage.base import Base
from storage.engine import Storage
from storage.migrate import upgrade
from storage.migrating import configuration
from storage.people import People
from storage.queue import State
from storage.tables.cases import ExpertRow, RequestRow
from storage.tables.events import Response
from storage.tables.queues import DueRow
from storage.types import Blind, Key, Matter, UTCDateTime
from storage.vault import Vault, WrongKey
from tests.harness import NOON, VAULT
from tests.project.frozen import EARLIER, FROZEN, differences, earlier, fill, release

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

RELEASES = sorted(path.stem for path in FROZEN.glob("[0-9]*.*.yaml"))
# What is in a row that was there before its column, where that is not nothing.
ADDED = {
    ("expert", "named_times"): 0,
    ("person", "suspended"): False,
    ("person", "settled"): False,
    ("request", "asker_missed"): False,
    ("outbox", "unasked"): False,
    ("request", "urgent"): False,
    ("expert", "urgent"): False,
    ("expert", "trained"): False,
    ("vouch", "interprets"): False,
    ("offer", "kind"): "expert",
    ("withheld", "kind"): "expert",
    ("request", "interpreted"): False,
    ("expert", "weekly"): 3,
    ("person", "practitioner"): False,
    ("person", "departed"): False,
    ("person", "held"): False,
    ("resource", "waiting"): False,
    ("resource", "revision"): 1,
    **{("event", name): "" for name in ("place", "link", "about")},
    ("event", "revision"): 0,
    ("attendance", "response"): Response.GOING,
}

# What is made of other columns of the row.
DERIVED: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
    ("outbox", "audience"): lambda row: (
        Everybody() if row["state"] == "new" and row["action"] in {"send", "file"} else None
    ),
    ("expert", "away"): lambda row: row.get("away_until") is not None,
    ("expert", "changed_at"): lambda row: row["since"],
    ("request", "since"): lambda row: row["created_at"],
}

UNKNOWN = (
    "the database has a column person.shoe_size that no release of the hub made: "
    "give the hub an empty database, or a backup of its own"
)


def state(name: str) -> tuple[dict[str, Any], str]:
    """Give the tables of a state or a release, and its revision."""
    if name in EARLIER:
        return earlier(name), "0001"
    frozen = release(name)
    return frozen["tables"], frozen["revision"]


def emptied(connection: Connection) -> None:
    """Drop the tables of this release, which each test begins with."""
    Base.metadata.drop_all(connection, checkfirst=False)
    connection.execute(text("DROP TABLE alembic_version"))


async def put(storage: Storage, said: dict[str, Any], revision: str) -> None:
    """Replace what is there by the tables and rows of a state."""
    async with storage.engine.begin() as connection:
        await connection.run_sync(emptied)
        await connection.run_sync(fill, said, revision)


def everything(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Read all rows of all tables through the models, which opens what is sealed.

    Keys of rooms and subjects are read as the texts they are: those of a frozen row are made up.
    """

    def read(column: Column[Any]) -> ColumnElement[Any]:
        if isinstance(column.type, Key | Matter):
            return type_coerce(column, String).label(column.name)
        return column

    return {
        table.name: [
            dict(row) for row in connection.execute(select(*map(read, table.columns))).mappings()
        ]
        for table in Base.metadata.sorted_tables
    }


def expected(said: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Say what the rows of a state are in the tables of today."""

    def value(table: str, row: dict[str, Any], column: Any) -> Any:
        if isinstance(column.type, Blind):
            place = column.type.place
            return VAULT.blind(row[place.partition(".")[2]].encode(), place.encode())
        if (table, column.name) == ("resource", "address"):
            return "example.org/a" if row.get("url") else None
        if column.name in said[table]["columns"]:
            return row.get(column.name)
        if (table, column.name) in DERIVED:
            return DERIVED[table, column.name](row)
        return ADDED.get((table, column.name))

    return {
        table.name: [
            {column.name: value(table.name, row, column) for column in table.columns}
            for row in said.get(table.name, {"rows": []})["rows"]
        ]
        for table in Base.metadata.sorted_tables
    }


def in_order(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {table: sorted(each, key=repr) for table, each in rows.items()}


@pytest.mark.parametrize("name", [*EARLIER, *RELEASES])
async def test_a_database_of_an_earlier_state_keeps_every_value(storage: Storage, name: str):
    said, revision = state(name)
    assert sum(len(about["rows"]) for about in said.values()) == 2 * len(said)
    await put(storage, said, revision)
    head = ScriptDirectory.from_config(configuration(None)).get_current_head()
    assert await upgrade(storage) is (revision != head)
    async with storage.engine.connect() as connection:
        assert await connection.run_sync(differences, Base.metadata) == []
        found = await connection.run_sync(everything)
    planned = {Watch.kind, GoesOn.kind}  # by the upgrade
    found["due"] = [row for row in found["due"] if row["kind"] not in planned]
    assert in_order(found) == in_order(expected(said))
    assert await upgrade(storage) is False


@pytest.mark.parametrize(
    ("was", "days"),
    [("offered", 2), ("accepted", 7), ("unmatched", 7), ("introduced", 7), ("done", None)],
)
async def test_each_request_under_way_is_looked_after_from_then_on(
    storage: Storage, was: str, days: int | None
):
    await put(storage, *state("0.1.0"))
    async with storage.write() as session:
        await session.execute(text("UPDATE request SET state = :was WHERE id = 2"), {"was": was})
        await session.execute(text("UPDATE request SET state = 'withdrawn' WHERE id <> 2"))
        await session.execute(text("UPDATE due SET kind = 'experts.deadline' WHERE state = 'new'"))
    await upgrade(storage)
    async with storage.read() as session:
        waits = DueRow.state == State.NEW, DueRow.kind.startswith("experts.")
        (request,) = await session.scalars(select(RequestRow).where(RequestRow.id == 2))
        rows = (await session.scalars(select(DueRow).where(*waits))).all()
    found = [(row.key, row.payload, row.due_at) for row in rows if row.kind == Watch.kind]
    at = request.since + timedelta(days=days or 0)
    watch = Watch(2, 0)
    assert found == ([(watch.key(at), dump(watch), at)] if days else [])


async def test_experts_of_earlier_hubs_are_asked_once_a_year_too(storage: Storage):
    await put(storage, *state("0.1.0"))
    await upgrade(storage)
    async with storage.read() as session:
        experts = (await session.scalars(select(ExpertRow).where(~ExpertRow.away))).all()
        rows = (await session.scalars(select(DueRow).where(DueRow.kind == GoesOn.kind))).all()
    assert len(experts) > 0
    assert sorted((row.key, row.person_id, row.payload, row.due_at) for row in rows) == sorted(
        (GoesOn(each.person_id, 0).key(at), each.person_id, dump(GoesOn(each.person_id, 0)), at)
        for each in experts
        for at in [each.since + timedelta(days=365)]
    )


@pytest.mark.parametrize("name", ["09aae4f", "d21b5ee"])
async def test_the_number_of_somebody_erased_is_not_given_again(storage: Storage, name: str):
    await put(storage, *state(name))
    async with storage.write() as session:
        seven = {
            "postgresql": "SELECT setval('person_id_seq', 7)",
            "sqlite": "UPDATE sqlite_sequence SET seq = 7 WHERE name = 'person'",
        }
        await session.execute(text(seven[session.get_bind().dialect.name]))
    await upgrade(storage)
    async with storage.write() as session:
        assert (await People(session).meet("@new:test", "en", NOON)).id == 8


@pytest.mark.parametrize(
    ("reader", "subject", "kept", "found"),
    [
        (2, "experts:2", "held", [1]),
        (1, "experts:2", "held", []),  # their own request
        (2, "experts:2", "said", []),
        (2, "experts:9", "held", []),
        (2, "events:2", "gathered", []),
    ],
)
async def test_what_waits_of_a_request_tells_of_its_asker(
    storage: Storage, reader: int, subject: str, kept: str, found: list[int]
):
    await put(storage, *state("0.1.0"))
    async with storage.write() as session:
        values = {"subject": subject, "state": kept, "reader": reader}
        change = "UPDATE notice SET subject = :subject, state = :state WHERE person_id = :reader"
        await session.execute(text(change), values)
    await upgrade(storage)
    async with storage.read() as session:
        assert (await session.scalars(text("SELECT person_id FROM concern"))).all() == found


async def test_what_is_sealed_by_the_upgrade_is_in_the_file_no_more(storage: Storage):
    if not storage.url.startswith("sqlite"):
        return  # PostgreSQL removes the files of tables that were dropped

    def readable() -> list[bool]:
        files = [Path(storage.url.removeprefix("sqlite:///")), *logs]
        held = b"".join(file.read_bytes() for file in files if file.exists())
        return [word in held for word in (b"person.user_id 1", b"inbox.payload 1", b"inbox.reason")]

    logs = [Path(f"{storage.url.removeprefix('sqlite:///')}-wal")]
    await put(storage, *state("09aae4f"))
    assert readable() == [True, True, True]
    await upgrade(storage)
    assert readable() == [False, False, True]


async def test_an_upgrade_that_fails_changes_nothing(storage: Storage):
    said, revision = state("09aae4f")
    await put(storage, said, revision)

    def full() -> None:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 -- ours
        await upgrade(storage, full)
    async with storage.engine.connect() as connection:
        names = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
    assert names == {*said, "alembic_version"}
    async with storage.read() as session:
        found = (await session.scalars(text("SELECT user_id FROM person ORDER BY id"))).all()
    assert found == [row["user_id"] for row in said["person"]["rows"]]
    assert await upgrade(storage) is True


async def test_another_key_seals_nothing_beside_what_the_right_one_sealed(storage: Storage):
    await put(storage, *state("8cc7cc5"))
    other = Storage(storage.url, Vault(bytes(31) + b"\1"))
    with pytest.raises(WrongKey):
        await upgrade(other)
    await other.close()
    assert await upgrade(storage) is True


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            "ALTER TABLE person ADD COLUMN shoe_size INTEGER",
            UNKNOWN,
        ),
        (
            "DROP TABLE alembic_version",
            "the database has a table attendance of another program: give the hub its own",
        ),
        (
            "UPDATE alembic_version SET version_num = '9999'",
            "the database is at 9999, which is newer than this release: install it again",
        ),
    ],
)
async def test_a_database_that_is_not_of_the_hub_is_refused(
    storage: Storage, changed: str, message: str
):
    await put(storage, *state("09aae4f"))
    async with storage.write() as session:
        await session.execute(text(changed))
    with pytest.raises(BadConfiguration) as refused:
        await upgrade(storage)
    assert str(refused.value) == message


async def test_of_whom_another_identity_is_shown_no_device_counts_until_it_is_read_anew(
    storage: Storage,
):
    async with storage.engine.begin() as connection:
        await connection.run_sync(emptied)
        await connection.run_sync(lambda made: command.upgrade(configuration(made), "0054"))
    identities = [("a", "a"), ("a", "b"), (None, None)]
    async with storage.write() as session:
        for number, (first, shown) in enumerate(identities, 1):
            sealed = VAULT.seal(b'"@amal:test"', b"correspondent.user_id")
            keys = {"sealed": sealed, "key": bytes([number]), "first": first, "shown": shown}
            await session.execute(
                text(
                    "INSERT INTO correspondent (id, user_id, user_key, changes, known, "
                    "first_master_key, master_key, self_signing_key, used_at) "
                    "VALUES (:id, :sealed, :key, 1, 1, :first, :shown, :shown, :at)"
                ).bindparams(bindparam("at", type_=UTCDateTime())),
                {"id": number, "at": NOON, **keys},
            )
            await session.execute(
                text(
                    "INSERT INTO device (id, correspondent_id, device_id, identity_key, "
                    "signing_key, signed, blocked, gone, told, wedged) "
                    "VALUES (:id, :id, 'PHONE', '', '', true, false, false, false, false)"
                ),
                {"id": number},
            )
    await upgrade(storage)
    async with storage.read() as session:
        query = text(
            "SELECT first_master_key, master_key, self_signing_key, changes, signed "
            "FROM correspondent JOIN device ON correspondent_id = correspondent.id "
            "ORDER BY device.id"
        )
        found = [tuple(row) for row in await session.execute(query)]
    assert found == [("a", "a", "a", 1, 1), ("a", None, None, 2, 0), (None, None, None, 1, 1)]
