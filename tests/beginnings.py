"""How tests begin: what several have in common is played once, then its database is copied."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Hashable
from pathlib import Path
from typing import Any

from storage.engine import Storage

MOST = 200  # files that are kept, of about a megabyte


class Beginnings:
    """The file of a database, and copies of what it was after each beginning.

    A beginning is the list of everything that was played since the file was new. It is unknown
    once anything else wrote to the file; then nothing is kept or copied until it is new again.
    """

    def __init__(self, storage: Storage, file: Path, template: Path) -> None:
        self._storage, self._file, self._template = storage, file, template
        self._numbers = itertools.count(1)
        self._known: dict[Hashable, tuple[Path, Any]] = {}
        self._played: tuple[Hashable, ...] = ()
        self._left: object = None

    def begin(self) -> None:
        """Make the file new, while nobody has it open."""
        self._put(self._template)
        self._leave(())

    def after(self, *played: Hashable) -> tuple[Hashable, ...] | None:
        """Name the beginning that playing this makes; None if nobody knows what was before."""
        return (*self._played, *played) if self._left == self._traces() else None

    async def keep(self, beginning: tuple[Hashable, ...], what: object) -> None:
        """Copy the file as it is after *beginning*, and remember *what* came of it beside."""
        await self._storage.close()
        copy = self._template.with_name(f"{next(self._numbers)}.db")
        shutil.copy(self._file, copy)
        self._known[beginning] = copy, what
        if len(self._known) > MOST:
            oldest, _what = self._known.pop(next(iter(self._known)))
            oldest.unlink()
        self._leave(beginning)

    async def restore(self, beginning: tuple[Hashable, ...]) -> Any:
        """Make the file what it was after *beginning*, and return what came of it beside."""
        if beginning not in self._known:
            return None
        copy, what = self._known[beginning]
        await self._storage.close()
        self._put(copy)
        self._leave(beginning)
        return what

    def _put(self, copy: Path) -> None:
        for trace in ("", "-wal", "-shm"):  # a file that is cut short is written to disk at once
            self._file.with_name(f"{self._file.name}{trace}").unlink(missing_ok=True)
        shutil.copy(copy, self._file)

    def _leave(self, beginning: tuple[Hashable, ...]) -> None:
        self._played, self._left = beginning, self._traces()

    def _traces(self) -> object:
        """Tell whether anybody wrote, whoever it was: what is committed is in file or log."""
        log = self._file.with_name(f"{self._file.name}-wal")
        file = self._file.stat()
        logged = log.stat() if log.exists() and log.stat().st_size else None
        return file.st_size, file.st_mtime_ns, logged and (logged.st_size, logged.st_mtime_ns)
