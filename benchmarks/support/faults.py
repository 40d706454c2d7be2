"""A bad network: a reverse proxy on loopback that does to requests what real networks do."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from types import TracebackType
from typing import Self

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

LARGEST_REQUEST = 64 * 2**20
# These belong to one connection, and the body is passed on unpacked.
_OWN_HEADERS = {"host", "content-length", "accept-encoding", "connection", "transfer-encoding"}


class Fault(StrEnum):
    """What may happen to a request."""

    PAGE = "502 page"
    LIMITED = "429"
    HANG = "hang"
    RESET = "reset"
    TRUNCATED = "truncated"
    LOST = "answer lost"
    DELAYED = "delay"
    FORGED = "forged answer"


AT_RANDOM = [fault for fault in Fault if fault is not Fault.FORGED]


@dataclass(slots=True)
class Rule:
    """Do *fault* to requests of *method* whose path holds *part*.

    The first *skip* of them pass, the next *times* are hit (None: all). ``FORGED`` answers *status*
    and *body* instead of the homeserver; *retry_after* is the header of a ``LIMITED`` answer.
    """

    fault: Fault
    part: str = ""
    method: str = ""
    times: int | None = 1
    skip: int = 0
    status: int = 200
    body: bytes = b"{}"
    retry_after: str = "1"
    seen: int = 0

    def hits(self, method: str, path: str) -> bool:
        """Count a request; returns whether it is one to be hit."""
        if self.part not in path or (self.method and self.method != method):
            return False
        self.seen += 1
        return self.seen > self.skip and (self.times is None or self.seen <= self.skip + self.times)


class FaultProxy:
    """Stands between one client and *upstream*; ``async with`` starts and stops it.

    Explicit ``rules`` come first. Beyond them each request is hit with probability ``rate`` by a
    fault that *random* chooses; *patience* is how many seconds a hanging request is held then.
    What is asked at paths that hold *watched*, if anything, is kept.
    """

    def __init__(
        self, upstream: str, *, random: Random | None = None, patience: float = 3600
    ) -> None:
        self.url = ""
        self.rate = 0.0
        self.rules: list[Rule] = []
        self.counts: Counter[Fault] = Counter()
        self.requests: list[tuple[str, str]] = []
        self.watched = ""
        self.bodies: list[bytes] = []
        self._upstream = upstream
        self._random = random or Random(0)
        self._patience = patience
        self._session: ClientSession | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_route("*", "/{path:.*}", self._handle)
        # A client that is killed must not leave its long poll behind.
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        self._session = ClientSession(
            timeout=ClientTimeout(total=None), connector=TCPConnector(limit=0)
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    def rule(self, rule: Rule) -> Rule:
        """Add a rule; what it was asked and hit is counted in it."""
        self.rules.append(rule)
        return rule

    def count(self, part: str, method: str = "") -> int:
        """Count the requests so far whose path holds *part*."""
        return sum(part in path and method in ("", asked) for asked, path in self.requests)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((request.method, request.path_qs))
        if self.watched and self.watched in request.path_qs:
            self.bodies.append(await request.read())
        hit = self._choose(request)
        if hit is None:
            return await self._forward(request)
        self.counts[hit.fault] += 1
        if hit.fault in _INSTEAD:
            return _INSTEAD[hit.fault](hit)
        if hit.fault is Fault.DELAYED:
            await asyncio.sleep(self._random.uniform(0.1, 1))
            return await self._forward(request)
        if hit.fault is Fault.HANG:
            await asyncio.sleep(self._patience)
        elif hit.fault is Fault.LOST:
            await self._forward(request)
        elif hit.fault is Fault.TRUNCATED:
            return await self._truncate(request, await self._forward(request))
        return _abort(request)

    def _choose(self, request: web.Request) -> Rule | None:
        for rule in self.rules:
            if rule.hits(request.method, request.path_qs):
                return rule
        if self._random.random() < self.rate:
            return Rule(self._random.choice(AT_RANDOM))
        return None

    async def _forward(self, request: web.Request) -> web.Response:
        assert self._session is not None
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _OWN_HEADERS}
        address = self._upstream + request.path_qs
        try:
            async with self._session.request(
                request.method, address, data=await request.read(), headers=headers
            ) as answer:
                kept = {
                    k: answer.headers[k]
                    for k in ("Content-Type", "Retry-After")
                    if k in answer.headers
                }
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)
        except ClientError:
            return _abort(request)

    async def _truncate(self, request: web.Request, whole: web.Response) -> web.StreamResponse:
        body = whole.body if isinstance(whole.body, bytes) else b""
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        cut = web.StreamResponse(status=whole.status, headers=headers)
        await cut.prepare(request)
        await cut.write(body[: len(body) // 2])
        _abort(request)
        return cut


def _page(_rule: Rule) -> web.Response:
    page = "<html><body>502 Bad Gateway</body></html>"
    return web.Response(status=502, text=page, content_type="text/html")


def _limited(rule: Rule) -> web.Response:
    # The field in the body is deprecated and says something else on purpose.
    body = {"errcode": "M_LIMIT_EXCEEDED", "error": "slow", "retry_after_ms": 60_000}
    return web.json_response(body, status=429, headers={"Retry-After": rule.retry_after})


def _forged(rule: Rule) -> web.Response:
    return web.Response(status=rule.status, body=rule.body, content_type="application/json")


_INSTEAD = {Fault.PAGE: _page, Fault.LIMITED: _limited, Fault.FORGED: _forged}


def _abort(request: web.Request) -> web.Response:
    """Reset the connection; the response is never sent but has to be returned."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
