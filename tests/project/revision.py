"""A revision for tables that changed, and its hash.

``.venv/bin/python -m tests.project.revision "Remember what members write down"`` compares the
tables that the revisions make with those that are declared, writes the difference to
``storage/migrations/versions`` and its hash to ``tests/storage/frozen/migrations.sha256``. Without
a subject it only writes the hash of the last revision again, after you edited it.
"""

from __future__ import annotations

import argparse
from hashlib import sha256
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from storage import migrations
from storage.migrating import configuration
from tests.project.frozen import FROZEN

VERSIONS = Path(migrations.__file__).with_name("versions")
HASHES = FROZEN / "migrations.sha256"


def configured(connection: Connection | None, versions: Path) -> Config:
    """Point Alembic at the revisions of a folder."""
    config = configuration(connection)
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("truncate_slug_length", "60")
    return config


def generate(subject: str, versions: Path = VERSIONS) -> Path:
    """Write the next revision: what makes the declared tables of those of the last one."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        config = configured(connection, versions)
        last = ScriptDirectory.from_config(config).get_current_head() or "0"
        command.upgrade(config, "head")
        command.revision(config, subject, autogenerate=True, rev_id=f"{int(last) + 1:04}")
    engine.dispose()
    return _last(versions)


def note(versions: Path = VERSIONS, hashes: Path = HASHES) -> Path:
    """Write the hash of the last revision; those before it keep theirs."""
    path = _last(versions)
    lines = hashes.read_text("utf-8").splitlines()
    kept = [line for line in lines if line.split()[1] != path.name]
    kept.append(f"{sha256(path.read_bytes()).hexdigest()}  {path.name}")
    hashes.write_text("\n".join(kept) + "\n", "utf-8")
    return path


def _last(versions: Path) -> Path:
    directory = ScriptDirectory.from_config(configured(None, versions))
    script = directory.get_revision("head")
    assert script is not None
    return Path(script.path)


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("subject", nargs="?", help="what changes for whoever reads the tables")
    if (subject := reader.parse_args().subject) is not None:
        generate(subject)
    print(note())  # noqa: T201 -- said in a terminal
