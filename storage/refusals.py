"""Telling a failing database, which ends the process, from a mistake of ours, which does not.

Sources: SQLite, "Result and Error Codes"; PostgreSQL, appendix A, "PostgreSQL Error Codes".
"""

from __future__ import annotations

import os
import sqlite3
from socket import gaierror
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from kit.errors import BadConfiguration, HubError, StorageFailed

# The low byte of sqlite_errorcode: IOERR is one code, IOERR_WRITE one of its kinds.
_PRIMARY = 0xFF
_SQLITE = {
    sqlite3.SQLITE_PERM,
    # Nobody's row is at fault when another program keeps the file locked for longer than we wait.
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}
# Classes of SQLSTATE, and single ones. Not 57014: a statement that was cancelled is its row's.
_POSTGRESQL = (
    "08",  # the connection
    "25006",  # the server became one that is only read
    "53",  # disk, memory or connections are used up
    "57P",  # the server shuts down
    "58",  # the system under it
    "XX001",  # damaged data
    "XX002",  # a damaged index
)


# What an operator has set wrong: classes of SQLSTATE, and what to look at.
_SETTINGS = {
    "28": "refuses the user or the password",
    "3D": "has no such database: create it",
    "3F": "has no such schema",
    "42501": "lets this user make no tables: let it own the database",
}


def watch(engine: Engine, place: str) -> None:
    """Let *engine* raise StorageFailed where the database fails, and errors that quote nobody.

    *place* is where it is, without a password: what an operator reads.
    """

    def connect(dialect: Any, _record: object, arguments: Any, options: Any) -> Any:
        """Connect; a database that cannot be reached is a failing one, whatever the reason."""
        try:
            return dialect.connect(*arguments, **options)
        except Exception as error:
            raise failed(error, place) from error

    def handle(context: ExceptionContext) -> None:
        error = context.original_exception
        if not isinstance(error, Exception):
            return  # cancelled
        if isinstance(error, OSError) or _failing(error) or context.is_disconnect:
            raise failed(error, place)
        refused = context.sqlalchemy_exception
        if refused is not None and isinstance(error, context.dialect.loaded_dbapi.Error):
            _unquote(refused, error)

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "handle_error", handle)


def failed(error: BaseException, place: str) -> HubError:
    """Say why the database failed. Its own words may quote values: only codes are passed on."""
    code = _code(error)
    for begin, why in _SETTINGS.items():
        if code.startswith(begin):
            return BadConfiguration(f"the database {place} {why} ({code})")
    if isinstance(error, TypeError):  # of the driver, about a name behind the "?"
        return BadConfiguration(f"the address of the database {place} has a setting of no meaning")
    if isinstance(error, gaierror):
        return StorageFailed(f"the database {place} cannot be reached: {error.strerror}")
    if isinstance(error, OSError) and error.errno:
        why = os.strerror(error.errno)
        return StorageFailed(f"the database {place} cannot be reached: {why}")
    if code == "SQLITE_CANTOPEN":
        code += ": is there such a directory, and may the hub write in it?"
    return StorageFailed(f"the database {place} refused: {code or type(error).__name__}")


def _code(error: BaseException) -> str:
    return str(getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or "")


def _failing(error: Exception) -> bool:
    if isinstance(error, sqlite3.Error):
        # None where the driver itself refuses, as it does with values of a wrong type.
        code: int | None = getattr(error, "sqlite_errorcode", None)
        return code is not None and code & _PRIMARY in _SQLITE
    return _code(error).startswith(_POSTGRESQL)


def _unquote(refused: Exception, error: BaseException | None) -> None:
    """Leave of a mistake its type, code and statement: messages of PostgreSQL quote values."""
    code = _code(error) if error is not None else ""
    refused.args = (f"{type(error).__name__} {code}",)
    while error is not None:
        error.args = (code,)
        for quoting in ("detail", "hint", "where", "internal_query"):
            if getattr(error, quoting, None):
                setattr(error, quoting, None)
        error = error.__cause__ or error.__context__
