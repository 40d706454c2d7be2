"""``python -m benchmarks.fakes.homeserver PORT``: a homeserver in memory that answers at once.

Each account has sixty-four direct chats of its own. ``POST /measure`` lets the people in them ask
an account and ask again as soon as they are answered, and says how that went. Everybody's filter
leaves out their own messages, so those are not echoed.
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


@dataclass(slots=True)
class Account:
    """What one account has still to be told, and how the measurement of it stands."""

    news: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    syncs: int = 0
    latency: float = 0
    until: float = 0
    asked: dict[str, float] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    took: list[float] = field(default_factory=list)
    idle: asyncio.Event = field(default_factory=asyncio.Event)


class FakeHomeserver:
    """The few requests that a bot in plain rooms makes."""

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
                web.post("/measure", self._measure),
                web.get("/syncs", self._syncs),
            ]
        )
        return application

    def _account(self, request: web.Request) -> Account:
        return self._accounts[request.headers["Authorization"].removeprefix("Bearer ")]

    def _event(self, room: str) -> dict[str, Any]:
        return {
            "type": "m.room.message",
            "sender": self._askers[room],
            "content": {"msgtype": "m.text", "body": QUESTION},
            "event_id": f"${next(self._numbers):043}",
            "origin_server_ts": _STAMP,
            "unsigned": {"age": 12},
        }

    def _ask(self, account: Account, room: str) -> None:
        account.asked[room] = perf_counter()
        account.news[room].append(self._event(room))
        account.woken.set()

    async def _sync(self, request: web.Request) -> web.Response:
        account = self._account(request)
        account.syncs += 1
        first = "since" not in request.query
        if not account.news and not first:
            account.woken.clear()
            try:
                async with asyncio.timeout(_LONGEST_POLL):
                    await account.woken.wait()
            except TimeoutError:
                pass
        news = dict(account.news)
        account.news.clear()
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
            "rooms": {"join": joined},
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

    async def _whoami(self, request: web.Request) -> web.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return web.json_response({"user_id": f"@{token}:{SERVER}", "device_id": "DEVICE"})

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


async def _serve(port: int) -> None:
    runner = web.AppRunner(FakeHomeserver().application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
