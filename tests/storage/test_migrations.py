"""The migrations build what the models say, on both databases, and what landed stays as it is."""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, inspect, text

from storage import migrations
from storage.base import Base
from storage.engine import Storage
from storage.migrate import revisions
from storage.migrating import configuration, migrate
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
LANDED_SO = {"0013_keep_the_identity_that_people_know_the_hub_by.py"}


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


def test_measures_go_on_counting_behind_the_deleted_and_keep_their_rooms():
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("PRAGMA foreign_keys=ON"))
        command.upgrade(configuration(connection), "0045")
        for table, values in (
            ("room", {"id": 4, "key": "space:ilan", "language": "en"}),
            ("measure", {"id": 3, "kind": "ban", "state": "done", "reason": b"", "at": "2027"}),
            ("place", {"measure_id": 3, "room": 4, "messages": 0}),
            (
                "audit",
                {"id": 1, "what": "ban", "number": 7, "by_mark": "", "about_mark": "", "at": "2027"}
                | {"before": "", "digest": ""},
            ),
        ):
            found = inspect(connection).get_columns(table)
            needed = {c["name"]: 0 for c in found if not c["nullable"] and c["default"] is None}
            given = needed | values
            holes = ", ".join(f":{name}" for name in given)
            query = f"INSERT INTO {table} ({', '.join(given)}) VALUES ({holes})"
            connection.execute(text(query), given)
        migrate(connection)
        assert connection.execute(text("SELECT measure_id, room FROM place")).all() == [(3, 4)]
        connection.execute(text("DELETE FROM measure"))
        new = "INSERT INTO measure (kind, state, reason, at) VALUES ('ban', 'done', x'', '2027')"
        connection.execute(text(new))
        assert connection.scalar(text("SELECT id FROM measure")) == 8
    engine.dispose()
