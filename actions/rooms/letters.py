"""What a room that somebody wants is to be, and what moderators and who asked are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from kit.network import Access
from kit.text import (
    Bullets,
    Label,
    Message,
    Names,
    Node,
    Paragraphs,
    Pill,
    Reply,
    Say,
    Verbatim,
    _,
    n_,
)
from storage.tables.people import PersonRow
from storage.tables.rooms import FoundedRow

WEEK = timedelta(weeks=1)
WHO: Sequence[tuple[Access, Message]] = (
    (Access.OPEN, _("everybody in the Space")),
    (Access.MEMBERS, _("members")),
    (Access.PRACTITIONERS, _("practitioners of the defence, encrypted")),
)


def who_enters(access: Access) -> Message:
    """Say who may enter a room that is declared in chat."""
    return dict(WHO)[access]


def facts(name: Node, topic: Node, access: Access, weeks: int) -> Node:
    """List what a room is to be; one of no *weeks* has no end."""
    lines: list[Node] = [
        _("Name: {name}", name=name),
        _("What for: {topic}", topic=topic),
        _("Who may enter: {who}", who=who_enters(access)),
    ]
    if weeks:
        lines.append(n_("For {n} week", "For {n} weeks", weeks))
    return Bullets(lines)


def wanted(row: FoundedRow) -> Node:
    """List what a room that somebody wants is to be."""
    weeks = 0 if row.until is None else (row.until - row.asked_at) // WEEK
    return facts(Label(row.names), Label(row.topics), row.access, weeks)


def asked(row: FoundedRow) -> Reply:
    """Tell who decides about it that a member wants a room."""
    how = _(
        "Say {accept} or {decline}; {asked} lists all that wait.",
        accept=Say("room accept", str(row.id)),
        decline=Say("room decline", str(row.id)),
        asked=Say("room asked"),
    )
    body = Paragraphs([_("A member asks for a room:"), wanted(row), how])
    return Reply("rooms.asked", body, ids=(row.slug,))


def accepted(row: FoundedRow) -> Reply:
    """Tell who asked for a room that it comes."""
    text = _(
        "The room you asked for is being built: {name}. In some minutes {join} takes you there.",
        name=Label(row.names),
        join=Say("join", row.slug),
    )
    return Reply("rooms.accepted", text, ids=(row.slug,))


def declined(row: FoundedRow, why: str) -> Reply:
    """Tell who asked for a room that it does not come, and why, if that was said."""
    if why:
        heading = _(
            "The room you asked for will not be built: {name}. The moderators say:",
            name=Label(row.names),
        )
        return Reply("rooms.declined", Paragraphs([heading, Verbatim(why)]))
    text = _(
        "The room you asked for will not be built: {name}. A moderator tells you why, if you ask.",
        name=Label(row.names),
    )
    return Reply("rooms.declined", text)


def over(row: FoundedRow) -> Reply:
    """Tell who asked for a room that its time is over."""
    text = _(
        "The time of this room is over, so I close it: {name}. Who is in it can still read it.",
        name=Label(row.names),
    )
    return Reply("rooms.over", text, ids=(row.slug,))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who knocks at a room, known by its *slug*, and what they say of it."""

    person: PersonRow
    slug: str
    names: Names
    reason: str


def knocking(who: Waiting) -> Node:
    """Say who knocks where, and what they say."""
    user, room = Pill(who.person.user_id), Label(who.names)
    if not who.reason:
        return _("{user} asks to be let into {room}.", user=user, room=room)
    return _(
        "{user} asks to be let into {room}: {reason}",
        user=user,
        room=room,
        reason=Verbatim(who.reason),
    )


def how_to_answer(who: Waiting) -> Node:
    """Say how somebody who knocks is answered."""
    there = f"{who.person.user_id} {who.slug}"
    return _(
        "Say {accept} or {decline}.",
        accept=Say("room accept", there),
        decline=Say("room decline", there),
    )


def knocked(who: Waiting, *, unsaid: bool) -> Reply:
    """Tell who may let somebody in that they knock; what they say is *unsaid* if it tells much."""
    told = [knocking(who)]
    if unsaid:
        told.append(_("What they wrote may give away somebody in a case, so I left it out."))
    body = Paragraphs([*told, how_to_answer(who)])
    return Reply("rooms.knocked", body, about=[who.person.id])


def knocked_more(count: int) -> Reply:
    """Tell who may let people in how many knocked since the last of whom they were told."""
    text = n_(
        "{n} more person asks to be let into a room. {asked} shows who waits.",
        "{n} more people ask to be let into a room. {asked} shows who waits.",
        count,
        asked=Say("room asked"),
    )
    return Reply("rooms.knocked_more", text)


def let_in(names: Names) -> Reply:
    """Tell who knocked that they may enter."""
    text = _("You may enter {room}: accept the invitation in your client.", room=Label(names))
    return Reply("rooms.let_in", text)


def turned_away(names: Names, why: str) -> Reply:
    """Tell who knocked that they may not enter, and why, if that was said."""
    text = _("The moderators do not let you into {room}.", room=Label(names))
    if not why:
        return Reply("rooms.turned_away", text)
    return Reply("rooms.turned_away", Paragraphs([text, _("They say:"), Verbatim(why)]))


def unanswered(names: Names) -> Reply:
    """Tell who knocked that nobody decided about it."""
    text = _(
        "For a week nobody decided whether you may enter {room}. You can ask once more.",
        room=Label(names),
    )
    return Reply("rooms.unanswered", text)
