"""A test that begins with a copy begins where it would have come by playing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select

from benchmarks.support import databases
from storage.base import Base
from storage.tables.people import PersonRow
from tests.fixtures import Database
from tests.harness import Said, Talk, once

SOMEBODY, OTHER = "@somebody:test", "@other:test"


@pytest.fixture
async def file(sqlite: Database) -> AsyncIterator[Database]:
    yield sqlite
    await sqlite.storage.close()


class Play:
    """Counts how often it was played."""

    def __init__(self) -> None:
        self.times = 0
        self.play = once(self._play)

    async def _play(self, talk: Talk, who: str) -> list[Said]:
        self.times += 1
        await talk.member(who)
        return await talk.says(who, "volunteer", "10", "skip")


async def begin(file: Database) -> Talk:
    await file.storage.close()
    file.begin()
    return Talk(file.storage, beginnings=file.beginnings)


async def everything(talk: Talk) -> list[Any]:
    async with talk.storage.read() as session:
        tables = Base.metadata.sorted_tables
        return [(await session.execute(select(table))).all() for table in tables]


@pytest.mark.slow
async def test_a_copy_is_what_was_played(file: Database):
    play, ends = Play(), []
    for _each in range(2):
        talk = await begin(file)
        heard = [await play.play(talk, SOMEBODY), await play.play(talk, OTHER)]
        ends.append([heard, await everything(talk), await talk.says(SOMEBODY, "find torture")])
    assert (play.times, ends[0] == ends[1]) == (2, True)


@pytest.mark.slow
async def test_what_was_changed_before_is_never_copied_over(file: Database):
    play = Play()
    for _each in range(2):
        talk = await begin(file)
        await play.play(talk, SOMEBODY)
        with closing(sqlite3.connect(file.url.removeprefix("sqlite:///"))) as other, other:
            other.execute("UPDATE person SET departed = 1")
        await play.play(talk, OTHER)
        async with talk.storage.read() as session:
            found = (await session.scalars(select(PersonRow.departed).order_by(PersonRow.id))).all()
        assert found == [True, False]
    assert play.times == 3


async def state(url: str) -> list[object]:
    """Read what an item, a number or a table that a test leaves behind would change."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch("""
            SELECT
                (SELECT md5(string_agg(resource::text, '' ORDER BY id)) FROM resource),
                (SELECT (last_value, is_called)::text FROM person_id_seq),
                (SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'),
                (SELECT count(*) FROM pg_constraint WHERE condeferrable)
        """)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE resource SET year = 1948",
        "SELECT nextval('person_id_seq')",
        "ALTER TABLE person ADD COLUMN shoe_size INTEGER",
        "ALTER TABLE attendance ALTER CONSTRAINT fk_attendance_event_id DEFERRABLE",
        "DROP TABLE alembic_version",
    ],
)
def test_a_served_database_begins_anew_whatever_was_changed(
    postgresql_alone: Database, change: str
):
    url, begun = postgresql_alone.url, asyncio.run(state(postgresql_alone.url))
    databases.execute(url, change)
    assert asyncio.run(state(url)) != begun
    postgresql_alone.begin()
    assert asyncio.run(state(url)) == begun
