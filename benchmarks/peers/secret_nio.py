"""``python -m benchmarks.peers.secret_nio``: a bot on stock matrix-nio in encrypted rooms.

Its keys are in nio's own store, below the directory that is its one argument.
"""

from __future__ import annotations

import asyncio
import logging
import sys

from nio import AsyncClient, AsyncClientConfig, MatrixRoom, RoomMessageText

from benchmarks.peers.login import ANSWER, QUESTION, Login


async def echo(login: Login, store: str) -> None:
    """Answer every question until the process ends."""
    logging.disable(logging.CRITICAL)
    config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=False)
    client = AsyncClient(
        login.homeserver, login.user_id, login.device_id, store_path=store, config=config
    )
    client.restore_login(login.user_id, login.device_id, login.access_token)
    answering: set[asyncio.Task[None]] = set()

    async def answer(room_id: str) -> None:
        await client.room_send(room_id, "m.room.message", ANSWER, ignore_unverified_devices=True)

    async def heard(room: MatrixRoom, event: RoomMessageText) -> None:
        if event.body == QUESTION:
            task = asyncio.create_task(answer(room.room_id))
            answering.add(task)
            task.add_done_callback(answering.discard)

    client.add_event_callback(heard, RoomMessageText)
    await client.sync_forever(timeout=30_000, full_state=True)


if __name__ == "__main__":
    asyncio.run(echo(Login.given(), sys.argv[1]))
