"""What is known of an event, as people write it: each piece on a line of its own, or after "|"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from actions.events.details import Details
from kit.errors import BadArgument
from kit.question import About
from kit.steps import pick, read_text
from kit.text import Code, Link, Node, _
from kit.words import has_link, is_address, number
from storage.addresses import read_address

LONGEST_TITLE, LONGEST_PLACE, LONGEST_LINK, LONGEST_ABOUT = 80, 80, 200, 240
LONGEST = timedelta(days=31)
EXAMPLE = "90 min | Room M2 | https://example.org/call | 30"
MOST_PLACES = 100_000
NOTHING = "-"
_UNKNOWN = "–"
_BETWEEN = re.compile(r"\s*\n\s*|\s+\|\s+")
_NUMBERED = re.compile(r"(\d)[.):]?\s+(.+)")


@dataclass(frozen=True, slots=True)
class Description:
    """All that can be changed of an event but when it begins."""

    title: str
    details: Details


def pieces(said: str) -> list[str]:
    """Part what is written on several lines, or with "|" between."""
    return [piece for piece in _BETWEEN.split(said) if piece]


def read_title(said: str) -> str:
    """Take a title; raises BadArgument."""
    title = " ".join(said.split())
    if any(map(has_link, title.split())):  # all members read it, and would follow it
        raise BadArgument(_("A title holds no links or addresses. Please write it without them."))
    return read_text(title, 1, LONGEST_TITLE) if title else ""


def read_details(said: Sequence[str], about: About) -> Details:
    """Tell length, link, place and description apart by their form; raises BadArgument."""
    details = Details()
    for piece in said:
        if is_address(piece):
            details = replace(details, link=_link(piece))
        elif (length := _length(piece, about)) is not None:
            details = replace(details, length=length)
        elif (capacity := number(piece)) is not None:
            details = replace(details, capacity=_capacity(capacity))
        elif not details.place:
            details = replace(details, place=_plain(piece, LONGEST_PLACE))
        else:
            whole = f"{details.about} {piece}".strip()
            details = replace(details, about=_plain(whole, LONGEST_ABOUT))
    return details


def numbered(known: Description) -> list[Node]:
    """Name what can be changed, in the order of the numbers that ``read_changes`` takes."""
    details = known.details
    link: Node = _("Link: {link}", link=_UNKNOWN)
    return [
        _("Title: {title}", title=known.title),
        _("Length: {length}", length=_clock(details.length)),
        _("Place: {place}", place=details.place or _UNKNOWN),
        Link(details.link, _("Link")) if details.link else link,
        _("Description: {text}", text=details.about or _UNKNOWN),
        _("Places: {places}", places=details.capacity or _UNKNOWN),
    ]


def read_changes(known: Description, said: str, about: About) -> Description:
    """Read new values behind their numbers; a length or a link needs none. Raises BadArgument."""
    for piece in pieces(said):
        known = _changed(known, piece, about)
    return known


def _changed(known: Description, piece: str, about: About) -> Description:  # noqa: PLR0911 -- a case for each
    details = known.details
    if is_address(piece):
        return replace(known, details=replace(details, link=_link(piece)))
    if (length := _length(piece, about)) is not None:
        return replace(known, details=replace(details, length=length))
    found = _NUMBERED.fullmatch(piece)
    place, value = (number(found[1]), found[2]) if found else (None, "")
    empty = value == NOTHING
    match place:
        case 1:
            return replace(known, title=read_title(value))
        case 2 if empty or (length := _length(value, about)) is not None:
            return replace(known, details=replace(details, length=length))
        case 3:
            value = "" if empty else _plain(value, LONGEST_PLACE)
            return replace(known, details=replace(details, place=value))
        case 4:
            return replace(known, details=replace(details, link="" if empty else _link(value)))
        case 5:
            value = "" if empty else _plain(value, LONGEST_ABOUT)
            return replace(known, details=replace(details, about=value))
        case 6 if empty or number(value):
            capacity = None if empty else _capacity(number(value) or 0)
            return replace(known, details=replace(details, capacity=capacity))
    raise BadArgument(
        _(
            "Begin with the number of what is to change, for example {example}. "
            "{nothing} in its place empties it.",
            example=Code("3 Room M2"),
            nothing=Code(f"3 {NOTHING}"),
        )
    )


def _capacity(places: int) -> int:
    return pick(places, range(1, MOST_PLACES + 1))


def _plain(said: str, longest: int) -> str:
    if any(map(has_link, said.split())):
        raise BadArgument(
            _("An address stands by itself, as the link. Please write this without it.")
        )
    return read_text(said, 1, longest)


def _link(said: str) -> str:
    try:
        return read_text(read_address(said), 1, LONGEST_LINK)
    except ValueError as error:
        example = Code("https://undocs.org/A/RES/67/187")
        text = _("I cannot follow that address. It should look like {example}.", example=example)
        raise BadArgument(text) from error


def _length(said: str, about: About) -> timedelta | None:
    """Read a length of time, None if it is none; raises BadArgument if nothing takes so long."""
    length = sum(about.understanding.spans(said, about.language), timedelta())
    if length > LONGEST:
        raise BadArgument(_("An event takes {most} days at most.", most=LONGEST.days))
    return length or None


def _clock(length: timedelta | None) -> str:
    if length is None:
        return _UNKNOWN
    minutes = int(length.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}"
