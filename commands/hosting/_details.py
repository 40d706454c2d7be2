"""What is known of an event, as people write it: each piece on a line of its own, or after "|"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from actions.events.clashes import LONGEST
from actions.events.details import KINDS
from kit.errors import BadArgument
from kit.moments import Moment
from kit.question import About, Question
from kit.steps import pick, read_text
from kit.text import Code, Link, Node, Paragraphs, Series, _
from kit.words import has_link, is_address, number
from storage.addresses import read_address
from storage.tables.events import Details, EventKind

LONGEST_TITLE, LONGEST_PLACE, LONGEST_LINK, LONGEST_ABOUT = 80, 80, 200, 240
EXAMPLE = "90 min | Room M2 | https://example.org/call | 30"
MOST_PLACES = 100_000
NOTHING = "-"
_UNKNOWN = "–"
_BETWEEN = re.compile(r"\s*\n\s*|\s+\|\s+")
_NUMBERED = re.compile(r"(\d)[.):]?\s+(.+)")
_LAST_PART = re.compile(r"(.*\S)\s*[,;،，；]\s*(\S.*)", re.DOTALL)
_LAST_WORD = re.compile(r"(.*\S)\s+(\S+)", re.DOTALL)


NOTHING_KNOWN = Details()


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


def pieces(said: str) -> list[str]:
    """Part what is written on several lines, or with "|" between."""
    return [piece for piece in _BETWEEN.split(said) if piece]


def read_title(said: str, _about: About | None = None) -> str:
    """Take a title; raises BadArgument."""
    title = " ".join(said.split())
    if any(map(has_link, title.split())):  # all members read it, and would follow it
        raise BadArgument(
            _(
                "A title holds no links or addresses. Write a link on a line of its own, or behind "
                "the title as here: {example}",
                example=Code("… | https://example.org/call"),
            )
        )
    return read_text(title, 1, LONGEST_TITLE) if title else ""


def _read_length(said: str, about: About) -> timedelta:
    length = sum(about.understanding.spans(said, about.language), timedelta())
    if not length:
        example = Code("90 min")
        raise BadArgument(
            _("I could not read how long it takes. For example: {example}", example=example)
        )
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
_BY_NAME = {field.name: field for field in FIELDS}


def numbered(details: Details) -> list[Node]:
    """Name what can be changed, in the order of the numbers that ``read_changes`` takes."""
    return [field.show(getattr(details, field.name)) for field in FIELDS]


def _by_form(said: str, about: About) -> Field | None:
    """Tell a link, a length, a number of places and a kind by their form; None for others."""
    if is_address(said):
        return _BY_NAME["link"]
    if about.understanding.spans(said, about.language):
        return _BY_NAME["length"]
    if about.understanding.capacity(said) is not None:
        return _BY_NAME["capacity"]
    return None if about.understanding.event_kind(said) is None else _BY_NAME["kind"]


def read_head(said: str, about: About) -> Details:
    """Read a title, and what stands behind it and is no part of it by its form.

    Raises BadArgument.
    """
    details, title = NOTHING_KNOWN, said.strip()
    for _field in FIELDS:
        if (found := _behind(title, about)) is not None:
            title, field, value = found
            details = field.put(details, value, about)
    if details.kind is None and (kind := about.understanding.event_kind(title, within=True)):
        details = replace(details, kind=EventKind(kind))
    return replace(details, title=read_title(title))


def _behind(title: str, about: About) -> tuple[str, Field, str] | None:
    """Take the last part off a title if its form tells that it is none of it, or a link."""
    for pattern in (_LAST_PART, _LAST_WORD):
        if found := pattern.fullmatch(title):
            field = _by_form(found[2], about)
            if field is not None and (pattern is _LAST_PART or field.name == "link"):
                return found[1], field, found[2]
    return None


def read_details(details: Details, said: Sequence[str], about: About) -> Details:
    """Tell pieces apart by their form or the name before a colon; raises BadArgument.

    What has neither is the place, then the description.
    """
    for piece in said:
        field, value = _by_form(piece, about), piece
        if field is None and ":" in piece:
            name, named = about.understanding.correction(piece)
            field, value = (_BY_NAME[name], named) if name in _BY_NAME else (None, piece)
        if field is None and number(piece) is not None:
            field = _BY_NAME["capacity"]
        elif field is None and not details.place:
            field = _BY_NAME["place"]
        elif field is None:
            field, value = _BY_NAME["about"], f"{details.about} {piece}".strip()
        details = field.put(details, value, about)
    return details


def read_changes(details: Details, said: str, about: About) -> Details:
    """Read new values behind their numbers or names; some are known by form. Raises BadArgument."""
    for piece in pieces(said):
        details = _changed(details, piece, about)
    return details


def _changed(details: Details, piece: str, about: About) -> Details:
    if (field := _by_form(piece, about)) is not None:
        return field.put(details, piece, about)
    found = _NUMBERED.fullmatch(piece)
    place = number(found[1]) if found else None
    if found and place is not None and 1 <= place <= len(FIELDS):
        return FIELDS[place - 1].put(details, found[2], about)
    name, value = about.understanding.correction(piece)
    if name in _BY_NAME and value:
        return _BY_NAME[name].put(details, value, about)
    if not name and value != piece and (field := _by_form(value, about)) is not None:
        return field.put(details, value, about)
    raise BadArgument(
        _(
            "Begin with the number of what is to change, for example {example}. "
            "{nothing} in its place empties it.",
            example=Code("3 Room M2"),
            nothing=Code(f"3 {NOTHING}"),
        )
    )


def amending(
    _shown: type[Preview], fields: Sequence[Field] = FIELDS
) -> tuple[Question[Preview], ...]:
    """Give questions that nobody is asked: where they are shown, answers correct *fields*."""

    def ask(draft: Preview, _about: About) -> Node:
        return Paragraphs(numbered(draft.details))

    def take(field: Field) -> Callable[[Preview, str, About], Preview]:
        return lambda draft, said, about: replace(
            draft, details=field.put(draft.details, said, about)
        )

    def by_form(draft: Preview, said: str, about: About) -> Preview:
        field = _by_form(said, about)
        if field is None or _is_hour(said, about):
            raise BadArgument(_("Please answer just yes or no."))
        return replace(draft, details=field.put(draft.details, said, about))

    return (
        Question(BY_FORM, ask, by_form, applies=_never, formal=True),
        *(Question(field.name, ask, take(field), applies=_never) for field in fields),
    )


def _is_hour(said: str, about: About) -> bool:
    """Tell whether *said* is an hour of the day, and not rather a length: "16h", not "2 hours"."""
    tomorrow = (about.now + timedelta(days=1)).date().isoformat()
    read = about.understanding.moment(f"{tomorrow} {said}", about.language, about.now, "UTC")
    return isinstance(read, Moment)


def _never(_draft: object) -> bool:
    return False
