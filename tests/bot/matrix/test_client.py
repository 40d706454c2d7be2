"""The status decides, never the body; no answer of any shape raises anything undeclared."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from logging import CRITICAL
from random import Random
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.matrix.backoff import backoff
from bot.matrix.client import Client, Refused, SignedOut, TimedOut, Unreachable, _understand

PAGE = b"<html><body>502 Bad Gateway</body></html>"
ROOM = "!a/b?c#d:test"

Answers = Callable[[int, bytes], Awaitable[Client]]


@pytest.fixture
async def answers() -> AsyncIterator[Answers]:
    """Make clients of a server that answers everything with one status and body."""
    opened: list[Any] = []

    async def make(status: int, body: bytes) -> Client:
        async def answer(request: web.Request) -> web.Response:
            await request.read()
            return web.Response(status=status, body=body, content_type="application/json")

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        server = TestServer(app)
        await server.start_server()
        client = Client(str(server.make_url("")).rstrip("/"), "@hub:test", "DEVICE", "token")
        opened.extend([server, client])
        return client

    yield make
    for each in reversed(opened):
        await each.close()


CALLS: dict[str, Callable[[Client], Awaitable[object]]] = {
    "sync": lambda client: client.call("GET", "/sync", query={"timeout": "0"}),
    "send": lambda client: client.send(ROOM, "m.room.message", "txn", {"body": "x"}),
    "state": lambda client: client.state(ROOM, "m.room.name"),
    "put_state": lambda client: client.put_state(ROOM, "m.room.name", "", {"name": "x"}),
    "resolve": lambda client: client.resolve("#a:test"),
    "is_ours": lambda client: client.is_ours(ROOM, "#a:test"),
    "kick": lambda client: client.call("POST", "/rooms/x/kick", {"user_id": "@a:test"}),
    "ban": lambda client: client.call("POST", "/rooms/x/ban", {"user_id": "@a:test"}),
    "invite": lambda client: client.call("POST", "/rooms/x/invite", {"user_id": "@a:test"}),
    "leave": lambda client: client.call("POST", "/rooms/x/leave", {}),
    "join": lambda client: client.call("POST", "/join/x", {}),
    "createRoom": lambda client: client.call("POST", "/createRoom", {}),
    "whoami": lambda client: client.call("GET", "/account/whoami"),
}

HOSTILE = {
    "nothing": b"",
    "a page": PAGE,
    "cut short": b'{"next_batch": "s2", "rooms": {',
    "invalid UTF-8": b'{"next_batch": "\xff\xfe"}',
    "null": b"null",
    "a text": b'"s2"',
    "a number": b"7",
    "100 000 brackets": b"[" * 100_000,
    "100 000 braces": b'{"a":' * 100_000,
    "a number of 5 000 digits": b'{"a": ' + b"9" * 5_000 + b"}",
    "two objects": b"{}{}",
    "NUL": b"\x00" * 10,
}


@pytest.mark.fault("F12", "F13")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_page_of_a_broken_proxy_is_an_error_for_every_call(
    answers: Answers, call: Callable[[Client], Awaitable[object]], status: int
) -> None:
    client = await answers(status, PAGE)
    with pytest.raises(Refused) as refused:
        await call(client)
    assert (refused.value.status, refused.value.errcode) == (status, "HTTP")
    assert refused.value.passing


@pytest.mark.fault("F13")
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_the_body_of_a_success_does_not_make_one(
    answers: Answers, call: Callable[[Client], Awaitable[object]]
) -> None:
    said = {"next_batch": "s2", "event_id": "$1", "room_id": "!a:test", "joined": {}}
    client = await answers(502, json.dumps(said).encode())
    with pytest.raises(Refused):
        await call(client)


@pytest.mark.fault("F18")
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
async def test_a_success_that_cannot_be_read_is_no_answer(answers: Answers, body: bytes) -> None:
    client = await answers(200, body)
    with pytest.raises(Unreachable):
        await client.call("GET", "/sync")


@pytest.mark.fault("F18")
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("status", [400, 429, 500])
async def test_an_error_that_cannot_be_read_is_an_error(
    answers: Answers, status: int, body: bytes
) -> None:
    client = await answers(status, body)
    with pytest.raises(Refused) as refused:
        await client.call("GET", "/sync")
    assert (refused.value.status, refused.value.retry_after) == (status, None)


@pytest.mark.fault("F13", "F18")
@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"event_id": null, "room_id": 7}'])
@pytest.mark.parametrize("name", ["send", "resolve"])
async def test_a_success_that_lacks_what_it_must_say_is_no_answer(
    answers: Answers, name: str, body: bytes
) -> None:
    client = await answers(200, body)
    with pytest.raises(Unreachable):
        await CALLS[name](client)


@pytest.mark.fault("F18", "F22")
async def test_an_answer_without_end_is_given_up(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.matrix.client.LARGEST_ANSWER", 1_000)
    client = await answers(200, b'{"a": "' + b"x" * 100_000 + b'"}')
    with pytest.raises(Unreachable, match="too large"):
        await client.call("GET", "/sync")


@pytest.mark.fault("F15", "F23")
async def test_a_server_that_is_gone_is_unreachable(answers: Answers) -> None:
    client = Client("http://127.0.0.1:1", "@hub:test", "DEVICE", "token")
    with pytest.raises(Unreachable):
        await client.call("GET", "/sync")
    await client.close()


@pytest.mark.fault("F20")
async def test_silence_ends_with_patience() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"{")
        await release.wait()
        return response

    release = asyncio.Event()
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        client = Client(str(server.make_url("")).rstrip("/"), "@hub:test", "DEVICE", "token")
        with pytest.raises(TimedOut, match="no answer in time"):
            await client.call("GET", "/sync", patience=0.2)
        release.set()
        await client.close()


@pytest.mark.fault("F17")
@pytest.mark.parametrize(
    ("header", "field", "seconds"),
    [
        ("3", 60_000, 3),  # the header first: the field is deprecated
        ("0", 60_000, 0),
        (None, 200, 0.2),
        (None, 3_600_000, 3_600),
        (None, None, None),
        (None, "200", None),
        (None, -1, None),
        (None, [200], None),
        ("Wed, 21 Oct 2065 07:28:00 GMT", 200, 0.2),
        ("-5", None, None),
        ("soon", None, None),
    ],
)
def test_retry_after_is_read_from_the_header_then_from_the_body(
    header: str | None, field: Any, seconds: float | None
) -> None:
    body = {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": field}
    with pytest.raises(Refused) as refused:
        _understand(429, header, json.dumps(body).encode())
    assert (refused.value.errcode, refused.value.retry_after) == ("M_LIMIT_EXCEEDED", seconds)


@pytest.mark.fault("F17")
@pytest.mark.parametrize("asked", [float("inf"), 10**9, 3_600])
def test_a_wait_has_an_end(asked: float) -> None:
    assert backoff(1, asked, Random(1)) == 3_600


@pytest.mark.fault("F12", "F17", "F23")
@pytest.mark.parametrize("asked", [None, 0, 0.001])
def test_nothing_asked_for_is_a_wait_that_doubles_up_to_a_minute(asked: float | None) -> None:
    waits = [backoff(tries, asked, Random(1)) for tries in range(12)]
    assert all(later >= 0.25 for later in waits)
    assert all(30 <= later <= 60 for later in waits[8:])
    assert sum(waits[:8]) > 30  # not even eight tries in the first half minute


Answer = tuple[int, dict[str, Any]]
FINE: Answer = (200, {"user_id": "@hub:test", "device_id": "DEVICE"})


def no(status: int, errcode: str, *, soft: bool = False) -> Answer:
    return status, {"errcode": errcode, "soft_logout": soft}


async def joining(answer: Answer, whoami: Answer) -> tuple[str, list[str]]:
    """Join a room; returns what came of it, and the paths that were asked for."""
    asked: list[str] = []

    async def serve(request: web.Request) -> web.Response:
        asked.append(request.path.removeprefix("/_matrix/client/v3"))
        status, body = whoami if asked[-1] == "/account/whoami" else answer
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", serve)
    async with TestServer(app) as server:
        client = Client(str(server.make_url("")).rstrip("/"), "@hub:test", "DEVICE", "token")
        try:
            await client.call("POST", "/join/x", {})
        except (Refused, SignedOut) as error:
            return f"{type(error).__name__} {error}", asked
        finally:
            await client.close()
    return "", asked


REVOKED = [(401, "M_UNKNOWN_TOKEN"), (401, "M_MISSING_TOKEN"), (403, "M_USER_DEACTIVATED")]


@pytest.mark.fault("A16")
@pytest.mark.parametrize(("status", "errcode"), [*REVOKED, (401, "M_USER_LOCKED")])
async def test_another_server_cannot_end_our_login(status: int, errcode: str) -> None:
    said, asked = await joining(no(status, errcode, soft=True), FINE)
    assert (said, asked) == (f"Refused {status} {errcode}", ["/join/x", "/account/whoami"])


@pytest.mark.fault("F39", "F40")
@pytest.mark.parametrize(("status", "errcode"), REVOKED)
async def test_whoami_decides_that_a_login_is_over(status: int, errcode: str) -> None:
    said, _asked = await joining(no(401, "M_UNKNOWN_TOKEN"), no(status, errcode))
    message = f"the homeserver no longer accepts our token ({errcode}): log in again"
    assert said == f"SignedOut {message}"


@pytest.mark.fault("A15")
@pytest.mark.parametrize("answer", [no(401, "M_USER_LOCKED", soft=True), (502, {}), no(429, "M_X")])
async def test_whoami_that_cannot_tell_ends_no_login(answer: Answer) -> None:
    said, _asked = await joining(no(401, "M_UNKNOWN_TOKEN"), answer)
    assert said == f"Refused {answer[0]} {answer[1].get('errcode', 'HTTP')}"


@pytest.mark.fault("F42")
async def test_an_ordinary_refusal_is_asked_nobody_else_about() -> None:
    said, asked = await joining(no(403, "M_FORBIDDEN"), no(401, "M_UNKNOWN_TOKEN"))
    assert (said, asked) == ("Refused 403 M_FORBIDDEN", ["/join/x"])


@pytest.mark.fault("F39")
async def test_a_soft_logout_is_mended_once_for_all_who_wait() -> None:
    renewed = []

    async def answer(request: web.Request) -> web.Response:
        if request.headers["Authorization"] == "Bearer new":
            return web.json_response({})
        return web.json_response({"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}, status=401)

    async def renew() -> str:
        renewed.append("new")
        return "new"

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        client = Client(url, "@hub:test", "DEVICE", "old", renew=renew)
        calls = [client.call("GET", "/sync") for _each in range(3)]
        assert await asyncio.gather(*calls) == [{}, {}, {}]
        await client.close()
    assert renewed == ["new"]


def test_what_nio_would_log_is_not() -> None:
    Client("http://hub.test", "@hub:test", "DEVICE", "token")
    loud = [name for name in ("nio", "peewee") if logging.getLogger(name).isEnabledFor(CRITICAL)]
    assert loud == []


@pytest.mark.fault("F42", "F54")
@pytest.mark.parametrize(
    ("status", "body", "passing"),
    [
        (403, b'{"errcode": "M_FORBIDDEN"}', False),
        (413, b'{"errcode": "M_TOO_LARGE"}', False),
        (413, PAGE, False),
        (404, b'{"errcode": "M_NOT_FOUND"}', False),
        (404, PAGE, True),  # a proxy whose homeserver is being restarted
        (403, PAGE, True),
        (408, PAGE, True),
        (429, b"{}", True),
        (500, b'{"errcode": "M_UNKNOWN"}', True),
        (599, b"", True),
        (403, b'{"errcode": "M_USER_SUSPENDED"}', True),
        (401, b'{"errcode": "M_USER_LOCKED"}', True),
        (403, b'{"errcode": "M_RESOURCE_LIMIT_EXCEEDED"}', True),
        (403, b'{"errcode": "M_USER_LIMIT_EXCEEDED"}', True),
        (403, b'{"errcode": "M_CONSENT_NOT_GIVEN"}', True),
        (400, b'{"errcode": "M_RESOURCE_LIMIT_EXCEEDED"}', False),  # one room that is too large
    ],
)
def test_only_the_homeserver_refuses_for_good(status: int, body: bytes, *, passing: bool) -> None:
    with pytest.raises(Refused) as refused:
        _understand(status, None, body)
    assert refused.value.passing is passing


def test_errors_repeat_no_prose() -> None:
    body = {"errcode": "M_FORBIDDEN", "error": "Amal said something private"}
    with pytest.raises(Refused) as refused:
        _understand(403, None, json.dumps(body).encode())
    assert str(refused.value) == "403 M_FORBIDDEN"
