"""What is known of an event: its fields, and how each is read and shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from actions.events.details import KINDS
from kit.errors import BadArgument
from kit.question import About
from kit.steps import pick, read_text
from kit.text import Code, Link, Node, Series, _
from kit.words import has_link, is_address, number
from storage.addresses import read_address
from storage.tables.events import LONGEST, Details, EventKind

LONGEST_TITLE, LONGEST_PLACE, LONGEST_LINK, LONGEST_ABOUT = 80, 80, 200, 240
MOST_PLACES = 100_000
NOTHING = "-"
_UNKNOWN = "–"
QUOTES = '"«»“”„「」『』《》'
_QUOTED = re.compile(f"[{QUOTES}]")


NOTHING_KNOWN = Details()
EXAMPLE = _("90 min | Room M2 | {link} | 30", link="https://example.org/call")


@dataclass(frozen=True, slots=True)
class Previewed:
    """What an event would be, shown before *told* members are told; *sure* once that was a yes."""

    told: int = 0
    details: Details = NOTHING_KNOWN
    sure: bool = False


Preview = TypeVar("Preview", bound=Previewed)


TITLE, BY_FORM = "title", "form"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of ``Details``: how its value is read, and how it is shown.

    ``read`` raises BadArgument. It is also what people call it (``correcting`` of the answers).
    """

    name: str
    read: Callable[[str, About], Any]
    show: Callable[[Any], Node]
    empty: Any = ""

    def put(self, details: Details, said: str, about: About) -> Details:
        """Read a value, which may be that there is none; raises BadArgument."""
        cleared = said == NOTHING and self.name != TITLE
        value = self.empty if cleared else self.read(said, about)
        changed: Details = replace(details, **{self.name: value})
        return changed


def read_title(said: str, _about: About | None = None) -> str:
    """Take a title; raises BadArgument."""
    title = _unquoted(" ".join(said.split()))
    if any(map(has_link, title.split())):  # all members read it, and would follow it
        raise BadArgument(
            _(
                "A title holds no links or addresses. Write a link on a line of its own, or behind "
                "the title as here: {example}",
                example=Code("… | https://example.org/call"),
            )
        )
    return read_text(title, 1, LONGEST_TITLE) if title else ""


def _unquoted(title: str) -> str:
    """Leave out the quotes around a whole title, also where one of them is missing."""
    bare = title.strip(QUOTES)
    return title if _QUOTED.search(bare) else bare


def _read_length(said: str, about: About) -> timedelta:
    length = sum(about.understanding.spans(said, about.language), timedelta())
    if not length:
        example = Code("90 min")
        raise BadArgument(
            _("I could not read how long it takes. For example: {example}", example=example)
        )
    return checked_length(length)


def checked_length(length: timedelta) -> timedelta:
    """Take how long an event is; raises BadArgument if that is too long."""
    if length > LONGEST:
        raise BadArgument(_("An event takes {most} days at most.", most=LONGEST.days))
    return length


def _read_plain(longest: int) -> Callable[[str, About], str]:
    def read(said: str, _about: About) -> str:
        if any(map(has_link, said.split())):
            raise BadArgument(
                _("An address stands by itself, as the link. Please write this without it.")
            )
        return read_text(said, 1, longest)

    return read


def _read_link(said: str, _about: About) -> str:
    try:
        return read_text(read_address(said), 1, LONGEST_LINK)
    except ValueError as error:
        example = Code("https://undocs.org/A/RES/67/187")
        text = _("I cannot follow that address. It should look like {example}.", example=example)
        raise BadArgument(text) from error


def _read_capacity(said: str, about: About) -> int:
    places = number(said)
    if places is None:
        places = about.understanding.capacity(said)
    return pick(places, range(1, MOST_PLACES + 1))


def _read_kind(said: str, about: About) -> EventKind:
    kind = about.understanding.event_kind(said)
    if kind is None:
        raise BadArgument(
            _("I know these kinds of events: {kinds}.", kinds=Series(list(KINDS.values())))
        )
    return EventKind(kind)


def _show_link(link: str) -> Node:
    return Link(link, _("Link")) if link else _("Link: {link}", link=_UNKNOWN)


def _clock(length: timedelta | None) -> str:
    if length is None:
        return _UNKNOWN
    minutes = int(length.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


FIELDS: Sequence[Field] = (
    Field(TITLE, read_title, lambda title: _("Title: {title}", title=title)),
    Field(
        "length", _read_length, lambda length: _("Length: {length}", length=_clock(length)), None
    ),
    Field(
        "place",
        _read_plain(LONGEST_PLACE),
        lambda place: _("Place: {place}", place=place or _UNKNOWN),
    ),
    Field("link", _read_link, _show_link),
    Field(
        "about",
        _read_plain(LONGEST_ABOUT),
        lambda text: _("Description: {text}", text=text or _UNKNOWN),
    ),
    Field(
        "capacity",
        _read_capacity,
        lambda places: _("Places: {places}", places=places or _UNKNOWN),
        None,
    ),
    Field(
        "kind",
        _read_kind,
        lambda kind: _("Kind: {kind}", kind=KINDS[kind] if kind else _UNKNOWN),
        None,
    ),
)
"""In the order of the numbers by which they are changed."""
BY_NAME = {field.name: field for field in FIELDS}


def numbered(details: Details) -> list[Node]:
    """Name what can be changed, in the order of the numbers that ``read_changes`` takes."""
    return [field.show(getattr(details, field.name)) for field in FIELDS]


def by_form(said: str, about: About) -> Field | None:
    """Tell a link, a length, a number of places and a kind by their form; None for others."""
    if is_address(said):
        return BY_NAME["link"]
    if about.understanding.spans(said, about.language):
        return BY_NAME["length"]
    if about.understanding.capacity(said) is not None:
        return BY_NAME["capacity"]
    return None if about.understanding.event_kind(said) is None else BY_NAME["kind"]
