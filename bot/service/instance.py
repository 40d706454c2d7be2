"""One process for one directory, and what it last wrote on the homeserver as its own."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kit.errors import AlreadyRunning, BadConfiguration

LOCK = "hub.lock"


@contextmanager
def only_instance(directory: Path) -> Iterator[None]:
    """Hold the lock of this directory: two processes on one device would corrupt its keys.

    Raises:
        AlreadyRunning: another process holds it.
        BadConfiguration: nothing can be written there.
    """
    path = directory / LOCK
    try:
        lock = path.open("a")
    except OSError as error:
        message = f"{path}: {error.strerror}. The hub keeps its files beside its configuration"
        raise BadConfiguration(message) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"another hub is running in {directory.absolute()}"
            raise AlreadyRunning(message) from error
        yield


class OwnLeases:
    """Which leases a directory has written, in the file of its lock.

    They count in this very file only: a copy of it is another file, perhaps on another machine.
    """

    def __init__(self, directory: Path) -> None:
        """Read and write below *directory*, whose lock is held."""
        self._path = directory / LOCK

    def read(self) -> frozenset[str]:
        """List them."""
        with self._path.open() as file:
            here, *known = file.read().split() or [""]
            return frozenset(known) if here == _place(file.fileno()) else frozenset()

    def write(self, *leases: str) -> None:
        """Keep these instead of what was kept."""
        with self._path.open("r+") as file:
            written = file.write(" ".join([_place(file.fileno()), *leases]))
            file.truncate(written)
            file.flush()
            os.fsync(file.fileno())


def _place(descriptor: int) -> str:
    found = os.fstat(descriptor)
    return f"{found.st_dev}:{found.st_ino}"
