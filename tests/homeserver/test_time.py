"""The machine's clock is set under a hub that runs: it goes on, and what falls due comes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import libfaketime
import pytest
import yaml

from bot.sandbox.client import Event
from tests.homeserver.world import PATIENCE, World, eventually
from tests.project.catalogs import ROOT

# Time is what this library says to a process that it is loaded into: a file tells how far off.
LIBRARY = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"


class Watch:
    """What the hub's process takes for the machine's clock."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "clock"
        self.set(0)

    def set(self, hours: int) -> None:
        """Let it be so many hours ahead from here on, or behind."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{hours:+}h\n")
        draft.replace(self._file)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


@asynccontextmanager
async def running(world: World, watch: Watch, log: Path) -> AsyncIterator[None]:
    """Run the world's hub as an operator does, with a clock of its own."""
    config = world.hub.config
    settings = yaml.safe_load(config.read_text("utf-8"))
    config.write_text(yaml.safe_dump(settings | {"talk": {"by_meaning": False}}), "utf-8")
    with log.open("wb") as file:
        hub = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from bot.cli import main; main()"),
            *("run", "--config", str(config)),
            cwd=ROOT,
            env=os.environ | watch.environment,
            stdout=file,
            stderr=file,
        )
    try:
        yield
        hub.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(hub.wait(), PATIENCE) == 0
    finally:
        if hub.returncode is None:
            hub.kill()


def events(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text("utf-8").splitlines() if line[:1] == "{"]


def kind(event: Event) -> str:
    return str(event["content"].get("org.ilan.hub", {}).get("kind", ""))


@pytest.mark.skipif(not LIBRARY.exists(), reason="libfaketime was not built for this machine")
async def test_a_clock_that_is_set_holds_nothing_up(broken: World, tmp_path: Path) -> None:
    watch, log = Watch(tmp_path), tmp_path / "hub.log"
    (member,), (chat,) = broken.members, broken.chats
    async with running(broken, watch, log):
        await broken.answered(await broken.say())
        greeting = (await member.messages(chat))[0]["event_id"]
        answer = {"m.relates_to": {"m.in_reply_to": {"event_id": greeting}}}
        await member.say(chat, "remind of this in 2h", **answer)
        await member.wait(lambda event: kind(event) == "events.remind_of_this", PATIENCE)
        watch.set(-5)
        await eventually(lambda: "clock.went_back" in log.read_text("utf-8"))
        await broken.answered(await broken.say())
        watch.set(3)
        await member.wait(lambda event: kind(event) == "events.message_reminder", PATIENCE)
        await broken.answered(await broken.say())
    (back,) = [each for each in events(log) if each["event"] == "clock.went_back"]
    assert round(back["seconds"] / 3600) == 5
