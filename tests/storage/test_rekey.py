"""Another key seals everything that the one before it did, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from kit.errors import StorageFailed
from storage import rekey
from storage.base import Base
from storage.engine import Storage
from storage.gone import Gone
from storage.migrate import upgrade
from storage.people import People
from storage.rekey import holds_sealed, reseal
from storage.types import Sealed
from storage.vault import Vault, WrongKey, new_key
from tests.harness import NOON
from tests.project.frozen import fill, release

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

KEY = new_key()
SEALED = [
    column
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, Sealed)
]


def cleared(connection: Connection) -> None:
    Base.metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))


async def emptied(storage: Storage, key: bytes) -> Storage:
    """Give a database of an old release with rows in every table of it, brought up to date."""
    async with storage.engine.begin() as connection:
        await connection.run_sync(cleared)
    await storage.close()
    filled = Storage(storage.url, Vault(key))
    async with filled.engine.begin() as connection:
        said = release("0.1.0")
        await connection.run_sync(fill, said["tables"], said["revision"])
    await upgrade(filled)
    async with filled.write() as session:
        await People(session).meet("@amal:test", "en", NOON)
        await Gone(session).note("@gone:test", NOON, banned=True)
    return filled


async def everything(storage: Storage) -> dict[str, list[str]]:
    def read(connection: Connection) -> dict[str, list[str]]:
        return {
            str(column): sorted(map(repr, connection.scalars(select(column)))) for column in SEALED
        }

    async with storage.engine.connect() as connection:
        return await connection.run_sync(read)


async def test_what_was_sealed_is_read_with_the_new_key_alone(storage: Storage, monkeypatch):
    monkeypatch.setattr(rekey, "PORTION", 2)
    filled = await emptied(storage, KEY)
    before, after = await everything(filled), Storage(filled.url, Vault(new := new_key(KEY)))
    held = sum(value != "None" for found in before.values() for value in found)
    try:
        assert await reseal(filled, Vault(KEY), Vault(new)) == held > 30
        assert await everything(after) == before
        assert await holds_sealed(after) is True
        with pytest.raises(WrongKey):
            await holds_sealed(filled)
        async with after.read() as session:
            assert await People(session).find("@amal:test") is not None
            assert (await Gone(session).of("@gone:test")).banned is True
    finally:
        await filled.close()
        await after.close()


async def test_what_reads_otherwise_afterwards_changes_nothing(storage: Storage, monkeypatch):
    filled, sealed = await emptied(storage, KEY), list[Any]()
    before = await everything(filled)

    def missealed(vault: Vault, column: Any, plain: bytes | None) -> bytes | None:
        sealed.append(plain)
        return real(vault, column, b'"else"' if len(sealed) == 1 else plain)

    real = rekey._sealed
    monkeypatch.setattr(rekey, "_sealed", missealed)
    try:
        with pytest.raises(StorageFailed, match=r"reads otherwise under the new key: nothing was"):
            await reseal(filled, Vault(KEY), Vault(new_key(KEY)))
        assert await everything(filled) == before
    finally:
        await filled.close()


async def test_the_wrong_key_changes_nothing(storage: Storage):
    filled = await emptied(storage, KEY)
    before = await everything(filled)
    try:
        with pytest.raises(WrongKey):
            await reseal(filled, Vault(new_key()), Vault(new_key()))
        assert await everything(filled) == before
    finally:
        await filled.close()
