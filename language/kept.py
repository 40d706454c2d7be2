"""What takes long to make, kept in files from one start to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from mmap import ACCESS_READ, mmap
from pathlib import Path

from kit.secret_file import write_secret

_SEAL = 32  # bytes behind the content: a hash of what it was made of, and of it
_PIECE = 1 << 20  # bytes that are read at once


class KeptFiles:
    """A directory with a file for each name: its content, and a seal."""

    def __init__(self, directory: Path, not_kept: Callable[[str, str], None]) -> None:
        """Keep files in *directory*, which is made when the first is written.

        *not_kept* is told the name of what could not be written, and why.
        """
        self._directory = directory
        self._not_kept = not_kept

    def find(self, name: str, made_of: Iterable[str]) -> memoryview | None:
        """Map what is kept as *name*; None if it was *made_of* something else, or is damaged."""
        seal = _sealing(made_of)
        try:
            with (self._directory / name).open("rb") as file:
                size = file.seek(0, 2) - _SEAL
                file.seek(0)
                for start in range(0, size, _PIECE):
                    seal.update(file.read(min(_PIECE, size - start)))
                if size <= 0 or file.read() != seal.digest():
                    return None
                return memoryview(mmap(file.fileno(), size, access=ACCESS_READ))
        except OSError:
            return None

    def keep(self, name: str, made_of: Iterable[str], *content: bytes | memoryview) -> memoryview:
        """Write *content*, part after part, and map it; as it is where nothing can be written."""
        seal = _sealing(made_of)
        for part in content:
            seal.update(part)
        try:
            self._directory.mkdir(mode=0o700, exist_ok=True)
            path = self._directory / name
            write_secret(path, *content, seal.digest(), anew=True)
            with path.open("rb") as file:
                size = sum(memoryview(part).nbytes for part in content)
                return memoryview(mmap(file.fileno(), size, access=ACCESS_READ))
        except OSError as error:
            self._not_kept(name, error.strerror or type(error).__name__)
            return memoryview(b"".join(content))


def _sealing(made_of: Iterable[str]) -> hashlib.blake2b:
    """Begin a hash with each text, its length before it."""
    seal = hashlib.blake2b(digest_size=_SEAL)
    for each in made_of:
        text = each.encode("utf-8", "surrogatepass")
        seal.update(len(text).to_bytes(8))
        seal.update(text)
    return seal
