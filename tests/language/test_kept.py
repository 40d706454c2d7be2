"""Numbers are kept from one start to the next, and made again when they are no longer right."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from language.kept import KeptNumbers, Numbers

MADE = np.arange(3_000, dtype=np.int8).reshape(1_000, 3)


class Making:
    """Makes numbers, and counts how often."""

    def __init__(self) -> None:
        self.times = 0
        self.not_kept: list[tuple[str, str]] = []

    def note(self, name: str, reason: str) -> None:
        self.not_kept.append((name, reason))

    def __call__(self) -> Numbers:
        self.times += 1
        return MADE


@pytest.fixture
def making() -> Making:
    return Making()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "learnt"


def get(directory: Path, making: Making, *made_of: str) -> Numbers:
    found = KeptNumbers(directory, making.note).get("some", made_of, making)
    assert (found.dtype, found.tolist()) == (MADE.dtype, MADE.tolist())
    return found


def test_what_was_made_is_mapped_at_the_next_start(directory: Path, making: Making):
    get(directory, making, "a", "b")
    assert isinstance(get(directory, making, "a", "b"), np.memmap)
    assert making.times == 1


def test_others_cannot_read_it_and_nothing_lies_beside_it(directory: Path, making: Making):
    get(directory, making, "a")
    assert [each.name for each in directory.iterdir()] == ["some.npy"]
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (directory, directory / "some.npy")]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize("other", [("a",), ("b", "a"), ("ab",), ("a", "c"), ("a", "b", "")])
def test_it_is_made_again_of_something_else(directory: Path, making: Making, other):
    get(directory, making, "a", "b")
    get(directory, making, *other)
    get(directory, making, *other)
    assert making.times == 2


@pytest.mark.parametrize("place", [0, 8, 70, 500, -1])
def test_it_is_made_again_when_a_byte_is_wrong(directory: Path, making: Making, place):
    get(directory, making, "a")
    file = directory / "some.npy"
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    get(directory, making, "a")
    get(directory, making, "a")
    assert making.times == 2


@pytest.mark.parametrize("size", [0, 10, 128, 3_000])
def test_it_is_made_again_when_it_is_cut_short_or_longer(directory: Path, making: Making, size):
    get(directory, making, "a")
    os.truncate(directory / "some.npy", size)
    get(directory, making, "a")
    os.truncate(directory / "some.npy", 10_000)
    get(directory, making, "a")
    assert making.times == 3


def test_where_it_cannot_be_written_it_is_used_all_the_same(
    directory: Path, making: Making, monkeypatch: pytest.MonkeyPatch
):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    get(directory, making, "a")
    assert [*directory.iterdir()] == []
    assert making.not_kept == [("some", "No space left on device")]
