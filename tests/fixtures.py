"""What tests are given: each a database of its own, on SQLite or on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest
import structlog
from hypothesis import HealthCheck, settings

from benchmarks.support import databases
from bot.library.librarian import import_library
from bot.starter import starter
from search.index import LibraryIndex
from storage.engine import Storage
from storage.migrate import upgrade
from tests import harness
from tests.beginnings import Beginnings
from tests.harness import VAULT, Talk
from tests.haste import hurry
from tests.served import Served

POSTGRES_VARIABLE = "ILAN_HUB_TEST_POSTGRES_URL"

settings.register_profile(
    "hub", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hub")
# Network, catalogs and index stay for the whole run: to look through them for garbage again and
# again takes a fifth of its time.
gc.set_threshold(50_000, 20, 100)


def _prepared(url: str) -> None:
    """Bring an empty database to where a new hub begins: tables and the starter library."""

    async def run() -> None:
        storage = Storage(url, VAULT)
        await upgrade(storage)
        await import_library(storage, starter("library.yaml"))
        await storage.close()

    asyncio.run(run())


@dataclass(frozen=True)
class Database:
    """One database, brought back to its beginning for each test.

    The engine stays the same: it keeps the statements it has compiled, which is most of the time
    that a test with an engine of its own takes. Nothing else survives ``close``.
    """

    storage: Storage
    begin: Callable[[], None]
    beginnings: Beginnings | None = None

    @property
    def url(self) -> str:
        return self.storage.url


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Database:
    directory = tmp_path_factory.mktemp("sqlite")
    template, file = directory / "template.db", directory / "hub.db"
    _prepared(f"sqlite:///{template}")

    storage = hurry(Storage(f"sqlite:///{file}", VAULT))
    beginnings = Beginnings(storage, file, template)
    return Database(storage, beginnings.begin, beginnings)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Database]:
    """Give a database of the server that a variable names, or of one that ends with the tests."""
    with ExitStack() as stack:
        given = os.environ.get(POSTGRES_VARIABLE)
        given = given or stack.enter_context(databases.postgresql(durable=False))
        served = stack.enter_context(closing(Served(given, _prepared)))
        yield Database(Storage(served.url, VAULT), served.begin)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        # SQL is the same for all transcripts: one of each feature is enough to show it.
        both = metafunc.definition.get_closest_marker("both_databases") is not None
        kinds = ["sqlite", "postgresql"] if both else ["sqlite"]
        metafunc.parametrize("database", kinds, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    for item in items:
        if "[postgresql" in item.nodeid:
            item.add_marker(pytest.mark.postgresql)


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Write tracebacks as they are: structlog's own colours take longer than most tests."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure([renderer])
    yield
    structlog.reset_defaults()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Database:
    database: Database = request.getfixturevalue(request.param)
    database.begin()
    return database


@pytest.fixture
def database_url(database: Database) -> str:
    return database.url


@pytest.fixture
async def storage(database: Database) -> AsyncIterator[Storage]:
    yield database.storage
    await database.storage.close()


@pytest.fixture(params=["postgresql"])  # part of the test's id: see Sharing
def postgresql_alone(postgresql: Database) -> Database:
    postgresql.begin()
    return postgresql


@pytest.fixture
async def shared(postgresql_alone: Database) -> AsyncIterator[Storage]:
    """Give a database that several processes may work on."""
    yield postgresql_alone.storage
    await postgresql_alone.storage.close()


@pytest.fixture
def beginnings(request: pytest.FixtureRequest, database: Database) -> Beginnings | None:
    """Copies of what was played before, unless a test changes the hub itself."""
    return None if "monkeypatch" in request.fixturenames else database.beginnings


@pytest.fixture
async def talk(storage: Storage, beginnings: Beginnings | None) -> Talk:
    """A hub in a test: real features and database, no homeserver, a clock that stands still."""
    return Talk(storage, beginnings=beginnings)


@pytest.fixture(scope="session")
def index() -> LibraryIndex:
    """The starter library; a test that changes it would spoil it for the others."""
    return harness.index()


@pytest.fixture
def small() -> LibraryIndex:
    """An index with nothing in it."""
    return harness.empty_index()
