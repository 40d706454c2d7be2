"""What the events room, members and those who are going are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

from actions.events.before import Before
from actions.events.details import beginning, facts
from kit.listing import Listing, ListKind
from kit.subject import OfEvent
from kit.text import Lines, Link, Node, Paragraphs, Reply, Say, Series, Strong, Verbatim, _
from kit.times import Ahead, Clocks
from storage.tables.events import Details, EventRow


class News(StrEnum):
    """What became of an event that people were told of: a word of what is planned, for good."""

    CHANGED = "changed"
    MOVED = "moved"
    ALL_MOVED = "all_moved"
    CALLED_OFF = "cancelled"
    ENDED = "ended"
    PROGRAMME = "programme"


def line(event: EventRow) -> Node:
    """Name an event in one line."""
    return _(
        "{title}: {when} (number {number})",
        title=Strong(Verbatim(event.title)),
        when=beginning(event),
        number=event.id,
    )


def announcement(event: EventRow) -> Reply:
    """Announce an event in the events room."""
    how = _("Say {going} to be reminded.", going=Say("going", str(event.id)))
    body = Paragraphs([_("New event: {event}", event=card(event, whole=False)), how])
    return Reply("events.announcement", body, ids=(str(event.id),))


def news(event: EventRow) -> Reply:
    """Tell members of a new event, in their digest."""
    return Reply("events.new", _news(event), ids=(str(event.id),), subject=OfEvent(event.id))


def _news(event: EventRow) -> Node:
    return _("New event: {event}", event=line(event))


def card(event: EventRow, *, whole: bool) -> Node:
    """Tell what is known of an event; the *whole* of it where nobody reads along."""
    known = facts(event.details, event.starts_at, event.zone, whole=whole)
    return Lines([line(event), *known])


def _where(event: EventRow, *, whole: bool, but: Details | None = None) -> list[Node]:
    """Say where people meet, to those who are going; *but* what is otherwise than in that."""
    place = "" if but and but.place != event.place else event.place
    where = Details(place=place, link="" if but and but.link != event.link else event.link)
    return facts(where, event.starts_at, event.zone, whole=whole)


def revised(event: EventRow, news: News, *, whole: bool, was: Before | None = None) -> Reply:
    """Tell what became of an event that *was* otherwise; the *whole* is for who is going."""
    changes = was.changes(event, whole=whole) if was else []
    match news:
        case News.CHANGED:
            told = card(event, whole=whole)
            if was and changes:
                told = Lines([line(event), *changes, *_where(event, whole=whole, but=was.details)])
            text = _("Changed: {event}", event=told)
        case News.MOVED:
            moved = Lines([line(event), *changes, *_where(event, whole=whole)])
            text = _("Moved to another time: {event}", event=moved)
        case News.ALL_MOVED:
            moved = Lines([line(event), *changes, *_where(event, whole=whole)])
            text = _("Moved, with all that follow: {event}", event=moved)
        case News.CALLED_OFF:
            text = _("Called off: {event}", event=line(event))
        case News.ENDED:
            text = _("Called off, with all that follow: {event}", event=line(event))
        case News.PROGRAMME:
            programme = Say("programme", str(event.id))
            text = _(
                "The programme of {event} is there. Say {programme} to choose sessions.",
                event=line(event),
                programme=programme,
            )
    return _about(event, f"events.{news}", text)


def _about(event: EventRow, kind: str, body: Node) -> Reply:
    """Tell somebody of an event, about which what they say next may be."""
    this = None if event.cancelled else Listing.card(ListKind.EVENTS, str(event.id))
    return Reply(kind, body, ids=(str(event.id),), subject=OfEvent(event.id), listing=this)


def repeated(event: EventRow, coming: Sequence[EventRow]) -> Reply:
    """Tell the events room that an event comes again."""
    text = _(
        "Comes again: {event}. Then: {moments}.",
        event=line(event),
        moments=Series([beginning(each) for each in coming]),
    )
    return Reply("events.repeated", text, ids=(str(event.id),))


def place_free(event: EventRow) -> Reply:
    """Tell somebody who waited that they have a place."""
    text = _(
        "A place is yours now: you are going to {title}, {when}.",
        title=Strong(Verbatim(event.title)),
        when=beginning(event),
    )
    return _about(event, "events.place_free", text)


def reminder(event: EventRow, now: datetime, *, late: bool = False) -> Reply:
    """Remind one who is going; one that comes *late* says so."""
    title, when = Strong(Verbatim(event.title)), beginning(event)
    ahead = Ahead(timedelta(minutes=round((event.starts_at - now) / timedelta(minutes=1))))
    text = _("Reminder: {title} begins {ahead}: {when}.", title=title, ahead=ahead, when=when)
    if late:
        text = _("This reminder comes late: {title} begins {when}.", title=title, when=when)
    body = Lines([text, *_where(event, whole=True)])
    return _about(event, "events.reminder", body)


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
