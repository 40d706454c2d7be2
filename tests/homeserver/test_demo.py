"""``ilan-hub demo`` as somebody without a terminal runs it: from nothing to the end of the tour."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import aiohttp

from bot.sandbox.homeserver import Homeserver, find_python
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
    lines = transcript.splitlines()
    assert lines[-1].endswith("The tour is over: every expectation was met.")
    assert [line for line in lines if line.startswith("{")] == []  # no log in between
    assert left_behind(directory) == []
    accounts = re.findall(r"^  a (\w+) +(@\1:hub\.test), password (\S+)$", transcript, re.MULTILINE)
    assert [role for role, _user_id, _password in accounts] == ["newcomer", "moderator"]
    async with (
        Homeserver(directory / "synapse", find_python(), keep=True, open_to_all=True) as synapse,
        aiohttp.ClientSession() as session,
    ):
        assert f"  homeserver  {synapse.url}" in lines
        for role, user_id, password in accounts:  # it logs in, since the account is there
            assert (await synapse.register(role, password)).user_id == user_id
        url, new = (
            f"{synapse.url}/_matrix/client/v3/register",
            {"username": "amal", "password": "x"},
        )
        async with session.post(url, json=new | {"auth": {"type": "m.login.dummy"}}) as answer:
            assert (answer.status, (await answer.json())["user_id"]) == (200, "@amal:hub.test")
