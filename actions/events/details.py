"""What is known of an event, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kit.text import Link, Message, Node, Verbatim, _
from kit.times import TwoClocks, When
from storage.tables.events import Details, EventKind, EventRow

KINDS: Mapping[EventKind, Message] = {
    EventKind.CONFERENCE: _("conference"),
    EventKind.SESSION: _("session"),
    EventKind.TRAINING: _("training"),
    EventKind.WEBINAR: _("webinar"),
    EventKind.MEETING: _("meeting"),
    EventKind.DEADLINE: _("deadline"),
    EventKind.OBSERVANCE: _("day of observance"),
}


_HELD = (EventKind.CONFERENCE, EventKind.SESSION)


def clocks(moment: datetime, zone: str, kind: EventKind | None, *, dated: bool = True) -> Node:
    """Say a moment of an event: of a conference by the clock there and that of who reads it."""
    if kind in _HELD or not dated:
        return TwoClocks(moment, zone, dated)
    return When(moment, zone)


def beginning(event: EventRow) -> Node:
    """Say when an event begins."""
    return clocks(event.starts_at, event.zone, event.kind)


def facts(details: Details, starts_at: datetime, zone: str, *, whole: bool) -> list[Node]:
    """Say what is known of an event that begins then.

    Where others read along it is not the *whole*: where people meet, and the link by which anybody
    may come in, are left out, and so is the description, which may tell as much.
    """
    known: list[Node] = []
    if details.kind is not None:
        known.append(_("Kind: {kind}", kind=KINDS[details.kind]))
    if details.length is not None:
        known.append(
            _("It ends {when}.", when=clocks(starts_at + details.length, zone, details.kind))
        )
    if details.place and whole:
        known.append(_("Place: {place}", place=details.place))
    if details.link and whole:
        known.append(Link(details.link, _("Link")))
    if details.capacity is not None:
        known.append(_("Places: {places}", places=details.capacity))
    if details.about and whole:
        known.append(Verbatim(details.about))
    return known
