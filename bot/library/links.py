"""Looking whether the addresses of the library still answer, without becoming a tool for others.

An address of the library may have been written by anybody. The hub therefore connects to public
addresses only, and looks at each at the last moment: at the very address a socket is made for,
whatever the name was, whatever it meant a moment ago, and wherever a redirect pointed.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver
from yarl import URL

from storage.engine import Storage
from storage.links import Links

SECONDS = 5  # for each address, redirects included
MOST_REDIRECTS = 5
_ERRORS = 400  # and above (RFC 9110, 15)
_REDIRECTS = {301, 302, 303, 307, 308}
# These too are somebody's answer: many sites turn programs away, but not people.
_ANSWERS = {401, 403, 405, 406, 418, 429, 451}
_HEADERS = {"User-Agent": "ilan-hub link checker", "Accept": "*/*"}

Address = IPv4Address | IPv6Address
Allowed = Callable[[Address, int], bool]

_PORTS = {80, 443}
_GLOBAL = IPv6Network("2000::/3")
# Ways into other networks, and blocks that some releases of Python take for global (RFC 6890).
_NOT_PUBLIC = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)


def public(address: Address, port: int) -> bool:
    """Tell whether the hub may connect: a web server of the public internet.

    IPv4 inside IPv6 (mapped, 6to4, Teredo, NAT64) is none, wherever it leads.
    """
    return (
        port in _PORTS
        and address.is_global
        and not address.is_multicast
        and (isinstance(address, IPv4Address) or address in _GLOBAL)
        and not any(address in network for network in _NOT_PUBLIC)
    )


class LinkChecker:
    """Tries one address at a time."""

    def __init__(
        self,
        storage: Storage,
        *,
        clock: Callable[[], datetime],
        allowed: Allowed = public,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """Prepare; nothing is asked before ``check_next``."""
        self._storage = storage
        self._clock = clock
        self._allowed = allowed
        self._resolver = resolver

    async def check_next(self) -> None:
        """Try the address that has waited longest, if any is due."""
        async with self._storage.read() as session:
            found = await Links(session).due(self._clock())
        if found:
            reason = await self.fault(found[1])
            async with self._storage.write() as session:
                await Links(session).checked(*found, self._clock(), reason)

    async def fault(self, url: str) -> str | None:
        """Say why an address does not answer, in a word; nothing if it does."""
        connector = TCPConnector(
            resolver=self._resolver,
            socket_factory=self._socket,
            use_dns_cache=False,
            force_close=True,
        )
        jar = DummyCookieJar()
        try:
            async with (
                asyncio.timeout(SECONDS),
                ClientSession(connector=connector, cookie_jar=jar, headers=_HEADERS) as session,
            ):
                return await self._follow(session, URL(url))
        except TimeoutError:
            return "timeout"
        except ClientConnectorError as error:
            return "not public" if isinstance(error.os_error, PermissionError) else "unreachable"
        except ValueError:
            return "malformed"
        except (ClientError, OSError):
            return "unreachable"

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _name, (host, port, *_scope) = info
        if not self._allowed(ip_address(host), port):
            raise PermissionError(f"no connection to port {port} of what is not public")
        return socket.socket(family, kind, protocol)

    async def _follow(self, session: ClientSession, url: URL) -> str | None:
        for _redirect in range(MOST_REDIRECTS + 1):
            if url.scheme not in {"http", "https"} or url.user or url.password:
                return "malformed"
            status, location = await _ask(session, "HEAD", url)
            if status >= _ERRORS:
                status, location = await _ask(session, "GET", url)
            if status not in _REDIRECTS or not location:
                return None if status < _ERRORS or status in _ANSWERS else str(status)
            url = url.join(URL(location))
        return "redirects"


async def _ask(session: ClientSession, method: str, url: URL) -> tuple[int, str | None]:
    """Read status and headers; the body, however large, is left where it is."""
    async with session.request(method, url, allow_redirects=False) as response:
        return response.status, response.headers.get("Location")
