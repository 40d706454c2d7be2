"""``python -m benchmarks.fakes.homeserver PORT``: a homeserver in memory that answers at once.

Each account has sixty-four direct chats of its own. ``POST /measure`` lets the people in them ask
an account and ask again as soon as they are answered, and says how that went. ``POST /happen``
tells an account of anything else: events by room, and who invites it to which room. Everybody's
filter leaves out their own messages, so those are not echoed.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from aiohttp import web

from benchmarks.peers.login import QUESTION

ROOMS = 64
SERVER = "fake.test"
_LONGEST_POLL = 25
_STAMP = int(datetime(2031, 1, 1, tzinfo=UTC).timestamp() * 1000)


def chats() -> dict[str, str]:
    """List who asks, and the direct chat each of them asks in."""
    return {f"@asker{n}:{SERVER}": f"!chat{n}:{SERVER}" for n in range(ROOMS)}


def event(event_id: str, sender: str, body: str = QUESTION) -> dict[str, Any]:
    """Make a message as /sync has it."""
    return {
        "type": "m.room.message",
        "sender": sender,
        "content": {"msgtype": "m.text", "body": body},
        "event_id": event_id,
        "origin_server_ts": _STAMP,
        "unsigned": {"age": 12},
    }


@dataclass(slots=True)
class Account:
    """What one account has still to be told, and how the measurement of it stands."""

    news: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    invitations: dict[str, str] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    syncs: int = 0
    latency: float = 0
    until: float = 0
    asked: dict[str, float] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    took: list[float] = field(default_factory=list)
    idle: asyncio.Event = field(default_factory=asyncio.Event)


class FakeHomeserver:
    """The few requests that a bot in plain rooms makes; there is no state, and all else is well."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = defaultdict(Account)
        self._numbers = itertools.count(1)
        self._askers = {room: person for person, room in chats().items()}

    def application(self) -> web.Application:
        """Return the routes."""
        application = web.Application(client_max_size=2**24)
        base = "/_matrix/client/v3"
        application.add_routes(
            [
                web.get(f"{base}/sync", self._sync),
                web.put(f"{base}/rooms/{{room}}/send/{{type}}/{{txn}}", self._send),
                web.get(f"{base}/account/whoami", self._whoami),
                web.post(f"{base}/join/{{room}}", self._join),
                web.get(f"{base}/rooms/{{room}}/joined_members", self._members),
                web.post("/measure", self._measure),
                web.post("/happen", self._happen),
                web.get("/syncs", self._syncs),
                web.post(f"{base}/keys/upload", self._keys),
                web.get(f"{base}/rooms/{{room}}/members", self._nobody_else),
                web.get("/{path:.*}", self._nothing),
                web.route("*", "/{path:.*}", self._well),
            ]
        )
        return application

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"one_time_key_counts": {"signed_curve25519": 50}})

    async def _nobody_else(self, _request: web.Request) -> web.Response:
        return web.json_response({"chunk": []})

    async def _nothing(self, _request: web.Request) -> web.Response:
        return web.json_response({"errcode": "M_NOT_FOUND", "error": "not found"}, status=404)

    async def _well(self, _request: web.Request) -> web.Response:
        return web.json_response({})

    def _account(self, request: web.Request) -> Account:
        return self._accounts[request.headers["Authorization"].removeprefix("Bearer ")]

    def _ask(self, account: Account, room: str) -> None:
        account.asked[room] = perf_counter()
        account.news[room].append(event(f"${next(self._numbers):043}", self._askers[room]))
        account.woken.set()

    async def _sync(self, request: web.Request) -> web.Response:
        account = self._account(request)
        account.syncs += 1
        first = "since" not in request.query
        if not (account.news or account.invitations or first):
            account.woken.clear()
            try:
                async with asyncio.timeout(_LONGEST_POLL):
                    await account.woken.wait()
            except TimeoutError:
                pass
        news, invitations = dict(account.news), account.invitations
        account.news.clear()
        account.invitations = {}
        if first:
            news = {room: [] for room in self._askers}
        joined = {
            room: {
                "timeline": {"events": events, "limited": False, "prev_batch": "p"},
                "state": {"events": []},
                "ephemeral": {"events": []},
                "account_data": {"events": []},
                "unread_notifications": {},
                "summary": {},
            }
            for room, events in news.items()
        }
        answer = {
            "next_batch": f"s{next(self._numbers)}",
            "rooms": {
                "join": joined,
                "invite": {room: _invitation(request, by) for room, by in invitations.items()},
            },
            "device_one_time_keys_count": {"signed_curve25519": 50},
        }
        return web.json_response(answer)

    async def _send(self, request: web.Request) -> web.Response:
        account, room = self._account(request), request.match_info["room"]
        json.loads(await request.read())
        if account.latency:
            await asyncio.sleep(account.latency)
        txn = request.match_info["txn"]
        if txn not in account.sent and room in account.asked:
            account.sent.add(txn)
            account.took.append(perf_counter() - account.asked.pop(room))
            if perf_counter() < account.until:
                self._ask(account, room)
            elif not account.asked:
                account.idle.set()
        return web.json_response({"event_id": f"${txn}"})

    async def _join(self, request: web.Request) -> web.Response:
        account = self._account(request)
        account.news[request.match_info["room"]] += []
        account.woken.set()
        return web.json_response({"room_id": request.match_info["room"]})

    async def _members(self, request: web.Request) -> web.Response:
        room, account = request.match_info["room"], self._account(request)
        me = request.headers["Authorization"].removeprefix("Bearer ")
        there = [f"@{me}:{SERVER}", account.hosts.get(room) or self._askers.get(room)]
        return web.json_response({"joined": {who: {} for who in there if who}})

    async def _whoami(self, request: web.Request) -> web.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return web.json_response({"user_id": f"@{token}:{SERVER}", "device_id": "DEVICE"})

    async def _happen(self, request: web.Request) -> web.Response:
        account, said = self._account(request), await request.json()
        for room, events in said.get("events", {}).items():
            account.news[room] += events
        account.invitations |= said.get("invitations", {})
        account.hosts |= said.get("invitations", {})
        account.woken.set()
        return web.json_response({})

    async def _syncs(self, request: web.Request) -> web.Response:
        return web.json_response({"syncs": self._account(request).syncs})

    async def _measure(self, request: web.Request) -> web.Response:
        account, wanted = self._account(request), await request.json()
        account.latency, account.took = wanted["latency"], []
        began = perf_counter()
        account.until = began + wanted["seconds"]
        account.idle.clear()
        for room in list(self._askers)[: wanted.get("askers", ROOMS)]:
            self._ask(account, room)
        async with asyncio.timeout(wanted["seconds"] + 60):
            await account.idle.wait()
        return web.json_response(
            {"answered": len(account.took), "seconds": perf_counter() - began, "took": account.took}
        )


def _invitation(request: web.Request, sender: str) -> dict[str, Any]:
    token = request.headers["Authorization"].removeprefix("Bearer ")
    member = {
        "type": "m.room.member",
        "sender": sender,
        "state_key": f"@{token}:{SERVER}",
        "content": {"membership": "invite", "is_direct": True},
    }
    return {"invite_state": {"events": [member]}}


async def _serve(port: int) -> None:
    runner = web.AppRunner(FakeHomeserver().application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
