"""What was made is kept from one start to the next, and made again when it is no longer right."""

from __future__ import annotations

import errno
import os
import stat
from mmap import mmap
from pathlib import Path

import numpy as np
import pytest

from language.kept import KeptFiles
from language.numbers import KeptNumbers

CONTENT = bytes(range(250)) * 12
TABLE = np.arange(3_000, dtype=np.int8).reshape(1_000, 3)


class Keeping:
    """Gets what was made, and counts how often it had to be made."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.made = 0
        self.not_kept: list[tuple[str, str]] = []

    def get(self, *made_of: str) -> memoryview:
        files = KeptFiles(self.directory, lambda *why: self.not_kept.append(why))
        found = files.find("some", made_of)
        if found is None:
            self.made += 1
            found = files.keep("some", made_of, CONTENT[:8], memoryview(CONTENT)[8:])
        assert found == CONTENT
        return found


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    return Keeping(tmp_path / "learnt")


def test_what_was_made_is_mapped_at_once_and_at_the_next_start(keeping: Keeping):
    assert [type(keeping.get("a", "b").obj) for _time in range(2)] == [mmap, mmap]
    assert keeping.made == 1


def test_others_cannot_read_it_and_nothing_lies_beside_it(keeping: Keeping):
    keeping.get("a")
    directory = keeping.directory
    assert [each.name for each in directory.iterdir()] == ["some"]
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (directory, directory / "some")]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize("other", [("a",), ("b", "a"), ("ab",), ("a", "c"), ("a", "b", "")])
def test_it_is_made_again_of_something_else(keeping: Keeping, other):
    keeping.get("a", "b")
    keeping.get(*other)
    keeping.get(*other)
    assert keeping.made == 2


@pytest.mark.parametrize("place", [0, 8, 70, 500, -1])
def test_it_is_made_again_when_a_byte_is_wrong(keeping: Keeping, place):
    keeping.get("a")
    file = keeping.directory / "some"
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    keeping.get("a")
    keeping.get("a")
    assert keeping.made == 2


@pytest.mark.parametrize("size", [0, 10, 32, 128, 3_000])
def test_it_is_made_again_when_it_is_cut_short_or_longer(keeping: Keeping, size):
    keeping.get("a")
    os.truncate(keeping.directory / "some", size)
    keeping.get("a")
    os.truncate(keeping.directory / "some", 10_000)
    keeping.get("a")
    assert keeping.made == 3


def test_where_it_cannot_be_written_it_is_used_all_the_same(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    keeping.get("a")
    assert [*keeping.directory.iterdir()] == []
    assert keeping.not_kept == [("some", "No space left on device")]


@pytest.mark.parametrize("table", [TABLE, TABLE.astype(np.float32), TABLE[:0]])
def test_a_table_of_numbers_is_made_once_and_comes_back_as_it_was(tmp_path: Path, table):
    made = []

    def make() -> np.ndarray:
        made.append(1)
        return table

    for _time in range(2):
        numbers = KeptNumbers(tmp_path, lambda *why: pytest.fail(str(why)))
        found = numbers.get("some", ("a",), make)
        assert (found.dtype, found.tolist()) == (table.dtype, table.tolist())
    assert len(made) == 1
