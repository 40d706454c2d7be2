"""Transactions: all or nothing, one writer after the other, and moments in UTC."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError

from kit.errors import AlreadyRunning, StorageFailed
from storage.engine import Storage
from storage.migrate import upgrade
from storage.people import People
from storage.tables.people import PersonRow
from tests.harness import VAULT

pytestmark = pytest.mark.both_databases

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
AMAL, BORIS = "@amal:test", "@boris:test"


# Moments


async def test_a_naive_moment_is_refused(storage: Storage):
    with pytest.raises(StatementError, match="naive"):
        async with storage.write() as session:
            await People(session).meet(AMAL, "en", NOW.replace(tzinfo=None))
    async with storage.read() as session:
        assert await People(session).find(AMAL) is None


async def test_moments_come_back_in_utc(storage: Storage):
    nepal = timezone(timedelta(hours=5, minutes=45))
    async with storage.write() as session:
        await People(session).meet(AMAL, "en", NOW.astimezone(nepal))
    async with storage.read() as session:
        met_at = (await People(session).find(AMAL)).met_at
    assert (met_at, met_at.tzinfo) == (NOW, UTC)


# The engines


async def test_leaving_with_an_error_keeps_nothing(storage: Storage):
    async def fail() -> None:
        async with storage.write() as session:
            await People(session).meet(AMAL, "en", NOW)
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with storage.read() as session:
        assert await People(session).find(AMAL) is None


async def test_writers_at_the_same_time_wait_for_each_other(storage: Storage):
    """Two processes on SQLite (say ``import`` beside a running hub) as well as two tasks."""
    writers = [Storage(storage.url, VAULT) for _process in range(2)]

    async def write(through: Storage, number: int) -> None:
        async with through.write() as session:
            await People(session).find(AMAL)  # reads first: a deferred BEGIN would fail here
            await asyncio.sleep(0)
            await People(session).meet(f"@{number}:test", "en", NOW)

    try:
        await asyncio.gather(*(write(writers[n % 2], n) for n in range(20)))
    finally:
        for writer in writers:
            await writer.close()
    async with storage.read() as session:
        assert await session.scalar(select(func.count(PersonRow.id))) == 20


async def test_who_gives_up_waiting_for_the_lock_leaves_the_connection_usable(storage: Storage):
    if not storage.url.startswith("sqlite"):
        return  # nobody waits for another there
    other = Storage(storage.url, VAULT)

    async def write(number: int) -> None:
        async with other.write() as session:
            await People(session).meet(f"@{number}:test", "en", NOW)

    try:
        async with storage.write() as session:
            await People(session).meet(AMAL, "en", NOW)
            waiting = asyncio.create_task(write(1))
            for _turn in range(50):  # far enough to wait in BEGIN
                await asyncio.sleep(0)
            waiting.cancel()
        await asyncio.wait({waiting})
        await write(2)
    finally:
        await other.close()
    async with storage.read() as session:
        assert await session.scalar(select(func.count(PersonRow.id))) == 2


async def test_an_account_has_one_process_on_a_shared_database(storage: Storage):
    if storage.url.startswith("sqlite"):
        return  # a lock of the directory does it
    other = Storage(storage.url, VAULT)
    try:
        async with storage.only_user("@hub:test"), other.only_user("@other:test"):
            with pytest.raises(AlreadyRunning):
                async with other.only_user("@hub:test"):
                    pass
        async with other.only_user("@hub:test"):
            pass  # free again
    finally:
        await other.close()


async def test_a_process_that_lost_the_account_stops(storage: Storage):
    if storage.url.startswith("sqlite"):
        return
    other = Storage(storage.url, VAULT)
    holders = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    try:
        async with storage.only_user("@hub:test"):
            assert await storage.still_only_user() is False
            async with storage.write() as session:
                await session.execute(text(holders))
            with pytest.raises(StorageFailed):
                await storage.still_only_user()
            async with other.only_user("@hub:test"):
                assert await other.still_only_user() is False
    finally:
        await other.close()


async def test_who_writes_does_not_wait_for_the_file_to_be_written_anew(tmp_path):
    storage = Storage(f"sqlite:///{tmp_path / 'hub.db'}", VAULT)
    await upgrade(storage)
    begun, go_on = threading.Event(), threading.Event()

    def pause() -> int:
        begun.set()
        go_on.wait(10)
        return 0

    async def erase(user_id: str) -> None:
        async with storage.write() as session:
            person = await People(session).meet(user_id, "en", NOW)
            await People(session).erase(person.id)

    await erase(AMAL)
    async with storage.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
    driver.set_progress_handler(pause, 1)
    wiping = asyncio.create_task(storage.wipe())
    await asyncio.to_thread(begun.wait)
    writing = asyncio.create_task(erase(BORIS))
    await asyncio.sleep(0)  # so far that it asks for the connection
    go_on.set()
    await asyncio.gather(wiping, writing)
    interrupted = storage._erased
    await storage.wipe()
    assert (interrupted, storage._erased) == (True, False)
    await storage.close()


async def test_what_is_opened_for_reading_cannot_write_on_sqlite(storage: Storage):
    if not storage.url.startswith("sqlite"):
        return  # one pool serves both there
    with pytest.raises(StorageFailed):
        async with storage.read() as session:
            await People(session).meet(AMAL, "en", NOW)


async def test_sqlite_keeps_what_it_acknowledged_and_its_references(tmp_path):
    storage = Storage(f"sqlite:///{tmp_path / 'hub.db'}", VAULT)
    async with storage.write() as session:
        names = ("journal_mode", "synchronous", "foreign_keys")
        found = [await session.scalar(text(f"PRAGMA {name}")) for name in names]
    await storage.close()
    assert found == ["wal", 2, 1]
