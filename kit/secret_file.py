"""Files that hold a secret: read only where nobody else can, written whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from kit.errors import BadConfiguration

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_secret(path: Path) -> bytes:
    """Read a file.

    Raises:
        OSError: it is not there, or cannot be read.
        BadConfiguration: somebody else may read or change it.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & _OTHERS:
            message = f"{path}: others on this machine can read it. Run: chmod 600 {path}"
            raise BadConfiguration(message)
        return file.read()


def write_secret(path: Path, *content: bytes | memoryview, anew: bool = False) -> None:
    """Write to a file that only we may read; one that is there stays, or is replaced *anew*.

    The parts of its *content* are written one after the other.

    Raises:
        FileExistsError: it is there, and is to stay.
    """
    path = path.resolve()  # where a link leads: the link itself stays
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        if anew:
            draft.replace(path)
        else:
            path.hardlink_to(draft)
        directory = os.open(path.parent, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)
    finally:
        draft.unlink(missing_ok=True)
