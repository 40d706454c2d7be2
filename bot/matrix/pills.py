"""Messages with pills as clients write them, with the Matrix ID of each person in its place."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

LONGEST_HTML = 32_000
_LINK = re.compile(
    r"https?://matrix\.to/#/(@[^:?\s]+:[^/?\s]+)|matrix:u/([^:?\s]+:[^/?\s]+)", re.IGNORECASE
)
# What clients without pills of their own write into the text: [name](address).
_MARKDOWN = re.compile(r"\[[^\]\n]{0,255}\]\((\S{1,255}?)\)")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]{0,15})([^<>]*)>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_BREAKS = frozenset({"br", "p", "div", "li", "blockquote", "tr"})


def spelt(body: str, html: object) -> str:
    """Return what was said, with Matrix IDs for the names that pills show (spec, user mentions).

    That is *body*, or the text of the HTML beside it if a person is mentioned there.
    """
    if isinstance(html, str) and len(html) <= LONGEST_HTML:
        text = _text(html)
        if text is not None:
            return text
    return _MARKDOWN.sub(lambda link: _person(link[1]) or link[0], body)


def _person(address: str) -> str | None:
    found = _LINK.match(unquote(address))
    if found is None:
        return None
    return found[1] or f"@{found[2]}"


def _text(html: str) -> str | None:
    """Return the words of HTML with a Matrix ID for each pill; None where there is no pill.

    Not by an HTML parser: what clients write of pills has one shape, and everything else may be
    anything, of any length. Each expression stops where the next tag begins, so time is linear.
    """
    said = html.rpartition("</mx-reply>")[2]  # the message it replies to stands first
    parts, pills, named, end = list[str](), 0, False, 0
    for tag in _TAG.finditer(said):
        if not named:
            parts.append(unescape(said[end : tag.start()]))
        end = tag.end()
        closing, name = tag[1], tag[2].lower()
        if name == "a":
            address = None if closing else _HREF.search(tag[3])
            person = _person(unescape(address[1] or address[2] or "")) if address else None
            named = person is not None
            if person is not None:
                pills += 1
                parts.append(person)
        elif name in _BREAKS and not closing and not named:
            parts.append("\n")
    if not named:
        parts.append(unescape(said[end:]))
    return "".join(parts).strip() if pills else None
