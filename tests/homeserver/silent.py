"""Devices that have keys and say nothing, cheap enough for a room of many."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from bot.sandbox.client import PlainClient
from bot.sandbox.homeserver import Account, Homeserver
from tests.bot.encryption.peer import Peer

# One for each device that gives it keys, and some to spare.
KEYS_EACH = 6
LOGINS_AT_ONCE = 4
_KEYS_ALONE = json.dumps(
    {
        "room": {"rooms": []},
        "presence": {"types": []},
        "account_data": {"types": []},
    }
)


class Silent:
    """One such device: it looks for keys when a test says so."""

    def __init__(self, session: aiohttp.ClientSession, url: str, account: Account) -> None:
        """Use the device of *account*, whose keys are not published yet."""
        self.device_id = account.device_id
        self._peer = Peer(account.user_id, account.device_id)
        self._client = PlainClient(session, url, account)
        self._since: list[tuple[str, str]] = []

    async def publish(self) -> None:
        """Let others find the device, and write to it."""
        await self.appear()
        await self.refill()

    async def appear(self) -> None:
        """Let others find the device."""
        body = {"device_keys": self._peer.device_keys()}
        await self._client.call("POST", "/keys/upload", body)

    async def refill(self) -> None:
        """Give others keys to write to the device with."""
        keys: dict[str, Any] = {}
        for _number in range(KEYS_EACH):
            keys |= self._peer.one_time_key()
        await self._client.call("POST", "/keys/upload", {"one_time_keys": keys})

    async def log_out(self) -> None:
        """End the device: nobody finds it any more."""
        await self._client.call("POST", "/logout", {})

    async def given(self, sender: str) -> list[str]:
        """Name the sessions whose keys somebody gave since it last looked, one for each key."""
        query = [("filter", _KEYS_ALONE), *self._since]
        answer = await self._client.call("GET", "/sync", query=query)
        self._since = [("since", answer["next_batch"])]
        whispered = [
            self._peer.hears(event["content"])
            for event in answer.get("to_device", {}).get("events", [])
            if (event["sender"], event["type"]) == (sender, "m.room.encrypted")
        ]
        return [said["content"]["session_id"] for said in whispered if said["type"] == "m.room_key"]

    def reads(self, content: dict[str, Any]) -> dict[str, Any]:
        """Decrypt the content of an event; raises KeyError without its key."""
        return self._peer.reads(content)


async def silent_devices(
    homeserver: Homeserver, session: aiohttp.ClientSession, user_id: str, number: int
) -> list[Silent]:
    """Log somebody in so many more times."""
    localpart = user_id[1:].partition(":")[0]
    few = asyncio.Semaphore(LOGINS_AT_ONCE)

    async def device() -> Silent:
        async with few:
            made = Silent(session, homeserver.url, await homeserver.register(localpart))
            await made.publish()
        return made

    return await asyncio.gather(*(device() for _number in range(number)))
