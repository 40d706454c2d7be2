from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.library.librarian import Librarian, import_library
from bot.starter import starter
from search.index import LibraryIndex
from storage.engine import Storage
from storage.items import Items
from storage.tables.library import ResourceRow
from tests.harness import empty_index

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def index() -> LibraryIndex:
    return empty_index()


@pytest.fixture
async def librarian(storage: Storage, index: LibraryIndex) -> Librarian:
    librarian = Librarian(storage, index)
    await librarian.refresh()
    return librarian


async def rename(session: AsyncSession, resource_id: str, title: str) -> None:
    row = await Items(session).get(resource_id)
    assert row is not None
    row.titles = {"en": title}
    await session.flush()


def found(index: LibraryIndex, words: str) -> Sequence[str]:
    return list(index.search(words, "en").ids[:1])


async def test_what_is_committed_is_found_under_its_new_name_only(storage, librarian, index):
    assert found(index, "zugzwang") == []
    async with storage.write() as session:
        await rename(session, "udhr-1948", "Zugzwang")
        await librarian.refresh()
        assert found(index, "zugzwang") == []  # nothing is seen before the commit
    await librarian.refresh()
    assert found(index, "zugzwang") == ["udhr-1948"]


async def test_what_is_rolled_back_is_never_found(storage, librarian, index):
    with suppress(ZeroDivisionError):
        async with storage.write() as session:
            await rename(session, "udhr-1948", "Zugzwang")
            raise ZeroDivisionError
    await librarian.refresh()
    assert found(index, "zugzwang") == []


async def test_what_is_retired_is_no_longer_found(storage, librarian, index):
    async with storage.write() as session:
        row = await Items(session).get("udhr-1948")
        row.retired = True
    await librarian.refresh()
    assert "udhr-1948" not in index.search("kind:declaration", "en").ids


async def test_a_change_that_is_committed_late_is_not_passed_over(storage, librarian, index):
    """Whoever comes second waits: else both had one revision, and the first to commit hid one."""

    async def change(resource_id: str, title: str) -> None:
        async with storage.write() as session:
            await rename(session, resource_id, title)

    async with asyncio.TaskGroup() as group, storage.write() as session:
        await rename(session, "crc-1989", "Zugzwang")
        group.create_task(change("udhr-1948", "Zwischenzug"))
        for _turn in range(20):
            await librarian.refresh()
    await librarian.refresh()
    assert (found(index, "zugzwang"), found(index, "zwischenzug")) == (["crc-1989"], ["udhr-1948"])


async def test_importing_the_same_again_changes_no_revision(storage):
    async def revisions() -> Sequence[tuple[int, str]]:
        async with storage.read() as session:
            return [(row.revision, row.id) for row in await Items(session).changed((0, ""), 500)]

    before = await revisions()
    await import_library(storage, starter("library.yaml"))
    assert await revisions() == before


async def test_a_statement_that_goes_round_the_session_is_not_seen(storage, librarian, index):
    """The control: the revision is what makes a change visible."""
    async with storage.write() as session:
        await session.execute(
            update(ResourceRow)
            .where(ResourceRow.id == "udhr-1948")
            .values(titles={"en": "Zugzwang"})
        )
    await librarian.refresh()
    assert found(index, "zugzwang") == []
