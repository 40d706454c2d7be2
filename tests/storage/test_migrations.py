"""The migrations build what the models say, on both databases, and what landed stays as it is."""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table

from storage import migrations
from storage.base import Base
from storage.engine import Storage
from storage.migrate import revisions
from storage.migrating import configuration
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


def test_each_release_in_the_changelog_has_its_frozen_tables_and_the_last_is_this_one():
    released = re.findall(r"^## \[(\d\S*)\] - \d{4}-\d\d-\d\d$", CHANGES, re.MULTILINE)
    assert released[0] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert sorted(released) == sorted(path.stem for path in FROZEN.glob("[0-9]*.yaml"))
