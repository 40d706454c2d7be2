"""Addresses are tried, and the checker cannot be made to reach what is not public."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver

from bot.library import links
from bot.library.links import Address, LinkChecker, public
from storage.engine import Storage
from storage.links import Links
from tests.harness import NOON

HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"  # the second stands for what must not be reached


def only_here(address: Address, _port: int) -> bool:
    return str(address) == HERE


def anything(_address: Address, _port: int) -> bool:
    return True


@dataclass
class Names(AbstractResolver):
    """Gives the next of its answers each time it is asked."""

    answers: list[str]

    async def resolve(self, host, port=0, family=socket.AF_INET):
        given = {"hostname": host, "host": self.answers.pop(0), "port": port}
        return [{**given, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        pass


@dataclass
class Server:
    """A web server on two addresses of this machine, which says what it was asked."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    headers: list[set[str]] = field(default_factory=list)

    def url(self, path: str, host: str = HERE) -> str:
        return f"http://{host}:{self.port}{path}"

    async def answer(self, request: web.Request) -> web.Response:
        host = request.transport.get_extra_info("sockname")[0]
        self.asked.append(f"{request.method} {host}{request.path}")
        self.headers.append({*request.headers})
        kind, _, what = request.path.strip("/").partition("/")
        if kind == "status":
            return web.Response(status=int(what))
        if request.path == "/no-head" and request.method == "HEAD":
            return web.Response(status=501)
        there = {
            "to/elsewhere": self.url("/", ELSEWHERE),
            "to/same-name": self.url("/", "library.test"),
            "to/file": "file:///etc/passwd",
            **{f"hops/{n}": f"/hops/{n - 1}" for n in range(1, 7)},
        }.get(request.path.strip("/"))
        if there:
            return web.Response(status=302, headers={"Location": there, "Set-Cookie": "a=b"})
        return web.Response(text="here")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with AsyncExitStack() as stack:
        server = Server()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", server.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        for host in (HERE, ELSEWHERE):
            site = web.TCPSite(runner, host, server.port)
            await site.start()
            server.port = runner.addresses[-1][1]
        yield server


Check = Callable[..., LinkChecker]


@pytest.fixture
def checker(storage: Storage) -> Check:
    def build(allowed=only_here, *answers: str) -> LinkChecker:
        resolver = Names([*answers]) if answers else None
        return LinkChecker(storage, clock=lambda: NOON, allowed=allowed, resolver=resolver)

    return build


@pytest.mark.parametrize(
    ("path", "reason", "asked"),
    [
        ("/page", None, ["HEAD /page"]),
        ("/no-head", None, ["HEAD /no-head", "GET /no-head"]),
        ("/status/404", "404", ["HEAD /status/404", "GET /status/404"]),
        ("/status/503", "503", ["HEAD /status/503", "GET /status/503"]),
        ("/status/403", None, ["HEAD /status/403", "GET /status/403"]),
        ("/hops/5", None, [f"HEAD /hops/{left}" for left in (5, 4, 3, 2, 1, 0)]),
        ("/hops/6", "redirects", [f"HEAD /hops/{left}" for left in (6, 5, 4, 3, 2, 1)]),
        ("/to/file", "malformed", ["HEAD /to/file"]),
        ("/to/elsewhere", "not public", ["HEAD /to/elsewhere"]),
    ],
)
async def test_an_address_answers_or_not(server, checker, path, reason, asked):
    assert await checker().fault(server.url(path)) == reason
    assert [said.replace(HERE, "") for said in server.asked] == asked
    own = {"Host", "Accept", "Accept-Encoding", "Connection", "User-Agent"}
    assert [sent for sent in server.headers if sent != own] == []


async def test_nobody_is_waited_for_without_end(checker, monkeypatch):
    monkeypatch.setattr(links, "SECONDS", 0.05)
    with socket.create_server((HERE, 0)) as silent:
        port = silent.getsockname()[1]
        assert await checker().fault(f"http://{HERE}:{port}/") == "timeout"


@pytest.mark.parametrize(
    ("allowed", "reason", "hosts"),
    [(only_here, "not public", [HERE]), (anything, None, [HERE, ELSEWHERE])],
)
async def test_a_name_that_changes_its_meaning_leads_nowhere(
    server, checker, allowed, reason, hosts
):
    """The second line is the control: without the guard the other address is reached."""
    found = checker(allowed, HERE, ELSEWHERE)
    assert await found.fault(server.url("/to/same-name", "library.test")) == reason
    assert [said.split()[1].partition("/")[0] for said in server.asked] == hosts


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "0",
        "localhost",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "127。0。0。1",
    ],
)
async def test_no_way_of_writing_it_reaches_this_machine(server, checker, host):
    """The port is not what stops it: any is allowed here."""
    found = checker(lambda address, _port: public(address, 443))
    reason = await found.fault(server.url("/", host))
    assert (reason in {"not public", "malformed", "unreachable"}, server.asked) == (True, [])
    assert await checker(anything).fault(server.url("/")) is None


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//example.org",
        "http://",
        "http://[::1",
        "http://somebody:secret@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://a..b/",
        "",
    ],
)
async def test_what_is_no_address_is_not_asked(checker, url):
    assert await checker(anything).fault(url) == "malformed"


NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.255.255
169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.8 192.0.0.9 192.0.0.170
192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1
203.0.113.1 224.0.0.1 224.0.0.251 233.252.0.1 239.255.255.250 240.0.0.1 255.255.255.255 :: ::1
::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:0:8.8.8.8 64:ff9b::8.8.8.8
64:ff9b::10.0.0.1 64:ff9b:1::10.0.0.1 100::1 2001::1 2001:0:4136:e378::1 2001:2::1 2001:10::1
2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 2002:808:808::1 3fff::1 4000::1 5f00::1
fc00::1 fd00::1 fd12:3456:789a::1 fe80::1 fe80::1%1 fec0::1 ff02::1 ff05::2 ff0e::1
fd00:ec2::254
"""


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_what_is_not_public_is_refused(address):
    assert not public(ip_address(address), 443)


@pytest.mark.parametrize("address", ["8.8.8.8", "192.0.1.1", "2606:4700::1", "2a00:1450::5"])
def test_what_is_public_is_allowed_for_web_servers(address):
    found = {port: public(ip_address(address), port) for port in (22, 80, 443, 8080)}
    assert found == {22: False, 80: True, 443: True, 8080: False}


async def test_the_next_one_due_is_tried_and_written_down(storage, server):
    async with storage.read() as session:
        first = await Links(session).due(NOON)
    checker = LinkChecker(storage, clock=lambda: NOON, resolver=Names([HERE]))
    await checker.check_next()
    async with storage.read() as session:
        found = await Links(session).failing(first[0])
        assert (found.url, found.reason, found.checked_at) == (first[1], "not public", NOON)
        assert found.due_at == NOON + timedelta(days=1)
        assert await Links(session).due(NOON) != first
