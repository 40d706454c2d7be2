"""A hub whose people are heard by the test, and whose errands are done on a real homeserver."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from bot.matrix.client import Client
from bot.matrix.sender import Sender
from bot.sandbox.homeserver import Homeserver
from tests.harness import Talk
from tests.homeserver.site import open_database
from tests.keyring import keyring

_NUMBERS = itertools.count(1)


class TalkOfMany(Talk):
    """A talk whose transaction ids are its own: addresses on the homeserver come from them."""

    def _next(self) -> int:
        return next(_NUMBERS)


class Acting:
    """What people say is put into the inbox; what the hub does about it, the homeserver sees."""

    def __init__(self, talk: Talk, client: Client) -> None:
        self.talk = talk
        self.client = client
        self.intake, self.keys = keyring(client, talk.storage, lambda: talk.now)
        self._sender = Sender(
            client,
            talk.storage,
            clock=lambda: talk.now,
            random=Random(1),
            server_name=client.user_id.partition(":")[2],
            keys=self.keys,
        )

    async def acts(self) -> None:
        """Do all that is queued and may be tried now."""
        await self._sender.drain(60)


@asynccontextmanager
async def acting(homeserver: Homeserver, directory: Path, name: str) -> AsyncIterator[Acting]:
    """Let a new account called *name* act as the hub."""
    account = await homeserver.register(name)
    storage = await asyncio.to_thread(open_database, directory / "hub.db")
    client = Client(homeserver.url, account.user_id, account.device_id, account.access_token)
    try:
        yield Acting(TalkOfMany(storage, hub=account.user_id), client)
    finally:
        await client.close()
        await storage.close()
