"""Web addresses, and when two of them mean the same page."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_\w+")


def read_address(said: str) -> str:
    """Read an address people can follow; raises ValueError for anything else."""
    url = f"https://{said}" if said.startswith("www.") else said
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or "." not in (parts.hostname or ""):
        raise ValueError(said)
    if parts.username is not None or re.search(r"\s", url):
        raise ValueError(said)
    return url


def comparable(url: str) -> str:
    """Leave out of *url* what does not change the page: scheme, www, fragment, tracking."""
    try:
        parts = _split(url)
    except ValueError:
        return url
    asked = sorted(p for p in parse_qsl(parts.query, True) if not _TRACKING.fullmatch(p[0]))
    host = parts.netloc.rpartition("@")[2].lower().removeprefix("www.")
    path = parts.path.rstrip("/")
    return f"{host}{path}?{urlencode(asked)}" if asked else f"{host}{path}"


def host(url: str) -> str:
    """Name the site of an address."""
    return (_split(url).hostname or "").removeprefix("www.")


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    _port = parts.port  # raises ValueError, as everything else that is wrong does
    return parts
