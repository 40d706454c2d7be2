"""What rendering a text needs: the reader it is for, and the pair of formats that comes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Protocol


class Reader(Protocol):
    """The person or room a text is rendered for: language, zone and names."""

    @property
    def language(self) -> str:
        """Code of the interface language: en, es, fr, pt, ar, ru or zh."""

    @property
    def zone(self) -> str | None:
        """The IANA zone of their clocks, if known."""

    @property
    def prefix(self) -> str:
        """What stands in front of a command in rooms."""

    @property
    def called(self) -> str:
        """What stands in front of a command where they read: the prefix in rooms, else nothing."""

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""

    def gettext(self, message: str) -> str:
        """Translate one sentence."""

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Translate one sentence in the form that *n* asks for."""

    def moment(self, when: datetime, zone: str) -> str:
        """Write date, time and zone."""

    def day(self, day: date) -> str:
        """Write weekday and date."""

    def span(self, span: timedelta) -> str:
        """Write how far ahead something is: "in 3 days"."""

    def clock(self, when: datetime, zone: str, *, weekday: bool = False) -> str:
        """Write the time of day in *zone* with the zone's city, behind its *weekday* if wanted."""

    def name(self, kind: str, code: str) -> str:
        """Name a territory, language or zone by its code, as CLDR does."""

    def sequence(self, items: Sequence[str]) -> str:
        """Join *items* as the language lists things."""

    def command(self, path: str) -> str:
        """Give the word of the reader's language for the command *path*."""


RIGHT_TO_LEFT, POP = "\u2067", "\u2069"


@dataclass(frozen=True, slots=True)
class Rendered:
    """One text in both formats of ``m.room.message``, and whom it mentions.

    It is a node too: what was rendered before it waited is said as it is.
    """

    plain: str
    html: str
    mentions: frozenset[str] = frozenset()

    def render(self, reader: Reader) -> Rendered:  # noqa: ARG002 -- it was rendered for them
        """Return it as it is."""
        return self

    def around(self, before: str, after: str) -> Rendered:
        """Wrap the HTML only."""
        return Rendered(self.plain, f"{before}{self.html}{after}", self.mentions)


def join(parts: Iterable[Rendered], plain: str, html: str) -> Rendered:
    """Put *parts* together with *plain* or *html* between them."""
    parts = list(parts)
    return Rendered(
        plain.join(part.plain for part in parts),
        html.join(part.html for part in parts),
        frozenset[str]().union(*(part.mentions for part in parts)),
    )


def block(text: Rendered, reader: Reader) -> Rendered:
    """Isolate a block of right-to-left HTML, which clients without ``dir="auto"`` lay out as Latin.

    Matrix HTML has no ``dir``, so the isolate (Unicode TR9) is a character.
    """
    return text.around(RIGHT_TO_LEFT, POP) if reader.right_to_left else text


def both(text: str) -> Rendered:
    """Give the same text in both formats, escaped in HTML."""
    return Rendered(text, escape(text))


_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def steady(text: str) -> str:
    """Take out embeddings, overrides and isolates (Unicode TR9).

    One in a name would turn round what follows, or end the isolate that we put around it.
    """
    return text.translate(_TURNING)
