"""Secrets are read where nobody else can, and written whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kit.errors import BadConfiguration
from kit.secret_file import read_secret, write_secret


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secret"


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_what_is_written_is_for_us_alone_and_leaves_nothing_beside_it(file: Path):
    for content in (b"one", b"two"):
        write_secret(file, content, anew=True)
        assert (read_secret(file), mode(file)) == (content, 0o600)
    assert [each.name for each in file.parent.iterdir()] == ["secret"]


def test_one_that_is_there_stays(file: Path):
    write_secret(file, b"one")
    with pytest.raises(FileExistsError):
        write_secret(file, b"two")
    assert read_secret(file) == b"one"
    assert [each.name for each in file.parent.iterdir()] == ["secret"]


def test_a_write_that_fails_leaves_what_was_there(file: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(_descriptor: int) -> None:
        raise OSError("the disk is full")

    write_secret(file, b"one")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        write_secret(file, b"two", anew=True)
    assert read_secret(file) == b"one"
    assert [each.name for each in file.parent.iterdir()] == ["secret"]


def test_a_file_that_others_could_read_is_for_us_alone_afterwards(file: Path):
    file.write_bytes(b"one")
    file.chmod(0o644)
    write_secret(file, b"two", anew=True)
    assert mode(file) == 0o600


@pytest.mark.parametrize("readable", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_read_is_refused_with_what_mends_it(file: Path, readable: int):
    write_secret(file, b"one")
    file.chmod(readable)
    with pytest.raises(BadConfiguration, match=f"Run: chmod 600 {file}$"):
        read_secret(file)


def test_a_link_stays_a_link(file: Path):
    file.symlink_to(file.with_name("elsewhere"))
    write_secret(file, b"one", anew=True)
    assert (file.is_symlink(), read_secret(file)) == (True, b"one")
