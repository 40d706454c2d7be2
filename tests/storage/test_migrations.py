"""The migrations build what the models say, on both databases, and what landed stays as it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Integer, MetaData, Table, create_engine, inspect, text

from kit.errors import StorageFailed
from storage import migrations
from storage.base import Base
from storage.engine import Storage
from storage.migrate import revisions
from storage.migrating import configuration, migrate
from tests.harness import VAULT
from tests.project.catalogs import ROOT
from tests.project.frozen import FROZEN, differences

CHANGES = (ROOT / "CHANGELOG.md").read_text("utf-8")
VERSIONS = Path(migrations.__file__).with_name("versions")

pytestmark = pytest.mark.both_databases


async def test_the_migrations_make_what_the_models_say(storage: Storage):
    async with storage.engine.connect() as connection:
        assert await connection.run_sync(differences, Base.metadata) == []


async def test_a_difference_would_be_noticed(storage: Storage):
    changed = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(changed)
    Table("surplus", changed, Column("id", Integer, primary_key=True))
    async with storage.engine.connect() as connection:
        found = await connection.run_sync(differences, changed)
    assert [difference[0] for difference in found] == ["add_table"]


def test_the_versions_form_one_line_in_the_order_of_their_names():
    directory = ScriptDirectory.from_config(configuration(None))
    line = [script.revision for script in directory.walk_revisions("base", "head")]
    assert line[::-1] == revisions()


def test_no_migration_that_has_landed_is_edited():
    """``tests.project.revision`` adds the hash of a new one."""
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in VERSIONS.glob("0*.py")}
    lines = (FROZEN / "migrations.sha256").read_text("utf-8").splitlines()
    assert found == {name: digest for digest, name in (line.split() for line in lines)}


# What SQLite takes for no constant: a batch makes the table anew, and what hangs on its rows goes.
REBUILDS = re.compile(r"batch_op\.add_column\([^\n]*server_default=sa\.")
LANDED_SO = {
    "0013_keep_the_identity_that_people_know_the_hub_by.py",
    "0041_let_the_hub_slow_down_a_flood_by_itself.py",
    "0058_remember_which_identity_counted_before.py",
}


def test_no_table_is_made_anew_for_a_column():
    found = {path.name for path in VERSIONS.glob("0*.py") if REBUILDS.search(path.read_text())}
    assert found == LANDED_SO  # which is also the control: it is noticed


def test_each_release_in_the_changelog_has_its_frozen_tables_and_the_last_is_this_one():
    released = re.findall(r"^## \[(\d\S*)\] - \d{4}-\d\d-\d\d$", CHANGES, re.MULTILINE)
    assert released[0] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert sorted(released) == sorted(path.stem for path in FROZEN.glob("[0-9]*.yaml"))


def test_on_sqlite_no_number_that_is_never_given_again_is_after_any_migration():
    """A table that a migration makes anew forgets it, unless that is said once more."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection)
        query = text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
        found = set(connection.scalars(query))
    engine.dispose()
    wanted = {t.name for t in Base.metadata.sorted_tables if t.kwargs.get("sqlite_autoincrement")}
    assert found == wanted


def measured(connection: Connection, revision: str) -> None:
    """Let there be a measure in a room at a *revision*, and the entry of one that is deleted."""
    command.upgrade(configuration(connection), revision)
    rows: list[tuple[str, dict[str, Any]]] = [
        ("room", {"id": 4, "key": "space:ilan", "language": "en"}),
        ("measure", {"id": 3, "kind": "ban", "state": "done", "reason": b"", "at": "2027"}),
        ("place", {"measure_id": 3, "room": 4, "messages": 0}),
    ]
    if inspect(connection).has_table("audit"):
        entry = {"id": 1, "what": "ban", "number": 7, "by_mark": "", "about_mark": ""}
        rows.append(("audit", entry | {"at": "2027", "before": "", "digest": ""}))
    for table, values in rows:
        insert(connection, table, values)


def insert(connection: Connection, table: str, values: dict[str, Any]) -> None:
    """Add a row as a table was at some revision; what has to be given and is not is 0."""
    found = inspect(connection).get_columns(table)
    given = {c["name"]: 0 for c in found if not c["nullable"] and c["default"] is None} | values
    holes = ", ".join(f":{name}" for name in given)
    query = f"INSERT INTO {table} ({', '.join(given)}) VALUES ({holes})"
    connection.execute(text(query), given)


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Storage]:
    """Open a file, without any table."""
    storage = Storage(f"sqlite:///{tmp_path / 'hub.db'}", VAULT)
    yield storage
    await storage.close()


