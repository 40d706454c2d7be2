"""A database goes to the other kind and back, with every value and every number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text

from bot.library.librarian import import_library
from bot.starter import starter
from kit.errors import BadFile, StorageFailed
from storage import copying
from storage.base import Base
from storage.copying import copy_all
from storage.engine import Storage
from storage.items import Items
from storage.migrate import upgrade
from storage.people import People
from storage.tables.people import PersonRow
from tests.harness import NOON, VAULT
from tests.project.frozen import fill, release

pytestmark = pytest.mark.slow


async def sqlite(path: Path) -> Storage:
    storage = Storage(f"sqlite:///{path}", VAULT)
    await upgrade(storage)
    return storage


async def filled(path: Path) -> Storage:
    """Give rows in every table of the first release, an item that replaced one, and who left."""
    storage = Storage(f"sqlite:///{path}", VAULT)
    async with storage.engine.begin() as connection:
        said = release("0.1.0")
        await connection.run_sync(fill, said["tables"], said["revision"])
    await upgrade(storage)
    await import_library(storage, starter("library.yaml"))
    async with storage.write() as session:
        (await Items(session).get("ecosoc-2007-24")).superseded_by = "unpg-2012"
        person = await People(session).meet("@last:test", "en", NOON)
        await People(session).erase(person.id)
    return storage


def cleared(connection: Connection) -> None:
    Base.metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))


async def held(storage: Storage) -> dict[str, Any]:
    def read(connection: Connection) -> dict[str, list[str]]:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }

    async with storage.engine.connect() as connection:
        return await connection.run_sync(read)


async def next_person(storage: Storage) -> int:
    async with storage.write() as session:
        person = await People(session).meet("@next:test", "en", NOON)
        number = person.id
        await session.rollback()
    return number


async def test_it_goes_to_the_other_kind_and_back(shared: Storage, tmp_path, monkeypatch):
    monkeypatch.setattr(copying, "PORTION", 7)
    source, back = await filled(tmp_path / "hub.db"), await sqlite(tmp_path / "back.db")
    async with shared.engine.begin() as connection:
        await connection.run_sync(cleared)
    await upgrade(shared)
    try:
        counts = await copy_all(source, shared)
        assert counts["resource"] == 193
        assert await copy_all(shared, back) == counts
        before = await held(source)
        assert [await held(shared), await held(back)] == [before, before]
        numbers = {await next_person(each) for each in (source, shared, back)}
        assert len(numbers) == 1
        async with source.read() as session:
            assert numbers != {(await session.scalar(select(func.max(PersonRow.id)))) + 1}
    finally:
        await source.close()
        await back.close()


async def test_nothing_is_copied_where_something_is(tmp_path):
    source, target = await filled(tmp_path / "hub.db"), await filled(tmp_path / "other.db")
    before = await held(target)
    with pytest.raises(BadFile, match=r"give it an empty one$"):
        await copy_all(source, target)
    assert await held(target) == before
    await source.close()
    await target.close()


async def test_what_is_not_alike_is_not_copied(tmp_path, monkeypatch):
    source, target = await filled(tmp_path / "hub.db"), await sqlite(tmp_path / "other.db")

    def spoilt(found: Any, made: Any, table: Any) -> int:
        count = real(found, made, table)
        if table is PersonRow.table():
            made.execute(text("UPDATE person SET language = 'xx' WHERE id = 1"))
        return count

    real = copying._copy
    monkeypatch.setattr(copying, "_copy", spoilt)
    with pytest.raises(StorageFailed, match=r"^person is not alike in both: nothing was copied$"):
        await copy_all(source, target)
    assert not any((await held(target)).values())
    await source.close()
    await target.close()
