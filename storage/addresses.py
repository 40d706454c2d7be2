"""Web addresses, and when two of them mean the same page."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from language.scripts import looks_latin, mixes_scripts

# Names that mean something else in each network (RFC 6761, 6762, 8375; ICANN's "internal").
_NEARBY = ("localhost", "local", "internal", "home.arpa", "lan")
_NUMBER = re.compile(r"\d+|0x[\da-f]*")
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_\w+")


def read_address(said: str) -> str:
    """Read an address people can follow; raises ValueError for anything else.

    Nor is one followed into somebody's own network, or to a name that looks like another one.
    """
    url = f"https://{said}" if said.startswith("www.") else said
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or "." not in (parts.hostname or ""):
        raise ValueError(said)
    if parts.username is not None or any(map(_is_unseen, url)):
        raise ValueError(said)
    if _is_nearby(parts.hostname or "") or _is_disguised(parts.hostname or ""):
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


def _is_nearby(name: str) -> bool:
    name = name.rstrip(".")
    if _NUMBER.fullmatch(name.rpartition(".")[2]) or ":" in name:  # whatever else it may look like
        address = ip_address(name)
        return address.is_multicast or not address.is_global
    return any(name == each or name.endswith(f".{each}") for each in _NEARBY)


def _is_disguised(name: str) -> bool:
    try:  # as it is shown: xn-- labels are what a browser asks for
        labels = [_shown(label) for label in name.split(".")]
    except UnicodeError:
        return True
    # Wide and other dressed letters are read as plain ones by whoever follows the address.
    return any(
        mixes_scripts(label) or looks_latin(label) or unicodedata.normalize("NFKC", label) != label
        for label in labels
    )


def _is_unseen(letter: str) -> bool:
    """Tell whether a letter is a space, a control, or turns what follows around."""
    return unicodedata.category(letter) in {"Cc", "Cf", "Zs", "Zl", "Zp"}


def _shown(label: str) -> str:
    return label[4:].encode().decode("punycode") if label.startswith("xn--") else label


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    _port = parts.port  # raises ValueError, as everything else that is wrong does
    return parts
