"""Tables of numbers that are kept in files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from language.kept import KeptFiles

Numbers: TypeAlias = npt.NDArray[Any]

_HEAD = 1_024  # bytes, more than a header has


class KeptNumbers:
    """Keeps each table in a file of the format NPY, version 1.0."""

    def __init__(self, directory: Path, not_kept: Callable[[str, str], None]) -> None:
        """Keep files in *directory*, as ``KeptFiles`` does."""
        self._files = KeptFiles(directory, not_kept)

    def get(self, name: str, made_of: Sequence[str], make: Callable[[], Numbers]) -> Numbers:
        """Give what is kept under *name*, mapped; *make* it, if it was *made_of* something else."""
        file = f"{name}.npy"
        if (found := self._files.find(file, made_of)) is None:
            made = np.ascontiguousarray(make())
            found = self._files.keep(file, made_of, _head(made), _bytes(made))
        return _table(found)


def _head(table: Numbers) -> bytes:
    described = BytesIO()
    header = np.lib.format.header_data_from_array_1_0(table)
    np.lib.format.write_array_header_1_0(described, header)
    return described.getvalue()


def _bytes(table: Numbers) -> memoryview:
    return table.reshape(-1).view(np.uint8).data


def _table(content: memoryview) -> Numbers:
    described = BytesIO(content[:_HEAD])
    np.lib.format.read_magic(described)
    shape, _fortran, kind = np.lib.format.read_array_header_1_0(described)
    return np.frombuffer(content, kind, offset=described.tell()).reshape(shape)