def counted(connection: Connection, table: str) -> int:
    return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def deleted(connection: Connection) -> None:
    connection.execute(text("DELETE FROM measure"))


def next_number(connection: Connection) -> int:
    new = "INSERT INTO measure (kind, state, reason, at) VALUES ('ban', 'done', x'', '2027')"
    connection.execute(text(new))
    return connection.execute(text("SELECT id FROM measure")).scalar_one()


@pytest.mark.parametrize(("revision", "number"), [("0040", 4), ("0045", 8)])
async def test_measures_go_on_counting_behind_the_deleted_and_keep_their_rooms(
    kept: Storage, revision: str, number: int
):
    async with kept.reshape() as connection:
        await connection.run_sync(measured, revision)
    async with kept.reshape() as connection:
        await connection.run_sync(migrate)
    async with kept.engine.begin() as connection:
        assert await connection.run_sync(counted, "place") == 1
        await connection.run_sync(deleted)
        assert await connection.run_sync(counted, "place") == 0  # it goes with its measure again
        assert await connection.run_sync(next_number) == number


async def test_without_care_the_rooms_go_with_the_table_that_is_made_anew(kept: Storage):
    async with kept.reshape() as connection:
        await connection.run_sync(measured, "0040")
    async with kept.engine.begin() as connection:
        await connection.run_sync(migrate)
        assert await connection.run_sync(counted, "place") == 0


def sharing(connection: Connection) -> None:
    """Let a device have been given the key to a room before its table is made anew."""
    command.upgrade(configuration(connection), "0057")
    insert(connection, "correspondent", {"id": 1, "user_id": "@amal:test"})
    insert(connection, "device", {"id": 2, "correspondent_id": 1, "device_id": "D"})
    insert(connection, "outbound_session", {"id": 3, "room_id": "!r:test"})
    insert(connection, "shared_key", {"outbound_id": 3, "device": 2})


@pytest.mark.parametrize("care", [True, False])
async def test_who_was_given_a_key_is_known_where_the_table_of_devices_is_made_anew(
    kept: Storage, care: bool
):
    async with kept.reshape() as connection:
        await connection.run_sync(sharing)
    async with kept.reshape() if care else kept.engine.begin() as connection:
        await connection.run_sync(migrate)
    async with kept.engine.connect() as connection:
        assert await connection.run_sync(counted, "shared_key") == care


async def test_a_migration_that_leaves_rows_without_what_they_refer_to_changes_nothing(
    kept: Storage,
):
    async with kept.reshape() as connection:
        await connection.run_sync(measured, "0045")
    with pytest.raises(StorageFailed, match="refer to none"):
        async with kept.reshape() as connection:
            await connection.run_sync(deleted)
    async with kept.engine.begin() as connection:
        assert await connection.run_sync(counted, "measure") == 1


def interpreting(connection: Connection) -> None:
    """Let a moderator and a colleague have vouched for who interprets, a moderator for another."""
    command.upgrade(configuration(connection), "0055")
    for person in (1, 2, 3, 4):
        insert(connection, "person", {"id": person, "user_key": str(person)})
    insert(connection, "expert", {"person_id": 1, "interprets": '["en", "sw"]'})
    insert(connection, "expert", {"person_id": 2, "interprets": None})
    for person, voucher, checked in ((1, 3, True), (1, 4, False), (2, 3, True)):
        row = {"person_id": person, "voucher_id": voucher, "checked": checked}
        insert(connection, "vouch", row)


def words(connection: Connection) -> list[tuple[int, int, bool]]:
    query = text("SELECT person_id, voucher_id, interprets FROM vouch ORDER BY 1, 2")
    return [(person, voucher, bool(it)) for person, voucher, it in connection.execute(query)]


async def test_only_a_moderators_word_for_who_interprets_goes_on_counting_for_that(kept: Storage):
    async with kept.reshape() as connection:
        await connection.run_sync(interpreting)
    async with kept.reshape() as connection:
        await connection.run_sync(migrate)
    async with kept.engine.connect() as connection:
        found = await connection.run_sync(words)
    assert found == [(1, 3, True), (1, 4, False), (2, 3, False)]
