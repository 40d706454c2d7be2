"""What is known of an event beside its title and beginning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kit.text import Link, Node, Verbatim, When, _
from storage.tables.events import EventRow


@dataclass(frozen=True, slots=True)
class Details:
    """What else is known of an event; what is empty is not."""

    length: timedelta | None = None
    place: str = ""
    link: str = ""
    about: str = ""
    capacity: int | None = None


NOTHING_KNOWN = Details()


def described(event: EventRow) -> Details:
    """Give what is known of an event."""
    length = None if event.ends_at is None else event.ends_at - event.starts_at
    return Details(length, event.place, event.link, event.about, event.capacity)


def describe(event: EventRow, details: Details) -> None:
    """Note what is known of an event."""
    event.ends_at = None if details.length is None else event.starts_at + details.length
    event.place, event.link, event.about = details.place, details.link, details.about
    event.capacity = details.capacity


def facts(details: Details, starts_at: datetime, zone: str, *, link: bool) -> list[Node]:
    """Say what is known of an event that begins then.

    Where others read along the *link* is left out: whoever has it may come in.
    """
    known: list[Node] = []
    if details.length is not None:
        known.append(_("It ends {when}.", when=When(starts_at + details.length, zone)))
    if details.place:
        known.append(_("Place: {place}", place=details.place))
    if details.link and link:
        known.append(Link(details.link, _("Link")))
    if details.capacity is not None:
        known.append(_("Places: {places}", places=details.capacity))
    if details.about:
        known.append(Verbatim(details.about))
    return known
