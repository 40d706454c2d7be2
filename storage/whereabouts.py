"""Where a database is: reading its URL, and naming it to people without its password."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from kit.errors import BadConfiguration

_EXPECTED = "expected sqlite:///file or postgresql://user:password@host/name"
_PORT = 5432
# What libpq calls by another name than the driver does.
_CALLED = {"sslmode": "ssl"}


def read_url(written: str) -> URL:
    """Read the URL of a database; what was written is not repeated, for it may hold a password.

    Raises:
        BadConfiguration: it is none of a database that the hub can use.
    """
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):  # a port that is no number
        raise _fault(_EXPECTED) from None
    match url.get_backend_name():
        case "sqlite" if url.database in {None, "", ":memory:"}:
            raise _fault("it names no file: all would be lost at each end")
        case "postgresql" if "@" in (url.host or ""):
            encoded = "%40 for @, %2F for /, %3A for : and %25 for %"
            raise _fault(f"{_EXPECTED}; in a password write {encoded}")
        case "sqlite" | "postgresql":
            return url.set(query={_CALLED.get(key, key): of for key, of in url.query.items()})
        case _:
            raise _fault(_EXPECTED)


def place(url: URL) -> str:
    """Name a database."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    host = url.host or url.query.get("host") or "this machine"
    return f"{url.database or url.username} at {host}:{url.port or _PORT}"


def _fault(why: str) -> BadConfiguration:
    return BadConfiguration(f"the address of the database: {why}")
