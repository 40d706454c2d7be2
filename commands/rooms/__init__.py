"""Find rooms and join them: offered, never forced."""

from __future__ import annotations

from typing import Annotated

from actions.authority import authorise
from actions.rooms import fitting
from commands.rooms import space
from commands.rooms._feature import feature
from kit.authority import Act
from kit.command import Call, Rest
from kit.errors import NotFound
from kit.network import Network, RoomPlan
from kit.ports import RoomErrands
from kit.roomkey import SpaceRoom
from kit.text import Label, Link, Listing, Node, Numbered, Paragraphs, Reply, Say, _, n_
from kit.understanding import Understanding
from kit.words import fold, number, quote
from storage.listings import Listings
from storage.people import People

__all__ = ["feature", "space"]

PAGE = 5


@feature.command("rooms", summary=_("rooms you may join"), private=True)
async def rooms(
    call: Call,
    people: People,
    network: Network,
    words: Annotated[str, Rest(_("words"))] = "",
) -> Reply:
    """List rooms whose name has *words*; without words, those that fit the person."""
    person = await people.get(call.person_id)
    if words:
        found = [r for r in _joinable(network) if fold(words) in _all_names(r)]
    else:
        found = fitting(network, person)
    if not found:
        raise NotFound(
            _("No room is called {said}. Say {rooms}.", said=quote(words), rooms=Say("rooms"))
        )
    shown = found[:PAGE]
    heading = n_("{n} room:", "{n} rooms:", len(found))
    lines = [_line(room) for room in shown]
    # Its topic on the homeserver is in the room's language, this one in the reader's.
    about = [Label(room.topics) for room in found if room.topics and len(found) == 1]
    join = _("Say {join} to go there.", join=Say("join", "1"))
    more = _("Add a word to find others, for example {rooms}.", rooms=Say("rooms", "AI"))
    slugs = [room.slug for room in shown]
    body = Paragraphs([heading, Numbered(lines), *about, join, more])
    return Reply("rooms.list", body, slugs, listing=Listing("rooms", slugs))


def _joinable(network: Network) -> list[RoomPlan]:
    return [room for room in network.rooms.values() if not room.is_space]


def _all_names(room: RoomPlan) -> str:
    return " | ".join(fold(name) for name in (*room.names.values(), *room.words))


def _line(room: RoomPlan) -> Node:
    if room.encrypted:
        return _("{room} (encrypted)", room=Label(room.names))
    return Label(room.names)


@feature.command("join", summary=_("go to a room"), private=True, opens="rooms")
async def join(
    call: Call,
    network: Network,
    listings: Listings,
    errands: RoomErrands,
    understanding: Understanding,
    room: Annotated[str, Rest(_("room or number"))],
) -> Reply:
    """Give the link to a room the person may join, or say what is missing."""
    index = number(room)
    slug: str | None
    if index is not None:
        slug = await listings.resolve(call.person_id, "rooms", index)
    elif room in network.rooms:
        slug = room
    else:
        choices = {r.slug: [r.slug, *r.names.values(), *r.words] for r in _joinable(network)}
        slug = understanding.choice(room, choices, call.language)
    plan = network.rooms.get(slug or "")
    if plan is None:
        raise NotFound(
            _("I do not know a room {said}. Say {rooms}.", said=quote(room), rooms=Say("rooms"))
        )
    authorise(call.by, Act.ENTER, plan)
    link = await errands.link(SpaceRoom(plan.slug))
    if link is None:
        raise NotFound(_("That room is still being built. Try again in some minutes."))
    text = _("Follow this link and join: {room}", room=Link(link, Label(plan.names)))
    return Reply("rooms.join", text, ids=(plan.slug,))
