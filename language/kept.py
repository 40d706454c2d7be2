"""Numbers that take long to make, kept in files from one start to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt

from kit.secret_file import write_secret

Numbers: TypeAlias = npt.NDArray[Any]

_SEAL = 32  # bytes behind the numbers: a hash of what they were made of, and of them
_PIECE = 1 << 20  # bytes that are read at once


class KeptNumbers:
    """A directory with a file for each name: NPY format, version 1.0, and a seal."""

    def __init__(self, directory: Path, not_kept: Callable[[str, str], None]) -> None:
        """Keep files in *directory*, which is made when the first is written.

        *not_kept* is told the name of what could not be written, and why.
        """
        self._directory = directory
        self._not_kept = not_kept

    def get(self, name: str, made_of: Iterable[str], make: Callable[[], Numbers]) -> Numbers:
        """Give what is kept under *name*, mapped; *make* it, if it was *made_of* something else.

        So is a file that is damaged. Where nothing can be written, what was made is given as it is.
        """
        seal = _sealing(made_of)
        path = self._directory / f"{name}.npy"
        if not _is_whole(path, seal.copy()):
            made = np.ascontiguousarray(make())
            described = BytesIO()
            header = np.lib.format.header_data_from_array_1_0(made)
            np.lib.format.write_array_header_1_0(described, header)
            head, numbers = described.getvalue(), made.data.cast("B")
            seal.update(head)
            seal.update(numbers)
            try:
                self._directory.mkdir(mode=0o700, exist_ok=True)
                write_secret(path, head, numbers, seal.digest(), anew=True)
            except OSError as error:
                self._not_kept(name, error.strerror or type(error).__name__)
                return made
        kept: Numbers = np.load(path, mmap_mode="r", allow_pickle=False)
        return kept


def _sealing(made_of: Iterable[str]) -> hashlib.blake2b:
    """Begin a hash with each text, its length before it."""
    seal = hashlib.blake2b(digest_size=_SEAL)
    for each in made_of:
        text = each.encode("utf-8", "surrogatepass")
        seal.update(len(text).to_bytes(8))
        seal.update(text)
    return seal


def _is_whole(path: Path, seal: hashlib.blake2b) -> bool:
    """Tell whether a file has *seal* behind its numbers."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size - _SEAL
            for piece in _pieces(file, size):
                seal.update(piece)
            return file.read() == seal.digest()
    except OSError:
        return False


def _pieces(file: BinaryIO, size: int) -> Iterable[bytes]:
    while size > 0 and (piece := file.read(min(_PIECE, size))):
        size -= len(piece)
        yield piece
