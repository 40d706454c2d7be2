"""``ilan-hub demo`` as somebody without a terminal runs it: from nothing to the end of the tour."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path
from unicodedata import category, east_asian_width

import aiohttp

from bot.sandbox.homeserver import Homeserver, find_python
from tests.homeserver.world import eventually
from tests.project.catalogs import ROOT

TERMINAL = 100


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


def columns(line: str) -> int:
    """Count what a terminal needs for a line."""
    wide, nothing = {"W", "F"}, {"Cf", "Mn"}
    seen = [sign for sign in line if category(sign) not in nothing]
    return sum(2 if east_asian_width(sign) in wide else 1 for sign in seen)


async def played(directory: Path) -> str:
    """Run the demo to its end and return what it printed."""
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
    assert left_behind(directory) == []
    return transcript


SCENES = [
    "The Space",
    "Value first",
    "Onboarding",
    "Who works for the network",
    "An event that comes again",
    "An expert",
    "The library",
    "A moderator",
    "An interpreter",
]


async def test_nothing_outlives_a_demo_that_is_killed(tmp_path: Path) -> None:
    directory = tmp_path / "demo"
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--directory", str(directory)),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )

    def parts() -> list[str]:
        return [each for each in left_behind(directory) if not each.startswith(f"{demo.pid}:")]

    await eventually(lambda: any(str(directory / "hub") in each for each in parts()))
    demo.send_signal(signal.SIGKILL)
    await demo.wait()
    await eventually(lambda: not parts())


async def test_the_demo_ends_well_twice_and_leaves_no_process(tmp_path: Path) -> None:
    directory = tmp_path / "demo"
    await played(directory)
    # What the first left, such as words for who has no device to decrypt them, holds up no second.
    transcript = await played(directory)
    lines = transcript.splitlines()
    assert lines[-1].endswith("The tour is over: every expectation was met.")
    assert [line for line in lines if line.startswith("{")] == []  # no log in between
    scenes = re.findall(r"^── \d\. ([^:(]+?)(?::| \()", transcript, re.MULTILINE)
    assert scenes == SCENES
    assert [line for line in lines if columns(line) > TERMINAL] == []
    accounts = re.findall(
        r"^  a (\w+) +(@\1-2:hub\.test), password (\S+)$", transcript, re.MULTILINE
    )
    assert [role for role, _user_id, _password in accounts] == ["newcomer", "moderator"]
    async with (
        Homeserver(directory / "synapse", find_python(), keep=True, open_to_all=True) as synapse,
        aiohttp.ClientSession() as session,
    ):
        assert f"  homeserver  {synapse.url}" in lines
        for role, user_id, password in accounts:  # it logs in, since the account is there
            assert (await synapse.register(f"{role}-2", password)).user_id == user_id
        url, new = (
            f"{synapse.url}/_matrix/client/v3/register",
            {"username": "amal", "password": "x"},
        )
        async with session.post(url, json=new | {"auth": {"type": "m.login.dummy"}}) as answer:
            assert (answer.status, (await answer.json())["user_id"]) == (200, "@amal:hub.test")
