"""The encoder beside a benchmark, as it runs beside the hub."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from language.apart import EncoderProcess


@asynccontextmanager
async def running(encoder: EncoderProcess | None) -> AsyncIterator[None]:
    """Let it run, once it has learnt all sentences."""
    if encoder is None:
        yield
        return
    task = asyncio.create_task(encoder.run())
    try:
        await encoder.taught()
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
