"""A copy of the database comes back only whole, and only into an empty place."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.encryption.machine import Machine
from kit.errors import BadConfiguration, BadFile
from storage.backup import back_up, restore
from storage.encryption.correspondents import Correspondents
from storage.encryption.own_device import OwnDevices
from storage.engine import Storage
from storage.items import Items
from storage.migrate import upgrade
from storage.tables.encryption import DEVICE_BOUND
from tests.harness import HUB, NOON, VAULT


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    storage = Storage(url, VAULT)
    try:
        await upgrade(storage)
        yield
    finally:
        await storage.close()


@pytest.fixture
def copy(storage: Storage, tmp_path: Path) -> Path:
    back_up(storage.url, tmp_path / "copy.db")
    return tmp_path / "copy.db"


async def publishers(storage: Storage) -> dict[str, str]:
    async with storage.read() as session:
        return {row.id: row.organisation for row in await Items(session).everything()}


def changed(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement)


async def test_a_copy_made_while_the_hub_writes_comes_back(storage, tmp_path):
    async with storage.write() as session:
        (await Items(session).get("unpg-2012")).organisation = "not committed"
        await session.flush()
        back_up(storage.url, tmp_path / "copy.db")
        await session.rollback()
    other = Storage(f"sqlite:///{tmp_path}/other.db", VAULT)
    await restore(other.url, tmp_path / "copy.db", opened)
    assert (await publishers(other), await upgrade(other)) == (await publishers(storage), False)
    await other.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "other.db"]


async def test_a_copy_holds_no_key_of_an_encrypted_chat_and_who_is_known_there(storage, tmp_path):
    async with storage.write() as session:
        await Machine.open(session, HUB, "DEVICE", NOON, lambda: "token")
        await Correspondents(session).track(["@amal:test"], NOON)
    back_up(storage.url, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        left = [
            copy.execute(f"SELECT count(*) FROM {table.table().name}").fetchone()
            for table in DEVICE_BOUND
        ]
        known = copy.execute("SELECT count(*) FROM correspondent").fetchone()
    assert (left, known) == ([(0,)] * len(DEVICE_BOUND), (1,))
    async with storage.read() as session:
        assert await OwnDevices(session).read(HUB) is not None


async def test_nothing_is_written_over(storage, copy):
    with pytest.raises(BadFile, match=r"copy.db is there already: move it away first$"):
        back_up(storage.url, copy)
    with pytest.raises(BadFile, match="is there already"):
        await restore(storage.url, copy, opened)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("DROP TABLE alembic_version", BadFile),
        ("UPDATE alembic_version SET version_num = '9999'", BadConfiguration),
    ],
)
async def test_what_is_not_of_this_release_is_refused(copy, tmp_path, statement, error):
    changed(copy, statement)
    with pytest.raises(error):
        await restore(f"sqlite:///{tmp_path}/other.db", copy, opened)
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]


@pytest.mark.parametrize("cut", [0, 100, 20_000])
async def test_half_a_copy_is_refused(copy, tmp_path, cut):
    copy.write_bytes(copy.read_bytes()[:cut])
    with pytest.raises(BadFile):
        await restore(f"sqlite:///{tmp_path}/other.db", copy, opened)
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]


def test_postgresql_has_tools_of_its_own(tmp_path):
    with pytest.raises(BadFile, match="pg_dump"):
        back_up("postgresql://user@host/name", tmp_path / "copy.db")


@pytest.mark.parametrize("there", [True, False])
def test_no_copy_is_made_through_a_symbolic_link(storage, tmp_path, there):
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "copy.db"
    if there:
        elsewhere.write_text("somebody's")
    link.symlink_to(elsewhere)
    with pytest.raises(BadFile, match="is there already: move it away first"):
        back_up(storage.url, link)
    assert (elsewhere.read_text() if there else elsewhere.exists()) == (
        "somebody's" if there else False
    )
