"""Messages with pills as clients write them, with the Matrix ID of each person in its place."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote

LONGEST_HTML = 32_000
_LINK = re.compile(
    r"https?://matrix\.to/#/(@[^:/?\s]+:[^/?\s]+)|matrix:u/([^:/?\s]+:[^/?\s]+)", re.IGNORECASE
)
# What clients without pills of their own write into the text: [name](address).
_MARKDOWN = re.compile(r"\[[^\]\n]{0,255}\]\((\S{1,255}?)\)")
_BREAKS = frozenset({"br", "p", "div", "li", "blockquote", "tr"})


def spelt(body: str, html: object) -> str:
    """Return what was said, with Matrix IDs for the names that pills show (spec, user mentions).

    That is *body*, or the text of the HTML beside it if a person is mentioned there.
    """
    if isinstance(html, str) and len(html) <= LONGEST_HTML and _LINK.search(unquote(html)):
        text = _Text()
        text.feed(html)
        text.close()
        if text.pills:
            return "".join(text.parts).strip()
    return _MARKDOWN.sub(lambda link: _person(link[1]) or link[0], body)


def _person(address: str) -> str | None:
    found = _LINK.match(unquote(address))
    if found is None:
        return None
    return found[1] or f"@{found[2]}"


class _Text(HTMLParser):
    """The words of HTML, without the message it replies to."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.pills = 0
        self._replied = 0
        self._pill = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._replied += tag == "mx-reply"
        if self._replied:
            return
        if tag in _BREAKS:
            self.parts.append("\n")
        if tag == "a" and (person := _person(dict(attrs).get("href") or "")):
            self.pills += 1
            self._pill = True
            self.parts.append(person)

    def handle_endtag(self, tag: str) -> None:
        self._replied -= tag == "mx-reply" and self._replied > 0
        self._pill = self._pill and tag != "a"

    def handle_data(self, data: str) -> None:
        if not (self._replied or self._pill):
            self.parts.append(data)
