"""Copies of an SQLite database, and their way back. PostgreSQL brings tools of its own."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path

from kit.errors import BadFile
from storage.tables.encryption import DEVICE_BOUND
from storage.whereabouts import read_url


def _database(url: str) -> Path:
    address = read_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        raise BadFile("only SQLite is copied here: for PostgreSQL use pg_dump and pg_restore")
    return Path(address.database)


def _free(path: Path) -> None:
    for each in (path, path.with_name(f"{path.name}-wal")):
        # A link would put what is copied somewhere else, whoever made it.
        if each.is_symlink() or each.exists():
            raise BadFile(f"{each} is there already: move it away first")


def _copy(source: Path, target: Path) -> None:
    """Copy what *source* holds at one moment, without the traces of what was deleted."""
    if not source.exists():
        raise BadFile(f"{source}: there is no such file")
    if not os.access(target.parent, os.W_OK):
        raise BadFile(f"{target.parent} is no directory in which the hub may write")
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as found:
            if found.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
                raise BadFile(f"{source} is damaged: take another copy")
            found.execute("SELECT version_num FROM alembic_version").fetchone()
            found.execute("VACUUM INTO ?", [str(target)])
        with closing(sqlite3.connect(target)) as copy:
            _leave_out_keys(copy)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        code = getattr(error, "sqlite_errorname", type(error).__name__)
        if code in {"SQLITE_ERROR", "SQLITE_NOTADB"}:  # without the table that each of ours has
            raise BadFile(f"{source} is no database of a hub") from error
        raise BadFile(f"{source} cannot be copied to {target}: {code}") from error
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _leave_out_keys(copy: sqlite3.Connection) -> None:
    """Delete the keys of encrypted chats: a ratchet that goes back betrays what was said with it.

    An earlier release has no tables for them.
    """
    tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    for name in [row.table().name for row in DEVICE_BOUND]:
        if name in tables:
            copy.execute(f"DELETE FROM {name}")  # noqa: S608 -- a name of ours
    copy.commit()
    copy.execute("VACUUM")


def back_up(url: str, target: Path) -> None:
    """Copy a database, also while a hub works on it.

    Raises:
        BadFile: it cannot be copied, or *target* is there already.
    """
    _free(target)
    _copy(_database(url), target)


async def restore(
    url: str, source: Path, opened: Callable[[str], AbstractAsyncContextManager[object]]
) -> None:
    """Put a copy where there is no database, in the shape of this release. No hub may run.

    *opened* brings the database of a URL up to date with the hub's key, or refuses it.

    Raises:
        BadFile: *source* is no sound copy, or a database is there already.
        BadConfiguration: *source* belongs to a newer release, or to another key.
    """
    database = _database(url)
    _free(database)
    trial = database.with_name(f"{database.name}.trial")
    trial.unlink(missing_ok=True)
    try:
        _copy(source, trial)
        async with opened(f"sqlite:///{trial.absolute()}"):
            pass
        with closing(sqlite3.connect(trial)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # nothing may stay beside it
        # Opened once in the trial's place: only what works gets the name that a hub looks for.
        trial.replace(database)
    finally:
        for rest in database.parent.glob(f"{trial.name}*"):
            rest.unlink()
