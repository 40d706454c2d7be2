"""The encoder's process may end, or hang, at any moment: nobody waits, and nothing is mixed up."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest

from benchmarks.support.meaning import running
from language import apart, encoding
from language.apart import EncoderProcess
from language.frames import frame, messages
from language.meaning import Likeness

pytestmark = pytest.mark.slow

PARENT = """
import asyncio, sys
from pathlib import Path
from language.apart import EncoderProcess

async def main():
    encoder = EncoderProcess(Path(sys.argv[1]))
    running = asyncio.create_task(encoder.run())
    await encoder.taught()
    print(encoder._process.pid, flush=True)
    await running

asyncio.run(main())
"""


@pytest.fixture
def encoder(tmp_path_factory: pytest.TempPathFactory, monkeypatch) -> EncoderProcess:
    monkeypatch.setattr(apart, "_PAUSES", (0,))
    learnt = tmp_path_factory.getbasetemp() / "learnt"  # by whichever test comes first
    return EncoderProcess(learnt, patience=60)


@pytest.fixture
async def likeness(encoder: EncoderProcess) -> AsyncIterator[Likeness]:
    likeness = encoder.likeness(1, "greetings")
    likeness.put({"greet": ["hello"], "leave": ["bye"]})
    async with running(encoder):
        yield likeness


def alive(encoder: EncoderProcess) -> Process:
    assert encoder._process is not None
    return encoder._process


def environment_of(process: Process) -> bytes:
    return Path(f"/proc/{process.pid}/environ").read_bytes()


async def nearest(likeness: Likeness, said: str) -> str:
    near = await likeness.to(said)
    return max(near, key=lambda each: near[each])


async def test_one_that_was_killed_is_started_again_and_told_everything(
    encoder: EncoderProcess, likeness: Likeness
):
    assert await nearest(likeness, "good day") == "greet"
    alive(encoder).kill()
    while await likeness.to("good day"):
        pass
    assert not encoder.ready
    likeness.put({"thank": ["thank you"], "leave": []})
    await encoder.taught()
    assert sorted(await likeness.to("good day")) == ["greet", "thank"]
    assert (encoder.starts, encoder.ready) == (2, True)


async def test_it_gets_nothing_of_the_settings_of_the_hub(
    encoder: EncoderProcess, likeness: Likeness
):
    environment = environment_of(alive(encoder))
    names = {each.partition(b"=")[0] for each in environment.split(b"\0") if each}
    assert names == {b"OPENBLAS_NUM_THREADS", b"PATH", b"PYTHONPATH"}


async def test_who_is_not_answered_in_time_goes_on_and_nobody_else_waits(
    encoder: EncoderProcess, likeness: Likeness, monkeypatch: pytest.MonkeyPatch
):
    before = await likeness.to("see you tomorrow")
    alive(encoder).send_signal(signal.SIGSTOP)
    gone = asyncio.create_task(likeness.to("good day"))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    monkeypatch.setattr(encoder, "_patience", 0)
    assert await likeness.to("good day") == {}
    monkeypatch.setattr(encoder, "_patience", 60)
    assert await likeness.to("good day") == {}
    assert (encoder._waiting, encoder.ready) == ({}, False)
    alive(encoder).send_signal(signal.SIGCONT)
    while not (  # noqa: ASYNC110 -- until what was late is answered, too
        after := await likeness.to("see you tomorrow")
    ):
        await asyncio.sleep(0)
    assert after == before
    assert (encoder.starts, encoder.ready) == (1, True)


async def test_one_that_hangs_is_ended(
    encoder: EncoderProcess, likeness: Likeness, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(encoder, "_patience", 0)
    monkeypatch.setattr(apart, "_STUCK", 0)
    hung = alive(encoder)
    hung.send_signal(signal.SIGSTOP)
    assert await likeness.to("good day") == {}
    assert await hung.wait() == -signal.SIGKILL


def test_it_ends_with_a_hub_that_is_killed(tmp_path: Path):
    arguments = [sys.executable, "-c", PARENT, str(tmp_path / "learnt")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        process = os.pidfd_open(int(parent.stdout.readline()))
        assert select.select([process], [], [], 0)[0] == []
        parent.kill()
    assert select.select([process], [], [], 60)[0] == [process]
    os.close(process)


def test_why_it_failed_is_said_without_what_it_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def failing(*_arguments: object) -> None:
        raise ValueError("cannot read: my client is Amal")

    monkeypatch.setattr(encoding, "UniversalEncoder", failing)
    answers = BytesIO()
    encoding.serve(tmp_path, iter([]), answers)
    assert answers.getvalue() == frame({"failed": "ValueError"})


def test_a_message_that_is_cut_short_is_none():
    whole = frame({"said": "\ud800 é"})
    assert [*messages(BytesIO(whole + whole[:-1]))] == [{"said": "\ud800 é"}]
