"""``python -m benchmarks.peers.lean_nio``: matrix-nio as its README shows it, made lean.

Lean: a filter that brings messages only, no full state, and each answer sent by a task of its own
instead of inside the callback, where it would hold up everything behind it.
"""

from __future__ import annotations

import asyncio
import logging

from nio import AsyncClient, AsyncClientConfig, MatrixRoom, RoomMessageText, SyncResponse

from benchmarks.peers.login import ANSWER, QUESTION, Login


async def echo(login: Login) -> None:
    """Answer every question until the process ends."""
    logging.disable(logging.CRITICAL)
    config = AsyncClientConfig(encryption_enabled=False, store_sync_tokens=False)
    client = AsyncClient(login.homeserver, login.user_id, login.device_id, config=config)
    client.restore_login(login.user_id, login.device_id, login.access_token)
    answering: set[asyncio.Task[None]] = set()

    async def heard(room: MatrixRoom, event: RoomMessageText) -> None:
        if event.body == QUESTION:
            task = asyncio.create_task(client.room_send(room.room_id, "m.room.message", ANSWER))
            answering.add(task)
            task.add_done_callback(answering.discard)

    async def read(response: SyncResponse) -> None:
        login.keep(response.next_batch)

    since = login.since()
    if since is None:
        first = await client.sync(timeout=0, sync_filter=login.filter(first=True))
        since = first.next_batch
        login.keep(since)
    client.add_event_callback(heard, RoomMessageText)
    client.add_response_callback(read, SyncResponse)
    await client.sync_forever(
        timeout=30_000, since=since, sync_filter=login.filter(first=False), full_state=False
    )


if __name__ == "__main__":
    asyncio.run(echo(Login.given()))
