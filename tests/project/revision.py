"""A revision for tables that changed, and its hash.

``.venv/bin/python -m tests.project.revision "Remember what members write down"`` compares the
tables that the revisions make with those that are declared, writes the difference to
``storage/migrations/versions`` and its hash to ``tests/storage/frozen/migrations.sha256``. Where
no table changed it writes nothing, unless ``--rows`` says that only rows are to change. Without a
subject it only writes the hash of the last revision again, after you edited it.
"""

from __future__ import annotations

import argparse
from hashlib import sha256
from pathlib import Path
from typing import Any

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


class NothingChanged(SystemExit):
    """No table is otherwise than the revisions make it."""


def generate(subject: str, versions: Path = VERSIONS, *, rows: bool = False) -> Path:
    """Write the next revision: what makes the declared tables of those of the last one.

    Raises:
        NothingChanged: there is no difference, and it is not to change *rows* alone.
    """

    def refuse_empty(_context: Any, _revision: Any, scripts: list[Any]) -> None:
        if scripts[0].upgrade_ops.is_empty() and not rows:
            scripts.clear()

    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        config = configured(connection, versions)
        last = ScriptDirectory.from_config(config).get_current_head() or "0"
        command.upgrade(config, "head")
        made = command.revision(
            config,
            subject,
            autogenerate=True,
            rev_id=f"{int(last) + 1:04}",
            process_revision_directives=refuse_empty,
        )
    engine.dispose()
    if not made:
        raise NothingChanged(
            "No table changed, so no revision is written. Declare the table or column in "
            'storage/tables/ first. If only rows are to change: make revision SUBJECT="..." ROWS=1'
        )
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
    reader.add_argument("--rows", action="store_true", help="it changes rows, and no table")
    said = reader.parse_args()
    if said.subject is not None:
        generate(said.subject, rows=said.rows)
    print(note())  # noqa: T201 -- said in a terminal
