"""``python -m benchmarks.peers.raw``: the least a bot can do, two requests per answer.

No library, no storage, no order within a room: what the homeserver itself allows.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets

import aiohttp

from benchmarks.peers.login import ANSWER, QUESTION, Login


async def echo(login: Login) -> None:
    """Answer every question until the process ends."""
    base = f"{login.homeserver}/_matrix/client/v3"
    numbers, run = itertools.count(), secrets.token_hex(4)
    body = json.dumps(ANSWER).encode()
    answering: set[asyncio.Task[None]] = set()

    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {login.access_token}"},
        connector=aiohttp.TCPConnector(limit=0),
    ) as session:

        async def answer(room_id: str) -> None:
            address = f"{base}/rooms/{room_id}/send/m.room.message/{run}{next(numbers)}"
            async with session.put(address, data=body) as response:
                await response.read()

        since = login.since()
        while True:
            query = {"filter": json.dumps(login.filter(first=since is None)), "timeout": "30000"}
            query |= {"since": since} if since else {"timeout": "0"}
            async with session.get(f"{base}/sync", params=query) as response:
                said = json.loads(await response.read())
            rooms = said.get("rooms", {}).get("join", {}) if since else {}
            for room_id, room in rooms.items():
                for event in room["timeline"]["events"]:
                    if event["content"].get("body") == QUESTION:
                        task = asyncio.create_task(answer(room_id))
                        answering.add(task)
                        task.add_done_callback(answering.discard)
            since = said["next_batch"]
            login.keep(since)


if __name__ == "__main__":
    asyncio.run(echo(Login.given()))
