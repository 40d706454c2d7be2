"""The plain client-server API of Matrix, as far as a person in the demo or a test needs it."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.sandbox.homeserver import Account

Event = dict[str, Any]


class ErrorResponse(Exception):
    """The homeserver said no."""

    def __init__(self, status: int, code: str, reason: str) -> None:
        super().__init__(f"{status} {code}: {reason}")
        self.status = status
        self.code = code


class PlainClient:
    """One account's calls. ``throttled`` counts how often it was told to slow down, and did."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str, account: Account) -> None:
        self.user_id = account.user_id
        self.throttled = 0
        self._session = session
        self._url = f"{base_url}/_matrix/client"
        self._headers = {"Authorization": f"Bearer {account.access_token}"}

    async def say(self, room_id: str, body: str, **content: Any) -> str:
        """Send a text message, or what *content* makes of it, and return its event id."""
        return await self._send(
            room_id, "m.room.message", {"msgtype": "m.text", "body": body, **content}
        )

    async def _send(self, room_id: str, kind: str, content: Mapping[str, Any]) -> str:
        path = f"/rooms/{quote(room_id)}/send/{kind}/{uuid.uuid4().hex}"
        return str((await self.call("PUT", path, content))["event_id"])

    async def create_direct(self, user_id: str) -> str:
        """Open a direct chat and invite *user_id* to it."""
        return await self._create_direct(user_id)

    async def _create_direct(self, user_id: str, **settings: Any) -> str:
        chat = {"preset": "trusted_private_chat", "is_direct": True, "invite": [user_id]}
        return str((await self.call("POST", "/createRoom", chat | settings))["room_id"])

    async def join(self, room: str, via: Sequence[str] = ()) -> str:
        """Join a room by its id or alias and return its id."""
        servers = [("via", server) for server in via]
        return str((await self.call("POST", f"/join/{quote(room)}", {}, servers))["room_id"])

    async def leave(self, room_id: str) -> None:
        """Leave a room, or decline the invitation to it."""
        await self.call("POST", f"/rooms/{quote(room_id)}/leave", {})

    async def set_display_name(self, name: str) -> None:
        """Be called *name* from now on."""
        path = f"/profile/{quote(self.user_id)}/displayname"
        await self.call("PUT", path, {"displayname": name})

    async def state(self, room_id: str, kind: str, key: str = "") -> dict[str, Any] | None:
        """Return the content of a state event, or None where the room has none."""
        try:
            return await self.call("GET", f"/rooms/{quote(room_id)}/state/{kind}/{quote(key)}")
        except ErrorResponse as refusal:
            if refusal.code == "M_NOT_FOUND":
                return None
            raise

    async def resolve(self, alias: str) -> str:
        """Return the id of the room behind an alias."""
        return str((await self.call("GET", f"/directory/room/{quote(alias)}"))["room_id"])

    async def hierarchy(self, space: str) -> list[dict[str, Any]]:
        """Return the rooms of a Space and its sub-spaces that this member may see."""
        rooms: dict[str, dict[str, Any]] = {}
        query = [("limit", "50")]
        while True:  # the server gives fifty at a time, whatever it is asked for
            path = f"/rooms/{quote(space)}/hierarchy"
            page = await self.call("GET", path, query=query, version="v1")
            rooms |= {room["room_id"]: room for room in page["rooms"]}
            if "next_batch" not in page:
                return list(rooms.values())
            query = [("limit", "50"), ("from", page["next_batch"])]

    async def messages(self, room_id: str) -> list[Event]:
        """Return every event of the room this member may see, oldest first."""
        return await self.history(room_id)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Sequence[tuple[str, str]] = (),
        version: str = "v3",
    ) -> dict[str, Any]:
        """Ask the client-server API, waiting whenever it says so, and return the answer."""
        while True:
            request = self._session.request(
                method,
                f"{self._url}/{version}{path}",
                json=body,
                params=query,
                headers=self._headers,
            )
            async with request as response:
                answer: dict[str, Any] = {}
                with contextlib.suppress(ValueError):  # a proxy's error page is not JSON
                    answer = await response.json(content_type=None)
            if response.ok:
                return answer
            if response.status != 429:  # noqa: PLR2004 -- Too Many Requests
                raise ErrorResponse(
                    response.status, answer.get("errcode", "?"), answer.get("error", "no reason")
                )
            self.throttled += 1
            await asyncio.sleep(float(response.headers.get("Retry-After", "1")))

    async def history(self, room_id: str, *, start: str = "", **bounds: str) -> list[Event]:
        """Read backwards from *start*, or from now, and return it oldest first."""
        events: list[Event] = []
        query = {"dir": "b", "limit": "100", **bounds}
        if start:
            query["from"] = start
        while True:
            path = f"/rooms/{quote(room_id)}/messages"
            page = await self.call("GET", path, query=list(query.items()))
            events += page["chunk"]
            if "end" not in page:
                return events[::-1]
            query["from"] = page["end"]
