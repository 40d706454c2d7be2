"""What the events room, members and those who are going are told."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from kit.subject import OfEvent
from kit.text import Clocks, Link, Node, Paragraphs, Reply, Say, Strong, Verbatim, When, _
from storage.tables.events import EventRow


def line(event: EventRow) -> Node:
    """Name an event in one line."""
    return _(
        "{title}: {when} (number {number})",
        title=Strong(Verbatim(event.title)),
        when=When(event.starts_at, event.zone),
        number=event.id,
    )


def announcement(event: EventRow) -> Reply:
    """Announce an event in the events room."""
    how = _("Say {going} to be reminded.", going=Say("going", str(event.id)))
    return Reply("events.announcement", Paragraphs([_news(event), how]), ids=(str(event.id),))


def news(event: EventRow) -> Reply:
    """Tell members of a new event, in their digest."""
    return Reply("events.new", _news(event), ids=(str(event.id),), subject=OfEvent(event.id))


def _news(event: EventRow) -> Node:
    return _("New event: {event}", event=line(event))


def called_off(event: EventRow) -> Reply:
    """Tell that an event does not take place."""
    text = _("Called off: {event}", event=line(event))
    return Reply("events.cancelled", text, ids=(str(event.id),), subject=OfEvent(event.id))


def reminder(event: EventRow) -> Reply:
    """Remind one who is going."""
    text = _(
        "Reminder: {title} begins {when}.",
        title=Strong(Verbatim(event.title)),
        when=When(event.starts_at, event.zone),
    )
    return Reply("events.reminder", text, ids=(str(event.id),), subject=OfEvent(event.id))


def room_reminder(event: EventRow, zones: Sequence[str]) -> Reply:
    """Remind a room, by the clocks of several zones."""
    text = _(
        "Soon: {title}, {clocks}.",
        title=Strong(Verbatim(event.title)),
        clocks=Clocks(event.starts_at, zones),
    )
    return Reply("events.room_reminder", text, ids=(str(event.id),))


def message_reminder(room: str, event: str) -> Reply:
    """Remind somebody of a message by a link to it (Matrix spec, matrix.to navigation)."""
    url = f"https://matrix.to/#/{quote(room, safe='!:')}/{quote(event, safe='$:')}"
    link = Link(url, _("the message"))
    text = _("You asked me to remind you of {message}", message=link)
    return Reply("events.message_reminder", text)
