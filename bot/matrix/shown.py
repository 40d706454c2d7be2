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
LONGEST_NAME = 300
_TAG = re.compile(rf"<[^<>]{{0,{LONGEST_TAG}}}>")
# Wherever it stands: what is a tag, clients decide each by rules of its own.
_LINKED = re.compile(r"href\s{0,9}=\s{0,9}[\"']?\s{0,9}([^\"'\s<>]+)", re.IGNORECASE)
# What clients put before a reply and leave out when they show it (spec, rich replies).
_FALLBACK = re.compile(r"> (?:\* )?<@")


def shown(content: dict[str, Any]) -> Displayed:
    """Take from an event what people read of it: as text, as what HTML says, and where it links."""
    texts: list[str] = []
    links: list[str] = []
    media: list[str] = []
    relation = content.get("m.relates_to")
    replies = isinstance(relation, dict) and "m.in_reply_to" in relation
    for part in (content, content.get("m.new_content")):
        if not isinstance(part, dict):
            continue
        for said in _plain(part):
            quoted = replies and _FALLBACK.match(said)
            texts.append(without_quote(said) if quoted else said)
        if isinstance(formatted := part.get("formatted_body"), str):
            answer = formatted
            if replies and formatted.startswith("<mx-reply>"):
                _quote, _end, answer = formatted.partition("</mx-reply>")
            texts.append(html.unescape(_TAG.sub("", answer)))
            links += map(html.unescape, _LINKED.findall(answer))
        for holder in (part, part.get("file")):
            url = holder.get("url") if isinstance(holder, dict) else None
            media += [url] if isinstance(url, str) else []
    return Displayed(tuple(dict.fromkeys(filter(None, texts))), tuple(links), tuple(media))


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


def shown_name(user_id: str, name: object) -> str:
    """Return what clients call somebody: the *name* they gave, else what their ID begins with."""
    said = name[:LONGEST_NAME].strip() if isinstance(name, str) else ""
    return said or user_id[1:].partition(":")[0]
