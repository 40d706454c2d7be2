"""What an organiser writes in one line: a title, and beside it where, how long, for how many."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from commands.hosting._details import (
    BY_FORM,
    BY_NAME,
    FIELDS,
    NOTHING,
    NOTHING_KNOWN,
    Field,
    Preview,
    by_form,
    numbered,
    read_title,
)
from kit.errors import BadArgument
from kit.moments import Moment
from kit.question import About, Question
from kit.text import Code, Node, Paragraphs, _
from kit.words import HAN, clean, is_address, number
from storage.tables.events import Details, EventKind

_MOST_BEHIND = 4  # words that tell for how many it is
_LINES = re.compile(r"\s*\n\s*|\s+\|\s+")
_COMMA = rf"\s*[,;،؛](?:\s+|(?=[{HAN}]))|(?<=[{HAN}])[,;]\s*"
_BETWEEN = re.compile(rf"({_COMMA}|\s+[|–—-]\s+|\s*\(\s*|\s*\)\s*)")
_NUMBERED = re.compile(r"(\d)[.):]?\s+(.+)")
_SIGNS = " ,.;:،؛，；。"


class NotNamed(BadArgument):
    """Nothing tells what of an event is to be otherwise."""


def pieces(said: str) -> list[str]:
    """Part what is written on several lines, or with "|" between."""
    return [piece for piece in _LINES.split(said) if piece]


def read_head(said: str, about: About, known: Details = NOTHING_KNOWN) -> Details:
    """Read a title, and what stands beside it and is no part of it; raises BadArgument."""
    details, title = without_parts(known, said, about)
    if details.kind is None and (kind := about.understanding.event_kind(title, within=True)):
        details = replace(details, kind=EventKind(kind))
    return replace(details, title=read_title(title))


def without_parts(details: Details, said: str, about: About) -> tuple[Details, str]:
    """Take the parts of a line out of it that tell what is not known yet; returns what is left.

    Raises BadArgument if one of them cannot be.
    """
    kept: list[str] = []
    between = ""
    for place, written in enumerate(_BETWEEN.split(clean(said))):
        if place % 2:
            between = between or written
            continue
        details, left = _without_part(details, written, about, first=not kept)
        if left:
            kept += [between if kept else "", left]
            between = ""
    return details, "".join(kept).strip(_SIGNS)


def _without_part(
    details: Details, written: str, about: About, *, first: bool
) -> tuple[Details, str]:
    """Take a part as what it tells, else off it what it ends with; the *first* is the title."""
    if not first and (found := _part(written, about)) and _is_open(details, found[0]):
        return found[0].put(details, found[1], about), ""
    left = written.strip()
    for _each in FIELDS:
        if (ending := _behind(left, about)) is None or not _is_open(details, ending[1]):
            break
        left, field, value = ending
        details = field.put(details, value, about)
    return details, left


def _is_open(details: Details, field: Field) -> bool:
    return bool(getattr(details, field.name) == getattr(NOTHING_KNOWN, field.name))


def _part(said: str, about: About) -> tuple[Field, str] | None:
    """Tell what a part is, by its form, as a place where people meet, or by its name."""
    read = about.understanding
    if (field := by_form(said, about)) is not None:
        return field, said
    words = said.split()
    if words and len(words) <= _MOST_BEHIND and is_address(words[-1]):  # "join at https://..."
        return BY_NAME["link"], words[-1]
    name, value = read.part(said)
    if place := read.venue(value if name == "place" else said, about.language):
        return BY_NAME["place"], place
    field = BY_NAME.get(name)
    if name == "place" and read.venue(said, about.language):  # "Room 5"
        value = said
    return (field, value) if field and value and _is_read(field, value, about) else None


def _is_read(field: Field, value: str, about: About) -> bool:
    try:
        field.read(value, about)
    except BadArgument:
        return False
    return True


def _behind(said: str, about: About) -> tuple[str, Field, str] | None:
    """Take off the end what is no part of a title: a link, for how many it is, or where."""
    words = said.split()
    for size in range(min(_MOST_BEHIND, len(words) - 1), 0, -1):
        front, back = " ".join(words[:-size]), " ".join(words[-size:])
        name, value = about.understanding.part(back)
        if is_address(words[-1]) and (size == 1 or (name == "link" and value == words[-1])):
            return front, BY_NAME["link"], words[-1]
        if about.understanding.capacity(back) is not None:
            return front, BY_NAME["capacity"], back
    front, place = about.understanding.venue_behind(said, about.language)
    return (front, BY_NAME["place"], place) if front else None


def read_details(details: Details, said: Sequence[str], about: About) -> Details:
    """Tell pieces apart by their form or their name; raises BadArgument.

    What has neither is the place, then the description.
    """
    for piece in said:
        named = ":" in piece and by_form(piece, about) is None
        name, value = about.understanding.correction(piece) if named else ("", "")
        found = (BY_NAME[name], value) if name in BY_NAME else _part(piece, about)
        if found is None and number(piece) is not None:
            found = BY_NAME["capacity"], piece
        elif found is None or (found[0].name == "place" and details.place):
            text = f"{details.about} {piece}".strip()
            found = (BY_NAME["about"], text) if details.place else (BY_NAME["place"], piece)
        details = found[0].put(details, found[1], about)
    return details


def read_changes(details: Details, said: str, about: About) -> Details:
    """Read new values behind their numbers or names; some are known by form. Raises BadArgument."""
    for piece in pieces(said):
        parts = [part for part in _BETWEEN.split(clean(piece))[::2] if part]
        known = [found[0].name for found in (_part(part, about) for part in parts) if found]
        each_is_one = 1 < len(parts) == len({*known}) == len(known)
        for part in parts if each_is_one else [piece]:
            details = _changed(details, part, about)
    return details


def changes(said: str, about: About) -> bool:
    """Tell whether all of *said* is what else an event is to be: "25 places", "place: Room M2"."""
    parts = [part for piece in pieces(said) for part in _BETWEEN.split(clean(piece))[::2] if part]
    return bool(parts) and all(_part(part, about) for part in parts)


def _changed(details: Details, piece: str, about: About) -> Details:
    if (field := by_form(piece, about)) is not None:
        return field.put(details, piece, about)
    found = _NUMBERED.fullmatch(piece)
    place = number(found[1]) if found else None
    if found and place is not None and 1 <= place <= len(FIELDS):
        return FIELDS[place - 1].put(details, found[2], about)
    name, value = about.understanding.correction(piece)
    if name in BY_NAME and value:
        return BY_NAME[name].put(details, value, about)
    if not name and value != piece and (field := by_form(value, about)) is not None:
        return field.put(details, value, about)
    if (part := _part(piece, about)) is not None:
        return part[0].put(details, part[1], about)
    raise NotNamed(
        _(
            "Begin with the number of what is to change, for example {example}. "
            "{nothing} in its place empties it.",
            example=_("3 Room M2"),
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

    def formal(draft: Preview, said: str, about: About) -> Preview:
        if not changes(said, about) or _is_hour(said, about):
            raise BadArgument(_("Please answer just yes or no."))
        return replace(draft, details=read_changes(draft.details, said, about))

    return (
        Question(BY_FORM, ask, formal, applies=_never, formal=True),
        *(Question(field.name, ask, take(field), applies=_never) for field in fields),
    )


def _is_hour(said: str, about: About) -> bool:
    """Tell whether *said* is an hour of the day, and not rather a length: "16h", not "2 hours"."""
    tomorrow = (about.now + timedelta(days=1)).date().isoformat()
    read = about.understanding.moment(f"{tomorrow} {said}", about.language, about.now, "UTC")
    return isinstance(read, Moment)


def _never(_draft: object) -> bool:
    return False
