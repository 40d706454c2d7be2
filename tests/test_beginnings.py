"""A test that begins with a copy begins where it would have come by playing."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import select

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
