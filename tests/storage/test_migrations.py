"""The migrations build what the models say, on both databases, and nothing newer is touched."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Integer, MetaData, Table, inspect, text

from kit.errors import BadConfiguration
from storage.base import Base
from storage.engine import Storage
from storage.migrate import configuration, upgrade

pytestmark = pytest.mark.both_databases

VERSION = "alembic_version"


def differences(connection: Connection, metadata: MetaData) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, metadata)


def down(connection: Connection) -> None:
    command.downgrade(configuration(connection), "base")


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


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


async def test_up_down_and_up_again(storage: Storage):
    assert await upgrade(storage) is False
    async with storage.engine.begin() as connection:
        await connection.run_sync(down)
        assert await connection.run_sync(tables) == {VERSION}
    assert [await upgrade(storage), await upgrade(storage)] == [True, False]
    async with storage.engine.connect() as connection:
        assert await connection.run_sync(differences, Base.metadata) == []


async def test_a_database_of_a_newer_release_is_refused(storage: Storage):
    async with storage.write() as session:
        await session.execute(text(f"UPDATE {VERSION} SET version_num = '9999'"))
    with pytest.raises(BadConfiguration) as refused:
        await upgrade(storage)
    assert str(refused.value) == (
        "the database is at 9999, which is newer than this release: install it again"
    )


def test_the_versions_form_one_line():
    directory = ScriptDirectory.from_config(configuration(None))
    assert len(directory.get_heads()) == len(directory.get_bases()) == 1
