"""What the database refuses ends the process before anything is dropped."""

import pytest
from sqlalchemy import text

from kit.errors import StorageFailed
from storage.engine import Storage
from storage.migrate import upgrade
from storage.people import People
from tests.harness import NOON, VAULT

pytestmark = pytest.mark.both_databases


@pytest.fixture
async def file(tmp_path):
    path = tmp_path / "hub.db"
    storage = Storage(f"sqlite:///{path}", VAULT)
    await upgrade(storage)
    await storage.close()
    return path


async def meet(storage: Storage, people: int, pragma: str) -> None:
    async with storage.write() as session:
        await session.execute(text(f"PRAGMA {pragma}"))
        for number in range(people):
            await People(session).meet(f"@{number:060}:test", "en", NOON)


async def count(storage: Storage) -> int:
    async with storage.read() as session:
        return (await session.execute(text("SELECT count(*) FROM person"))).scalar_one()


@pytest.mark.fault("F33")
async def test_a_full_disk_rolls_back_and_stops(file):
    storage = Storage(f"sqlite:///{file}", VAULT)
    with pytest.raises(StorageFailed):
        await meet(storage, 5_000, "max_page_count=1")  # no more than there are now
    assert await count(storage) == 0
    await storage.close()


@pytest.mark.fault("F34")
async def test_a_disk_that_cannot_be_written_stops(file):
    storage = Storage(f"sqlite:///{file}", VAULT)
    with pytest.raises(StorageFailed):
        await meet(storage, 1, "query_only=ON")
    await storage.close()


@pytest.mark.fault("F35")
@pytest.mark.parametrize("where", [0, 4096, 20_480])
async def test_a_damaged_file_is_refused_at_the_start(file, where):
    content = bytearray(file.read_bytes())
    content[where : where + 4096] = b"\xa5" * 4096
    file.write_bytes(content)
    storage = Storage(f"sqlite:///{file}", VAULT)
    with pytest.raises(StorageFailed):
        await upgrade(storage)
    await storage.close()


async def test_a_sound_file_is_accepted(file):
    storage = Storage(f"sqlite:///{file}", VAULT)
    assert await upgrade(storage) is False
    await storage.close()
