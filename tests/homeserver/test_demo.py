"""``ilan-hub demo`` as somebody without a terminal runs it: from nothing to the end of the tour."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from tests.project.catalogs import ROOT


def left_behind(directory: Path) -> list[str]:
    """List the processes that name *directory* on their command line or work in it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            place = str((process / "cwd").readlink())
        except OSError:  # ended meanwhile, or somebody else's
            continue
        if str(directory) in said or place.startswith(str(directory)):
            found.append(f"{process.name}: {said}")
    return found


async def test_the_demo_ends_well_and_leaves_no_process(tmp_path: Path) -> None:
    directory = tmp_path / "demo"
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--directory", str(directory)),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert demo.stdout is not None
    first = await demo.stdout.readline()
    assert left_behind(directory) != []  # it is seen while it runs
    rest = await demo.stdout.read()
    transcript = (first + rest).decode()
    assert await demo.wait() == 0, transcript
    assert transcript.splitlines()[-1].endswith("The tour is over: every expectation was met.")
    assert left_behind(directory) == []
