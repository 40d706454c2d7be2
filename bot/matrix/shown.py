"""What clients show of an event, whether or not the hub has anything to do with it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from kit.inbound import Displayed
from kit.words import without_quote

MESSAGE = "m.room.message"
POLLS = ("m.poll.start", "org.matrix.msc3381.poll.start")
SHOWN = frozenset({MESSAGE, "m.sticker", "m.room.encrypted", *POLLS})
LONGEST_TAG = 2_000
_TAG = re.compile(rf"<[^<>]{{0,{LONGEST_TAG}}}>")
_LINKED = re.compile(rf"<a\s[^<>]{{0,{LONGEST_TAG}}}?href\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE)
# What clients put before a reply and leave out when they show it (spec, rich replies).
_FALLBACK = re.compile(r"> (?:\* )?<@")


def shown(content: dict[str, Any]) -> Displayed:
    """Take from an event what people read of it: as text, as what HTML says, and where it links."""
    texts: list[str] = []
    links: list[str] = []
    relation = content.get("m.relates_to")
    replies = isinstance(relation, dict) and "m.in_reply_to" in relation
    for part in (content, content.get("m.new_content")):
        if not isinstance(part, dict):
            continue
        for said in _plain(part):
            quoted = replies and _FALLBACK.match(said)
            texts.append(without_quote(said) if quoted else said)
        if isinstance(formatted := part.get("formatted_body"), str):
            _quote, _end, answer = formatted.rpartition("</mx-reply>")
            texts.append(html.unescape(_TAG.sub("", answer)))
            links += map(html.unescape, _LINKED.findall(answer))
    return Displayed(tuple(dict.fromkeys(filter(None, texts))), tuple(links))


def _plain(part: dict[str, Any]) -> Iterator[str]:
    polls = [part[kind] for kind in POLLS if isinstance(part.get(kind), dict)]
    asked = polls[0].get("question") if polls else None
    for holder in (part, asked if isinstance(asked, dict) else {}):
        for name in ("body", "org.matrix.msc1767.text"):
            if isinstance(said := holder.get(name), str):
                yield said
        pieces = holder.get("m.text")
        for piece in pieces if isinstance(pieces, list) else ():
            if isinstance(piece, dict) and isinstance(said := piece.get("body"), str):
                yield said
