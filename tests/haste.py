"""Files of tests are written without waiting: nobody cuts the power, or writes beside a test."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from storage import inline
from storage.engine import Storage


def hurry(storage: Storage) -> Storage:
    """Let a database in a file wait for no disk, and for no other thread; returns it."""
    for engine in (storage._writer, storage._reader):
        event.listen(engine.sync_engine, "connect", _unsafe)
        engine.sync_engine.dialect._run = inline._at_once
    return storage


def _unsafe(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
