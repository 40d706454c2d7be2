"""A disk that is full: the hub says so and stops, loses nothing, and goes on once there is room."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from benchmarks.support.ledger import Books
from tests.homeserver.world import PATIENCE, World

MEGABYTES = 8
MANY = 20  # commands: what the write-ahead log has room for is used up by then


@contextmanager
def small_disk(directory: Path) -> Iterator[None]:
    """Move *directory* to a file system of its own, in memory, for the block."""
    kept = directory.with_name(f"{directory.name}-kept")
    shutil.copytree(directory, kept)
    size = f"size={MEGABYTES}m,mode=0700"
    mounted = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(directory)]
    if subprocess.run(mounted, check=False, capture_output=True).returncode:
        pytest.skip("nobody but root may mount a small disk")
    try:
        shutil.copytree(kept, directory, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)


@pytest.mark.fault("F33")
async def test_a_full_disk_is_said_and_nothing_is_lost(broken: World, tmp_path: Path) -> None:
    ballast, broken.hub.log = broken.directory / "ballast", tmp_path / "hub.log"
    with small_disk(broken.directory):
        await broken.up()
        await broken.answered(await broken.say())
        with suppress(OSError):  # the hub takes some of what is left meanwhile
            ballast.write_bytes(os.urandom(shutil.disk_usage(broken.directory).free))
        said = [await broken.say() for _number in range(MANY)]
        assert await broken.hub.ended(PATIENCE) == 74
        last = json.loads(broken.hub.log.read_text("utf-8").splitlines()[-1])
        ballast.unlink()
        await broken.up()
        await broken.answered(*said, await broken.say())
        assert await broken.books() == Books([], [], 0)
        await broken.down()
    told = f"the database {broken.directory / 'hub.db'} refused: SQLITE_FULL"
    assert (last["event"], last["why"], last["exit_code"]) == ("hub.failed", told, 74)
