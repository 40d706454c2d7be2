"""Databases that nobody has used yet: a hub's first start takes half a second to make one."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.engine import Storage
from storage.migrate import upgrade
from storage.vault import Vault


def make_database(file: Path) -> None:
    """Make one that takes any key, beside the loop that runs: it cannot be awaited."""
    file.touch(mode=0o600)  # as a hub makes it
    file.write_bytes(_made())


@cache
def _made() -> bytes:
    async def make(file: Path) -> None:
        storage = Storage(f"sqlite:///{file}", Vault(bytes(32)))
        await upgrade(storage)
        await storage.close()

    with TemporaryDirectory() as place:
        file = Path(place, "hub.db")
        asyncio.run(make(file))
        return file.read_bytes()
