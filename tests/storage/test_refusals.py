"""A failing database ends the process; a mistake of ours does not, and quotes nobody."""

import resource
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, insert, literal, make_url, select, text
from sqlalchemy.exc import DBAPIError

from kit.errors import BadConfiguration, StorageFailed
from storage.engine import Storage
from storage.migrate import upgrade
from storage.people import People
from storage.tables.people import PersonRow
from storage.tables.queues import CheckpointRow
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


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.slow
@pytest.mark.fault("F33")
async def test_a_write_that_the_system_refuses_rolls_back_and_stops(file):
    storage = Storage(f"sqlite:///{file}", VAULT)
    with files_of_at_most(file.stat().st_size), pytest.raises(StorageFailed) as stopped:
        await meet(storage, 5_000, "cache_size=1")
    assert stopped.value.exit_code == 74
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


# Mistakes of ours

SECRET = "the name of a client"


async def wrong(session, kind: str) -> None:
    person = insert(CheckpointRow)
    match kind:
        case "column":
            await session.execute(text("SELECT nonsense FROM person"))
        case "table":
            await session.execute(text("SELECT :name FROM nonsense"), {"name": SECRET})
        case "syntax":
            await session.execute(text("SELECT FROM WHERE"))
        case "twice":
            rows = [{"user_id": SECRET, "next_batch": SECRET}] * 2
            await session.execute(person, rows)
        case "missing":
            await session.execute(person.values(user_id=SECRET, next_batch=None))
        case "value":
            await session.execute(text("INSERT INTO room (id) VALUES (:name)"), {"name": SECRET})


@pytest.mark.parametrize("kind", ["column", "table", "syntax", "twice", "missing", "value"])
async def test_a_mistake_of_ours_stays_one_and_quotes_nobody(storage: Storage, kind: str):
    with pytest.raises(DBAPIError) as mistake:
        async with storage.write() as session:
            await wrong(session, kind)
    said = "".join(traceback.format_exception(mistake.value))
    assert (SECRET in said, "[SQL: " in said) == (False, True)
    async with storage.read() as session:
        assert await session.scalar(select(func.count(PersonRow.id))) == 0


@pytest.mark.parametrize(
    ("code", "ends"),
    [
        ("08006", True),
        ("25006", True),
        ("53100", True),
        ("57P01", True),
        ("58030", True),
        ("XX001", True),
        ("XX002", True),
        ("22012", False),
        ("40P01", False),
        ("42703", False),
        ("55P03", False),
        ("57014", False),
    ],
)
async def test_the_code_of_postgresql_tells_which_it_is(storage: Storage, code: str, ends):
    if storage.url.startswith("sqlite"):
        return
    with pytest.raises(StorageFailed if ends else DBAPIError) as refused:
        async with storage.write() as session:
            await session.execute(
                text(f"DO $$ BEGIN RAISE EXCEPTION '{SECRET}' USING ERRCODE = '{code}'; END $$")
            )
    assert (str(refused.value).endswith(f"refused: {code}"), code) == (ends, code)


async def test_a_connection_that_is_cut_stops(storage: Storage):
    if storage.url.startswith("sqlite"):
        return

    async def cut() -> None:
        async with storage.write() as session:
            own = await session.scalar(text("SELECT pg_backend_pid()"))
            async with storage.write() as other:
                await other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
            await session.execute(text("SELECT 1"))

    with pytest.raises(StorageFailed):
        await cut()


async def test_a_database_that_is_not_there_is_a_setting_to_mend(storage: Storage):
    if storage.url.startswith("sqlite"):
        return
    url = make_url(storage.url).set(database="nowhere")
    other = Storage(url.render_as_string(hide_password=False), VAULT)
    said = r"^the database nowhere at \S+:5432 has no such database: create it \(3D000\)$"
    with pytest.raises(BadConfiguration, match=said):
        async with other.read() as session:
            await session.scalar(select(literal(1)))
    await other.close()


async def test_a_file_that_another_keeps_locked_stops(file):
    storage, other = (Storage(f"sqlite:///{file}", VAULT) for _each in range(2))
    async with storage.write() as session:
        await People(session).meet("@a:test", "en", NOON)
        async with other.read() as waiting:
            await waiting.execute(text("PRAGMA query_only=OFF"))
            await waiting.execute(text("PRAGMA busy_timeout=1"))
            with pytest.raises(StorageFailed):
                await People(waiting).meet("@b:test", "en", NOON)
    await storage.close()
    await other.close()


async def test_a_server_that_is_not_there_stops():
    storage = Storage("postgresql://user:secret@127.0.0.1:1/hub", VAULT)
    said = r"^the database hub at 127\.0\.0\.1:1 cannot be reached: Connection refused$"
    with pytest.raises(StorageFailed, match=said):
        async with storage.read() as session:
            await session.scalar(select(literal(1)))
    await storage.close()
