"""A process beside ours that runs a module of ours, and knows nothing but what it is told."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

_ENVIRONMENT = {
    "PYTHONPATH": str(Path(__file__).parents[1]),
    # Tables of numbers so small that several threads would only wait for each other.
    "OPENBLAS_NUM_THREADS": "1",
}


async def start_beside(module: str, *arguments: str) -> Process:
    """Start ``python -m module`` with pipes to its input and output.

    It gets no setting, key or address of ours. What it writes to its standard error is lost: a
    traceback may quote what somebody said.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # nothing is imported from where we were started
        "-m",
        module,
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=_ENVIRONMENT | {"PATH": os.environ.get("PATH", os.defpath)},
    )
